import Foundation
import MirrorLog
import MirrorPositions
import Testing

@Suite("Following logs that grow")
struct FollowingTests {
  @Test("a rotation brings no event a second time, and the answer is that of the whole")
  func rotation() throws {
    let root = FileManager.default.temporaryDirectory.path + "/follow-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let logs = try HarborLogs(south: "SOUTHPIER-loss")
    let south = root + "/SOUTHPIER.messages.log"
    let north = root + "/NORTHPIER.messages.log"
    func write(_ lines: some Sequence<String>, _ path: String) throws {
      let text = Data(lines.map { $0 + "\n" }.joined().utf8)
      guard let file = FileHandle(forWritingAtPath: path) else {
        try text.write(to: URL(fileURLWithPath: path))
        return
      }
      try file.seekToEnd()
      try file.write(contentsOf: text)
      try file.close()
    }
    try write(logs.south.prefix(11), south)
    try write([], north)
    let follower = try PositionsFollower([LogInput(path: south), LogInput(path: north)])
    var seen = follower.logs.events.map(\.stamp)
    var findings: [Finding] = []
    func poll() throws {
      guard let change = try follower.poll() else { return }
      seen += change.events.map(\.stamp)
      findings += change.findings
    }
    for line in logs.south[11..<17] {
      try write([line], south)
      try poll()
    }
    try FileManager.default.moveItem(
      atPath: south, toPath: root + "/SOUTHPIER.messages.old_20250311")
    for line in logs.south[17...] {
      try write([line], south)
      try poll()
    }
    for line in logs.north {
      try write([line], north)
      try poll()
    }
    let whole = try logs.positions()
    let stamps = follower.logs.events.map(\.stamp)
    #expect(seen.count == stamps.count)
    #expect(seen.sorted() == stamps.sorted())
    #expect(follower.positions.verdict == .no)
    #expect(follower.positions.answer == whole.answer)
    // Each finding is told once.
    #expect(findings.count { $0.code == .resumeDiffers } == 1)
    // Two files have the same line numbers.
    #expect(Set(follower.logs.events.map(\.source)).count == stamps.count)
  }
}
