import Foundation
import JournalTestSupport
import MirrorJournal
import MirrorLog
import MirrorPositions
import Testing

/// The real logs and their sample journals, in copies that a test may doctor.
struct FailoverBench {
  let journals: Workbench
  /// By `1151/UBUNTU` and the like.
  var logs: [(name: String, text: String)]

  static let samples = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Samples").path

  static let names = (5...8).map { "MIRROR-MIRROR-20240709.00\($0)" }

  static func name(_ count: Int) -> String { names[count - 5] }

  init(_ failovers: [String] = ["1151", "1433"], counts: ClosedRange<Int> = 5...8) throws {
    journals = try Workbench()
    logs = try failovers.flatMap { failover in
      try ["UBUNTU", "UBUNTU-2"].map { member in
        (
          "\(failover)/\(member)",
          try String(
            contentsOfFile: Self.samples + "/logs/failover-\(failover)/\(member).messages.log",
            encoding: .utf8)
        )
      }
    }
    for count in counts {
      try FileManager.default.copyItem(
        atPath: Self.samples + "/journals/" + Self.name(count),
        toPath: journals.path(Self.name(count)))
    }
  }

  /// Replaces an address in all logs, or in one, in decimal and in hexadecimal.
  mutating func move(_ address: Int, to other: Int, in log: String? = nil) {
    func hex(_ value: Int) -> String {
      let digits = String(value, radix: 16)
      return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    edit("\(address)", "\(other)", in: log)
    edit(hex(address), hex(other), in: log)
  }

  mutating func edit(_ text: String, _ other: String, in log: String? = nil) {
    for index in logs.indices where log == nil || logs[index].name == log {
      logs[index].text = logs[index].text.replacing(text, with: other)
    }
  }

  func result(_ sources: [MirrorJournals.Source]? = nil) throws -> MirrorPositions {
    var positions = MirrorPositions(
      try MirrorLogs(
        bytes: logs.map { log in
          let member = String(log.name.split(separator: "/").last ?? "")
          return (LogInput(path: log.name, member: member), Array(log.text.utf8))
        }))
    var journals = try MirrorJournals(
      sources ?? [MirrorJournals.Source(path: self.journals.directory)])
    PositionCheck.run(&positions, against: &journals)
    return positions
  }

  /// The starts of all visible records of a file, and the global of each.
  func records(_ count: Int) throws -> [(address: Int, global: String?)] {
    let journal = try journals.journal(Self.name(count))
    var found: [(Int, String?)] = []
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      var global: String?
      if let key = record.key() { global = "^" + (try key.reference()).name }
      found.append((record.address, global))
    }
    return found
  }

  /// What a walk over a stretch of one file counts.
  func gap(_ count: Int, _ range: Range<Int>) throws -> RecordGap {
    let inside = try records(count).filter { range.contains($0.address) }
    let globals = Dictionary(grouping: inside.compactMap(\.global)) { $0 }.mapValues(\.count)
    return RecordGap(
      records: inside.count,
      globals: globals.map { RecordGap.Global(name: $0.key, records: $0.value) }
        .sorted { ($1.records, $0.name) < ($0.records, $1.name) },
      isComplete: true)
  }
}
