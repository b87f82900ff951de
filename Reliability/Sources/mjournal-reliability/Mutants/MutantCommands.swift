import Foundation

/// A mutant given to every command, as a person gives it.
struct MutantCommands {
  private let folder: Scratch
  private let label: String
  private let path: String

  init(_ folder: Scratch, label: String) {
    self.folder = folder
    self.label = label
    path = folder.file("20240709.001")
  }

  /// Commands that read every record and decode none: their exit status says whether anything was lost.
  private var walks: [[String]] {
    [
      ["info", path], ["profile", path], ["profile", path, "--by", "minute"],
      ["transactions", path], ["verify", path, "--level", "walk"],
    ]
  }

  /// Commands that show every record: their exit status says, too, whether all could be decoded.
  private var listings: [[String]] {
    [
      ["dump", path], ["dump", path, "--reverse"], ["dump", path, "--where", "not pid = 0"],
      ["follow", "--once", path], ["export", path, "--format", "ndjson"],
      ["export", path, "--format", "csv"],
      ["export", path, "--format", "sqlite", "--output", folder.file("out.sqlite"), "--force"],
    ]
  }

  /// Commands that answer about a part, or more than the records.
  private var others: [[String]] {
    [
      ["history", "^A", path], ["export", path, "--format", "zwr"], ["restore-script", path],
      ["state", "^A", path], ["diff", "^A", path], ["restore-script", "--at", "start", path],
      ["verify", "--history", path],
      ["verify", path], ["splits", path], ["show", path, "131088"], ["positions", path],
      ["compress", path, "--output", folder.file("c"), "--force"],
      ["bench", path, "--codecs-only", "--rounds", "1"],
    ]
  }

  func run(_ reading: MutantReading, _ figures: inout Figures) throws {
    try? FileManager.default.createDirectory(
      atPath: folder.file("c"), withIntermediateDirectories: true)
    let expected: Set<Int32> = reading.isRefused ? [2] : reading.isSound ? [0] : [1]
    // `verify` knows more that is wrong than the walk does.
    for arguments in walks {
      try check(arguments, statuses(ofWalk: arguments, reading, expected), &figures)
    }
    var listed: Set<Int32> = []
    for arguments in listings {
      if let status = try check(arguments, expected.union(reading.isSound ? [1] : []), &figures) {
        listed.insert(status)
      }
    }
    if listed.count > 1 { figures.find("\(label): listings exit with \(listed.sorted())") }
    for arguments in others {
      try check(
        arguments,
        reading.isOfUnknownLayout && arguments[0] == "verify" ? [4] : [0, 1, 2, 3, 64], &figures)
    }
  }

  private func statuses(
    ofWalk arguments: [String], _ reading: MutantReading, _ expected: Set<Int32>
  ) -> Set<Int32> {
    switch arguments[0] {
    // They say what needs no layout, and that it is not known.
    case "info" where reading.isOfUnknownLayout: [0]
    case "verify" where reading.isOfUnknownLayout: [4]
    case "verify" where reading.isSound: [0, 1]
    // Keys that cannot be read have no globals.
    case "profile" where reading.isEncrypted && !arguments.contains("--by"): [2]
    default: expected
    }
  }

  @discardableResult
  private func check(
    _ arguments: [String], _ statuses: Set<Int32>, _ figures: inout Figures
  ) throws -> Int32? {
    guard let status = try outcome(arguments, &figures) else { return nil }
    if !statuses.contains(status) {
      figures.find(
        "\(label): \(arguments.joined(separator: " ")): status \(status), not \(statuses.sorted())")
    }
    return status
  }

  private func outcome(_ arguments: [String], _ figures: inout Figures) throws -> Int32? {
    var program = Program()
    program.limit = 10_000_000
    figures.add("commands")
    let outcome = try program.run(arguments, errorsIn: folder)
    if let signal = outcome.signal {
      figures.find("\(label): \(arguments.joined(separator: " ")): signal \(signal)")
    }
    return outcome.status
  }
}
