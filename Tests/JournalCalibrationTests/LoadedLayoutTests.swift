import JournalCalibration
import JournalIntegrity
import JournalQuery
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// What reads R2 reads every other layout, too.
@Suite("Analyses by a loaded layout")
struct LoadedLayoutTests {
  private func opened(_ name: String) throws -> (CalibrationTests.Case, Journal) {
    let test = try CalibrationTests.Case(name)
    let layout = try test.calibrate().layout
    return (test, try Journal(path: test.path, layouts: [layout]))
  }

  @Test(
    "Single records are found by address, forwards and backwards",
    arguments: CalibrationTests.families)
  func access(family: String) throws {
    let (test, journal) = try opened(family)
    let addresses = test.journal.records.map(\.address)
    for index in [0, 1, 700, addresses.count - 1] {
      #expect(try journal.withRecord(at: addresses[index]) { $0.address } == addresses[index])
      let before = try journal.recordAddress(before: addresses[index], where: { _ in true })
      #expect(before == (index == 0 ? nil : addresses[index - 1]))
    }
    var reversed: [Int] = []
    try journal.forEachRecordReversed(damaged: { _ in }) { reversed.append($0.address) }
    #expect(reversed.reversed() == addresses)
    let part = addresses[500]..<addresses[900]
    var inPart: [Int] = []
    try journal.forEachRecord(in: part, damaged: { _ in }) { inPart.append($0.address) }
    #expect(inPart == Array(addresses[500..<900]))
    let parts = try journal.reduce(threads: 3, into: { _ in 0 }) { count, _ in count += 1 }
    #expect(parts.reduce(0) { $0 + $1.value } == addresses.count)
  }

  @Test(
    "Filters, checks and printers agree with what was written", arguments: CalibrationTests.families
  )
  func analyses(family: String) throws {
    let (test, journal) = try opened(family)
    let wanted = test.journal.records.filter { $0.reference?.name == "LR.ResultD" }
    let filter = RecordFilter.global(try GlobalPattern("^LR.ResultD"))
    let test1 = try filter.bound(to: journal)
    var found = 0
    try journal.forEachRecord(damaged: { _ in }) { if try test1($0) { found += 1 } }
    #expect(found == wanted.count && found > 50)
    if journal.layout.knows(.subscript) {
      let reference = try #require(wanted.first?.reference)
      let one = try RecordFilter.global(GlobalPattern(reference)).bound(to: journal)
      var hits: [Int] = []
      try journal.forEachRecord(damaged: { _ in }) { if try one($0) { hits.append($0.address) } }
      #expect(hits.contains(wanted[0].address))
    }
    let report = try IntegrityCheck.run([journal])
    #expect(report.files.first?.records == test.journal.records.count)
    #expect(report.files.flatMap(\.findings).filter { $0.severity == .error }.map(\.message) == [])
    var printer = RecordPrinter(journal, format: .text)
    var buffer = TextBuffer()
    try journal.withRecord(at: wanted[0].address) { try printer.append($0, to: &buffer) }
    #expect(buffer.string.contains("LR.ResultD("))
  }

  @Test(
    "A filter by time skips no block of a family that counts seconds or days",
    arguments: ["small-blocks", "packed-flags", "shortened", "crossing"])
  func times(family: String) throws {
    let (test, journal) = try opened(family)
    let middle = test.journal.records[1200].time.milliseconds / 1000 * 1000
    let wanted = test.journal.records.filter { $0.time.milliseconds >= middle }
    #expect(wanted.count > 500 && wanted.count < test.journal.records.count)
    var found: [Int] = []
    let filter = RecordFilter.blockTime(middle..<Int64.max)
    try filter.forEachRecord(of: journal, includesInternal: true, damaged: { throw $0 }) {
      found.append($0.address)
    }
    #expect(found == wanted.map(\.address))
  }

