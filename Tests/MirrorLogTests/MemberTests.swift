import Foundation
import JournalTestSupport
import MirrorLog
import Testing

/// Logs in memory, read as a mirror's.
private func members(_ logs: [(path: String, text: String)]) throws -> [MirrorLogs.Member] {
  try MirrorLogs(bytes: logs.map { (LogInput(path: $0.path), Array($0.text.utf8)) }).members
}

@Suite("Members")
struct MemberTests {
  private func line(_ stamp: String, _ pid: Int, _ text: String) -> String {
    "\(stamp) (\(pid)) 0 [Utility.Event] \(text)\n"
  }

  private func applying(_ stamp: String, _ count: Int, _ address: Int = 0) -> String {
    line(
      stamp, 10,
      "DejournalProcessor: Applying journal data for mirror \"M\" starting at \(address) in file "
        + "#\(count)(/j/MIRROR-M-20250311.0\(count))")
  }

  @Test(
    "rotated files are one member's, however they are called",
    arguments: [
      "messages.log.1", "messages.log.2", "messages.old_20250311", "messages.old_20250311_2",
      "messages.log-20250311", "messages_20250311.log", "messages.log.1.gz", "messages.log.old",
    ])
  func rotated(name: String) throws {
    let log = try SampleLog("1433", "UBUNTU-2")
    let lines = log.lines.filter { !$0.isEmpty }
    let older = lines.prefix(20).joined(separator: "\n")
    let newer = lines.dropFirst(20).joined(separator: "\n")
    let found = try members([
      ("x/hosta/messages.log", newer), ("x/hosta/\(name)", older),
      ("x/hostb/messages.log", try SampleLog("1433", "UBUNTU").text),
    ])
    #expect(found.map(\.name) == ["UBUNTU-2", "UBUNTU"])
    #expect(found[0].events.map(\.kind) == (try log.events()).map(\.kind))
    #expect(found[0].files.map(\.file) == ["x/hosta/\(name)", "x/hosta/messages.log"])
  }

  @Test(
    "two members' logs in one directory stay two, though the second is called like a rotated one")
  func downloads() throws {
    let found = try members([
      ("Downloads/messages.log", try SampleLog("1433", "UBUNTU").text),
      ("Downloads/messages.log.1", try SampleLog("1433", "UBUNTU-2").text),
    ])
    #expect(found.map(\.name) == ["UBUNTU", "UBUNTU-2"])
  }

  @Test("a file name does not stand against what the log says")
  func swapped() throws {
    let found = try members([
      ("UBUNTU-2.messages.log", try SampleLog("1433", "UBUNTU").text),
      ("UBUNTU.messages.log", try SampleLog("1433", "UBUNTU-2").text),
    ])
    #expect(found.map(\.name) == ["UBUNTU", "UBUNTU-2"])
    // With nothing to decide it, a name that the log prints for another member is not taken.
    let alone = try members([("UBUNTU-2.messages.log", try SampleLog("1433", "UBUNTU").text)])
    #expect(alone.map(\.name) != ["UBUNTU-2"])
  }

  @Test("two instances on one host are two members")
  func oneHost() throws {
    let logs = try SampleLog.all(["1433"]).map { log in
      (
        "\(log.member).txt",
        log.text.replacing("UBUNTU-2/IRIS", with: "HOST/SECOND")
          .replacing("UBUNTU/IRIS", with: "HOST/FIRST")
      )
    }
    #expect(try members(logs).map(\.name) == ["HOST/FIRST", "HOST/SECOND"])
  }

  @Test("a part that names nobody belongs to the member whose processes wrote it")
  func processes() throws {
    let log = try SampleLog("1433", "UBUNTU-2")
    let silent = log.lines.filter { $0.contains("(6362)") && !$0.contains("UBUNTU") }
    let rest = log.lines.filter { !$0.isEmpty && !silent.contains($0) }
    let found = try members([
      ("a.txt", rest.joined(separator: "\n")), ("b.txt", silent.joined(separator: "\n")),
      ("c.txt", try SampleLog("1433", "UBUNTU").text),
    ])
    #expect(found.map(\.name) == ["UBUNTU-2", "UBUNTU"])
    #expect(found[0].files.count == 2)
  }

  @Test("names that say nothing are told apart by their directories")
  func directories() throws {
    let text = line("03/11/25-10:00:00:000", 1, "Max Journal Size: 1073741824")
    let found = try members([
      ("logs/hosta/mgr/messages.log", text),
      ("logs/hostb/mgr/messages.log", text.replacing("10:00", with: "11:00")),
    ])
    #expect(found.map(\.name) == ["mgr", "hostb/mgr"])
  }

