import Foundation
import JournalDiscovery
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// Families that were made without looking at the finder, found without a listing.
@Suite struct StructuralFamilyTests {
  /// One of each kind of structure: a debug build looks at a file for seconds. 'mjournal-reliability
  /// discovery' has all families.
  @Test(arguments: [
    StructuralFamily.words, .threeParts, .crossingEndLength, .trailers, .stale, .onlyBack,
  ])
  func `a family is proved, and every record of it found`(family: StructuralFamily) throws {
    let bench = try Workbench()
    let journal = try StructuralJournal(family, records: 4000, seed: 11)
    try journal.write(to: bench.path("journal"))
    let found = try Discovery(path: bench.path("journal"))
    #expect(found.isProved, "\(family.name): \(found.lacks)")
    #expect(Set(found.proofs.map(\.kind)).count >= 2, "\(family.name)")
    #expect(found.records == journal.rows.count, "\(family.name): \(found.framing ?? "")")
    #expect(found.firstRecord == journal.rows.first?.address, "\(family.name)")
    #expect(found.unexplainedBytes == 0, "\(family.name)")
    #expect(found.unreadable.isEmpty, "\(family.name)")
    let layout = try #require(found.layout)
    // What is written as a file is what is read.
    let again = try JournalLayout(json: Array(layout.json.utf8))
    #expect(again == layout, "\(family.name)")
    try expect(bench.path("journal"), by: layout, has: journal.rows.map(\.address), family.name)
    guard layout.record.knowsKeys, layout.record.nameLength.isKnown else { return }
    var index = 0
    var named = 0
    try Journal(path: bench.path("journal"), layouts: [layout]).forEachRecord(damaged: { _ in }) {
      record in
      let row = journal.rows[index]
      index += 1
      guard layout.record.type.isKnown, record.type.hasKey, row.hasWholeName else { return }
      named += 1
      let name = String(decoding: record.nameBytes()?.copied() ?? [], as: UTF8.self)
      if name != row.name {
        Issue.record("\(family.name): \(row.address): \(name), not \(row.name)")
      }
    }
    #expect(named > 1000 || !layout.record.type.isKnown, "\(family.name)")
  }

  @Test(arguments: Array(ForeignFamily.all.prefix(2)))
  func `the families of calibration need no listing either`(family: ForeignFamily) throws {
    let bench = try Workbench()
    let journal = try ForeignJournal(family, records: 4000, seed: 11)
    try journal.write(to: bench.path("journal"))
    let found = try Discovery(path: bench.path("journal"))
    #expect(found.isProved && found.unreadable.isEmpty, "\(family.name): \(found.lacks)")
    let layout = try #require(found.layout)
    try expect(bench.path("journal"), by: layout, has: journal.records.map(\.address), family.name)
  }

  @Test func `R2 is found like any other`() throws {
    let bench = try Workbench()
    try BulkJournal(mix: .hospital, size: 1 << 20, seed: 4).write(to: bench.path("journal"))
    let found = try Discovery(path: bench.path("journal"))
    let layout = try #require(found.layout, "\(found.lacks)")
    #expect(layout.block.size == 65_536 && layout.block.headerSize == 16)
    #expect(layout.record.length == Field(0, width: 4))
    #expect(layout.record.distanceBack == Field(4, width: 4))
    #expect(layout.record.key == 30 && layout.record.keyEncoding == .observed)
    #expect(layout.record.type == Field(8, width: 1))
    var addresses: [JournalAddress] = []
    try Journal(path: bench.path("journal")).forEachRecord(damaged: { _ in }) {
      addresses.append($0.address)
    }
    try expect(bench.path("journal"), by: layout, has: addresses, "R2")
  }

  /// With one to four blocks the same evidence fits several sizes: the documented one takes the tie.
  @Test(arguments: [60, 1000])
  func `few blocks are of the documented size`(records: Int) throws {
    let bench = try Workbench()
    for family in [StructuralFamily.words, .lateStart, .padRecords] {
      let journal = try StructuralJournal(family, records: records, seed: 5)
      try journal.write(to: bench.path(family.name))
      let found = try Discovery(path: bench.path(family.name))
      guard let layout = found.layout else {
        // Saying nothing is right where little is there to say it from: but a second link and names are
        // enough for any number of blocks.
        #expect(
          records < 300 || family.name != "words", "\(family.name), \(records): \(found.lacks)")
        continue
      }
      #expect(layout.block.size == 65_536, "\(family.name), \(records)")
      #expect(found.firstRecord == journal.rows.first?.address, "\(family.name), \(records)")
    }
  }

  /// A file may be too small to tell; what is told of it is right. All families in all sizes take minutes
  /// in a debug build: 'mjournal-reliability discovery' has them.
  @Test(arguments: [StructuralFamily.words, .onlyBack, .contiguous], [120, 700])
  func `a small file is read right or refused`(family: StructuralFamily, records: Int) throws {
    let bench = try Workbench()
    let journal = try StructuralJournal(family, records: records, seed: 11)
    try journal.write(to: bench.path("journal"))
    let found = try Discovery(path: bench.path("journal"))
    guard let layout = found.layout, found.unreadable.isEmpty else {
      #expect(!found.isProved || !found.unreadable.isEmpty)
      return
    }
    try expect(
      bench.path("journal"), by: layout, has: journal.rows.map(\.address),
      "\(family.name), \(records)")
  }

  @Test func `addresses of logs agree or refuse`() throws {
    let bench = try Workbench()
    let journal = try StructuralJournal(.words, records: 3000, seed: 2)
    try journal.write(to: bench.path("journal"))
    let rows = journal.rows.map(\.address)
    let right = try Discovery(
      path: bench.path("journal"), addresses: [rows[10], rows[2000], rows[2999]])
    #expect(right.isProved)
    #expect(right.proofs.contains { $0.kind == "addresses" && $0.support == 3 && $0.against == 0 })
    let wrong = try Discovery(
      path: bench.path("journal"), addresses: [rows[10] + 4, rows[2000] + 4, rows[2500] + 4])
    #expect(!wrong.isProved && wrong.layout == nil)
    #expect(wrong.lacks.contains { $0.contains("logs") })
  }

  private func expect(
    _ path: String, by layout: JournalLayout, has addresses: [JournalAddress], _ name: String
  ) throws {
    var found: [JournalAddress] = []
    var damage: [String] = []
    try Journal(path: path, layouts: [layout]).forEachRecord(
      damaged: { damage.append("\($0)") }
    ) { found.append($0.address) }
    #expect(damage.isEmpty, "\(name): \(damage.prefix(2))")
    #expect(found == addresses, "\(name): \(found.count) of \(addresses.count)")
  }
}
