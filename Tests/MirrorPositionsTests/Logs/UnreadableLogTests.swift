import Foundation
import MirrorLog
import MirrorPositions
import Testing

@Suite("Logs that cannot be read")
struct UnreadableLogTests {
  @Test(
    "a file that is a log by its name and cannot be read is named and keeps the answer from YES",
    arguments: [
      "messages.log.1.gz", "messages.log.1.zst", "messages.old_20250310", "old.log.gz",
      "messages.log-20250310", "SOUTHPIER.messages.log.2.xz",
    ])
  func damaged(name: String) throws {
    let root = FileManager.default.temporaryDirectory.path + "/unreadable-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for member in ["SOUTHPIER", "NORTHPIER"] {
      try FileManager.default.copyItem(
        atPath: Case.directory + "/base/\(member).messages.log",
        toPath: root + "/\(member).messages.log")
    }
    try Data("access".utf8).write(to: URL(fileURLWithPath: root + "/access.log"))
    func positions() throws -> MirrorPositions {
      let survey = try TreeSurvey(root)
      return MirrorPositions(try MirrorLogs(reading: survey.logs), findings: survey.findings)
    }
    #expect(try positions().verdict == .yes)
    let magic: [UInt8] =
      name.hasSuffix("gz")
      ? [0x1F, 0x8B, 8, 0] : name.hasSuffix("zst") ? [0x28, 0xB5, 0x2F, 0xFD] : []
    try Data(magic + [UInt8](repeating: 0x5A, count: 400)).write(
      to: URL(fileURLWithPath: root + "/" + name))
    let result = try positions()
    #expect(result.verdict == .cannotTell)
    #expect(result.answer.hasPrefix("CANNOT TELL: \(root)/\(name) cannot be read"))
    #expect(result.findings.map(\.code) == [.logUnreadable])
  }

  @Test("of a compressed log that is damaged behind its beginning, the beginning is read")
  func cutCompressed() throws {
    let root = FileManager.default.temporaryDirectory.path + "/gz-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for (loss, verdict) in [(0, Verdict.cannotTell), (800, .no)] {
      let logs = PairLogs(losing: loss)
      // One stored block; its checksum is wrong.
      let text = Array((logs.alpha.joined(separator: "\n") + "\n").utf8)
      let (low, high) = (UInt8(text.count & 255), UInt8(text.count >> 8))
      let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, low, high, ~low, ~high]
      let path = root + "/ALPHA.messages.log.gz"
      try Data(head + text + [1, 2, 3, 4, low, high, 0, 0]).write(to: URL(fileURLWithPath: path))
      let other = root + "/BETA.messages.log"
      try Data((logs.beta.joined(separator: "\n") + "\n").utf8).write(
        to: URL(fileURLWithPath: other))
      let result = MirrorPositions(
        try MirrorLogs(reading: [LogInput(path: path), LogInput(path: other)]))
      #expect(result.verdict == verdict, "\(result.answer)")
      #expect(result.findings.contains { $0.code == .logUnreadable && $0.severity == .open })
    }
  }
}
