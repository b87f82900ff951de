import JournalCalibration
import JournalQuery
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// Made-up families stand for the unpublished ones: what calibration reports is compared with what
/// the generator knows of every record of the file, listed or not.
@Suite("Calibration from a listing")
struct CalibrationTests {
  /// The seven families, by name, so that test names are short.
  static let families = ForeignFamily.all.map(\.name)

  struct Case {
    let bench: Workbench
    let journal: ForeignJournal
    var path: String { bench.path("journal") }

    /// - Parameter isOther: whether it is another file of the family.
    init(_ name: String, isOther: Bool = false) throws {
      let made = try #require(Self.made[name])
      journal = try isOther ? made.1.get() : made.0.get()
      bench = try Workbench()
      try journal.write(to: bench.path("journal"))
    }

    /// Two files of each family; making them takes longer than reading them.
    private static let made = Dictionary(
      uniqueKeysWithValues: ForeignFamily.all.map { family in
        (
          family.name,
          (
            Result { try ForeignJournal(family, records: 2500, seed: 1) },
            Result { try ForeignJournal(family, records: 1000, seed: 2) }
          )
        )
      })

    func calibrate(
      _ form: ForeignListing = .csv, _ noise: ListingNoise = ListingNoise(),
      of records: [ForeignRecord]? = nil, information: Bool = false
    ) throws -> Calibration {
      let text = form.text(of: records ?? journal.sample(200), noise: noise).text
      return try Calibration(
        path: path, listing: Listing(text: text),
        information: information ? InformationPage(text: journal.information) : nil)
    }

    /// How the whole file, read by `layout`, differs from what was written.
    func differences(
      _ layout: JournalLayout, listed: [ForeignRecord], form: ForeignListing = .csv
    ) throws -> [String] {
      let reading = try ForeignReading(
        of: journal, at: path, by: layout, types: Set(listed.map(\.content.type)), form: form)
      return reading.wrong.map {
        "\($0.key.rawValue) of \($0.value.records) records: \($0.value.first)"
      }
    }
  }

  @Test("Every record of a file reads as it was written, from 200 listed ones", arguments: families)
  func table(family: String) throws {
    let test = try Case(family)
    let result = try test.calibrate(information: true)
    #expect(result.proof.wrongRows.map(\.reason) == [])
    #expect(result.proof.explainedShare == 1)
    #expect(result.layout.record.knowsValues)
    // What a layout file holds is what a command reads.
    let layout = try JournalLayout(json: Array(result.layout.json.utf8))
    #expect(layout == result.layout)
    #expect(try test.differences(layout, listed: test.journal.sample(200)) == [])
  }

  @Test(
    "The list of ^JRNDUMP is enough for links, type, flag, job, database and name",
    arguments: families)
  func dumpList(family: String) throws {
    let test = try Case(family)
    let listed = Array(test.journal.records[300..<500])
    let result = try test.calibrate(.jrndump, of: listed)
    let layout = result.layout
    #expect(layout.record.type.isKnown && layout.record.jobID.isKnown && layout.record.sfn.isKnown)
    #expect(layout.record.knowsTransaction && layout.record.knowsKeys)
    #expect(try test.differences(layout, listed: listed, form: .jrndump) == [])
  }

