internal import JournalIntegrity
internal import MirrorJournal
internal import MirrorLog

/// Files against each other, and against the takeover between them.
extension JournalChecks {
  /// The file against the one before it, from the same source.
  mutating func chain(_ copy: Copy, _ key: FileKey) {
    let before = copyBefore(copy, key)
    let journals = [before?.journal, copy.journal].compactMap { $0 }
    let found = ChainCheck(journals).findings.filter { reported.insert($0).inserted }
    for finding in found {
      // A crash leaves the file open in which it happened.
      let severity: Finding.Severity =
        switch finding.severity {
        case .note: .note
        case .warning: finding.kind == .unclosed ? .note : .warning
        case .error: .error
        }
      find(
        Finding.Code(finding.kind), severity, "\(finding.file): \(finding.message)", key,
        at: journals.map {
          MirrorPosition(fileCount: $0.header.mirrorFileCount, address: 0)
        }, file: finding.file)
    }
    guard let before, found.isEmpty else { return }
    confirm(
      "\(copy.name) follows \(before.name): counts, GUIDs and end agree", key, [],
      at: [MirrorPosition(fileCount: key.fileCount, address: 0)])
  }

  private func copyBefore(_ copy: Copy, _ key: FileKey) -> Copy? {
    guard let previous, previous.key.mirror == key.mirror,
      key.fileCount > previous.key.fileCount, key.fileCount - previous.key.fileCount == 1
    else { return nil }
    return previous.copies.first { $0.source == copy.source }
  }

  /// The file in which a takeover happened ends there, and the next one's header says so.
  mutating func takeOver(_ copy: Copy, _ key: FileKey, _ named: [NamedPosition]) {
    let header = copy.journal.header
    if let current = named.first(where: { $0.role == .currentAsOf }) { whole(copy, key, current) }
    for current in named where current.role == .currentAsOf && header.isClosed {
      let end = MirrorPosition(fileCount: key.fileCount, address: header.endAddress)
      if end == current.position {
        confirm(
          "\(copy.name) ends at \(end), where \(current.event.source.member) is current",
          key, [current], at: [end])
      } else if end > current.position, !isExplained(end, key.mirror) {
        differingEnds.formUnion([current.position, end])
        find(
          .endDiffers, .error,
          "\(current.event.source.member) is current as of \(current.position), and "
            + "\(copy.member.map { "\($0)'s copy " } ?? "")\(copy.journal.path) goes on to "
            + "\(end.address): \(end.address - current.position.address) bytes were never applied",
          key, [current], at: [current.position, end], file: copy.journal.path,
          bytesLost: end.address - current.position.address)
      }
    }
    let before = FileKey(mirror: key.mirror, fileCount: key.fileCount &- 1)
    // With the file itself at hand, the chain is compared with that.
    guard header.previousEnd != 0, copyBefore(copy, key)?.journal.header.isClosed != true else {
      return
    }
    for current in self.named[before] ?? [] where current.role == .currentAsOf {
      let end = MirrorPosition(fileCount: before.fileCount, address: header.previousEnd)
      if end == current.position {
        confirm(
          "\(copy.name) says that #\(before.fileCount) ends at \(end.address), where "
            + "\(current.event.source.member) is current",
          before, [current], at: [end])
      } else if !isExplained(end, key.mirror) {
        find(
          .previousEnd, .error,
          "\(copy.journal.path) says that #\(before.fileCount) ends at \(end.address), and "
            + "\(current.event.source.member) is current as of \(current.position)",
          before, [current], at: [current.position, end], file: copy.journal.path)
      }
    }
  }

  /// Every record of the file in which a takeover happened has to be readable: what cannot be read cannot
  /// be called applied. O(file).
  private mutating func whole(_ copy: Copy, _ key: FileKey, _ current: NamedPosition) {
    var first: Damage?
    try? copy.journal.forEachRecord(
      in: copy.journal.dataRange, readingAhead: true,
      damaged: { damage in
        if CutCopy.end(of: copy.journal, damage.range) == nil { first = first ?? damage }
      }
    ) { _ in }
    guard let first else { return }
    find(
      .journalDamaged, .open,
      "\(copy.journal.path), in which \(current.event.source.member) took over: \(first); what stood "
        + "there cannot be called applied; bring another member's copy",
      key, [current],
      at: [MirrorPosition(fileCount: key.fileCount, address: first.range.lowerBound)],
      file: copy.journal.path)
  }

  /// Whether the logs themselves already show that data up to this place were lost.
  private func isExplained(_ end: MirrorPosition, _ mirror: String?) -> Bool {
    isKnown(at: end, mirror) { ($0.bytesLost ?? 0) > 0 }
  }

  /// Members' copies of one file are the same file, and closed ones end at the same place.
  mutating func compare(_ copies: [Copy], _ key: FileKey) {
    guard let first = copies.first else { return }
    for other in copies.dropFirst() {
      let (a, b) = (first.journal.header, other.journal.header)
      let places = [a, b].map { MirrorPosition(fileCount: key.fileCount, address: $0.endAddress) }
      if a.guid != b.guid {
        find(
          .copiesDiffer, .error,
          "\(first.journal.path) is \(a.guid), \(other.journal.path) is \(b.guid): two files of one "
            + "name",
          key, file: other.journal.path)
      } else if a.isClosed, b.isClosed, a.endAddress != b.endAddress,
        !places.contains(where: { isExplained($0, key.mirror) }),
        differingEnds.isDisjoint(with: places)
      {
        find(
          .copiesDiffer, .error,
          "\(first.journal.path) ends at \(a.endAddress), \(other.journal.path) at \(b.endAddress)",
          key, at: places, file: other.journal.path)
      }
    }
  }
}
