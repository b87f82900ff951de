internal import MirrorJournal

/// The stretches of time that a profile counts by: the finest of those that it is keyed by, as the clocks of a
/// zone show them.
struct ProfileClock: Sendable {
  private let zone: ClockZone
  /// Milliseconds; 0 when time does not count.
  private let unit: Int64
  private static let day: Int64 = 86_400_000

  // Most records have the time of the one before, and all of a journal few stretches of a zone.
  private var lastTime = Timestamp(milliseconds: .min)
  private var lastKey: Int64 = 0
  private var stretch = ZoneStretch.utc

  init(_ dimensions: [ProfileDimension], _ zone: ClockZone) {
    self.zone = zone
    unit = dimensions.compactMap(\.duration).min() ?? 0
    if !zone.isUTC { stretch = zone.stretch(at: lastTime) }
  }

  var isUsed: Bool { unit > 0 }

  /// The key of a time: of days their number since 1970-01-01; otherwise the beginning, in minutes since
  /// 1970-01-01 UTC, so that a repeated hour counts as two.
  @inline(__always)
  mutating func key(of time: Timestamp) -> Int64 {
    if time != lastTime { note(time) }
    return lastKey
  }

  @inline(never)
  private mutating func note(_ time: Timestamp) {
    lastTime = time
    if !stretch.range.contains(time.milliseconds) { stretch = zone.stretch(at: time) }
    let number = Self.floor(stretch.local(time), unit)
    lastKey =
      unit == Self.day
      ? number : Self.floor(number &* unit &- Int64(stretch.offset) * 1000, 60_000)
  }

  /// What rows of this key are called.
  func name(_ dimension: ProfileDimension, _ key: Int64) -> String {
    if unit == Self.day {
      return String(Self.timestamp(key, Self.day).description.prefix(10))
    }
    let begin = Self.timestamp(key, 60_000)
    if dimension == .day { return String(zone.text(begin).prefix(10)) }
    guard dimension == .hour, unit < 3_600_000 else { return zone.minuteText(begin) }
    let stretch = zone.stretch(at: begin)
    let hour = Self.floor(stretch.local(begin), 3_600_000) * 3_600_000
    return zone.minuteText(Timestamp(milliseconds: hour - Int64(stretch.offset) * 1000))
  }

  private static func timestamp(_ key: Int64, _ unit: Int64) -> Timestamp {
    Timestamp(milliseconds: key.multipliedReportingOverflow(by: unit).partialValue)
  }

  private static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: unit)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
