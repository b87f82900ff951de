import Foundation
import JournalCompression
import JournalQuery
import JournalSamples
import MirrorJournal

/// What a fuzzer begins with.
public enum Seeds {
  /// A sound journal of small blocks with a record of every type that fits.
  public static let smallJournal: [UInt8] = (try? journal(FileTargets.small)) ?? []

  /// The same as a file.
  static let smallJournalPath: String = {
    let path = NSTemporaryDirectory() + "/mjournal-fuzz-\(getpid())"
    try? Data(smallJournal).write(to: URL(filePath: path))
    atexit { unlink(NSTemporaryDirectory() + "/mjournal-fuzz-\(getpid())") }
    return path
  }()

  /// What the product prints of the small journal.
  private static func listings() throws -> [[UInt8]] {
    let journal = try Journal(storage: Storage(smallJournal), layouts: [FileTargets.small])
    var texts: [[UInt8]] = []
    for format in RecordFormat.allCases {
      var printer = RecordPrinter(journal, format: format)
      var text = TextBuffer()
      printer.appendHead(to: &text)
      try journal.forEachRecord(damaged: { throw $0 }) { try printer.append($0, to: &text) }
      texts.append(text.withBytes { $0.copied() })
    }
    var details = TextBuffer()
    var addresses: [Int] = []
    try journal.forEachRecord(damaged: { throw $0 }) { addresses.append($0.address) }
    for address in addresses {
      try RecordDetail(at: address, nearest: false, in: journal)
        .appendText(of: journal, hexadecimal: false, to: &details)
    }
    return texts + [details.withBytes { $0.copied() }]
  }

  /// A journal of `layout` with records of many types.
  private static func journal(_ layout: JournalLayout) throws -> [UInt8] {
    let path = NSTemporaryDirectory() + "/mjournal-seed-\(UUID().uuidString)"
    defer { unlink(path) }
    var header = JournalHeader()
    header.name = "20240709.001"
    header.fileCount = 1
    let writer = try JournalWriter(
      path: path, header: header,
      databases: [JournalDatabase(sfn: 0, directory: "/db/", mirrorName: "M")],
      jobs: [JournalJob(jobID: 1, processID: 7)], layout: layout)
    let node = GlobalReference("T", [Subscript(12), "a\u{1}b", "ж", "x"])
    let key = try node.encodedKey()
    for type in RecordType.documented {
      if type == .bitSet {
        let bit = BitSetBody(position: 9, oldLength: 8, newBit: 1, oldBit: 0)
        try writer.append(
          RecordContent(type, .bit(key: key.bytes, nameLength: key.nameLength, bit)))
      } else if type == .marker {
        try writer.append(
          RecordContent(
            type, .marker(MarkerBody(id: -1, sequence: 1, previousAddress: 0, text: "m"))))
      } else if type == .netsyn {
        try writer.append(RecordContent(type, .netsyn([1, 2])))
      } else if type.isTransactionControl {
        try writer.append(RecordContent(type, .level(1)))
      } else if type.isKill {
        try writer.append(
          RecordContent(type, node, old: JournalValue("gone"), isInTransaction: true))
      } else {
        try writer.append(
          RecordContent(
            type, node, new: JournalValue(list), old: .wide(Array("ж".utf16)), isInTransaction: true
          ))
      }
    }
    try writer.append(RecordContent(.set, node, new: .bytes([UInt8](repeating: 65, count: 2500))))
    try writer.append(RecordContent(RecordType(rawValue: 77), .opaque([1, 2, 3])))
    try writer.close()
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  private static var list: ListBuilder {
    var list = ListBuilder()
    list.append("text")
    list.appendOmitted()
    list.append(-257)
    list.append(1.5)
    list.append(significand: 314, exponent: -2)
    var nested = ListBuilder()
    nested.append("ж")
    list.append(nested)
    return list
  }

  /// The seeds of `target`.
  public static func bytes(for target: FuzzTarget) throws -> [[UInt8]] {
    switch target {
    case .header:
      // Header and directory of a whole journal; the data are the business of `blocks`.
      let whole = try journal(.r2)
      return [[0], [1]].flatMap { flag in [flag + whole.prefix(8192), flag + whole.prefix(66_000)] }
    case .blocks:
      let whole = smallJournal
      return [[0], [1]].flatMap { flag in [flag + whole, flag + whole.prefix(3000)] }
    case .key:
      let references = [
        GlobalReference("X"), GlobalReference("X", [1]),
        GlobalReference("a.b", [Subscript(-12), "s", ""]),
        GlobalReference("%Y", ["ж\u{1}", "a\u{0}"]), try GlobalReference(parsing: "^Z(1.5,-.25,0)"),
      ]
      return try references.map {
        let key = try $0.encodedKey()
        return [UInt8(key.nameLength)] + key.bytes
      }
    case .list:
      return [
        [0] + list.bytes, [0] + Array("plain \"text\" 12".utf8), [0, 49, 50],
        [1, 0x36, 4, 0, 0xD8], [2, 9], [3, 1],
        [0, 0x84, 0, 2, 0, 0x55, 0x0A], [0, 0x97, 1, 2, 0, 1, 0, 2, 0, 3, 0, 5, 0],
        [0, 0x9D, 1, 2, 0, 4, 0],
      ]
    case .zwr:
      return [
        "^X(1,\"a\")=\"b\"\"c\"_$c(13,10)", "^X=$zwc(132,2)_$c(85,10)/*$bit(1)*/",
        "^X=$lb(1,,\"a\",$lb(-2.5),$double(1.5))", "^|\"ns\"|X(.5)=12",
      ]
      .map { Array($0.utf8) }
    case .logLine:
      return [
        "07/09/24-11:51:18:326 (1111) 0 [Generic.Event] INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE\n",
        "07/09/24-14:33:42:104 (5466) 0 [Utility.Event] Compressed /usr/iris/mgr/20240709.009 from 327680 bytes to 102400 bytes (ratio: 3.2)\n",
        "07/09/24-11:51:20:001 (5465) 1 [Generic.Event] MirrorClient: Switched from journal file #7 to #8 at 0x00056ef8\nrest of it\n",
      ].map { Array($0.utf8) }
    case .container:
      return try JournalCodec.allCases.map { codec in
        let folder = NSTemporaryDirectory() + "/mjournal-seed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(smallJournal).write(to: URL(filePath: folder + "/j"))
        _ = try JournalCompressor(codec: codec, chunkSize: 65_536).compress(folder + "/j")
        return [UInt8](try Data(contentsOf: URL(filePath: folder + "/jz")))
      }
    case .listing: return try listings()
    case .layout:
      return [JournalLayout.r2, FileTargets.small].map { Array($0.json.utf8) }
    case .filter:
      return [
        "type = SET and global = \"^X(1,*)\"", "^X(1,*,\"a\")", "address >= 0x200d0 or not job = 1",
        "MIRROR-M-20240709.001z",
      ]
      .map { Array($0.utf8) }
    }
  }
}
