import JournalSamples

/// One node as it was at the end, as a whole process, beside the records of that node.
enum StateSuite {
  /// A node of which a journal of the mix has records.
  private static func node(_ mix: BulkJournal.Mix) -> String {
    mix == .hospital ? "^ENC.VisitD(50115)" : "^\(FilterSuite.name(mix))(1)"
  }

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let contest = input.contest("state")
      let dump = "mjournal dump --global NODE"
      contest.process(
        dump, against: nil, "\(setting.tool) dump --global '\(node(mix))' \(input.path)")
      contest.process(
        "mjournal state NODE", against: dump,
        "\(setting.tool) state '\(node(mix))' \(input.path)")
      contest.process(
        "mjournal state GLOBAL", against: dump,
        "\(setting.tool) state '^\(FilterSuite.name(mix))' \(input.path)")
      contest.process(
        // The old values of some mixes are made up, which it finds.
        "mjournal verify --history", against: dump, accepted: [0, 1],
        "\(setting.tool) verify --level chain --history \(input.path)")
      rows += try contest.run(rounds: setting.rounds(on: input))
    }
    return rows
  }
}
