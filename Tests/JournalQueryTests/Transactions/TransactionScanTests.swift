import Foundation
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Transactions across files")
struct TransactionScanTests {
  private func level(
    _ type: RecordType, _ level: UInt32, job: UInt32 = 1, system: UInt32 = 0x4000_0000
  )
    -> RecordContent
  {
    RecordContent(
      type, .level(level), isInTransaction: type != .rollback, jobID: job, remoteSystemID: system)
  }

  private func set(_ node: String, job: UInt32 = 1, system: UInt32 = 0x4000_0000) throws
    -> RecordContent
  {
    var content = try RecordContent.node(.set, node, ["x"], inTransaction: true, job: job)
    content.remoteSystemID = system
    return content
  }

  private func list(_ journals: [Journal], _ filter: RecordFilter = .all) throws
    -> [JournalTransaction]
  {
    try TransactionScan(filter: filter).list(journals, damaged: { damage, _ in throw damage })
      .transactions
  }

  private struct Told {
    var bench: Workbench
    var journals: [Journal]
    var addresses: [String: Int]
  }

  /// Two files with interleaved jobs.
  private func story() throws -> Told {
    let bench = try Workbench()
    var addresses: [String: Int] = [:]
    let first = try bench.writer("20240709.001")
    addresses["old"] = try first.append(set("^A(0)", job: 9))
    try first.append(level(.commitTransaction, 1, job: 9))
    addresses["one"] = try first.append(level(.beginTransaction, 1))
    addresses["two"] = try first.append(level(.beginTransaction, 1, job: 2))
    try first.append(set("^A(1)"))
    try first.append(set("^B(1)", job: 2))
    try first.append(.node(.set, "^C(1)", ["outside"]))
    try first.append(level(.rollback, 1, job: 2))
    // The same job number on another system is another job.
    addresses["remote"] = try first.append(level(.beginTransaction, 1, system: 7))
    try first.append(set("^R", system: 7))
    try first.close()
    let second = try bench.writer("20240709.002") { $0.fileCount = 8 }
    second.time = Timestamp(milliseconds: second.time.milliseconds + 61_500)
    try second.append(level(.beginLevel, 2))
    try second.append(set("^A(2)"))
    try second.append(level(.commitPendingLevel, 2))
    addresses["oneEnd"] = try second.append(level(.commitTransaction, 1))
    addresses["lost"] = try second.append(level(.beginTransaction, 1, job: 3))
    try second.append(set("^L", job: 3))
    addresses["three"] = try second.append(level(.beginTransaction, 1, job: 3))
    try second.append(set("^A(3)", job: 3))
    try second.append(level(.commitLevel, 1, job: 3))
    try second.close()
    return Told(
      bench: bench,
      journals: [try bench.journal("20240709.001"), try bench.journal("20240709.002")],
      addresses: addresses)
  }

