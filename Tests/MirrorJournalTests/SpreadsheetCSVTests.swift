import JournalTestSupport
import MirrorJournal
import Testing

/// CSV for spreadsheets: no cell begins like a formula, and every other cell is as it was.
@Suite struct SpreadsheetCSVTests {
  private func safe(_ csv: String, pieces: Int = .max) -> String {
    var cells = SpreadsheetCSV()
    var buffer = TextBuffer()
    let bytes = Array(csv.utf8)
    var start = 0
    while start < bytes.count {
      let end = start + min(pieces, bytes.count - start)
      cells.append(Array(bytes[start..<end]).span.bytes, to: &buffer)
      start = end
    }
    return buffer.string
  }

  @Test(arguments: [
    ("=1+1,a=1,,x\n", "'=1+1,a=1,,x\n"), ("a,+1,-2,@x\n", "a,'+1,'-2,'@x\n"),
    ("\"=1,2\",\"\"\"=\",\"\"\n", "\"'=1,2\",\"\"\"=\",\"\"\n"),
    ("\t1,\"\r\n=2\",\"\n3\"\n", "'\t1,\"'\r\n=2\",\"'\n3\"\n"),
    ("a,b\n=c,d\n\n=e\n", "a,b\n'=c,d\n\n'=e\n"), ("a\0b,\0=\n", "a\u{2400}b,\u{2400}=\n"),
    (
      "\u{FF1D}1,\"\u{FF0B}\",\u{FF0D},\u{FF20},\u{FF1E}\n",
      "'\u{FF1D}1,\"'\u{FF0B}\",'\u{FF0D},'\u{FF20},\u{FF1E}\n"
    ),
    ("\"a\"\"=\",\"b,\n=c\"\n", "\"a\"\"=\",\"b,\n=c\"\n"),
    ("\u{FEFF}=,\u{EF}\u{BC}\n", "\u{FEFF}=,\u{EF}\u{BC}\n"),
  ])
  func `an apostrophe stands before what begins like a formula`(csv: String, expected: String) {
    #expect(safe(csv) == expected)
    for pieces in 1...4 { #expect(safe(csv, pieces: pieces) == expected, "\(pieces)") }
  }

  /// Cells of CSV, read as RFC 4180 says.
  private func cells(_ csv: String) -> [[String]] {
    var rows: [[String]] = [[]]
    var cell = ""
    var isQuoted = false
    var scalars = Array(csv.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\"" where isQuoted && scalars.first == "\"":
        cell.unicodeScalars.append(scalar)
        scalars.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted, "\n" where !isQuoted:
        rows[rows.count - 1].append(cell)
        cell = ""
        if scalar == "\n" { rows.append([]) }
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return rows.filter { !$0.isEmpty }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `cells are those of the exact CSV but for the apostrophe`(seed: UInt64) {
    var dice = Dice(seed)
    var buffer = TextBuffer()
    for _ in 0..<50 {
      for column in 0..<4 {
        if column > 0 { buffer.append(",") }
        buffer.appendCSVField(HostileText.texts.randomElement(using: &dice) ?? "")
      }
      buffer.append("\n")
    }
    let exact = cells(buffer.string)
    let safe = cells(safe(buffer.string, pieces: Int.random(in: 1...70, using: &dice)))
    #expect(exact.count == 50 && safe.count == 50)
    for (before, after) in zip(exact.joined(), safe.joined()) {
      let first = before.unicodeScalars.first
      let isFormula = first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
      #expect(after == (isFormula ? "'" : "") + before.replacing("\0", with: "\u{2400}"))
    }
  }
}
