package import Foundation
package import MirrorLog

/// The four real logs under `Samples/logs`, and copies of them with a change.
package struct SampleLog: Sendable {
  package let member: String
  /// Such as `failover-1151/UBUNTU.messages.log`.
  package let name: String
  package var text: String

  package static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Samples/logs")

  package init(_ failover: String, _ member: String) throws {
    self.member = member
    name = "failover-\(failover)/\(member).messages.log"
    text = try String(contentsOf: Self.directory.appendingPathComponent(name), encoding: .utf8)
  }

  /// All four, or one failover's two.
  package static func all(_ failovers: [String] = ["1151", "1433"]) throws -> [SampleLog] {
    try failovers.flatMap { failover in
      try ["UBUNTU", "UBUNTU-2"].map { try SampleLog(failover, $0) }
    }
  }

  package var lines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  package func events() throws -> [LogEvent] {
    try JournalTestSupport.events(of: text, member: member).events
  }
}

/// Reads a text as a log with the reader's settings.
package func events(
  of text: String, member: String = "M", chunk: Int = 1 << 20, lineLimit: Int = 1 << 16
) throws -> (events: [LogEvent], summary: LogSummary) {
  try events(of: Array(text.utf8), member: member, chunk: chunk, lineLimit: lineLimit)
}

package func events(
  of bytes: [UInt8], member: String = "M", chunk: Int = 1 << 20, lineLimit: Int = 1 << 16
) throws -> (events: [LogEvent], summary: LogSummary) {
  var reader = LogReader()
  reader.chunk = chunk
  reader.lineLimit = lineLimit
  var events: [LogEvent] = []
  let summary = try reader.read(bytes: bytes, name: "log", member: member) { events.append($0) }
  return (events, summary)
}
