internal import JournalIntegrity
internal import MirrorJournal
internal import MirrorLog

/// The work of comparing two members' copies, file by file.
struct CopyComparer {
  let left: MemberJournals
  let right: MemberJournals
  let trustsChecksums: Bool
  private(set) var rows: [CopyComparison.Row] = []
  private(set) var findings: [Finding] = []
  private(set) var commonEnds: [String: MirrorPosition] = [:]

  init(_ left: MemberJournals, _ right: MemberJournals, trustsChecksums: Bool) {
    self.left = left
    self.right = right
    self.trustsChecksums = trustsChecksums
  }

  mutating func run() {
    for side in [left, right] {
      for error in side.errors {
        find(.journalUnreadable, .error, "\(error)", nil, file: error.file)
      }
      for finding in side.chainFindings() { take(finding, side) }
      for finding in side.structureFindings() { take(finding, side) }
    }
    for key in Set(left.journals.keys).union(right.journals.keys).sorted() {
      let row = compare(key)
      rows.append(row)
      judge(row)
    }
    for mirror in Set(rows.map(\.mirror)) { commonEnds[mirror] = commonEnd(mirror) }
  }

  private mutating func take(_ finding: IntegrityFinding, _ side: MemberJournals) {
    let severity: Finding.Severity =
      switch (finding.kind, finding.severity) {
      // A crash leaves the file open in which it happened.
      case (.unclosed, _), (_, .note): .note
      // What is not there can neither agree nor differ.
      case (.missingFile, _): .open
      case (_, .warning): .warning
      case (_, .error): .error
      }
    let key = side.journals.first { $0.value.path == finding.file }?.key
    find(
      Finding.Code(finding.kind), severity, "\(finding.file): \(finding.message)", key,
      file: finding.file)
  }

  // MARK: One file

  private func compare(_ key: MemberJournals.Key) -> CopyComparison.Row {
    let (a, b) = (left.journals[key], right.journals[key])
    let ends = [a, b].map { journal in journal.flatMap { try? $0.endOfRecords() } }
    var relation = CopyComparison.Relation.same
    var difference: CopyComparison.Difference?
    var damage: CopyComparison.Break?
    var common: JournalAddress?
    switch (a, b) {
    case (let a?, let b?):
      (relation, difference, common) = compare(a, b, ends[0], ends[1])
      if relation == .unreadable {
        damage = firstBreak(a, b)
        common = damage?.address
      }
    case (nil, _): relation = .onlyRight
    case (_, nil): relation = .onlyLeft
    }
    let name = lastComponent((a ?? b)?.path ?? "")
    return CopyComparison.Row(
      mirror: key.mirror, fileCount: key.fileCount,
      name: name.hasSuffix("z") ? String(name.dropLast()) : name, leftEnd: ends[0],
      rightEnd: ends[1], leftIsClosed: a?.header.isClosed, rightIsClosed: b?.header.isClosed,
      relation: relation, difference: difference, damage: damage, commonEnd: common)
  }

  private func compare(
    _ a: Journal, _ b: Journal, _ endA: JournalAddress?, _ endB: JournalAddress?
  ) -> (CopyComparison.Relation, CopyComparison.Difference?, JournalAddress?) {
    if !a.header.guid.isZero, !b.header.guid.isZero, a.header.guid != b.header.guid {
      return (.otherFile, nil, nil)
    }
    guard let endA, let endB,
      let result = try? IntegrityCheck.compare(a, b, limit: 1, trustsChecksums: trustsChecksums)
    else { return (.unreadable, nil, nil) }
    // A copy of a file that is being written ends anywhere; what it has of its last block counts.
    let cuts = result.damage.map { damage in
      [a, b].lazy.compactMap { Self.cutEnd(of: $0, damage) }.first
    }
    guard cuts.allSatisfy({ $0 != nil }), [a, b].allSatisfy({ lost($0) == nil }) else {
      return (.unreadable, nil, nil)
    }
    func end(_ journal: Journal, _ end: JournalAddress) -> JournalAddress {
      zip(result.damage, cuts).filter { $0.0.file == journal.path }.compactMap(\.1).min()
        .map { min($0, end) } ?? end
    }
    let (left, right) = (end(a, endA), end(b, endB))
    let shorter = min(left, right)
    guard let first = result.differences.first, first.address < shorter else {
      let relation: CopyComparison.Relation =
        left == right ? .same : left > right ? .leftLonger : .rightLonger
      return (relation, nil, shorter)
    }
    return (
      .differs,
      CopyComparison.Difference(
        address: first.address, type: first.type.name, reference: first.global,
        fields: first.fields), first.address
    )
  }