  @Test("A filter on a field that the layout does not know is refused, not empty")
  func unknownFields() throws {
    let (_, journal) = try opened("crossing")
    for filter in [
      RecordFilter.remoteSystem(1), .process(4259), .not(.database(TextPattern(literal: "/x/"))),
    ] {
      #expect(throws: JournalError.self) { _ = try filter.bound(to: journal) }
    }
    #expect(throws: JournalError.self) {
      _ = try RecordFilter.global(GlobalPattern("^LR.ResultD(1)")).bound(to: journal)
    }
  }

  @Test("Damage in a family whose records cross blocks costs as much as it has to")
  func damageAcrossBlocks() throws {
    let (test, journal) = try opened("crossing")
    let addresses = test.journal.records.map(\.address)
    let broken = addresses[1200]
    try test.bench.patch("journal") { $0.replaceSubrange(broken..<broken + 4, with: [3, 0, 0, 0]) }
    let again = try Journal(path: test.path, layouts: [journal.layout])
    var damage: [Damage] = []
    var found: [Int] = []
    try again.forEachRecord(damaged: { damage.append($0) }) { found.append($0.address) }
    #expect(damage.count == 1 && damage.first?.range.lowerBound == broken)
    let next = try #require(damage.first?.range.upperBound)
    #expect(found == addresses.filter { $0 < broken || $0 >= next })
    #expect(next < broken + 2 * 65_536)
  }
}

@Suite("Layout files")
struct LayoutFileTests {
  @Test("R2 survives the way through JSON")
  func roundTrip() throws {
    #expect(try JournalLayout(json: Array(JournalLayout.r2.json.utf8)) == .r2)
  }

  @Test("What is left out is unknown, a slip of the pen is an error")
  func partial() throws {
    let text = """
      {"name":"x","signature":"4d4a","record":{"headerSize":8,"maximumLength":65520,
       "length":{"offset":0,"width":4}},"block":{"headerSize":16}}
      """
    let layout = try JournalLayout(json: Array(text.utf8))
    #expect(layout.signature == [0x4D, 0x4A] && layout.block.size == 65_536)
    #expect(LayoutField.allCases.filter { layout.knows($0) } == [])
    for (wrong, part) in [
      ("\"lenght\"", "\"length\""), ("\"width\":3", "\"width\":4"), ("\"4d4\"", "\"4d4a\""),
      ("\"headerSize\":70000", "\"headerSize\":16"), ("\"headerSize\":2", "\"headerSize\":8"),
      ("\"width\":0", "\"width\":4"), ("[]", "{\"headerSize\":16}"),
    ] {
      let broken = text.replacing(part, with: wrong)
      #expect(broken != text)
      #expect(throws: JournalError.self) { _ = try JournalLayout(json: Array(broken.utf8)) }
    }
  }

  @Test("A folder keeps layouts by name, and files choose theirs by signature")
  func folder() throws {
    let test = try CalibrationTests.Case("shortened")
    let folder = LayoutFolder(path: test.bench.path("layouts"))
    #expect(folder.names == [])
    var layout = try test.calibrate().layout
    layout.name = "mine"
    try folder.add(layout)
    #expect(throws: JournalError.self) { try folder.add(layout) }
    try folder.add(layout, force: true)
    try test.bench.write(Array("{".utf8), "layouts/broken.json")
    #expect(folder.names == ["broken", "mine"])
    let contents = folder.contents
    #expect(contents.layouts == [layout] && contents.problems.map(\.code) == [.badLayout])
    let journal = try Journal(path: test.path, layouts: JournalLayout.builtIn + contents.layouts)
    #expect(journal.layout.name == "mine")
    #expect(throws: JournalError.self) { _ = try Journal(path: test.path) }
    try folder.remove("mine")
    #expect(throws: JournalError.self) { try folder.remove("mine") }
    for name in ["", "../x", "a/b", ".hidden"] {
      #expect(throws: JournalError.self) { _ = try folder.layout(name) }
    }
  }
}
