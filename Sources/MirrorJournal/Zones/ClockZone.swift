/// A zone of clocks: UTC, a fixed offset, or rules by which clocks are changed.
///
/// Zones of the IANA database are read from the system's zone files (`TZDIR`, `/usr/share/zoneinfo`), so that
/// a machine without them knows UTC, offsets and POSIX rules only, and says so.
public struct ClockZone: Sendable, Hashable {
  /// `UTC`, `+02:00`, `Europe/Paris`, or the rule as it was given.
  public let name: String
  private let rules: ZoneRules

  /// Coordinated Universal Time.
  public static let utc = ClockZone(name: "UTC", offset: 0)

  /// Whether times are written with `Z`, and without an offset where a heading names the zone.
  public var isUTC: Bool { self == .utc }

  /// A zone without changes; `offset` is in seconds east of UTC.
  public init(name: String, offset: Int) { self.init(name, .fixed(offset)) }

  init(_ name: String, _ rules: ZoneRules) {
    self.name = name
    self.rules = rules
  }

  /// The stretch of time around `time` in which clocks are not changed. O(log changes).
  public func stretch(at time: Timestamp) -> ZoneStretch { rules.stretch(at: time.milliseconds) }

  /// The moments, earliest first, at which a clock of the zone shows this many milliseconds since
  /// 1970-01-01 00:00 of its own: none in the hour that clocks leave out, two in the one that they repeat.
  public func moments(showing local: Int64) -> [Timestamp] {
    // Changes of more than a day are of no zone.
    let reach: Int64 = 2 * 86_400_000
    guard abs(local) < Int64.max / 4 else { return [] }
    var moments: [Timestamp] = []
    var place = local - reach
    while place < local + reach {
      let stretch = stretch(at: Timestamp(milliseconds: place))
      let moment = local - Int64(stretch.offset) * 1000
      if stretch.range.contains(moment) { moments.append(Timestamp(milliseconds: moment)) }
      place = stretch.range.upperBound
    }
    return moments
  }
}

/// A stretch of time in which the clocks of a zone keep their distance from UTC.
public struct ZoneStretch: Sendable, Hashable {
  /// Milliseconds since 1970-01-01 UTC.
  public let range: Range<Int64>
  /// Seconds east of UTC.
  public let offset: Int

  /// Everything, in UTC.
  public static let utc = ZoneStretch(range: Int64.min..<Int64.max, offset: 0)

  init(range: Range<Int64>, offset: Int) {
    self.range = range
    self.offset = offset
  }

  /// What a clock shows at `time`, in milliseconds since 1970-01-01 00:00 of its own.
  public func local(_ time: Timestamp) -> Int64 {
    let sum = time.milliseconds.addingReportingOverflow(Int64(offset) * 1000)
    return sum.overflow ? time.milliseconds : sum.partialValue
  }
}

/// How the distance from UTC changes: at listed moments, and behind the last one by a rule.
struct ZoneRules: Sendable, Hashable {
  /// Seconds since 1970-01-01 UTC, in ascending order.
  private let changes: [Int64]
  /// Seconds east of UTC before the first change and behind each.
  private let offsets: [Int]
  private let rule: ZoneRule?

  static func fixed(_ offset: Int) -> ZoneRules { ZoneRules(changes: [], offsets: [offset]) }

  /// - Parameter offsets: one more than `changes`.
  init(changes: [Int64], offsets: [Int], rule: ZoneRule? = nil) {
    self.changes = changes
    self.offsets = offsets
    self.rule = rule
  }

  func stretch(at milliseconds: Int64) -> ZoneStretch {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let seconds = remainder < 0 ? quotient - 1 : quotient
    // The first change behind the moment.
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    let start = low > 0 ? changes[low - 1] * 1000 : .min
    if low == changes.count, let rule {
      let found = rule.stretch(at: seconds)
      return ZoneStretch(
        range: max(start, found.range.lowerBound)..<found.range.upperBound, offset: found.offset)
    }
    return ZoneStretch(
      range: start..<(low < changes.count ? changes[low] * 1000 : .max), offset: offsets[low])
  }
}
