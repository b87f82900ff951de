import Foundation
import JournalDiscovery
import JournalSamples
import MirrorJournal

/// Every made-up family in files of different sizes, found without a listing: every record is compared
/// with what was written. A layout that reads other records is a finding at any size; a refusal only
/// where a file has enough records.
enum DiscoverySuite {
  static let sizes = [120, 1000, 4000, 12_000]
  /// From so many records on a family has to be found.
  static let enough = 1000
  /// Families whose records lead back only: with two blocks, several divisions explain the file.
  static let refusedOfTwoBlocks: Set<String> = ["crossing-end", "only-back"]

  static func run(seed: UInt64) throws -> Figures {
    let only = ProcessInfo.processInfo.environment["MJOURNAL_FAMILIES"]?.split(separator: ",")
    let makers = DiscoveryTrial.makers.filter { maker in
      only?.contains { $0 == maker.name } ?? true
    }
    print("| family | " + sizes.map { "\($0) records" }.joined(separator: " | ") + " |")
    print("|---|" + sizes.map { _ in "---|" }.joined())
    return shared("discovery", makers.count) { index, _, figures in
      let folder = try Scratch()
      var cells: [String] = []
      for size in sizes {
        let trial = try makers[index].make(size, seed &+ 10)
        cells.append(try trial.judge(in: folder, &figures))
      }
      print("| \(makers[index].name) | \(cells.joined(separator: " | ")) |")
      fflush(nil)
    }
  }
}

/// One file of a family, and the addresses of its records.
struct DiscoveryTrial {
  let name: String
  let size: Int
  let bytes: [UInt8]
  let addresses: [JournalAddress]

  typealias Maker = (
    name: String, make: @Sendable (_ records: Int, _ seed: UInt64) throws -> DiscoveryTrial
  )

  static let makers: [Maker] =
    StructuralFamily.all.map { family in
      maker(family.name) { records, seed in
        let journal = try StructuralJournal(family, records: records, seed: seed)
        return (journal.bytes, journal.rows.map(\.address))
      }
    }
    + ForeignFamily.all.map { family in
      maker(family.name) { records, seed in
        let journal = try ForeignJournal(family, records: records, seed: seed)
        return (journal.bytes, journal.records.map(\.address))
      }
    }

  private static func maker(
    _ name: String,
    _ make:
      @escaping @Sendable (Int, UInt64) throws -> (bytes: [UInt8], addresses: [JournalAddress])
  ) -> Maker {
    (
      name,
      { records, seed in
        let made = try make(records, seed)
        return DiscoveryTrial(
          name: name, size: records, bytes: made.bytes, addresses: made.addresses)
      }
    )
  }

  /// What discovery makes of it, in a word.
  func judge(in folder: Scratch, _ figures: inout Figures) throws -> String {
    func find(_ text: String) { figures.find("\(name), \(size) records: \(text)") }
    try folder.write(bytes, "journal")
    let begin = Program.now()
    let found = try Discovery(path: folder.file("journal"))
    let seconds = Double(Program.now() - begin) / 1e6
    figures.add("files of made-up families")
    if seconds > 10 { find("\(seconds) seconds") }
    guard found.isProved, found.unreadable.isEmpty, let layout = found.layout else {
      let why = found.isProved ? found.unreadable : found.lacks
      let isExpected =
        size < DiscoverySuite.enough
        || size == DiscoverySuite.enough && DiscoverySuite.refusedOfTwoBlocks.contains(name)
      if !isExpected { find(why.joined(separator: "; ")) }
      figures.add("refused")
      return "refused"
    }
    // What is used is what a layout file holds.
    let read = try JournalLayout(json: Array(layout.json.utf8))
    var records: [JournalAddress] = []
    var damage: [String] = []
    try Journal(path: folder.file("journal"), layouts: [read]).forEachRecord(
      damaged: { damage.append("\($0)") }
    ) { records.append($0.address) }
    figures.add("records of made-up families", records.count)
    guard records == addresses, damage.isEmpty else {
      find(
        "\(records.count) records, not \(addresses.count); \(damage.first ?? "no damage"); "
          + "\(found.framing ?? "")")
      return "WRONG"
    }
    return "every record"
  }
}
