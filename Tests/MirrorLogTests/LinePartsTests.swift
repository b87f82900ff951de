import Foundation
import Glibc
import JournalTestSupport
import MirrorLog
import Testing

@Suite("Lines that a container runtime cut")
struct LinePartsTests {
  private static let lines = [
    "03/11/25-08:01:41:568 (4300) 0 [Utility.Event] Backup taking over for primary in arbiter "
      + "controlled mode",
    "03/11/25-08:01:41:678 (4300) 0 [Generic.Event] INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE",
    "Journaling switched to: /data/jrn/MIRROR-HARBOR-20250311.003",
    "03/11/25-08:01:41:847 (4300) 0 [Generic.Event] MirrorServer: New primary activating databases "
      + "which are current as of 524400 (0x00080070) in mirror journal file #31",
    "03/11/25-08:01:41:905 (4300) 2 [Utility.Event] Becoming primary mirror server",
  ]
  private static let head = "2025-03-11T10:00:00.123456789Z stdout "

  @Test("the tag P joins what it cut, wherever that was", arguments: 0...4)
  func everyCut(index: Int) throws {
    let whole = try events(of: Self.lines.joined(separator: "\n") + "\n").events
    #expect(whole.count == 4)
    let line = Array(Self.lines[index].utf8)
    for place in 0...line.count {
      let second = (place + line.count) / 2
      let parts = [line[..<place], line[place..<second], line[second...]]
      for joined in [2, 3] {
        let cuts = joined == 3 ? parts : [parts[0], line[place...]]
        var text = ""
        for (number, other) in Self.lines.enumerated() {
          guard number == index else {
            text += Self.head + "F " + other + "\n"
            continue
          }
          for (part, bytes) in cuts.enumerated() {
            text += Self.head + (part < cuts.count - 1 ? "P " : "F ")
            text += String(decoding: bytes, as: UTF8.self) + "\n"
          }
        }
        let read = try events(of: text)
        #expect(read.events.map(\.kind) == whole.map(\.kind), "\(place) \(text)")
        #expect(read.events.map(\.stamp) == whole.map(\.stamp))
        #expect(read.summary.unreadableCount == 0)
      }
    }
  }

  @Test("the two streams go on apart, and a part without an end is read")
  func streams() throws {
    let (first, second) = (Self.lines[0].prefix(60), Self.lines[0].dropFirst(60))
    let error = Self.head.replacingOccurrences(of: "stdout", with: "stderr")
    let text =
      Self.head + "P \(first)\n" + error + "F some warning\n" + Self.head + "F \(second)\n"
      + Self.head + "P " + Self.lines[4]
    let read = try events(of: text)
    #expect(read.events.map(\.source.line) == [1, 4])
  }

  @Test(
    "an offset of which digits are missing cannot be read", arguments: ["0x8", "0x", "0x0008007"])
  func shortHex(hex: String) throws {
    for line in [
      Self.lines[3],
      "03/11/25-08:05:02:268 (4350) 0 [Generic.Event] MirrorServer: Starting connection for: "
        + "ALPHA/IRIS (failover member) (ver 4) at offset 0x00080070 (524400) in  file #32",
    ] {
      let read = try events(
        of: Self.lines[0] + "\n" + line.replacingOccurrences(of: "0x00080070", with: hex) + "\n")
      #expect(read.events.count == 1)
      #expect(read.summary.unreadableCount == 1)
    }
  }

  @Test("a named pipe to which nobody writes is given up")
  func emptyPipe() throws {
    let path = FileManager.default.temporaryDirectory.path + "/pipe-\(UUID().uuidString)"
    #expect(mkfifo(path, 0o600) == 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var reader = LogReader()
    reader.pipePatience = 1
    let error = #expect(throws: LogError.self) { try reader.read(path: path) { _ in } }
    #expect(error?.reason.contains("nobody has written") == true)
  }
}
