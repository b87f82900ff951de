internal import MirrorLog

/// File counts that two files have had, as when a mirror was set up anew and counts from 1 again: what is
/// said of such a count is about one of the two, and lines about different ones do not contradict each
/// other.
struct RenumberedFiles {
  /// The counts, each with its names.
  private let names: [Int: Set<String>]
  private let tracks: [String: MemberTrack]
  private let pairings: [LogSource: String]

  init(_ context: MirrorContext) {
    names = Dictionary(grouping: context.files.pairings, by: \.fileCount)
      .mapValues { Set($0.map(\.name)) }
      .filter { _, names in
        guard let first = names.first else { return false }
        return names.contains { FigureChecks.severity(ofNames: first, $0) == .open }
      }
    let counts = names
    tracks = context.members.reduce(into: [:]) { $0[$1.name] = $1 }
    pairings = context.files.pairings.reduce(into: [:]) {
      if counts[$1.fileCount] != nil { $0[$1.event.source] = $1.name }
    }
  }

  /// A finding as an open question where it is about a count of two files, unless its lines are known to be
  /// about one of them.
  func weighed(_ finding: Finding) -> Finding {
    let isComparison =
      finding.code.restsOnOrder || finding.code == .beyondFileSize || finding.code == .sizesDiffer
    guard !names.isEmpty, finding.severity > .open, isComparison,
      let count = finding.positions.map(\.fileCount).first(where: { names[$0] != nil })
    else { return finding }
    let files = finding.lines.map { file(of: $0, count) }
    if let first = files.first, let first, files.allSatisfy({ $0 == first }) { return finding }
    return finding.opened(
      "#\(count) is the name of more than one file in these logs, and what is said of them differs: "
        + "\(finding.sentence); give the logs of one time alone")
  }

  /// The file that a line means by a count: the one that its log names before and behind it.
  private func file(of line: LogSource, _ count: Int) -> String? {
    if let name = pairings[line] { return name }
    guard let events = tracks[line.member]?.events,
      let place = events.firstIndex(where: { $0.source == line })
    else { return nil }
    func name(_ event: LogEvent) -> String? {
      event.kind.fileCount == count ? pairings[event.source] : nil
    }
    let before = events[..<place].reversed().lazy.compactMap(name).first
    let behind = events[place...].lazy.compactMap(name).first
    // Between two files it may mean either.
    return before == nil || behind == nil || before == behind ? before ?? behind : nil
  }
}
