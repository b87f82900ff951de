import Glibc
import JournalSamples
import MirrorJournal

/// The chain of records of files whose layout is not known, as a whole process: what an owner of one waits
/// for, and what memory it takes.
enum DiscoverySuite {
  /// Families that lead on by a length in words and by addresses.
  private static let families = ["big-endian-words", "absolute-links"]

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    let mebibytes = setting.goalSize
    let input = try setting.inputs.journal(.hospital, mebibytes)
    rows += try contest(input.path, "R2, \(input.label)", input.bytes, setting)
    for name in families {
      guard let family = ForeignFamily.all.first(where: { $0.name == name }) else { continue }
      let path = setting.inputs.path("discover-\(name)-\(mebibytes)M")
      if access(path, F_OK) != 0 {
        note("making \(path)")
        // A record of the hospital without documents has some 76 bytes.
        try ForeignCopy(records: mebibytes * 13_800).write(as: family, to: path)
      }
      let bytes = try MappedFile(path: path).count
      rows += try contest(path, "\(name), \(bytes >> 20) MiB", bytes, setting)
    }
    return rows
  }

  private static func contest(
    _ path: String, _ label: String, _ bytes: Int, _ setting: Setting
  ) throws -> [Row] {
    let contest = Contest("discover", on: label, bytes: bytes)
    contest.process("cat", against: nil, clock: .wall, "cat \(path)")
    contest.process(
      "mjournal discover", against: "cat", clock: .wall, "\(setting.tool) discover \(path)")
    return try contest.run(rounds: 1)
  }
}
