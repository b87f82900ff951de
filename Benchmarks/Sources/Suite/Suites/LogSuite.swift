import CLimits
import Glibc
import MirrorJournal
import MirrorLog

/// Events out of messages.log.
enum LogSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for kind in Inputs.LogKind.allCases {
      let path = try setting.inputs.log(kind, 64, samples: setting.samples)
      let file = try MappedFile(path: path)
      var entries = 0
      let contest = Contest(
        "log", on: "\(kind.rawValue), 64 MiB", bytes: file.count, records: try events(path).entries)
      contest.limit("C count of lines (memchr)") {
        try file.withBytes(0..<file.count) { bytes in
          bytes.withUnsafeBytes {
            use(c_lines($0.baseAddress!.assumingMemoryBound(to: UInt8.self), $0.count))
          }
        }
      }
      contest.ours("read events", against: "C count of lines (memchr)") {
        entries &+= try events(path).events
      }
      defer { use(entries) }
      rows += try contest.run(rounds: setting.rounds)
    }
    return rows + (try whole(setting))
  }

  /// The command on 1 GB: its processor time and its memory. It cannot tell, as one log is missing.
  private static func whole(_ setting: Setting) throws -> [Row] {
    let path = try setting.inputs.log(.others, 954, samples: setting.samples)
    let contest = Contest("log", on: "others, 1 GB", bytes: try MappedFile(path: path).count)
    contest.process("wc -l", against: nil, "wc -l \(path)")
    contest.process(
      "mjournal positions", against: "wc -l", accepted: [0, 3], "\(setting.tool) positions \(path)")
    return try contest.run(rounds: 3)
  }

  private static func events(_ path: String) throws -> (entries: Int, events: Int) {
    var count = 0
    let summary = try LogReader().read(path: path) { _ in count += 1 }
    return (summary.entries, count)
  }
}
