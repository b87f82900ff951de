import Glibc
import JournalCalibration
import JournalSamples
import MirrorJournal

/// The same records as R2 and as families of other layouts: what it costs that a layout was loaded
/// from a file instead of built in.
enum LayoutSuite {
  static let reference = "walk R2"

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mebibytes in setting.isFull ? [64, 256] : [64] {
      // A record of the hospital without documents has some 76 bytes in R2.
      let copy = ForeignCopy(records: mebibytes * 13_800)
      let r2 = try journal("R2", mebibytes, setting, layouts: JournalLayout.builtIn) {
        try copy.writeReference(to: $0, overwriting: true)
      }
      let expected = try count(r2)
      let contest = Contest(
        "layouts", on: "hospital, \(r2.dataRange.count >> 20) MiB", bytes: r2.dataRange.count,
        records: expected)
      contest.limit(reference) { use(try WalkSuite.walk(r2)) }
      for family in ForeignFamily.all {
        let layout = try loadedLayout(family, setting)
        let other = try journal(family.name, mebibytes, setting, layouts: [layout]) {
          try copy.write(as: family, to: $0)
        }
        let found = try count(other)
        guard found == copy.records, expected == found else {
          throw ChildProcess.Failure(
            description: "\(other.path): \(found) records, R2 \(expected), not \(copy.records)")
        }
        contest.ours(family.name, against: reference) { use(try WalkSuite.walk(other)) }
      }
      rows += try contest.run(rounds: setting.rounds)
    }
    return rows
  }

  /// The layout of a family as a user gets it: found from a listing, saved as JSON and read again.
  private static func loadedLayout(_ family: ForeignFamily, _ setting: Setting) throws
    -> JournalLayout
  {
    let sample = try ForeignJournal(family, records: 5000)
    let path = setting.inputs.path("layout-\(family.name)-sample")
    try sample.write(to: path)
    let text = ForeignListing.csv.text(of: sample.sample(200)).text
    let found = try Calibration(path: path, listing: Listing(text: text), name: family.name)
    return try JournalLayout(json: Array(found.layout.json.utf8))
  }

  private static func journal(
    _ name: String, _ mebibytes: Int, _ setting: Setting, layouts: [JournalLayout],
    _ write: (String) throws -> Void
  ) throws -> Journal {
    let path = setting.inputs.path("layout-\(name)-\(mebibytes)M")
    if access(path, F_OK) != 0 {
      note("making \(path)")
      try write(path)
    }
    return try Journal(path: path, layouts: layouts)
  }

  private static func count(_ journal: Journal) throws -> Int {
    var records = 0
    try journal.forEachRecord(damaged: { throw $0 }) { _ in records += 1 }
    return records
  }
}
