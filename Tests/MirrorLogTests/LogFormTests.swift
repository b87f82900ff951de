import Foundation
import JournalTestSupport
import MirrorLog
import Testing

/// The events of a text, as their kinds and lines.
private func read(_ text: String) throws -> (events: [LogEvent], summary: LogSummary) {
  try events(of: text)
}

/// What an event says of a place in a mirror journal, in words; nil for other events.
private func placed(_ event: LogEvent) -> String? {
  switch event.kind {
  case .retrieving(let count, _, _, _): "retrieving \(count)"
  case .applying, .clientStarting, .serverConnection, .clientUpToDate, .currentAsOf, .compressed:
    "\(event.kind)"
  default: nil
  }
}

@Suite("What tools do to a log")
struct LogFormTests {
  /// Breaks every line at `width`, as a terminal does.
  static func wrapped(_ text: String, at width: Int, trimming: Bool = false) -> String {
    text.split(separator: "\n").map { line in
      var rest = Substring(line)
      var parts: [String] = []
      while rest.count > width {
        parts.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      parts.append(String(rest))
      return parts.map { part in
        guard trimming else { return part }
        return String(part.reversed().drop { $0 == " " }.reversed())
      }.joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }

  static let prefixes: [(name: String, prefix: @Sendable (Int) -> String)] = [
    ("a blank", { _ in " " }),
    ("docker compose", { _ in "ubuntu-1  | " }),
    ("docker compose in colour", { _ in "\u{1B}[36mubuntu-1  | \u{1B}[0m" }),
    ("docker compose with times", { "ubuntu-1  | 2025-03-11T10:15:41.\(1000 + $0)Z " }),
    ("CRI", { "2025-03-11T10:15:\(10 + $0).123456789Z stdout F " }),
    ("kubectl", { _ in "[pod/iris-data-0-1/iris] " }),
    ("kubectl with times", { "[pod/iris-0/iris] 2025-03-11T10:15:41.\($0)+02:00 " }),
    ("stern", { _ in "iris-data-0-1 iris " }),
    ("syslog", { "Mar 11 10:15:\(10 + $0) hosta iris[4242]: " }),
    ("RFC 5424", { "<14>1 2025-03-11T10:15:\(10 + $0).1Z hosta iris 4242 - - " }),
    ("grep -n", { "messages.log:\($0 + 1):" }),
    ("cat -n", { String(repeating: " ", count: 6 - "\($0 + 1)".count) + "\($0 + 1)\t" }),
    ("a quotation", { _ in "> " }),
  ]

  @Test("a prefix before each line is taken off", arguments: prefixes.indices)
  func prefix(index: Int) throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      let lines = log.lines.filter { !$0.isEmpty }.enumerated()
        .map { Self.prefixes[index].prefix($0.offset) + $0.element }
      let found = try events(of: lines.joined(separator: "\n") + "\n")
      #expect(found.events.map(\.kind) == plain.events.map(\.kind))
      #expect(found.events.map(\.source.line) == plain.events.map(\.source.line))
      #expect(found.events.map(\.category) == plain.events.map(\.category))
      #expect(found.summary.unreadableCount == 0)
      // Only the second half has it.
      let half = log.lines.prefix(10) + lines.dropFirst(10)
      let mixed = try events(of: half.joined(separator: "\n") + "\n")
      #expect(mixed.events.map(\.kind) == plain.events.map(\.kind))
    }
  }

  @Test("the names in prefixes tell two members in one file apart")
  func writers() throws {
    let logs = try SampleLog.all(["1433"])
    var lines: [String] = []
    var rest = logs.map { $0.lines.filter { !$0.isEmpty }[...] }
    while rest.contains(where: { !$0.isEmpty }) {
      for index in rest.indices {
        for line in rest[index].prefix(index + 2) { lines.append("data-0-\(index)  | \(line)") }
        rest[index] = rest[index].dropFirst(index + 2)
      }
    }
    let found = try read(lines.joined(separator: "\n"))
    for (index, log) in logs.enumerated() {
      let own = found.events.filter { $0.source.writer == "data-0-\(index)" }
      #expect(own.map(\.kind) == (try log.events()).map(\.kind))
    }
    #expect(Set(found.summary.writers.keys) == ["data-0-0", "data-0-1"])
  }

