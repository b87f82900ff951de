import CLimits
import Glibc
import JournalQuery
import MirrorJournal

/// Every record as a line, written to /dev/null in large pieces.
enum DumpSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let sink = open("/dev/null", O_WRONLY)
      defer { close(sink) }
      let contest = input.contest("dump")
      for format in RecordFormat.allCases {
        let output = try length(input.journal, format)
        let line = max(1, output / max(1, input.records))
        let copy = "C copy of the \(format.rawValue) lines"
        var buffer = [UInt8](repeating: 0, count: 65536 + line)
        contest.limit(copy) {
          // As many lines of the average length as the dump has, from the journal's bytes.
          var left = output
          while left > 0 {
            let part = min(left, input.bytes)
            try input.withData {
              use(c_copy_lines($0, part, min(line, 65536), &buffer))
            }
            left -= part
          }
        }
        contest.ours("dump as \(format.rawValue)", against: copy) {
          use(try dump(input.journal, format, to: sink))
        }
      }
      rows += try contest.run(rounds: min(setting.rounds, setting.isFull ? 2 : 3))
    }
    return rows
  }

  /// How long the whole dump is, by its first 16 MiB.
  private static func length(_ journal: Journal, _ format: RecordFormat) throws -> Int {
    var printer = RecordPrinter(journal, format: format)
    var buffer = TextBuffer(capacity: 1 << 17)
    var length = 0
    let range = journal.dataRange
    let part = range.lowerBound..<min(range.upperBound, range.lowerBound + 16 << 20)
    try journal.forEachRecord(in: part, damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      try printer.append(record, to: &buffer)
      length += buffer.count
      buffer.removeAll(keepingCapacity: true)
    }
    return Int(Double(length) * Double(range.count) / Double(part.count))
  }

  /// The number of bytes written.
  static func dump(
    _ journal: Journal, _ format: RecordFormat, to sink: CInt
  ) throws -> Int {
    var printer = RecordPrinter(journal, format: format)
    var buffer = TextBuffer(capacity: 1 << 17)
    var written = 0
    func flush() {
      written += buffer.withBytes { $0.withUnsafeBytes { write(sink, $0.baseAddress, $0.count) } }
      buffer.removeAll(keepingCapacity: true)
    }
    printer.appendHead(to: &buffer)
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      try printer.append(record, to: &buffer)
      if buffer.count >= 1 << 16 { flush() }
    }
    flush()
    return written
  }
}
