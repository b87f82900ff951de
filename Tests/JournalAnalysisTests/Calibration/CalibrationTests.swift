import JournalAnalysis
import JournalSamples
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
    func differences(_ layout: JournalLayout, listed: [ForeignRecord]) throws -> [String] {
      let read = try Journal(path: path, layouts: [layout])
      let types = Set(listed.map(\.content.type))
      var index = 0
      var jobs: [UInt32: UInt32] = [:]
      var sfns: [UInt32: UInt32] = [:]
      var differences: [String] = []
      try read.forEachRecord(damaged: { differences.append("damaged: \($0)") }) { record in
        defer { index += 1 }
        guard index < journal.records.count else {
          differences.append("a record too many")
          return
        }
        let written = journal.records[index]
        func expect(_ holds: Bool, _ what: String) {
          if !holds { differences.append("\(written.address): \(what)") }
        }
        expect(record.address == written.address, "address \(record.address)")
        if types.contains(written.content.type) {
          expect(record.type == written.content.type, "type \(record.type)")
        }
        expect(record.isInTransaction == written.content.isInTransaction, "transaction")
        expect(
          jobs[record.jobID, default: written.content.jobID] == written.content.jobID, "job")
        jobs[record.jobID] = written.content.jobID
        guard let reference = written.reference, record.type.hasKey else { return }
        expect(sfns[record.sfn, default: written.content.sfn] == written.content.sfn, "database")
        sfns[record.sfn] = written.content.sfn
        let name = record.nameBytes()?.copied() ?? []
        expect(String(decoding: name, as: UTF8.self) == reference.name, "name")
        guard layout.record.knowsValues, case .node(_, _, let values) = written.content.body else {
          return
        }
        for (place, value) in values.enumerated() {
          let bytes = try? read.withValue(place, of: record) { bytes, _ in bytes.copied() }
          expect(bytes == value.bytes, "value \(place)")
        }
      }
      if index != journal.records.count { differences.append("\(index) records") }
      return differences
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
    #expect(try test.differences(layout, listed: test.journal.sample(200)).prefix(3) == [])
  }

  @Test("The list of ^JRNDUMP is enough for links, type, flag, job, database and name", arguments: families)
  func dumpList(family: String) throws {
    let test = try Case(family)
    let listed = Array(test.journal.records[300..<500])
    let result = try test.calibrate(.jrndump, of: listed)
    let layout = result.layout
    #expect(layout.record.type.isKnown && layout.record.jobID.isKnown && layout.record.sfn.isKnown)
    #expect(layout.record.knowsTransaction && layout.record.knowsKeys)
    #expect(try test.differences(layout, listed: listed).prefix(3) == [])
  }

  @Test("Every form of listing tells the same", arguments: ForeignListing.allCases)
  func forms(form: ForeignListing) throws {
    let test = try Case("shortened")
    let result = try test.calibrate(form)
    #expect(result.proof.listedRows == 200)
    #expect(result.proof.wrongRows.map(\.reason) == [])
    #expect(try test.differences(result.layout, listed: test.journal.sample(200)).prefix(3) == [])
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
    #expect(try test.differences(result.layout, listed: sample).prefix(3) == [])
  }

  @Test("Cut values, wrapped lines and another language do no harm",
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
    #expect(try test.differences(result.layout, listed: listed).prefix(3) == [])
  }

  @Test("A listing of another file proves nothing", arguments: families)
  func anotherFile(family: String) throws {
    let test = try Case(family)
    let other = try Case(family, isOther: true)
    for form in [ForeignListing.csv, .jrndump] {
      #expect(throws: JournalError.self) {
        try test.calibrate(form, of: other.journal.sample(200))
      }
    }
  }

  @Test("A listing that is shifted proves nothing", arguments: families, [4, -4])
  func shifted(family: String, shift: Int) throws {
    let test = try Case(family)
    var noise = ListingNoise()
    noise.shift = shift
    for form in [ForeignListing.csv, .jrndump] {
      #expect(throws: JournalError.self) { try test.calibrate(form, noise) }
    }
  }

  @Test("A listing whose rows are mixed up proves nothing", arguments: families)
  func shuffled(family: String) throws {
    let test = try Case(family)
    var noise = ListingNoise()
    noise.isShuffled = true
    for form in [ForeignListing.csv, .jrndump] {
      #expect(throws: JournalError.self) { try test.calibrate(form, noise) }
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

  @Test("R1 itself is found from a listing of it")
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
    #expect(found.type == JournalLayout.r1.record.type)
    #expect(found.distanceBack == JournalLayout.r1.record.distanceBack)
    #expect(found.key == JournalLayout.r1.record.key)
    #expect(found.jobID == JournalLayout.r1.record.jobID)
    #expect(result.layout.typeCodes == [])
    #expect(result.proof.explainedShare == 1)
  }
}
