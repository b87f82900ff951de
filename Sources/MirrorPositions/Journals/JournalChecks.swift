internal import JournalIntegrity
internal import MirrorJournal
internal import MirrorLog

/// The checks of one mirror journal file after the other.
struct JournalChecks {
  var journals: MirrorJournals
  var findings: [Finding] = []
  /// The places of which it is told that a copy goes on behind a takeover, in the file at hand.
  var differingEnds: Set<MirrorPosition> = []
  private(set) var confirmations: [Confirmation] = []
  var standing: [StandingRecord] = []

  /// A source's copy that can be used.
  struct Copy {
    let source: Int
    let member: String?
    let journal: Journal

    /// `UBUNTU's MIRROR-M-20240709.007`, for sentences that need no path.
    var name: String { (member.map { "\($0)'s " } ?? "") + lastComponent(journal.path) }
  }

  /// True once a file that the logs name is in a directory.
  private var hasFound = false
  /// What the logs themselves show, by place.
  private let known: [Place: [Finding]]
  let named: [FileKey: [NamedPosition]]
  /// The copies of the file before, and which file that was.
  var previous: (key: FileKey, copies: [Copy])?
  /// Chains of two files share findings about one of them.
  var reported: Set<IntegrityFinding> = []

  struct FileKey: Hashable {
    let mirror: String?
    let fileCount: Int
  }

  init(_ positions: MirrorPositions, _ journals: MirrorJournals) {
    self.journals = journals
    known = Self.byPlace(positions.findings)
    // Where the two figures of one offset differ, that is the finding.
    named = Dictionary(grouping: positions.namedPositions.filter(\.offset.isConsistent)) {
      FileKey(mirror: $0.mirror, fileCount: $0.position.fileCount)
    }
  }

  /// A place in a file of a mirror.
  private struct Place: Hashable {
    let mirror: String?
    let position: MirrorPosition
  }

  private static func byPlace(_ findings: [Finding]) -> [Place: [Finding]] {
    findings.reduce(into: [:]) { known, finding in
      for position in Set(finding.positions) {
        known[Place(mirror: finding.mirror, position: position), default: []].append(finding)
      }
    }
  }

  /// Whether a finding of the logs about a place is such a one.
  func isKnown(
    at position: MirrorPosition, _ mirror: String?, _ isSuch: (Finding) -> Bool
  ) -> Bool {
    known[Place(mirror: mirror, position: position)]?.contains(where: isSuch) ?? false
  }

  /// When none of the files that the logs name is in any directory: these are other journals.
  var nothingFound: Finding? {
    guard !hasFound, let first = findings.first(where: { $0.code == .journalMissing }) else {
      return nil
    }
    return Finding(
      .journalsNotFound, journals.isGiven ? .open : .note,
      "none of the journals that the logs name is in the directories given; bring those of this "
        + "mirror and these days", lines: first.lines, positions: first.positions,
      mirror: first.mirror)
  }

  /// Files come in the order of mirrors and file counts.
  mutating func take(_ timeline: MirrorFileTimeline) {
    let key = FileKey(mirror: timeline.mirror, fileCount: timeline.fileCount)
    let named = named[key] ?? []
    let found = journals.copies(
      fileCount: key.fileCount, path: timeline.path, mirror: key.mirror)
    if !found.isEmpty { hasFound = true }
    if found.isEmpty, !named.isEmpty {
      find(
        .journalMissing, .note,
        "no directory holds #\(key.fileCount), whose positions are not checked",
        key, named, file: timeline.path)
    }
    for copy in found {
      guard case .success(.unknownLayout(let storage)) = copy.file else { continue }
      let own = named.filter { concerns($0, copy.member, found.map(\.member)) }
      checkUnread(copy, storage, key, own)
    }
    let copies = found.compactMap { usable($0, key, named) }
    for copy in copies {
      check(copy, key, named.filter { concerns($0, copy, copies) })
      chain(copy, key)
      takeOver(copy, key, named)
    }
    compare(copies, key)
    previous = (key, copies)
    differingEnds = []
  }

  /// The copy, unless it cannot be read or is of another file.
  mutating func usable(
    _ copy: MirrorJournals.Copy, _ key: FileKey, _ named: [NamedPosition]
  ) -> Copy? {
    let journal: Journal
    switch copy.journal {
    case .success(let opened): journal = opened
    case .failure(let error) where error.code == .unknownLayout: return nil
    case .failure(let error):
      find(
        .journalUnreadable, .error, "\(error)", key, named, file: copy.path)
      return nil
    }
    let count = journal.header.mirrorFileCount
    guard count == key.fileCount || count == 0 else {
      find(
        .nameDiffers, .error,
        "the logs call \(journal.path) #\(key.fileCount), its header says #\(count)", key, named,
        file: journal.path)
      return nil
    }
    for damage in journal.structuralDamage {
      if CutCopy.end(of: journal, damage.range) != nil {
        find(
          .copyTooShort, .note,
          "\(journal.path) ends inside its last block: it was being written when it was copied",
          key,
          named, file: journal.path)
        continue
      }
      find(.journalDamaged, .warning, "\(journal.path): \(damage)", key, named, file: journal.path)
    }
    for tail in StructureFindings.of(journal) where tail.kind == .headerTail {
      find(
        .journalDamaged, .warning, "\(journal.path): \(tail.message)", key, named,
        file: journal.path)
    }
    return Copy(source: copy.source, member: copy.member, journal: journal)
  }

  /// A member's positions are places in its own copy; where it has none, in any.
  func concerns(_ named: NamedPosition, _ copy: Copy, _ all: [Copy]) -> Bool {
    concerns(named, copy.member, all.map(\.member))
  }

  /// The same for a copy of `owner` among those of `all`.
  func concerns(_ named: NamedPosition, _ owner: String?, _ all: [String?]) -> Bool {
    guard let owner, owner != named.event.source.member else { return true }
    return !all.contains { $0 == nil || $0 == named.event.source.member }
  }

  mutating func find(
    _ code: Finding.Code, _ severity: Finding.Severity, _ sentence: String, _ key: FileKey,
    _ named: [NamedPosition] = [], at positions: [MirrorPosition]? = nil, file: String?,
    bytesLost: Int? = nil
  ) {
    findings.append(
      Finding(
        code, severity, sentence, lines: named.map(\.event.source),
        positions: positions ?? [MirrorPosition(fileCount: key.fileCount, address: 0)],
        mirror: key.mirror, file: file, bytesLost: bytesLost))
  }

  mutating func confirm(
    _ sentence: String, _ key: FileKey, _ named: [NamedPosition], at positions: [MirrorPosition]
  ) {
    confirmations.append(
      Confirmation(
        sentence, lines: named.map(\.event.source), positions: positions, mirror: key.mirror))
  }
}
