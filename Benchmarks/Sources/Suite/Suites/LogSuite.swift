import CLimits
import Glibc
import MirrorJournal
import MirrorLog

/// Events out of messages.log.
enum LogSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    let path = try setting.inputs.log(64, samples: setting.samples)
    let file = try MappedFile(path: path)
    var entries = 0
    let contest = Contest(
      "log", on: "sample logs, 64 MiB", bytes: file.count, records: try events(path).entries)
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
    return try contest.run(rounds: setting.rounds)
  }

  private static func events(_ path: String) throws -> (entries: Int, events: Int) {
    var count = 0
    let summary = try LogReader().read(path: path) { _ in count += 1 }
    return (summary.entries, count)
  }
}
