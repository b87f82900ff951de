internal import MirrorJournal

/// Numbers in the header that go with what the listing shows.
extension FieldFinder {
  /// Job and database: numbers that go with a process and a directory.
  mutating func findLabelled() {
    switch labels(taken).search(
      widths: [4, 2, 1], label: { $0.process ?? $0.jobID.map { "\($0)" } })
    {
    case .failure(let reason): evidence.append(.unknown("record.jobID", reason.text))
    case .success(let found):
      layout.record.jobID = found.field
      take(found.field)
      processes = found.labels
      let equal = found.labels.filter { Int($0.value) == Int(clamping: $0.key) }.count
      layout.record.jobIsProcess = equal * 10 >= found.labels.count * 8
      evidence.append(
        FieldEvidence(
          "record.jobID", place(found.field), support: found.support,
          contradictions: found.contradictions, rival: found.rival,
          note: layout.record.jobIsProcess
            ? "it is the process id" : "\(found.labels.count) jobs, each one process"))
    }
    switch labels(taken).search(widths: [4, 2, 1], label: \.database) {
    case .failure(let reason): evidence.append(.unknown("record.sfn", reason.text))
    case .success(let found):
      layout.record.sfn = found.field
      take(found.field)
      databases = found.labels
      evidence.append(
        FieldEvidence(
          "record.sfn", place(found.field), support: found.support,
          contradictions: found.contradictions, rival: found.rival,
          note: "\(found.labels.count) databases"))
    }
  }

  /// Fields that equal a number of the listing.
  mutating func findNumbers() {
    let searches: [(String, [Int], WritableKeyPath<RecordLayout, Field>, (ListedRecord) -> Int?)] =
      [
        (
          "record.valueCount", [1], \.valueCount,
          {
            $0.name != nil || $0.hasHashedNode ? $0.valueCount : nil
          }
        ),
        ("record.remoteSystemID", [4], \.remoteSystemID, { $0.remoteSystem }),
        ("record.collation", [1], \.collation, { $0.collation }),
      ]
    for (name, widths, path, number) in searches {
      let search = NumberSearch(
        table: table, matched: matched, taken: taken, limit: headerLimit, isBigEndian: isBigEndian)
      switch search.search(widths: widths, number: { number($0.listed) }) {
      case .failure(let reason): evidence.append(.unknown(name, reason.text))
      case .success(let found):
        layout.record[keyPath: path] = found.field
        take(found.field)
        report(name, found)
      }
    }
  }
}
