import Foundation
import JournalTestSupport
import MirrorLog
import Testing

@Suite("Log reader")
struct LogReaderTests {
  static let stuck =
    "03/29/17-16:18:12:852 (25129) 2 Dejournal stuck at 7342380 (0x0070092c) "
    + "cyclejrnend=11141120 in file #9"

  @Test("every chunk size finds the same events", arguments: [1, 7, 100, 4096, 1 << 20])
  func chunks(chunk: Int) throws {
    for log in try SampleLog.all() {
      let whole = try events(of: log.text)
      let parts = try events(of: log.text, chunk: chunk, lineLimit: 1000)
      #expect(parts.events == whole.events)
      #expect(parts.summary == whole.summary)
      #expect(whole.summary.lines == log.lines.count { !$0.isEmpty })
      #expect(whole.summary.bytes == log.text.utf8.count)
    }
  }

  @Test("a file, a pipe and bytes read alike")
  func sources() throws {
    let path = SampleLog.directory.appendingPathComponent("failover-1433/UBUNTU.messages.log").path
    let bytes = try events(of: try SampleLog("1433", "UBUNTU").text).events
    var fromFile: [LogEvent] = []
    try LogReader().read(path: path, member: "M") { fromFile.append($0) }
    #expect(fromFile.map(\.kind) == bytes.map(\.kind))
    #expect(fromFile.map(\.source.line) == bytes.map(\.source.line))

    let pipe = Pipe()
    pipe.fileHandleForWriting.write(Data(contentsOfSample: path))
    try pipe.fileHandleForWriting.close()
    var fromPipe: [LogKindAndLine] = []
    try LogReader().read(descriptor: pipe.fileHandleForReading.fileDescriptor, name: "-") {
      fromPipe.append(LogKindAndLine($0))
    }
    #expect(fromPipe == bytes.map(LogKindAndLine.init))
  }

  @Test("CRLF, NULs before a line and a byte order mark change nothing")
  func lineNoise() throws {
    for log in try SampleLog.all() {
      let plain = try events(of: log.text)
      let crlf = try events(of: log.text.replacingOccurrences(of: "\n", with: "\r\n"))
      #expect(crlf.events == plain.events)
      let marked = try events(of: [0xEF, 0xBB, 0xBF] + Array(log.text.utf8))
      #expect(marked.events == plain.events)
      let holes = try events(of: [0, 0, 0] + Array(log.text.utf8))
      #expect(holes.events == plain.events)
      #expect(holes.summary.nulLines == 1)
    }
  }

  @Test("bytes that are no UTF-8 are read as Latin-1")
  func latin1() throws {
    let line = "07/09/24-11:51:18:822 (5449) 0 [Utility.Event]   Scanning /J\u{e9}/20240709.005\n"
    let bytes = line.unicodeScalars.map { UInt8($0.value) }
    let found = try #require(try events(of: bytes).events.first)
    #expect(found.kind == .journalFile(.scanning, path: "/J\u{e9}/20240709.005"))
  }

  @Test("a last line cut at any byte is read as far as it goes, without error")
  func truncated() throws {
    let log = try SampleLog("1433", "UBUNTU")
    let first = Array(log.lines[0].utf8) + [10]
    let last = Array(log.lines[20].utf8)
    for length in 0...last.count {
      let read = try events(of: first + last[..<length])
      #expect(read.summary.endsUnterminated == (length > 0))
      // Complete only when the figures are: a cut number is still a number, so the flag matters.
      if length < last.count - 4 { #expect(read.events.count <= 2) }
    }
  }

  @Test("a line of a megabyte is cut at the limit, counted, and the next one is read")
  func hugeLine() throws {
    let huge = "07/09/24-11:51:18:822 (5449) 0 [X] " + String(repeating: "x", count: 1 << 20)
    for chunk in [1000, 1 << 20, 1 << 22] {
      let read = try events(of: huge + "\n" + Self.stuck + "\n" + huge, chunk: chunk)
      #expect(read.summary.truncatedLines == 2)
      #expect(read.summary.lines == 3)
      #expect(read.events.map(\.source.line) == [2])
    }
  }

  @Test("an empty log has no entries and is no error")
  func empty() throws {
    #expect(try events(of: "").summary.lines == 0)
  }

  @Test("bytes without a single entry are refused, however many they are")
  func binary() throws {
    var random = SystemRandomNumberGenerator()
    let noise = (0..<100_000).map { _ in UInt8.random(in: 128...255, using: &random) }
    let error = #expect(throws: LogError.self) { try events(of: noise) }
    #expect(error?.code == .notALog)
    #expect(throws: LogError.self) { try events(of: "# A text\n\nthat is no log\n") }
    var reader = LogReader()
    reader.patience = 1000
    #expect(throws: LogError.self) {
      try reader.read(bytes: Array(repeating: 10, count: 1 << 20), name: "lines") { _ in }
    }
  }

  @Test("a directory and a missing file are refused with the file's name")
  func unreadable() {
    let missing = #expect(throws: LogError.self) {
      try LogReader().read(path: "/nonexistent/messages.log") { _ in }
    }
    #expect(missing?.code == .cannotOpen)
    #expect(missing?.file == "/nonexistent/messages.log")
    let directory = #expect(throws: LogError.self) { try LogReader().read(path: "/") { _ in } }
    #expect(directory?.code == .cannotRead)
  }

  @Test("bit flips anywhere never stop the reader")
  func bitFlips() throws {
    let bytes = Array(try SampleLog("1151", "UBUNTU-2").text.utf8)
    for index in bytes.indices {
      var flipped = bytes
      flipped[index] ^= UInt8(1 << (index % 8))
      let read = try events(of: flipped)
      #expect(read.summary.bytes == bytes.count)
      #expect(read.summary.lines >= 25 && read.summary.lines <= 27)
    }
  }
}

/// What stays equal when the same log comes under another name.
struct LogKindAndLine: Equatable {
  let kind: LogEventKind
  let line: Int
  init(_ event: LogEvent) {
    kind = event.kind
    line = event.source.line
  }
}

extension Data {
  init(contentsOfSample path: String) {
    self = FileManager.default.contents(atPath: path) ?? Data()
  }
}
