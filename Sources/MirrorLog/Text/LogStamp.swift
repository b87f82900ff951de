internal import MirrorJournal

/// The time a log entry prints: local time of its member, without a zone.
///
/// Stamps order the entries of one member only. Two members' clocks may differ, so nothing in this
/// module compares stamps across members.
public struct LogStamp: Sendable, Hashable {
  /// The year with century, or nil in the oldest form (`08/10-11:19:47:024`). Two printed digits
  /// below 70 mean 20xx (class R).
  public var year: Int? { rawYear < 0 ? nil : Int(rawYear) }
  /// 1 to 12.
  public let month: UInt8
  /// 1 to 31.
  public let day: UInt8
  /// 0 to 23, local to the member.
  public let hour: UInt8
  /// 0 to 59.
  public let minute: UInt8
  /// 0 to 60, as the line prints it.
  public let second: UInt8
  /// Milliseconds, or nil where the line prints none.
  public var millisecond: Int? { rawMillisecond < 0 ? nil : Int(rawMillisecond) }

  // Negative stands for absent: the stamp of every line stays 9 bytes without optionals.
  let rawYear: Int16
  let rawMillisecond: Int16

  /// Takes the fields as they are, or nil when one is out of its range.
  public init?(
    year: Int?, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int?
  ) {
    guard (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
      (0...59).contains(minute), (0...60).contains(second),
      (0...999).contains(millisecond ?? 0), (0...9999).contains(year ?? 0)
    else { return nil }
    self.month = UInt8(month)
    self.day = UInt8(day)
    self.hour = UInt8(hour)
    self.minute = UInt8(minute)
    self.second = UInt8(second)
    rawYear = year.map { Int16($0) } ?? -1
    rawMillisecond = millisecond.map { Int16($0) } ?? -1
  }

  /// Whether the clock showed less; false where only one of the two has a year. Of one member's log
  /// only: two members' clocks differ.
  public func isBefore(_ other: LogStamp) -> Bool {
    guard (year == nil) == (other.year == nil) else { return false }
    return (year ?? 0, month, day) != (other.year ?? 0, other.month, other.day)
      ? (year ?? 0, month, day) < (other.year ?? 0, other.month, other.day)
      : (hour, minute, second, millisecond ?? 0)
        < (other.hour, other.minute, other.second, other.millisecond ?? 0)
  }

  /// The day as `2024-07-09`, or `--07-09` without a year.
  public var dayText: String {
    (year.map { padded($0, 4) } ?? "-") + "-\(padded(Int(month), 2))-\(padded(Int(day), 2))"
  }

  /// The time of day as `14:33:12.391`.
  public var timeText: String {
    "\(padded(Int(hour), 2)):\(padded(Int(minute), 2)):\(padded(Int(second), 2))"
      + (millisecond.map { "." + padded($0, 3) } ?? "")
  }

  /// As a log prints it: `07/09/24-14:33:12:391`.
  public var logText: String {
    "\(padded(Int(month), 2))/\(padded(Int(day), 2))"
      + (year.map { "/" + padded($0 % 100, 2) } ?? "")
      + "-\(padded(Int(hour), 2)):\(padded(Int(minute), 2)):\(padded(Int(second), 2))"
      + (millisecond.map { ":" + padded($0, 3) } ?? "")
  }
}

extension LogStamp: Comparable {
  /// Field by field, an absent year or millisecond as 0. Stamps of different time zones do not
  /// compare.
  public static func < (a: LogStamp, b: LogStamp) -> Bool { a.ordinal < b.ordinal }

  // Every field has its own bits, so one comparison orders all of them.
  private var ordinal: UInt64 {
    var key = UInt64(rawYear < 0 ? 0 : rawYear)
    for field in [month, day, hour, minute, second] { key = key << 8 | UInt64(field) }
    return key << 10 | UInt64(rawMillisecond < 0 ? 0 : rawMillisecond)
  }
}

extension LogStamp: CustomStringConvertible {
  /// ISO 8601 without a zone: `2024-07-09T14:33:12.391`.
  public var description: String { "\(dayText)T\(timeText)" }

  /// ISO 8601 with the zone a caller knows.
  ///
  /// - Parameter offset: seconds east of UTC.
  public func text(zone offset: Int) -> String { description + LogStamp.zoneText(offset) }

  /// `+02:00`.
  package static func zoneText(_ offset: Int) -> String {
    let minutes = (offset / 60).magnitude
    return (offset < 0 ? "-" : "+")
      + "\(padded(Int(minutes / 60), 2)):\(padded(Int(minutes % 60), 2))"
  }
}