  /// What is not there of a file that names an end.
  private func lost(_ journal: Journal) -> Damage? {
    journal.structuralDamage.first {
      $0.kind == .truncated && CutCopy.end(of: journal, $0.range) == nil
    }
  }

  /// Where a copy ends that was made while its file grew: the record that cannot be read stands in the
  /// last block, which is not there to its end.
  private static func cutEnd(
    of journal: Journal, _ damage: IntegrityFinding
  ) -> JournalAddress? {
    damage.file == journal.path ? CutCopy.end(of: journal, damage.range) : nil
  }

  /// Where the first of two copies cannot be read, and the last record before that.
  private func firstBreak(_ a: Journal, _ b: Journal) -> CopyComparison.Break? {
    guard let result = try? IntegrityCheck.compare(a, b, limit: 1) else { return nil }
    let structural = [a, b].compactMap { journal in
      lost(journal).map { IntegrityFinding($0, in: journal.path) }
    }
    let first = (result.damage + structural).compactMap { finding in
      finding.range.map { (finding: finding, address: $0.lowerBound) }
    }.min { $0.address < $1.address }
    guard let first else { return nil }
    let isLeft = first.finding.file == a.path
    let last = try? a.recordAddress(before: first.address)
    let record = last.flatMap { last in try? NamedRecord(at: last, in: a) }
    return CopyComparison.Break(
      directory: isLeft ? left.directory : right.directory, address: first.address,
      reason: first.finding.message,
      lastRecord: record.map { "\($0.words) at \($0.address)" })
  }

  // MARK: What follows

  private mutating func judge(_ row: CopyComparison.Row) {
    let key = MemberJournals.Key(mirror: row.mirror, fileCount: row.fileCount)
    switch row.relation {
    case .same: break
    case .leftLonger, .rightLonger:
      // An active file's copy may be behind; a closed one's ends where the file ends.
      guard row.leftIsClosed == true, row.rightIsClosed == true, let a = row.leftEnd,
        let b = row.rightEnd
      else { break }
      find(
        .copiesDiffer, .error,
        "#\(row.fileCount) is closed in both directories and ends at \(a) in \(left.directory), at "
          + "\(b) in \(right.directory)", key, at: [a, b])
    case .differs:
      let place = row.difference.map { difference in
        "at \(difference.address), a \(difference.type)"
          + (difference.reference.map { " of \($0)" } ?? "")
      }
      find(
        .copiesDiffer, .error, "the copies of #\(row.fileCount) first differ \(place ?? "")", key,
        at: row.difference.map { [$0.address] } ?? [])
    case .otherFile:
      find(
        .copiesDiffer, .error, "#\(row.fileCount) is not the same file in both directories", key)
    case .unreadable:
      guard let damage = row.damage else {
        find(
          .journalUnreadable, .error, "a copy of #\(row.fileCount) cannot be read to its end", key)
        break
      }
      find(
        .journalUnreadable, .error,
        "the copy of #\(row.fileCount) in \(damage.directory) cannot be read from "
          + "\(damage.address) on"
          + (damage.lastRecord.map { ", after the \($0)" } ?? "")
          + ": \(damage.reason)", key, at: [damage.address])
    case .onlyLeft, .onlyRight: break
    }
  }

  /// From the first file that both have, up to where they stop agreeing.
  private func commonEnd(_ mirror: String) -> MirrorPosition? {
    var end: MirrorPosition?
    var last: Int?
    for row in rows where row.mirror == mirror {
      guard row.leftEnd != nil, row.rightEnd != nil else {
        if end != nil { return end }
        continue
      }
      if let last, row.fileCount - last != 1 { return end }
      guard let common = row.commonEnd else { return end }
      end = MirrorPosition(fileCount: row.fileCount, address: common)
      if row.relation != .same { return end }
      last = row.fileCount
    }
    return end
  }

  private mutating func find(
    _ code: Finding.Code, _ severity: Finding.Severity, _ sentence: String,
    _ key: MemberJournals.Key?, at addresses: [JournalAddress] = [0], file: String? = nil
  ) {
    findings.append(
      Finding(
        code, severity, sentence, lines: [],
        positions: key.map { key in
          addresses.map { MirrorPosition(fileCount: key.fileCount, address: $0) }
        } ?? [], mirror: key?.mirror, file: file))
  }
}