  @Test("Rows of which no two share a block are enough where blocks begin with a record")
  func oneRowOfABlock() throws {
    let test = try Case("small-blocks")
    var listed: [ForeignRecord] = []
    for record in test.journal.records.dropFirst(9)
    where record.address / 8192 != (listed.last?.address ?? 0) / 8192
      && record.address % 8192 > 4096
    {
      listed.append(record)
    }
    #expect(listed.count > 20)
    let result = try test.calibrate(.jrndump, of: listed)
    #expect(result.layout.block.size == 8192)
    #expect(
      result.layout.record.length == Field(0, width: 4) && result.layout.record.lengthOmits == 24)
    let reading = try ForeignReading(
      of: test.journal, at: test.path, by: result.layout, types: [], form: .jrndump)
    #expect(reading.wrong.isEmpty)
  }

  @Test(
    "A part of the type's byte that confuses what one letter stands for is not taken for the type")
  func ambiguousLetters() throws {
    // 83 is its SET and 19 its MirrorSET, both listed as S, and the low five bits of both are 19.
    let test = try Case("small-blocks")
    let first = try #require(test.journal.records.firstIndex { $0.content.type == .mirrorSet })
    let listed = Array(test.journal.records[max(0, first - 100)..<first + 100])
    let layout = try test.calibrate(.jrndump, of: listed).layout
    #expect(layout.record.typeMask == 0xFF)
    #expect(layout.type(83) == .set)
    #expect(try test.differences(layout, listed: listed, form: .jrndump) == [])
  }

  @Test("Every form of listing tells the same", arguments: ForeignListing.allCases)
  func forms(form: ForeignListing) throws {
    let test = try Case("shortened")
    let result = try test.calibrate(form)
    #expect(result.proof.listedRows == 200)
    #expect(result.proof.wrongRows.map(\.reason) == [])
    #expect(try test.differences(result.layout, listed: test.journal.sample(200), form: form) == [])
  }

  @Test("Wrong rows are named, and the layout is found all the same", arguments: families)
  func wrongRows(family: String) throws {
    let test = try Case(family)
    var noise = ListingNoise()
    noise.wrongPercent = 5
    let sample = test.journal.sample(200)
    let (text, wrong) = ForeignListing.csv.text(of: sample, noise: noise)
    let result = try Calibration(path: test.path, listing: Listing(text: text))
    #expect(wrong.count >= 4)
    // The first line names the columns.
    let named = Set(result.proof.wrongRows.map { $0.line - 2 })
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(named.count == wrong.count, "\(named.symmetricDifference(wrong)) of \(lines.count)")
    #expect(try test.differences(result.layout, listed: sample) == [])
  }

  @Test(
    "Cut values, wrapped lines and another language do no harm",
    arguments: [ForeignListing.jrndump, .details, .csv])
  func noise(form: ForeignListing) throws {
    let test = try Case("absolute-links")
    var noise = ListingNoise()
    noise.valueLimit = 30
    noise.lineWidth = 80
    noise.isLocalized = true
    let listed = Array(test.journal.records[200..<400])
    let result = try test.calibrate(form, noise, of: listed)
    #expect(result.proof.listedRows == 200)
    #expect(result.proof.wrongRows.map(\.reason) == [])
    #expect(try test.differences(result.layout, listed: listed, form: form) == [])
  }

  /// A refusal takes as long as discovery does, which looks again: each family has one form of listing.
  private static let numbered = families.enumerated().map { $0 }

  @Test("A listing of another file proves nothing", arguments: numbered)
  func anotherFile(number: Int, family: String) throws {
    let test = try Case(family)
    let other = try Case(family, isOther: true)
    #expect(throws: JournalError.self) {
      try test.calibrate(number % 2 == 0 ? .csv : .jrndump, of: other.journal.sample(200))
    }
  }

  @Test("A listing that is shifted proves nothing", arguments: numbered)
  func shifted(number: Int, family: String) throws {
    let test = try Case(family)
    var noise = ListingNoise()
    noise.shift = number % 2 == 0 ? 4 : -4
    #expect(throws: JournalError.self) {
      try test.calibrate(number % 4 < 2 ? .csv : .jrndump, noise)
    }
  }

  @Test("A listing whose rows are mixed up proves nothing", arguments: numbered)
  func shuffled(number: Int, family: String) throws {
    let test = try Case(family)
    var noise = ListingNoise()
    noise.isShuffled = true
    #expect(throws: JournalError.self) {
      try test.calibrate(number % 2 == 0 ? .jrndump : .csv, noise)
    }
  }

  @Test("What the listing does not tell apart stays unknown")
  func unknown() throws {
    let test = try Case("shortened")
    let first = try #require(test.journal.records.first { $0.reference != nil })
    let plain = test.journal.records.filter {
      $0.content.type == .set && !$0.content.isInTransaction && $0.directory == first.directory
    }
    let result = try test.calibrate(of: Array(plain.prefix(200)))
    #expect(!result.layout.record.type.isKnown)
    #expect(!result.layout.record.knowsTransaction)
    #expect(!result.layout.record.sfn.isKnown)
    #expect(result.layout.record.knowsKeys)
    let unknown = result.fields.filter { $0.place == nil }.map(\.field)
    #expect(unknown.contains("record.type") && unknown.contains("record.sfn"))
    // The walk works with what is known, and says unknown for the rest.
    let read = try Journal(path: test.path, layouts: [result.layout])
    var buffer = TextBuffer()
    var printer = RecordPrinter(read, format: .ndjson)
    try read.withRecord(at: first.address) { try printer.append($0, to: &buffer) }
    #expect(buffer.string.contains("\"type\":null,\"typeName\":null"))
    #expect(buffer.string.contains("\"inTransaction\":null"))
  }

  @Test("R2 itself is found from a listing of it")
  func referenceLayout() throws {
    let bench = try Workbench()
    let path = bench.path("20240709.001")
    try BulkJournal(mix: .hospital, size: 600_000).write(to: path)
    let journal = try Journal(path: path)
    var buffer = TextBuffer()
    var printer = RecordPrinter(journal, format: .csv)
    printer.appendHead(to: &buffer)
    var count = 0
    try journal.forEachRecord(damaged: { _ in }) { record in
      guard record.type.isVisible else { return }
      count += 1
      if count % 16 == 0 { try printer.append(record, to: &buffer) }
    }
    let result = try Calibration(path: path, listing: Listing(text: buffer.string))
    let found = result.layout.record
    #expect(found.type == JournalLayout.r2.record.type)
    #expect(found.distanceBack == JournalLayout.r2.record.distanceBack)
    #expect(found.key == JournalLayout.r2.record.key)
    #expect(found.jobID == JournalLayout.r2.record.jobID)
    #expect(result.layout.typeCodes == [])
    #expect(result.proof.explainedShare == 1)
  }
}