  // MARK: Order

  private func order(_ texts: [String], names: [String]? = nil) throws -> [String] {
    let found = try MirrorLogs(
      bytes: texts.indices.map {
        (LogInput(path: names?[$0] ?? "\($0)", member: "A"), Array(texts[$0].utf8))
      })
    return found.members[0].files.map(\.file)
  }

  @Test("file counts go before a clock that was set back")
  func setBack() throws {
    // 01:30 and 01:50 before the change, 01:10 and 02:30 after it.
    let before = applying("11/03/24-01:30:00:000", 31) + applying("11/03/24-01:50:00:000", 31, 400)
    let after = applying("11/03/24-01:10:00:000", 32) + applying("11/03/24-02:30:00:000", 32, 400)
    #expect(try order([after, before]) == ["1", "0"])
    #expect(try order([before, after]) == ["0", "1"])
  }

  @Test(
    "without positions, names of rotated files decide between clocks that contradict each other")
  func setBackWithoutPositions() throws {
    let before =
      line("11/03/24-01:30:00:000", 1, "No open transactions to roll back")
      + line("11/03/24-01:50:00:000", 1, "Becoming primary mirror server")
    let after =
      line("11/03/24-01:10:00:000", 1, "Arbiter connection lost")
      + line("11/03/24-02:30:00:000", 1, "Arbiter connection established (")
    let names = ["messages.log", "messages.log.1"]
    #expect(try order([after, before], names: names) == ["messages.log.1", "messages.log"])
  }

  @Test("December comes before January where stamps have no year")
  func newYear() throws {
    func text(_ stamp: String) -> String { "\(stamp) ( 10) No open transactions to roll back\n" }
    let december = text("12/20-10:00:00:000") + text("12/31-23:59:59:000")
    let january = text("01/01-00:05:00:000") + text("01/09-10:00:00:000")
    let later = text("02/01-00:05:00:000")
    #expect(try order([january, later, december]) == ["2", "0", "1"])
  }

  @Test("logs that share messages are in the order of what they do not share")
  func overlap() throws {
    let lines = try SampleLog("1433", "UBUNTU").lines.filter { !$0.isEmpty }
    let older = lines.prefix(16).joined(separator: "\n")
    let newer = lines.dropFirst(10).joined(separator: "\n")
    #expect(try order([newer, older]) == ["1", "0"])
    let logs = try MirrorLogs(bytes: [
      (LogInput(path: "n", member: "A"), Array(newer.utf8)),
      (LogInput(path: "o", member: "A"), Array(older.utf8)),
    ])
    #expect(logs.members[0].events.count == (try SampleLog("1433", "UBUNTU").events()).count)
  }

  @Test("days apart, the clock decides: a mirror that was set up anew counts from 1")
  func anew() throws {
    let old = applying("03/11/25-10:00:00:000", 500)
    let new = applying("03/21/25-10:00:00:000", 1)
    #expect(try order([new, old]) == ["1", "0"])
  }
}

@Suite("Following a log")
struct LogFollowerTests {
  @Test("what is added is read once, across rotation and truncation")
  func follow() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "mjournal-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "messages.log").path
    let lines = try SampleLog("1433", "UBUNTU").lines.filter { !$0.isEmpty }.map { $0 + "\n" }
    var found: [LogEvent] = []
    func append(_ text: String) throws {
      if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
      }
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
    }
    try append(lines[0] + lines[1])
    let follower = try LogFollower(path: path)
    #expect(try follower.poll { found.append($0) })
    #expect(try !follower.poll { found.append($0) })
    #expect(found.map(\.source.line) == [1])
    // Half a line waits for its end.
    try append(String(lines[10].prefix(90)))
    _ = try follower.poll { found.append($0) }
    #expect(found.count == 1)
    try append(String(lines[10].dropFirst(90)))
    #expect(try follower.poll { found.append($0) })
    #expect(found.map(\.source.line) == [1, 3])
    // Rotated: the new file begins at line 1.
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    try append(lines[11] + lines[12])
    #expect(try follower.poll { found.append($0) })
    #expect(found.map(\.source.line) == [1, 3, 1, 2])
    // Cut to nothing and written anew.
    try lines[13].write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try follower.poll { found.append($0) })
    #expect(
      found.map(\.kind)
        == (try events(of: ([lines[0]] + lines[10...13]).joined())).events.map(\.kind))
    #expect(follower.summary.entries == 6)
    try follower.finish { found.append($0) }
    #expect(try !follower.poll { found.append($0) })
  }
}
