/// A rule of POSIX for the changes of every year, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Sendable, Hashable {
  /// A day of every year, and the second of it at which clocks are changed.
  struct Day: Sendable, Hashable {
    enum Form: Sendable, Hashable {
      /// Week 5 is the last one; weekday 0 is Sunday.
      case weekday(month: Int, week: Int, weekday: Int)
      /// From 1 on; 29 February is never counted.
      case julian(Int)
      /// From 0 on; 29 February is counted.
      case ordinal(Int)
    }

    var form: Form
    /// By the clock that is changed, in seconds; may be negative or beyond a day.
    var second = 7200
  }

  struct Summer: Sendable, Hashable {
    /// Seconds east of UTC.
    var offset: Int
    var begin: Day
    var end: Day
  }

  /// Seconds east of UTC.
  private let offset: Int
  private let summer: Summer?

  /// Reads a rule; nil when the text is none.
  init?(_ text: some StringProtocol) {
    var parser = ZoneRuleParser(text)
    guard let (offset, summer) = parser.rule() else { return nil }
    self.offset = offset
    self.summer = summer
  }

  /// The rules of a zone that has no others.
  var rules: ZoneRules { ZoneRules(changes: [], offsets: [offset], rule: self) }

  /// The stretch around a moment, given in seconds since 1970-01-01 UTC.
  func stretch(at seconds: Int64) -> ZoneStretch {
    // Beyond what a civil year reaches, clocks keep to the standard.
    guard let summer, abs(seconds) < 250_000_000_000 else {
      return ZoneStretch(range: .min..<Int64.max, offset: offset)
    }
    let year = Timestamp(milliseconds: seconds * 1000).civil.year
    var changes: [(at: Int64, offset: Int)] = []
    for year in year - 1...year + 1 {
      let begin = Self.start(of: summer.begin, year) - Int64(offset)
      let end = Self.start(of: summer.end, year) - Int64(summer.offset)
      changes.append((begin, summer.offset))
      changes.append((end, offset))
    }
    changes.sort { $0.at < $1.at }
    let next = changes.firstIndex { $0.at > seconds } ?? changes.count
    let last = next > 0 ? changes[next - 1] : (at: Int64.min / 1000, offset: offset)
    let end = next < changes.count ? changes[next].at * 1000 : .max
    return ZoneStretch(range: last.at * 1000..<max(end, last.at * 1000 + 1), offset: last.offset)
  }

  /// When the clock shows that second of the day, in seconds of its own since 1970-01-01 00:00.
  private static func start(of day: Day, _ year: Int) -> Int64 {
    let first = dayNumber(year, 1)
    let isLeap = dayNumber(year, 3) - first == 60
    let number: Int64
    switch day.form {
    case .julian(let count): number = first + Int64(count - 1) + (isLeap && count > 59 ? 1 : 0)
    case .ordinal(let count): number = first + Int64(count)
    case .weekday(let month, let week, let weekday):
      let start = dayNumber(year, month)
      let next = month == 12 ? dayNumber(year + 1, 1) : dayNumber(year, month + 1)
      // 1970-01-01 was a Thursday.
      let startWeekday = ((start + 4) % 7 + 7) % 7
      var found = start + (Int64(weekday) - startWeekday + 7) % 7 + Int64(week - 1) * 7
      while found >= next { found -= 7 }
      number = found
    }
    return number * 86_400 + Int64(day.second)
  }

  /// Days since 1970-01-01 of the first of a month.
  private static func dayNumber(_ year: Int, _ month: Int) -> Int64 {
    // Four hundred years are a whole number of days, and `Timestamp` takes years from 0 to 9999.
    let era = (year < 0 ? year - 399 : year) / 400
    let start = Timestamp(year: year - era * 400, month: month, day: 1)?.milliseconds ?? 0
    return start / 86_400_000 + Int64(era) * 146_097
  }
}

/// Reads a rule of POSIX from left to right.
private struct ZoneRuleParser {
  private var rest: Substring

  init(_ text: some StringProtocol) { rest = Substring(text) }

  mutating func rule() -> (offset: Int, summer: ZoneRule.Summer?)? {
    guard isName(), let west = clock(hours: 24) else { return nil }
    if rest.isEmpty { return (-west, nil) }
    guard isName() else { return nil }
    var summerOffset = -west + 3600
    if !rest.isEmpty, rest.first != "," {
      guard let west = clock(hours: 24) else { return nil }
      summerOffset = -west
    }
    guard skip(","), let begin = day(), skip(","), let end = day(), rest.isEmpty else { return nil }
    return (-west, ZoneRule.Summer(offset: summerOffset, begin: begin, end: end))
  }

  private mutating func skip(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func isName() -> Bool {
    if skip("<") {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    rest = rest.dropFirst(name.count)
    return name.count >= 3
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...3).contains(digits.count), let number = Int(digits), range.contains(number) else {
      return nil
    }
    rest = rest.dropFirst(digits.count)
    return number
  }

  /// `[+-]hh[:mm[:ss]]`, in seconds.
  private mutating func clock(hours: Int) -> Int? {
    let sign = skip("-") ? -1 : 1
    if sign > 0 { _ = skip("+") }
    guard var seconds = number(0...hours).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] where skip(":") {
      guard let part = number(0...59) else { return nil }
      seconds += part * unit
    }
    return sign * seconds
  }

  private mutating func day() -> ZoneRule.Day? {
    var day: ZoneRule.Day
    if skip("M") {
      guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
        let weekday = number(0...6)
      else { return nil }
      day = ZoneRule.Day(form: .weekday(month: month, week: week, weekday: weekday))
    } else if skip("J") {
      guard let count = number(1...365) else { return nil }
      day = ZoneRule.Day(form: .julian(count))
    } else {
      guard let count = number(0...365) else { return nil }
      day = ZoneRule.Day(form: .ordinal(count))
    }
    if skip("/") {
      guard let second = clock(hours: 167) else { return nil }
      day.second = second
    }
    return day
  }
}
