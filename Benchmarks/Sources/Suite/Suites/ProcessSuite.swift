import JournalSamples
import MirrorJournal

/// The command-line tool as a whole process: what a user waits for.
enum ProcessSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      for size in mix == .rows ? setting.sizes : [256] {
        let input = try setting.inputs.journal(mix, size)
        let contest = input.contest("processes")
        contest.process("cat", against: nil, "cat \(input.path)")
        for command in ["info", "profile", "verify", "dump", "dump --format ndjson"]
        where size <= 1024 || command == "info" || command == "verify" {
          contest.process("mjournal \(command)", against: "cat", "\(setting.tool) \(command) \(input.path)")
        }
        rows += try contest.run(rounds: 3)
      }
    }
    return rows
  }
}
