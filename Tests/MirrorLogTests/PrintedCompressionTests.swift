import JournalCompression
import JournalTestSupport
import MirrorLog
import Testing

@Suite("Printed compression line")
struct PrintedCompressionTests {
  static let observed: [(from: Int, to: Int, ratio: String)] = [
    (262144, 81920, "3.2"), (196608, 73728, "2.7"), (393216, 77824, "5.1"),
    (327680, 102400, "3.2"), (393216, 106496, "3.7"),
  ]

  @Test("reproduces every compression line of the real logs byte for byte")
  func reproducesLogs() throws {
    var sizes: Set<[Int]> = []
    for log in try SampleLog.all() {
      let lines = log.lines
      for event in try log.events() {
        guard case .compressed(let printed) = event.kind else { continue }
        let whole = printed.line.logLine(
          stamp: event.stamp, pid: event.pid, severity: try #require(event.severity),
          category: event.category)
        #expect(whole == lines[event.source.line - 1])
        #expect(printed.agreement == .follows)
        sizes.insert([printed.line.from, printed.line.to])
      }
      let count = lines.count { $0.contains("Journal File Compression") }
      #expect(
        try log.events().count { if case .compressed = $0.kind { true } else { false } } == count)
    }
    #expect(sizes == Set(Self.observed.map { [$0.from, $0.to] }))
  }

  @Test("parses what it prints, for any path and size")
  func roundTrip() throws {
    for path in ["/a b/from 1 bytes to 2/20240709.001", "C:\\IRIS\\x.002", "/é/j"] {
      for (from, to) in [(0, 0), (1, 0), (0, 1), (65536, 65536), (Int.max, 1), (Int.max, Int.max)] {
        let line = CompressionLine(path: path, from: from, to: to)
        let printed = try #require(PrintedCompression(parsing: line.text))
        #expect(printed.line == line)
        #expect(printed.agreement == .follows)
      }
    }
  }

  @Test("a ratio of truncation differs, one of rounding up is told apart")
  func agreement() {
    let line = CompressionLine(path: "p", from: 196608, to: 73728)
    #expect(PrintedCompression(line: line, ratio: "2.6").agreement == .differs)
    let low = CompressionLine(path: "p", from: 321, to: 100)
    #expect(PrintedCompression(line: low, ratio: "3.3").agreement == .roundedUp)
  }

  @Test(
    "a damaged line is no compression line",
    arguments: [
      "", "Journal File Compression: Compressed ",
      "Journal File Compression: Compressed /a from 1 bytes to 2 bytes",
      "Journal File Compression: Compressed /a from x bytes to 2 bytes, compression ratio = 1.0",
      "Journal File Compression: Compressed /a from 99999999999999999999 bytes to 2 bytes, "
        + "compression ratio = 1.0",
    ])
  func damaged(text: String) {
    #expect(PrintedCompression(parsing: text) == nil)
  }
}
