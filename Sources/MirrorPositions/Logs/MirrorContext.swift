internal import JournalCompression
internal import MirrorJournal
internal import MirrorLog

/// One mirror as the logs of its members show it: what the checks read.
struct MirrorContext {
  /// Nil when no line names the mirror.
  let mirror: String?
  let members: [MemberTrack]
  let files: JournalNames
  let named: [NamedPosition]
  /// The same by file count.
  let namedByFile: [Int: [NamedPosition]]
  /// The changes of primary that each member's log shows.
  let changes: [String: [PrimaryChange]]
  /// The lines with which members lost their primary, where none says what came of it.
  let silences: [String: LogEvent]
  /// The files that each member is known to have written as primary, and those in which it took over,
  /// sorted; those that it began, as they come.
  private let written: [String: (files: [Int], takeOvers: [Int], begun: [Int])]

  init(mirror: String?, members: [MemberTrack]) {
    let files = JournalNames(members)
    self.mirror = mirror
    self.members = members
    self.files = files
    named = members.flatMap { NamedPosition.all(of: $0, mirror: mirror, files: files) }
    namedByFile = Dictionary(grouping: named, by: \.position.fileCount)
    let walks = members.map { (name: $0.name, walk: PrimaryWalk($0, files)) }
    changes = walks.reduce(into: [:]) { $0[$1.name] = $1.walk.changes }
    silences = walks.reduce(into: [:]) { $0[$1.name] = $1.walk.silence }
    written = members.reduce(into: [:]) { written, member in
      let served = member.served.filter { !$0.isOlderFile }.map(\.connection.fileCount)
      let begun = Self.begun(by: member, files)
      written[member.name] = (
        (served + begun).sorted(), member.takeOvers.map(\.fileCount).sorted(), begun
      )
    }
  }

  /// The member that a printed name means, other than `observer`. Where two logs of failover members
  /// are given and the observer mentions only one name, it is the other log, whatever names the
  /// caller gave them; where the observer names nobody, it is the one other failover member.
  func member(_ printed: String?, not observer: String) -> MemberTrack? {
    let others = members.filter { $0.name != observer }
    if let printed {
      if let known = others.first(where: { $0.printedName.map { same(printed, $0) } ?? false }) {
        return known
      }
      // Whom another log calls by another name is somebody else.
      let match = others.first {
        $0.printedName == nil && MemberNames.matches(printed, $0.name)
      }
      if let match { return match }
      // No log names its own member.
      let unknown = others.filter {
        $0.printedName == nil && !$0.isNamed && !$0.isAsync
          && !$0.mentioned.contains(printed)
      }
      let mentioned = members.first { $0.name == observer }?.mentioned ?? []
      let known = Set(mentioned.map(MemberNames.host))
      return members.count == 2 && known.count < 2 ? unknown.first : nil
    }
    let partners = others.filter { !$0.isAsync }
    return partners.count == 1 ? partners.first : nil
  }

  /// The member whose log shows that it was primary before a takeover.
  func memberBefore(_ takeOver: Int, of new: MemberTrack) -> MemberTrack? {
    members.first { old in
      old.name != new.name
        && (changes[old.name] ?? []).contains { change in
          guard change.old.isMe, case .other(let name) = change.new else { return false }
          return change.isTakeOver(takeOver, of: new)
            && member(name, not: old.name)?.name == new.name
        }
    }
  }

  /// Whether a member's log shows it as the primary of a file and of a later one, and no takeover
  /// between the two. O(log n).
  func wrote(_ member: MemberTrack, _ first: Int, _ last: Int) -> Bool {
    guard let counts = written[member.name] else { return false }
    let place = counts.files.partition(by: first)
    guard place > 0, place < counts.files.count, counts.files[place] <= last else { return false }
    let (low, high) = (counts.files[place - 1], counts.files[counts.files.partition(by: last) - 1])
    // The first takeover in `low` or behind it.
    let takeOver = low == .min ? 0 : counts.takeOvers.partition(by: low - 1)
    return takeOver == counts.takeOvers.count || counts.takeOvers[takeOver] >= high
  }

  /// Whether a member took over in a file. O(log n).
  func tookOver(_ member: MemberTrack, in count: Int) -> Bool {
    guard let counts = written[member.name]?.takeOvers else { return false }
    let place = counts.partition(by: count)
    return place > 0 && counts[place - 1] == count
  }

  /// The files that a member began to write, by its takeovers and where journaling was switched.
  func begun(by member: MemberTrack) -> [Int] { written[member.name]?.begun ?? [] }

  private static func begun(by member: MemberTrack, _ files: JournalNames) -> [Int] {
    let switched = member.events.compactMap { event -> Int? in
      guard case .journalFile(.switched, let path) = event.kind else { return nil }
      return files.count(of: path)
    }
    return member.takeOvers.filter { $0.fileCount < .max }.map { $0.fileCount + 1 } + switched
  }

