import CLimits
import Glibc
import JournalExport
import JournalSamples
import MirrorJournal

/// Records appended to a new journal.
enum WriterSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, 64)
      let contents = try contents(of: input, bytes: 16 << 20)
      let bytes = contents.reduce(0) { $0 + 32 + size($1) }
      let contest = Contest("write", on: input.label, bytes: bytes, records: contents.count)
      let target = setting.inputs.path("write.tmp")
      contest.limit("C write of sealed blocks") {
        let file = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(file) }
        var block = [UInt8](repeating: 7, count: 65536)
        guard c_write_blocks(file, &block, bytes) == 0 else {
          throw ChildProcess.Failure(description: "\(target) cannot be written")
        }
      }
      contest.ours("append", against: "C write of sealed blocks") {
        var header = JournalHeader()
        header.name = target
        header.fileCount = 1
        let writer = try JournalWriter(path: target, header: header, overwriting: true)
        for content in contents { try writer.append(content) }
        try writer.close()
      }
      rows += try contest.run(rounds: setting.rounds)
      unlink(target)
    }
    return rows
  }

  private static func size(_ content: RecordContent) -> Int {
    guard case .node(let key, _, let values) = content.body else { return 0 }
    return values.reduce(key.count) { $0 + $1.bytes.count }
  }

  /// The first SETs of a journal as they are given to a writer.
  private static func contents(of input: Input, bytes: Int) throws -> [RecordContent] {
    var contents: [RecordContent] = []
    let range = input.journal.dataRange
    try input.journal.forEachRecord(
      in: range.lowerBound..<min(range.lowerBound + bytes, range.upperBound),
      damaged: { throw $0 }
    ) { record in
      guard record.type.isSet, !record.isContinued, let key = record.keyBytes(),
        let nameLength = record.keyNameLength()
      else { return }
      var values: [StoredValue] = []
      for index in 0..<record.valueCount {
        try input.journal.withValue(index, of: record) {
          values.append(StoredValue($0.copied(), storageCode: $1))
        }
      }
      contents.append(
        RecordContent(
          record.type, .node(key: key.copied(), nameLength: nameLength, values: values),
          jobID: record.jobID, sfn: record.sfn))
    }
    return contents
  }
}

/// Records as rows of an SQLite file, indexes included.
enum SQLiteSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, setting.isFull ? 16 : 8)
      let contest = input.contest("sqlite")
      let target = setting.inputs.path("export.sqlite")
      // The shell's own import of the same rows is the nearest thing that others do.
      let csv = setting.inputs.path("export-\(mix.rawValue).csv")
      use(ChildProcess.lines("\(setting.tool) dump --format csv \(input.path) > \(csv)"))
      contest.process(
        "sqlite3 .import of the CSV, no indexes", against: nil,
        "sh -c 'rm -f \(target).i; sqlite3 \(target).i \".mode csv\" \".import \(csv) records\"'")
      contest.ours("export to SQLite", against: "sqlite3 .import of the CSV, no indexes") {
        var export = SQLiteExport(path: target)
        export.force = true
        use(try export.write([input.journal]))
      }
      rows += try contest.run(rounds: 3)
      unlink(target)
      unlink(target + ".i")
      unlink(csv)
    }
    return rows
  }
}
