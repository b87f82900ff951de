/// A moment in milliseconds since 1970-01-01 UTC.
///
/// The time of a record is its block's buffer time: the earliest moment at which the operation can
/// have happened (class D).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Since 1970-01-01 UTC, negative before.
  public let milliseconds: Int64

  /// The moment that many milliseconds after 1970-01-01 UTC.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// The earlier moment first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Year, month, day, hour, minute, second and millisecond of the proleptic Gregorian calendar.
  public var civil:
    (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int)
  {
    let perDay: Int64 = 86_400_000
    // Rounded down without multiplying back, which would overflow near Int64.min.
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: perDay)
    let days = remainder < 0 ? quotient - 1 : quotient
    let inDay = Int(remainder < 0 ? remainder + perDay : remainder)
    // Days since 0000-03-01, so that the leap day ends a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month),
      Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1),
      inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60, inDay % 1000
    )
  }

  /// The moment of a civil date and time in UTC; nil when a part is out of its range.
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0
  ) {
    guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
      (0...999).contains(millisecond)
    else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = Int64(era * 146_097 + dayOfEra - 719_468)
    let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.init(milliseconds: seconds * 1000 + Int64(millisecond))
    guard civil.day == day else { return nil }
  }

  /// Reads `YYYY-MM-DD[( |T)HH:MM[:SS[.mmm]]][Z]` as UTC; nil for any other form.
  public init?(_ text: some StringProtocol) {
    var text = text[...]
    if text.hasSuffix("Z") { text = text.dropLast() }
    let halves = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == " " || $0 == "T" })
    guard let dateText = halves.first else { return nil }
    let date = dateText.split(separator: "-", omittingEmptySubsequences: false)
    guard date.count == 3, let year = Self.number(date[0]), let month = Self.number(date[1]),
      let day = Self.number(date[2])
    else { return nil }
    var clock = [0, 0, 0]
    var millisecond = 0
    if halves.count == 2 {
      let seconds = halves[1].split(
        separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let parts = seconds[0].split(separator: ":", omittingEmptySubsequences: false)
      guard (2...3).contains(parts.count) else { return nil }
      for (index, part) in parts.enumerated() {
        guard let number = Self.number(part) else { return nil }
        clock[index] = number
      }
      if seconds.count == 2 {
        guard (1...3).contains(seconds[1].count), parts.count == 3,
          let fraction = Self.number(seconds[1])
        else { return nil }
        millisecond = fraction * [100, 10, 1][seconds[1].count - 1]
      }
    }
    self.init(
      year: year, month: month, day: day, hour: clock[0], minute: clock[1], second: clock[2],
      millisecond: millisecond)
  }

  private static func number(_ digits: some StringProtocol) -> Int? {
    guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(digits)
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2024-07-09 11:51:18.752`, in UTC.
  public var description: String { text(separator: " ") }

  /// `2024-07-09T11:51:18.752Z`.
  public var iso8601: String { text(separator: "T") + "Z" }

  private func text(separator: String) -> String {
    let parts = civil
    return padded(parts.year, 4) + "-" + padded(parts.month, 2) + "-" + padded(parts.day, 2)
      + separator + padded(parts.hour, 2) + ":" + padded(parts.minute, 2) + ":"
      + padded(parts.second, 2) + "." + padded(parts.millisecond, 3)
  }
}
