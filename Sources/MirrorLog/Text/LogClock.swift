public import MirrorJournal

/// The zone of a member's clock, and the one that its times are shown in. For display only: stamps of two
/// members are never compared.
public struct LogClock: Sendable, Hashable {
  /// What the member's clock shows.
  public let zone: ClockZone
  /// What times are shown in.
  public let shown: ClockZone

  /// A clock of `zone`, shown as it is or in another zone.
  public init(_ zone: ClockZone, shownIn shown: ClockZone? = nil) {
    self.zone = zone
    self.shown = shown ?? zone
  }

  /// The stamp as a clock of the zone shown would have printed it, and its distance from UTC in seconds; the
  /// stamp as it is, and nil, where it has no year, or where the member's clock showed that time twice or never.
  public func shown(_ stamp: LogStamp) -> (stamp: LogStamp, offset: Int?) {
    // A second of 60 is the beginning of the next minute.
    guard let year = stamp.year,
      let local = Timestamp(
        year: year, month: Int(stamp.month), day: Int(stamp.day), hour: Int(stamp.hour),
        minute: Int(stamp.minute), second: min(59, Int(stamp.second)),
        millisecond: stamp.millisecond ?? 0)
    else { return (stamp, zone == shown ? fixedOffset : nil) }
    let moments = zone.moments(showing: local.milliseconds)
    guard moments.count == 1, let moment = moments.first else { return (stamp, nil) }
    let stretch = shown.stretch(at: moment)
    if shown == zone { return (stamp, stretch.offset) }
    let civil = Timestamp(milliseconds: stretch.local(moment)).civil
    let converted = LogStamp(
      year: civil.year, month: civil.month, day: civil.day, hour: civil.hour, minute: civil.minute,
      second: civil.second + (stamp.second == 60 ? 1 : 0),
      millisecond: stamp.millisecond == nil ? nil : civil.millisecond)
    return converted.map { ($0, stretch.offset) } ?? (stamp, nil)
  }

  /// The distance from UTC of a zone whose clocks are never changed.
  private var fixedOffset: Int? {
    let stretch = zone.stretch(at: Timestamp(milliseconds: 0))
    return stretch.range == Int64.min..<Int64.max ? stretch.offset : nil
  }

  /// ISO 8601 with the distance from UTC, without it where `shown(_:)` knows none.
  public func text(_ stamp: LogStamp) -> String {
    let (shown, offset) = shown(stamp)
    return offset.map { shown.text(zone: $0) } ?? shown.description
  }
}

/// The clocks of all members.
public struct LogClocks: Sendable, Hashable {
  /// By the members' names.
  public var byMember: [String: LogClock]
  /// Of all others; nil when their zone is not known.
  public var others: LogClock?

  /// No zone is known.
  public static let unknown = LogClocks()

  public init(_ byMember: [String: LogClock] = [:], others: LogClock? = nil) {
    self.byMember = byMember
    self.others = others
  }

  /// The clock of the member called `name`.
  public subscript(name: String) -> LogClock? { byMember[name] ?? others }

  /// What is known of the clocks of `members`, in a line; nil when nothing is.
  package func heading(_ members: [String]) -> String? {
    let known = members.compactMap { name in self[name].map { (name, $0) } }
    guard !known.isEmpty else { return nil }
    let locals = known.map { "\($0.0) \($0.1.zone.name)" }.joined(separator: ", ")
    guard let shown = others?.shown else { return "Local times: \(locals)" }
    return "Times in \(shown.name); local times: \(locals)"
  }
}
