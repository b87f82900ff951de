import JournalCalibration
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// Families that differ in structure, calibrated: where no listed neighbours show how records hang together,
/// the chain is the one that discovery proves.
@Suite struct StructuralCalibrationTests {
  /// A length that is not padded, blocks with trailers.
  @Test(arguments: [StructuralFamily.unpaddedBigEndian, .trailers])
  func `a structural family is calibrated`(family: StructuralFamily) throws {
    let bench = try Workbench()
    let journal = try StructuralJournal(family, records: 2500, seed: 11)
    try journal.write(to: bench.path("journal"))
    let listing = try Listing(text: ForeignListing.csv.text(of: journal.sample(200)).text)
    let found = try Calibration(path: bench.path("journal"), listing: listing)
    let layout = try JournalLayout(json: Array(found.layout.json.utf8))
    #expect(layout.record.type.isKnown, "\(family.name)")
    var index = 0
    var wrong = 0
    var damage: [String] = []
    try Journal(path: bench.path("journal"), layouts: [layout]).forEachRecord(
      damaged: { damage.append("\($0)") }
    ) { record in
      defer { index += 1 }
      guard index < journal.rows.count, record.address == journal.rows[index].address else {
        wrong += 1
        return
      }
      let row = journal.rows[index]
      if row.type != 0, row.type != 240, record.type.rawValue != row.type { wrong += 1 }
    }
    #expect(
      damage.isEmpty && wrong == 0 && index == journal.rows.count,
      "\(family.name): \(wrong) of \(index), \(damage.prefix(1))")
  }
}
