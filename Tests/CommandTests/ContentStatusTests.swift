import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

/// The table of docs/OUTPUT.md for what stands in records and around the data: who looks says so, and who
/// does not is named there.
@Suite struct ContentStatusTests {
  static let name = ExitStatusTests.name

  /// What is wrong with a file whose checksums all match.
  enum State: String, CaseIterable {
    /// The header names an end before the last record, or something stands behind the end.
    case earlierEnd, trailingBlock
    /// A key does not decode; a SET has no value; bytes of a record belong to no field.
    case key, noValue, leftOver
    case encrypted

    func bytes(of sound: [UInt8], _ journal: Journal) throws -> [UInt8] {
      var bytes = sound
      let layout = journal.layout
      func change(_ record: JournalAddress, _ field: Field, _ value: UInt64) {
        put(value, field, record, &bytes)
        sealBlock(&bytes, record / 65_536 * 65_536)
      }
      func first(where wanted: (borrowing Record) -> Bool) throws -> JournalAddress {
        try #require(try journal.recordAddress(atOrAfter: 0, where: wanted))
      }
      switch self {
      case .earlierEnd:
        let last = try #require(try journal.recordAddress(before: journal.dataLimit))
        put(UInt64(last), layout.header.endAddress, 0, &bytes)
        sealHeader(&bytes)
      case .trailingBlock: bytes += [UInt8](repeating: 65, count: 65_536)
      case .key: change(try first { $0.type == .set }, layout.record.nameLength, 0)
      case .noValue:
        change(try first { $0.type == .set && $0.valueCount > 0 }, layout.record.valueCount, 0)
      case .leftOver:
        change(try first { $0.type == .set && $0.valueCount == 2 }, layout.record.valueCount, 1)
      case .encrypted:
        let flags = sound.span.bytes.load(layout.header.flags) ?? 0
        put(flags | UInt64(layout.header.encryptedFlag), layout.header.flags, 0, &bytes)
        sealHeader(&bytes)
      }
      return bytes
    }
  }

  /// Commands that look at nothing in a record's body, at keys and values, and at all of it.
  static let counting = ["info FILE", "profile --by type FILE", "transactions FILE"]
  static let printing = [
    "dump FILE", "dump --reverse FILE", "dump --format csv FILE", "dump --format ndjson FILE",
    "dump --threads 4 FILE", "export FILE", "export --format csv FILE",
    "export --format sqlite --output OUT/x.db FILE", "follow --once FILE",
    "follow --once --format ndjson FILE",
  ]
  static let selecting = ["profile FILE", "dump --global ^X FILE", "history ^X FILE"]
  static let rewriting = ["export --format zwr FILE", "restore-script --direction redo FILE"]

  static func status(_ state: State, _ line: String) -> Int32 {
    switch state {
    case .earlierEnd, .trailingBlock: 1
    case .key, .noValue: counting.contains(line) || selecting.contains(line) ? 0 : 1
    case .leftOver: line.hasPrefix("verify") ? 1 : 0
    case .encrypted: selecting.contains(line) ? 2 : rewriting.contains(line) ? 1 : 0
    }
  }

  @Test(arguments: State.allCases)
  func `what is wrong in records is told by who reads it`(state: State) throws {
    let folder = try TemporaryFolder()
    let sound = CommandLineTool.samples + "journals/" + Self.name
    let file = folder.path(Self.name)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: sound)))
    try Data(state.bytes(of: bytes, Journal(path: sound))).write(to: URL(filePath: file))
    for line in Self.counting + Self.printing + Self.selecting + Self.rewriting + ["verify FILE"] {
      let out = try TemporaryFolder()
      let arguments = line.split(separator: " ").map(String.init).map {
        $0.replacing("FILE", with: file).replacing("OUT", with: out.path(""))
      }
      let result = try CommandLineTool.run(arguments: arguments)
      #expect(result.status == Self.status(state, line), "\(state) \(line): \(result.errors)")
      #expect(
        result.status == 0 || !result.errors.isEmpty || line.hasPrefix("verify"), "\(state) \(line)"
      )
    }
  }

  @Test func `a damaged index of a compressed file is told by every command`() throws {
    let folder = try TemporaryFolder()
    let sound = CommandLineTool.samples + "journals/" + Self.name
    #expect(try CommandLineTool.run("compress", "--output", folder.path(""), sound).status == 0)
    let file = folder.path(Self.name + "z")
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: URL(filePath: file))
    let others = ["show FILE 131200", "splits FILE", "decompress --output OUT FILE", "verify FILE"]
    for line in Self.counting + Self.printing + Self.selecting + Self.rewriting + others {
      let out = try TemporaryFolder()
      let arguments = line.split(separator: " ").map(String.init).map {
        $0.replacing("FILE", with: file).replacing("OUT", with: out.path(""))
      }
      let result = try CommandLineTool.run(arguments: arguments)
      #expect(result.status == 1, "\(line): \(result.errors)")
      #expect((result.errors + result.output).contains("index"), "\(line): \(result.errors)")
    }
  }

  @Test func `an argument begins no line of its own on standard error`() throws {
    let file = CommandLineTool.samples + "journals/" + Self.name
    for arguments in [
      ["nope\nmjournal: forged"], ["dump", "--type", "x\nmjournal: forged", file],
      ["dump", "--where", "value = \"a\nmjournal: forged", file],
      ["dump", file, "--no\nmjournal: forged"],
    ] {
      let result = try CommandLineTool.run(arguments: arguments)
      #expect(result.status == 64, "\(arguments): \(result.errors)")
      #expect(!result.errors.contains("\nmjournal: forged"), "\(result.errors)")
      #expect(result.errors.contains("forged"), "\(result.errors)")
    }
  }

  @Test(arguments: ["--help", "dump --help", "--version"])
  func `help that cannot be written is an error`(arguments: String) throws {
    let full = try CommandLineTool.shell("\"$0\" \(arguments) > /dev/full")
    #expect(full.status == 2 && full.errors.contains("standard output"), "\(full.errors)")
    let closed = try CommandLineTool.shell("\"$0\" \(arguments) >&-")
    #expect(closed.status == 2, "\(closed.errors)")
    let open = try CommandLineTool.shell("\"$0\" \(arguments)")
    #expect(open.status == 0 && !open.output.isEmpty && open.errors.isEmpty)
  }
}
