internal import MirrorJournal
internal import MirrorLog

/// Each position against the journal.
extension JournalChecks {
  mutating func check(_ copy: Copy, _ key: FileKey, _ named: [NamedPosition]) {
    var good: [NamedPosition] = []
    for (position, group) in Dictionary(grouping: named, by: \.position)
      .sorted(by: { $0.key < $1.key })
    {
      do {
        let place = try JournalPlace(at: position.address, in: copy.journal)
        stand(place, position, copy, key)
        if judge(place, position, copy, key, group) { good += group }
      } catch {
        find(
          .journalUnreadable, .error, "\(copy.journal.path): \(error)", key, group, at: [position],
          file: copy.journal.path)
      }
    }
    let places = Set(good.map(\.position)).sorted()
    guard !places.isEmpty else { return }
    let addresses = places.map { "\($0.address)" }.joined(separator: ", ")
    confirm(
      "\(copy.name) holds a record's start or the data's end at \(addresses)", key, [],
      at: places)
  }

  /// Whether the position is one that a log can name; what is wrong becomes a finding.
  private mutating func judge(
    _ place: JournalPlace, _ position: MirrorPosition, _ copy: Copy, _ key: FileKey,
    _ named: [NamedPosition]
  ) -> Bool {
    let path = copy.journal.path
    func isKnown(_ code: Finding.Code) -> Bool {
      self.isKnown(at: position, key.mirror) { $0.code == code }
    }
    switch place {
    case .beginning, .record, .end, .afterRecord: return true
    case .inside, .nowhere:
      // A position that no record can have needs no journal to be wrong.
      if isKnown(.unaligned) { return false }
      var detail = "neither a record's start nor the data's end in \(path)"
      if case .inside(let record) = place {
        detail += ": it lies inside the \(record.words) at \(record.address)..<\(record.end)"
      }
      find(.noRecord, .error, "\(position) is \(detail)", key, named, at: [position], file: path)
    case .beyondEnd(let bytes):
      if isKnown(.beyondFileSize) { return false }
      find(
        .beyondFileSize, .error,
        "\(position) lies \(bytes) bytes beyond the end of the data in \(path)", key, named,
        at: [position], file: path)
    case .notYet(let bytes):
      find(
        .copyTooShort, .note,
        "\(path) is not closed and ends \(bytes) bytes before \(position): the copy may be older "
          + "than the log",
        key, named, at: [position], file: path)
    case .damaged(let damage) where CutCopy.end(of: copy.journal, damage.range) != nil:
      find(
        .copyTooShort, .note,
        "\(path) is not closed and ends in the block of \(position): the copy may be older than the log",
        key, named, at: [position], file: path)
    case .damaged(let damage):
      find(
        .journalDamaged, .warning, "\(position) cannot be checked in \(path): \(damage)", key,
        named,
        at: [position], file: path)
    }
    return false
  }

  private mutating func stand(
    _ place: JournalPlace, _ position: MirrorPosition, _ copy: Copy, _ key: FileKey
  ) {
    let kind: StandingRecord.Kind
    let record: NamedRecord?
    switch place {
    case .beginning(let first): (kind, record) = (.beginning, first)
    case .record(let found): (kind, record) = (.record, found)
    case .end(let last): (kind, record) = (.end, last)
    case .afterRecord(let last): (kind, record) = (.afterRecord, last)
    case .inside, .nowhere, .beyondEnd: (kind, record) = (.nothing, nil)
    case .notYet, .damaged: return
    }
    standing.append(
      StandingRecord(
        mirror: key.mirror, position: position, journal: copy.journal.path, kind: kind,
        recordAddress: record?.address, recordType: record?.type.name,
        reference: record?.reference, isInTransaction: record?.isInTransaction ?? false))
  }
}