  @Test("lines in JSON are taken out of it")
  func json() throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      for key in ["log", "message", "MESSAGE"] {
        let lines = try log.lines.filter { !$0.isEmpty }.map { line in
          let object = [key: line + "\n", "stream": "stdout", "time": "2025-03-11T10:15:41Z"]
          return String(
            decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        }
        let found = try events(of: lines.joined(separator: "\n"))
        #expect(found.events.map(\.kind) == plain.events.map(\.kind))
      }
    }
  }

  @Test(
    "lines that a terminal broke are joined", arguments: [50, 60, 72, 80, 100, 132], [false, true])
  func wrapped(width: Int, trimming: Bool) throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      let text = Self.wrapped(log.text, at: width, trimming: trimming)
      let found = try events(of: text)
      #expect(found.events.map(\.kind) == plain.events.map(\.kind))
      #expect(found.events.map(\.pid) == plain.events.map(\.pid))
      #expect(found.summary.unreadableCount == 0)
    }
  }

  @Test("a single message that was broken is joined, whatever the width")
  func brokenOnce() throws {
    let text = try SampleLog("1433", "UBUNTU-2").text
    let plain = try events(of: text)
    let lines = text.split(separator: "\n").map(String.init)
    for (index, line) in lines.enumerated() where line.hasPrefix("07/") && line.count > 100 {
      for width in stride(from: 30, to: line.count, by: 3) {
        var broken = lines
        broken[index] = line.prefix(width) + "\n" + line.dropFirst(width)
        let found = try events(of: broken.joined(separator: "\n") + "\n")
        let same = found.events.compactMap(placed) == plain.events.compactMap(placed)
        #expect(same || found.summary.unreadableCount > 0, "\(broken[index])")
      }
    }
  }

  @Test("two entries in one line are two")
  func joint() throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      let lines = log.lines.filter { !$0.isEmpty }
      for index in lines.indices.dropLast() where lines[index + 1].hasPrefix("07/") {
        var joint = lines
        joint[index] += joint.remove(at: index + 1)
        let found = try events(of: joint.joined(separator: "\n") + "\n")
        #expect(found.events.map(\.kind) == plain.events.map(\.kind), "\(joint[index])")
      }
      // A file without a single line feed.
      let whole = try events(of: lines.filter { $0.hasPrefix("07/") }.joined())
      let expected = plain.events.filter { log.lines[$0.source.line - 1].hasPrefix("07/") }
      #expect(whole.events.map(\.kind) == expected.map(\.kind))
    }
  }

  @Test("a message torn by another writer is joined, or counted")
  func torn() throws {
    let log = try SampleLog("1433", "UBUNTU-2")
    let plain = try events(of: log.text)
    let lines = log.lines.filter { !$0.isEmpty }
    let other = "07/09/24-14:33:12:391 (99) 0 [Utility.Event] WorkQueue: Starting daemon parent=1"
    let index = try #require(lines.firstIndex { $0.contains("which are current as of") })
    for cut in 46..<lines[index].count {
      var torn = lines
      torn[index] = lines[index].prefix(cut) + other
      torn.insert(String(lines[index].dropFirst(cut)), at: index + 1)
      let found = try events(of: torn.joined(separator: "\n") + "\n")
      let same = found.events.map(\.kind) == plain.events.map(\.kind)
      #expect(same || found.summary.unreadableCount > 0, "\(torn[index])")
      // The rest is nowhere.
      torn.remove(at: index + 1)
      let lost = try events(of: torn.joined(separator: "\n") + "\n")
      let isThere = lost.events.contains { if case .currentAsOf = $0.kind { true } else { false } }
      #expect(isThere || lost.summary.unreadable.map(\.line) == [index + 1], "\(torn[index])")
    }
  }

  @Test("holes of NULs of any length end a line and hide nothing")
  func holes() throws {
    let log = try SampleLog("1151", "UBUNTU")
    let plain = try events(of: log.text)
    for length in [1, 4000, 150_000, 3_000_000] {
      let hole = [UInt8](repeating: 0, count: length)
      let lines = log.lines.filter { !$0.isEmpty }.map { Array($0.utf8) + [10] }
      for place in [0, 5, lines.count] {
        let bytes = lines[..<place].flatMap { $0 } + hole + lines[place...].flatMap { $0 }
        for chunk in [1000, 1 << 20] {
          let found = try events(of: bytes, chunk: chunk)
          #expect(found.events.map(\.kind) == plain.events.map(\.kind))
          #expect(found.summary.nulLines == 1)
        }
      }
      // In the middle of a message that says where data are.
      let bytes =
        lines[..<4].flatMap { $0 } + lines[4].prefix(90) + hole + lines[5...].flatMap { $0 }
      let found = try events(of: bytes)
      #expect(found.summary.unreadable.map(\.line) == [5])
      #expect(found.events.count == plain.events.count - 1)
    }
  }

  @Test("UTF-16 in both orders, with and without a mark, reads like UTF-8")
  func utf16() throws {
    for log in try SampleLog.all() {
      let text = log.text.replacing("/usr/iris", with: "/\u{E9}\u{1F600}/iris")
      let plain = try events(of: text)
      for isBigEndian in [false, true] {
        for mark in [[], [UInt16(0xFEFF)]] {
          let units = mark + Array(text.replacing("\n", with: "\r\n").utf16)
          let bytes = units.flatMap { unit in
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return isBigEndian ? pair : pair.reversed()
          }
          let found = try events(of: bytes, chunk: 1000)
          #expect(found.events.map(\.kind) == plain.events.map(\.kind))
          #expect(found.summary.encoding == "UTF-16")
        }
      }
    }
  }

  @Test(
    "files that gzip, zstd and lz4 made are read as they are", arguments: ["gzip", "zstd", "lz4"])
  func compressed(tool: String) throws {
    let log = try SampleLog("1433", "UBUNTU")
    let plain = try events(of: log.text)
    let directory = FileManager.default.temporaryDirectory.appending(path: "mjournal-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appending(path: "messages.log")
    try log.text.write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool, "-q", "-k", file.path] + (tool == "lz4" ? [file.path + ".lz4"] : [])
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    // A machine need not have all three tools.
    guard process.terminationStatus == 0 else { return }
    let suffix = ["gzip": "gz", "zstd": "zst", "lz4": "lz4"][tool] ?? ""
    let path = directory.appending(path: "messages.log.\(suffix)").path
    var found: [LogEvent] = []
    let summary = try LogReader().read(path: path) { found.append($0) }
    #expect(found.map(\.kind) == plain.events.map(\.kind))
    #expect(summary.compression == tool)
    // Cut in the middle, it is read up to there and called damaged, or refused with a reason where
    // nothing of it is left.
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
    found = []
    do {
      let cut = try LogReader().read(path: path) { found.append($0) }
      #expect(cut.damage?.contains("byte") == true)
      #expect(plain.events.map(\.kind).starts(with: found.map(\.kind)))
    } catch {
      #expect(error.code == .cannotRead && error.file == path)
    }
    let pipe = Pipe()
    pipe.fileHandleForWriting.write(bytes)
    try pipe.fileHandleForWriting.close()
    let piped = #expect(throws: LogError.self) {
      try LogReader().read(
        descriptor: pipe.fileHandleForReading.fileDescriptor, name: "-"
      ) { _ in }
    }
    #expect(piped?.reason == "the log is compressed with \(tool)")
  }

  @Test("lines that end in a carriage return alone are lines")
  func carriageReturns() throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      let found = try events(of: log.text.replacing("\n", with: "\r"))
      #expect(found.events.map(\.kind) == plain.events.map(\.kind))
      #expect(found.events.map(\.source.line) == plain.events.map(\.source.line))
    }
  }

  @Test("the mark of a repeated message belongs to no message")
  func repeats() throws {
    for (text, kind) in LogEventTests.messages where !text.contains("repeated") {
      let line = "11/01/19-13:51:59:109 (13062) 1 [Utility.Event] \(text)...(repeated 12 times)\n"
      let found = try events(of: line).events
      if case .retrieving(let count, let mirror, let from, _) = kind {
        #expect(
          found.map(\.kind) == [
            .retrieving(fileCount: count, mirror: mirror, from: from, repeats: 12)
          ])
      } else {
        #expect(found.map(\.kind) == [kind])
      }
    }
  }

  @Test("what begins like a known message and does not parse is counted with its line")
  func unreadable() throws {
    let head = "07/09/24-15:00:00:000 (1) 0 [Utility.Event] "
    let good = head + "Starting TASKMGR\n"
    for text in [
      "Applying journal data for mirror \"M\" starting at x in file #7(/j)",
      "MirrorServer: New primary activating databases which are current as of 356",
      "(M) Starting Mirror.Client(\"MIRROR-MIRROR-20240709.008\",200088,8",
      "MirrorServer: Client up to date, linking with journal daemon @ 0x0003",
      "Journal File Compression: Compressed /j from 65536 bytes to 4096 bytes, compression ratio = 1",
      "Rollback of transaction for process id #x",
      "[Generic", "Retrieving journal", "Becoming primary mir",
      "Applying journal data for mirror &quot;M&quot; starting at 4 in file #7(/j)",
      "Starting Mirror.Client(\\\"MIRROR-MIRROR-20240709.008\\\",200088,8)",
      "MirrorServer: New primary activating all databases",
    ] {
      let found = try events(of: good + head + text + "\n" + String(repeating: good, count: 5))
      #expect(found.events.isEmpty, "\(text)")
      #expect(found.summary.unreadable.map(\.line) == [2], "\(text)")
      #expect(found.summary.unreadable.first.map { text.hasPrefix($0.text) } == true)
    }
    let stamp = try events(of: good + "07/09/24-15:00:00:0\n" + good)
    #expect(stamp.summary.unreadable.map(\.line) == [2])
  }

  @Test("other messages with the same first words are no unreadable ones")
  func others() throws {
    for text in [
      "Found 3 databases", "Error in MYROUTINE", "Starting TASKMGR",
      "Mirror manager for M stopping", "MirrorServer: Switched something",
      "MirrorServer: Client UBUNTU/IRIS has left", "Journal File Compression: skipped",
      "MirrorServer: Starting a thread", "Retrieving data", "MirrorClient: x",
      "Journaling is fine", "Recovering x",
      "(M) anything", "[SYSTEM MONITOR] CPU", "Scanning", "A", "Backup", "Max", "Dejournaling done",
    ] where text != "A" && text != "Backup" {
      let line = "07/09/24-15:00:00:000 (1) 0 [Utility.Event] \(text)\n"
      #expect(try events(of: line).summary.unreadableCount == 0, "\(text)")
    }
  }

  @Test("whatever is done to a log's bytes, every chunk size reads the same and nothing traps")
  func mutations() throws {
    var dice = Dice(7)
    let texts = try SampleLog.all().map { Array($0.text.utf8) }
    let pieces: [[UInt8]] = [
      [0], [0, 0, 0], [10], [13], [13, 10], Array("03/11/25-10:15:41:140 (4101) 0 [X] ".utf8),
      Array("southpier-1  | ".utf8), Array("{\"log\":\"".utf8), Array("when=\"".utf8),
      [0x1B, 0x5B],
      Array("...(repeated 3 times)".utf8), [0xFF, 0xFE], Array("[".utf8), Array("(".utf8),
      Array("MirrorServer: New primary activating".utf8), Array("#".utf8), Array("0x".utf8),
    ]
    for round in 0..<200 {
      var bytes = texts[round % texts.count]
      for _ in 0..<Int.random(in: 1...12, using: &dice) {
        let place = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: bytes.insert(contentsOf: pieces.randomElement(using: &dice) ?? [], at: place)
        case 1: bytes.removeSubrange(place..<min(place + 40, bytes.count))
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &dice)
        default:
          let other = Int.random(in: 0..<bytes.count, using: &dice)
          bytes.insert(contentsOf: bytes[other..<min(other + 120, bytes.count)], at: place)
        }
      }
      guard let whole = try? events(of: bytes, lineLimit: 700) else { continue }
      for chunk in [1, 63, 4000] {
        let parts = try events(of: bytes, chunk: chunk, lineLimit: 700)
        #expect(parts.events == whole.events)
        #expect(parts.summary == whole.summary)
      }
    }
  }
}
