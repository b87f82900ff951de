internal import Glibc

/// Reads the times that people write, by the clocks of a zone.
///
/// A time that clocks of the zone show twice or never is refused, with the moments that can be meant.
public struct TimeReader: Sendable {
  /// The zone of times that do not name their own.
  public var zone: ClockZone
  /// What `13:00` and `-1h` are counted by.
  public var now: Timestamp

  /// By the system's clock.
  public init(zone: ClockZone = .utc) {
    self.zone = zone
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    now = Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// By a clock that stands still.
  public init(zone: ClockZone, now: Timestamp) {
    self.zone = zone
    self.now = now
  }

  /// The moment that `text` means, one of
  ///
  /// - `2024-07-09`, `2024-07-09 13:00`, `2024-07-09T13:00:05.125`, each also with `Z` or an offset behind it;
  /// - `13:00` and `13:00:05`: today;
  /// - `now`, `-1h`, `-1d12h` (w, d, h, m, s) before now;
  /// - `67030,43200`: `$HOROLOG`;
  /// - `07/09/24-12:05:49:781`: as a messages.log prints it.
  ///
  /// A date alone is the first moment of that day.
  ///
  /// - Throws: `badArgument` for any other text, and for a time that is shown twice or never.
  public func time(_ text: String) throws(JournalError) -> Timestamp {
    if text == "now" { return now }
    if let before = Self.span(text) {
      return Timestamp(milliseconds: now.milliseconds.subtractingReportingOverflow(before).0)
    }
    let (written, offset) = Self.separatingOffset(text)
    guard let local = Self.horolog(written) ?? Self.logStamp(written) ?? isoLocal(written) else {
      throw JournalError(
        .badArgument, "'\(text)' is not a time",
        advice: "such as 2024-07-09, '2024-07-09 13:00', 2024-07-09T13:00:05Z, "
          + "2024-07-09T13:00+02:00, 13:00 (today), -1h, 67030,43200 ($HOROLOG) or "
          + "07/09/24-12:05:49:781; without Z or an offset they are in \(zone.name) (--tz)")
    }
    if let offset { return Timestamp(milliseconds: local - Int64(offset) * 1000) }
    return try moment(local, isDay: Self.isDay(written), text)
  }

  /// Whether `text` has one of the forms, be its time shown once, twice or never.
  public func isTime(_ text: String) -> Bool {
    if text == "now" || Self.span(text) != nil { return true }
    let (written, _) = Self.separatingOffset(text)
    return (Self.horolog(written) ?? Self.logStamp(written) ?? isoLocal(written)) != nil
  }

  private func moment(
    _ local: Int64, isDay: Bool, _ text: String
  ) throws(JournalError) -> Timestamp {
    let moments = zone.moments(showing: local)
    if let only = moments.first, isDay || moments.count == 1 { return only }
    if moments.count > 1 {
      let meant = moments.map { written($0) }.joined(separator: " or ")
      throw JournalError(
        .badArgument, "'\(text)' was shown twice in \(zone.name), where clocks were set back",
        advice: "write \(meant)")
    }
    // The change that left it out lies between what the two distances from UTC would make of it.
    let around = Timestamp(milliseconds: local - 86_400_000)
    var change = zone.stretch(at: around).range.upperBound
    while true {
      let next = zone.stretch(at: Timestamp(milliseconds: change))
      if local < next.local(Timestamp(milliseconds: change)) || next.range.upperBound == .max {
        break
      }
      change = next.range.upperBound
    }
    let moment = Timestamp(milliseconds: change)
    if isDay { return moment }
    throw JournalError(
      .badArgument,
      "'\(text)' was never shown in \(zone.name), where clocks were set forward to \(written(moment))",
      advice: "write \(written(moment)), or another time")
  }

  /// As it can be written on a command line.
  private func written(_ time: Timestamp) -> String {
    let text = zone.iso8601(time)
    return text.contains(".000") ? text.split(separator: ".000").joined() : text
  }

  // MARK: Forms

  /// Milliseconds of `-1h`, `-1d12h`; nil for any other form.
  private static func span(_ text: String) -> Int64? {
    guard text.hasPrefix("-"), text.count > 1 else { return nil }
    let units: [Character: Int64] = [
      "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000,
    ]
    var sum: Int64 = 0
    var digits = ""
    for character in text.dropFirst() {
      if character.isASCII, character.isNumber, digits.count < 7 {
        digits.append(character)
      } else if let unit = units[character], let number = Int64(digits) {
        sum += number * unit
        digits = ""
      } else {
        return nil
      }
    }
    return digits.isEmpty ? sum : nil
  }

  /// A time and the offset behind it, in seconds; an offset follows a time of day only.
  private static func separatingOffset(_ text: String) -> (text: String, offset: Int?) {
    if text.hasSuffix("Z") { return (String(text.dropLast()), 0) }
    guard let colon = text.firstIndex(of: ":"),
      let sign = text[colon...].lastIndex(where: { $0 == "+" || $0 == "-" }),
      let offset = ClockZone.offset(text[sign...])
    else { return (text, nil) }
    let written = text[..<sign]
    return (written.hasSuffix(" ") ? String(written.dropLast()) : String(written), offset)
  }

  private static func isDay(_ text: String) -> Bool { !text.contains(":") && !text.contains(",") }

  /// `YYYY-MM-DD`, with a time of day or without, or a time of today, in milliseconds of the clock's own.
  private func isoLocal(_ text: String) -> Int64? {
    var text = text
    if let dot = text.lastIndex(of: ".") {
      let fraction = text[text.index(after: dot)...]
      // Finer than a millisecond is cut off.
      if (4...9).contains(fraction.count), fraction.allSatisfy({ $0.isASCII && $0.isNumber }) {
        text.removeLast(fraction.count - 3)
      }
    }
    if text.hasSuffix("Z") { return nil }
    if let time = Timestamp(text) { return time.milliseconds }
    guard !text.contains("-") else { return nil }
    let today = Timestamp(milliseconds: zone.stretch(at: now).local(now)).description.prefix(10)
    return Timestamp("\(today) \(text)")?.milliseconds
  }

  /// `$HOROLOG`: days since 1840-12-31 and seconds of the day.
  private static func horolog(_ text: String) -> Int64? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...7).contains(parts[0].count), let days = digits(parts[0]) else {
      return nil
    }
    let seconds = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(seconds.count), let second = digits(seconds[0]), second < 86_400,
      days < 3_000_000
    else { return nil }
    var milliseconds: Int64 = 0
    if seconds.count == 2 {
      guard digits(seconds[1]) != nil, seconds[1].count <= 9 else { return nil }
      milliseconds = digits(String(seconds[1] + "000").prefix(3)) ?? 0
    }
    return (days - 47_117) * 86_400_000 + second * 1000 + milliseconds
  }

  /// `MM/DD/YY-HH:MM:SS[:mmm]`, the year with two or four digits.
  private static func logStamp(_ text: String) -> Int64? {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    guard date.count == 3, (3...4).contains(clock.count), [2, 4].contains(date[2].count) else {
      return nil
    }
    let numbers = (date + clock).compactMap { $0.count <= 4 ? digits($0) : nil }
    guard numbers.count == date.count + clock.count else { return nil }
    let year = date[2].count == 4 ? numbers[2] : numbers[2] + (numbers[2] < 70 ? 2000 : 1900)
    return Timestamp(
      year: Int(year), month: Int(numbers[0]), day: Int(numbers[1]), hour: Int(numbers[3]),
      minute: Int(numbers[4]), second: Int(numbers[5]),
      millisecond: numbers.count > 6 ? Int(numbers[6]) : 0
    )?.milliseconds
  }

  private static func digits(_ text: some StringProtocol) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text)
  }
}