  @Test("Records belong to the transaction of their job and system, over files")
  func grouping() throws {
    let told = try story()
    let found = try list(told.journals)
    let starts = ["old", "one", "two", "remote", "lost", "three"]
    #expect(found.map(\.start.address) == starts.map { told.addresses[$0] })
    #expect(
      found.map(\.state) == [.committed, .committed, .rolledBack, .open, .unfinished, .committed])
    #expect(found.map(\.records) == [2, 6, 3, 2, 2, 3])
    #expect(found.map(\.hasBeginning) == [false, true, true, true, true, true])
    #expect(found.map(\.deepestLevel) == [1, 2, 1, 1, 1, 1])
    let one = found[1]
    #expect(one.start.file == 0 && one.end.file == 1)
    #expect(one.end.address == told.addresses["oneEnd"])
    #expect(one.duration == 61_500)
    #expect(one.sets == 2 && one.kills == 0)
    #expect(one.processID == 4711)
    #expect(found[3].remoteSystemID == 7)
  }

  @Test("The summary names what keeps files from being purged")
  func summary() throws {
    let told = try story()
    let result = try TransactionScan().list(
      told.journals, order: .duration, limit: 1, damaged: { damage, _ in throw damage })
    #expect(result.transactions.map(\.start.address) == [told.addresses["one"]])
    #expect(result.left == 5)
    #expect(result.summary.total == 6 && result.summary.open == 1)
    #expect(result.summary.oldestOpen?.start.address == told.addresses["remote"])
    let printer = TransactionPrinter(format: .text, files: told.journals.map(\.path))
    var text = TextBuffer()
    printer.append(result.summary, left: result.left, to: &text)
    #expect(text.string.contains("begins at 1:\(told.addresses["remote"] ?? 0) and keeps"))
  }

  @Test("A filter takes whole transactions by one of their records")
  func filters() throws {
    let told = try story()
    let found = try list(told.journals, .global(try GlobalPattern("^A(2)")))
    #expect(found.map(\.start.address) == [told.addresses["one"]])
    #expect(found.map(\.records) == [6])
    let last = try list(told.journals, .types([.commitLevel]))
    #expect(last.map(\.start.address) == [told.addresses["three"]])
  }

  @Test("The transaction of a record and its records, across files")
  func showing() throws {
    let told = try story()
    let scan = TransactionScan()
    let address = try #require(told.addresses["oneEnd"])
    let one = try #require(try scan.transaction(at: address, file: 1, in: told.journals))
    #expect(one.start.address == told.addresses["one"])
    var types: [RecordType] = []
    try scan.forEachRecord(of: one, in: told.journals, damaged: { damage, _ in throw damage }) {
      types.append($1.type)
    }
    #expect(
      types == [
        .beginTransaction, .set, .beginLevel, .set, .commitPendingLevel, .commitTransaction,
      ])
    let remote = try #require(told.addresses["remote"])
    let open = try scan.transaction(at: remote, file: 0, in: told.journals)
    #expect(open?.state == .open)
    #expect(throws: JournalError.self) {
      try scan.transaction(at: address + 4, file: 1, in: told.journals)
    }
    var outside: Int?
    try told.journals[0].forEachRecord(damaged: { throw $0 }) {
      if $0.type == .set, !$0.isInTransaction { outside = $0.address }
    }
    let alone = try #require(outside)
    #expect(try scan.transaction(at: alone, file: 0, in: told.journals) == nil)
  }

  @Test("A transaction that was open where data are lost says so")
  func gaps() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(level(.beginTransaction, 1))
    try writer.append(level(.beginTransaction, 1, job: 2))
    try writer.append(level(.commitTransaction, 1, job: 2))
    for index in 0..<40 {
      try writer.append(.node(.set, "^F(\(index))", [.bytes([UInt8](repeating: 1, count: 5000))]))
    }
    try writer.append(set("^A"))
    try writer.append(level(.commitTransaction, 1))
    try writer.close()
    try bench.patch("20240709.001") { $0[131_072 + 65_536 + 100] ^= 1 }
    var lost = 0
    let found = try TransactionScan().list(
      [try bench.journal("20240709.001")], damaged: { _, _ in lost += 1 }
    ).transactions
    #expect(lost == 1)
    #expect(found.map(\.jobID) == [1, 2])
    #expect(found.map(\.hasGap) == [true, false])
    #expect(found.map(\.state) == [.committed, .committed])
  }

  @Test("NDJSON and CSV say the same")
  func lines() throws {
    let told = try story()
    let files = told.journals.map(\.path)
    var json = TextBuffer()
    var csv = TextBuffer()
    let table = TransactionPrinter(format: .csv, files: files)
    table.appendHead(to: &csv)
    for transaction in try list(told.journals) {
      TransactionPrinter(format: .ndjson, files: files).append([transaction], to: &json)
      table.append([transaction], to: &csv)
    }
    let rows = csv.string.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let objects = try json.string.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.count == 6 && rows.count == 7)
    for (row, object) in zip(rows.dropFirst(), objects) {
      #expect(Set(rows[0]) == Set(object.keys))
      for (name, cell) in zip(rows[0], row) where !(object[name] is Bool) {
        let value = object[name] is NSNull ? "" : "\(object[name] ?? "")"
        #expect(cell == value, "\(name)")
      }
    }
  }

  @Test(
    "Beyond the limit of open transactions the rest is counted, and nothing is taken for another's")
  func openLimit() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    var addresses: [Int] = []
    // Five jobs begin; three fit.
    for job in 1...5 as ClosedRange<UInt32> {
      addresses.append(try writer.append(level(.beginTransaction, 1, job: job)))
    }
    for job in 1...5 as ClosedRange<UInt32> { try writer.append(set("^A(\(job))", job: job)) }
    try writer.append(level(.commitTransaction, 1, job: 2))
    // There is room, but these belong to a transaction that was not followed.
    try writer.append(set("^A(4,1)", job: 4))
    try writer.append(level(.commitTransaction, 1, job: 4))
    // The next one of the same job is followed.
    addresses.append(try writer.append(level(.beginTransaction, 1, job: 4)))
    try writer.append(level(.commitTransaction, 1, job: 4))
    try writer.close()
    let journals = [try bench.journal("20240709.001")]
    var scan = TransactionScan()
    let whole = try scan.list(journals, damaged: { damage, _ in throw damage })
    #expect(whole.summary.rest.records == 0 && whole.summary.rest.start == nil)
    scan.openLimit = 3
    let (found, _, summary) = try scan.list(journals, damaged: { damage, _ in throw damage })
    #expect(found.map(\.jobID) == [1, 2, 3, 4])
    #expect(found.map(\.state) == [.open, .committed, .open, .committed])
    #expect(!found.map(\.hasBeginning).contains(false))
    #expect(summary.rest.beginnings == 2)
    #expect(summary.rest.records == 6)
    #expect(summary.rest.start == JournalTransaction.Position(file: 0, address: addresses[3]))
    let bytes = found.reduce(0) { $0 + $1.bytes } + summary.rest.bytes
    #expect(bytes == whole.transactions.reduce(0) { $0 + $1.bytes })
    #expect(throws: JournalError.self) { try scan.transaction(at: addresses[4], in: journals) }
    #expect(try scan.transaction(at: addresses[5], in: journals)?.state == .committed)
    var text = TextBuffer()
    TransactionPrinter(format: .text, files: ["j"]).append(summary, left: 0, to: &text)
    #expect(text.string.contains("(rest) from \(addresses[3]) on: 6 records"))
  }

  @Test("A loss of data marks what was open then, and nothing that begins later")
  func losses() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(level(.beginTransaction, 1, job: 1))
    for index in 0..<3000 { try writer.append(.node(.set, "^F(\(index))", ["filler of a block"])) }
    try writer.append(level(.commitTransaction, 1, job: 1))
    try writer.append(level(.beginTransaction, 1, job: 2))
    try writer.append(level(.commitTransaction, 1, job: 2))
    try writer.close()
    try bench.patch("20240709.001") { $0[131_072 + 65_536 + 300] ^= 1 }
    let list = try TransactionScan().list(
      [bench.journal("20240709.001")], damaged: { _, _ in }
    ).transactions
    #expect(list.map(\.hasGap) == [true, false])
  }
}