  private func same(_ printed: String, _ label: String) -> Bool {
    printed.lowercased() == label.lowercased()
      || MemberNames.host(printed).lowercased() == label.lowercased()
  }

  /// One context per mirror that the logs name. Lines that name no mirror belong to the one of which
  /// their process wrote before; what is left, to the one in which their member is a failover member.
  static func contexts(of logs: MirrorLogs) -> [MirrorContext] {
    let mirrors = Set(logs.members.flatMap { $0.events.compactMap(\.kind.mirror) }).sorted()
    if mirrors.count < 2 {
      let tracks = logs.members.map { MemberTrack($0, events: $0.events) }
      return systems(tracks).map { MirrorContext(mirror: mirrors.first, members: $0) }
    }
    let split = logs.members.map { member in
      MirrorSplit(member.events, mirrors: Set(mirrors)).events
    }
    return (mirrors + [nil]).flatMap { mirror -> [MirrorContext] in
      let tracks = zip(logs.members, split).compactMap { member, events in
        events[mirror].map { MemberTrack(member, events: $0) }
      }
      return tracks.isEmpty
        ? [] : systems(tracks).map { MirrorContext(mirror: mirror, members: $0) }
    }
  }
}

extension [Int] {
  /// How many of a sorted array's elements are at most `limit`. O(log n).
  func partition(by limit: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension LogEventKind {
  /// The mirror file count that the message names.
  var fileCount: Int? {
    switch self {
    case .applying(_, _, let at, _), .clientStarting(_, _, let at): at.fileCount
    case .retrieving(let count, _, _, _), .currentAsOf(_, let count),
      .dejournalStuck(_, _, let count), .headerUnreadable(_, let count):
      count
    case .serverConnection(let connection): connection.fileCount
    default: nil
    }
  }
}

/// Which names and sizes belong to which mirror file counts.
struct JournalNames {
  /// One statement that a name and a count belong together.
  struct Pairing {
    let event: LogEvent
    let name: String
    let path: String
    let fileCount: Int
  }

  private(set) var pairings: [Pairing] = []
  private var byCount: [Int: [Pairing]] = [:]
  private var counts: [String: Int] = [:]
  /// Of the compressions of each name, the one with the largest size.
  private var largest: [String: (bytes: Int, event: LogEvent)] = [:]
  private var paths: [Int: String] = [:]
  /// Every compression of a mirror journal file, by the file's name.
  private(set) var compressions: [String: [(event: LogEvent, printed: PrintedCompression)]] = [:]

  init(_ tracks: [MemberTrack]) {
    for track in tracks {
      for event in track.events {
        switch event.kind {
        case .applying(_, _, let position, let path): pair(event, path, position.fileCount)
        case .clientStarting(_, let file, let position): pair(event, file, position.fileCount)
        case .headerUnreadable(let path, let count): pair(event, path, count)
        default: break
        }
      }
    }
    for track in tracks {
      for event in track.events {
        guard case .compressed(let printed) = event.kind else { continue }
        let name = JournalNames.key(printed.line.path)
        // Local journals have the same names on every member and nothing else in common.
        guard counts[name] != nil || name.hasPrefix("MIRROR-") else { continue }
        compressions[name, default: []].append((event, printed))
        let size = printed.line.from
        if largest[name].map({ $0.bytes < size }) ?? true { largest[name] = (size, event) }
      }
    }
  }

  /// A file's name without its directory and without the `z` of a compressed one.
  static func key(_ path: String) -> String {
    let name = lastComponent(path)
    guard name.hasSuffix("z"), name.dropLast().last?.isNumber == true else { return name }
    return String(name.dropLast())
  }

  func count(of path: String) -> Int? { counts[JournalNames.key(path)] }

  /// A path as a line printed it, preferred to a bare name.
  func path(of count: Int) -> String? { paths[count] }

  func name(of count: Int) -> String? { paths[count].map { JournalNames.key($0) } }

  /// The uncompressed size that compression lines print, in bytes, and one such line.
  func size(of count: Int) -> (bytes: Int, event: LogEvent)? {
    name(of: count).flatMap { largest[$0] }
  }

  /// The statements about one count, in their order.
  func pairings(of count: Int) -> [Pairing] { byCount[count] ?? [] }

  private mutating func pair(_ event: LogEvent, _ path: String, _ count: Int) {
    let name = JournalNames.key(path)
    let pairing = Pairing(event: event, name: name, path: path, fileCount: count)
    pairings.append(pairing)
    byCount[count, default: []].append(pairing)
    if counts[name] == nil { counts[name] = count }
    if paths[count].map({ !$0.contains("/") && !$0.contains("\\") }) ?? true {
      paths[count] = path
    }
  }
}
