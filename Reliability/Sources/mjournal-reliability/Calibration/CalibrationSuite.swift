import Foundation
import JournalCalibration
import JournalSamples
import MirrorJournal

/// The layouts of made-up families, found from 200 listed records of files with 50 000: what is found
/// is compared with every record; noise does no harm; a listing that does not belong is refused.
enum CalibrationSuite {
  static let records = 50_000
  static let listed = 200

  static func run(seed: UInt64) throws -> Figures {
    var figures = Figures("calibration")
    print("| family | fields found | unknown | wrong | most seconds | noise passed | refused |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for family in ForeignFamily.all {
      var trial = try FamilyTrial(family, seed: seed)
      try trial.run()
      print(trial.row)
      fflush(nil)
      figures.merge(trial.figures)
    }
    return figures
  }
}

/// Everything that is tried on one family.
struct FamilyTrial {
  /// What no family may leave unknown when the listing shows it.
  static let required: Set<ForeignReading.Part> = [
    .walk, .type, .transaction, .job, .database, .name,
  ]

  let family: ForeignFamily
  let journal: ForeignJournal
  let other: ForeignJournal
  let folder: Scratch
  var path: String { folder.file("journal") }

  private(set) var figures = Figures("calibration")
  private var fieldsFound = 0
  private var fieldsUnknown = 0
  private var partsWrong = 0
  private var mostSeconds = 0.0
  private var noise = Tally()
  private var refusals = Tally()

  struct Tally {
    var passed = 0
    var tried = 0
    var text: String { "\(passed) of \(tried)" }
  }

  init(_ family: ForeignFamily, seed: UInt64) throws {
    self.family = family
    journal = try ForeignJournal(family, records: CalibrationSuite.records, seed: seed)
    other = try ForeignJournal(family, records: CalibrationSuite.records, seed: seed &+ 1000)
    folder = try Scratch()
    try journal.write(to: folder.file("journal"))
    figures.add("records of foreign families", journal.records.count)
  }

  var row: String {
    "| \(family.name) | \(fieldsFound) | \(fieldsUnknown) | \(partsWrong) | "
      + String(format: "%.2f", mostSeconds) + " | \(noise.text) | \(refusals.text) |"
  }

  mutating func run() throws {
    try complete()
    for (name, form, rows, noise) in NoiseCases.all(journal) {
      try withstand(name, form, rows, noise)
    }
    for (name, form, rows, noise) in NoiseCases.refused(journal, other) {
      try refuse(name, form, rows, noise)
    }
  }

  /// The complete listing with the header page, which the table's figures are of.
  private mutating func complete() throws {
    let rows = journal.sample(CalibrationSuite.listed)
    let text = ForeignListing.csv.text(of: rows).text
    guard
      let result = try calibrate("the complete listing", Listing(text: text), journal.information)
    else { return }
    fieldsFound = result.fields.filter { $0.place != nil }.count
    fieldsUnknown = result.fields.count - fieldsFound
    partsWrong = try judge("the complete listing", result, .csv, rows, wrong: [])
    if result.proof.explainedShare < 1 {
      find("the complete listing: only \(result.proof.explainedShare) of the data is explained")
    }
  }

  private mutating func withstand(
    _ name: String, _ form: ForeignListing, _ rows: [ForeignRecord], _ noise: ListingNoise
  ) throws {
    self.noise.tried += 1
    figures.add("noisy listings")
    let before = figures["findings"]
    let (text, wrong) = form.text(of: rows, noise: noise)
    let listing = try Listing(text: text)
    guard listing.records.count == rows.count else {
      return find("\(name): \(listing.records.count) of \(rows.count) rows are read")
    }
    let right = rows.indices.filter { !wrong.contains($0) }.map { rows[$0] }
    let lines = Set(wrong.map { listing.records[$0].line })
    if noise.wrongPercent > 0, lines.count < 4 {
      find("\(name): only \(lines.count) rows were made wrong")
    }
    guard let result = try calibrate(name, listing, nil) else { return }
    _ = try judge(name, result, form, right, wrong: lines)
    if figures["findings"] == before { self.noise.passed += 1 }
  }

  private mutating func refuse(
    _ name: String, _ form: ForeignListing, _ rows: [ForeignRecord], _ noise: ListingNoise
  ) throws {
    refusals.tried += 1
    figures.add("listings that do not belong")
    let listing = try Listing(text: form.text(of: rows, noise: noise).text)
    do {
      let (result, _) = try timed(name, listing, nil)
      find("\(name): accepted, \(result.proof.wrongRows.count) wrong rows")
    } catch let error as JournalError where error.code == .notProved {
      refusals.passed += 1
    }
  }

  /// The parts that read otherwise than they were written; also finds what is missing.
  ///
  /// - Parameters:
  ///   - rows: those that were listed right.
  ///   - wrong: the lines of those that were not.
  private mutating func judge(
    _ name: String, _ result: Calibration, _ form: ForeignListing, _ rows: [ForeignRecord],
    wrong: Set<Int>
  ) throws -> Int {
    // What is used is what a layout file holds.
    let layout = try JournalLayout(json: Array(result.layout.json.utf8))
    let reading = try ForeignReading(
      of: journal, at: path, by: layout, types: Set(rows.map(\.content.type)), form: form)
    for (part, difference) in reading.wrong.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      find("\(name): \(part.rawValue) of \(difference.records) records, first \(difference.first)")
    }
    for part in Self.required.subtracting(reading.known).map(\.rawValue).sorted() {
      find("\(name): \(part) is not found")
    }
    let named = Set(result.proof.wrongRows.map(\.line))
    if named != wrong {
      let reasons = result.proof.wrongRows.filter { !wrong.contains($0.line) }.map {
        "line \($0.line) \($0.reason)"
      }
      find(
        "\(name): wrong rows not named \(wrong.subtracting(named).sorted()), named but right \(reasons)"
      )
    }
    return reading.wrong.count
  }

  private mutating func calibrate(
    _ name: String, _ listing: Listing, _ information: String?
  ) throws -> Calibration? {
    do {
      let (result, seconds) = try timed(name, listing, information)
      if seconds > 60 { find("\(name): \(seconds) seconds") }
      return result
    } catch let error as JournalError {
      find("\(name): \(error)")
      return nil
    }
  }

  /// A calibration and the processor's seconds that it took.
  private mutating func timed(
    _ name: String, _ listing: Listing, _ information: String?
  ) throws -> (Calibration, Double) {
    figures.add("calibrations")
    let begin = clock()
    defer { mostSeconds = max(mostSeconds, Double(clock() - begin) / Double(CLOCKS_PER_SEC)) }
    let result = try Calibration(
      path: path, listing: listing, information: information.map { InformationPage(text: $0) })
    return (result, Double(clock() - begin) / Double(CLOCKS_PER_SEC))
  }

  private mutating func find(_ text: String) { figures.find("\(family.name), \(text)") }
}
