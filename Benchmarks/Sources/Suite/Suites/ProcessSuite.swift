import JournalSamples
import MirrorJournal

/// The command-line tool as a whole process: what a user waits for.
enum ProcessSuite {
  static let commands = ["info", "profile", "verify", "dump", "dump --format ndjson"]

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, 256)
      let contest = input.contest("processes")
      contest.process("cat", against: nil, "cat \(input.path)")
      for command in commands {
        contest.process(
          "mjournal \(command)", against: "cat", "\(setting.tool) \(command) \(input.path)")
      }
      rows += try contest.run(rounds: 3)
    }
    return rows
  }
}
