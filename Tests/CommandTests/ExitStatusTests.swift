import Foundation
import Testing

/// One table of exit statuses, that of docs/OUTPUT.md: a file in a state gives the same in every command
/// that reads it, but for what the document excepts.
@Suite struct ExitStatusTests {
  static let name = "MIRROR-MIRROR-20240709.005"

  /// What may be wrong with a closed file of four data blocks.
  enum State: String, CaseIterable {
    case sound, damaged, cut, header, directory, empty, unknown, headerOnly, missing

    func bytes(of sound: Data) -> Data? {
      var bytes = sound
      switch self {
      case .sound: break
      case .damaged: bytes[200_000] ^= 1
      case .cut: bytes.removeLast(100_000)
      case .header: bytes[100] ^= 1
      case .directory: bytes[65_600] ^= 1
      case .empty: bytes = Data()
      case .unknown: bytes[0] ^= 0xFF
      case .headerOnly: bytes = bytes.prefix(5000)
      case .missing: return nil
      }
      return bytes
    }

    /// The status of commands that read the records.
    var status: Int32 {
      switch self {
      case .sound: 0
      case .damaged, .cut, .header, .directory: 1
      case .empty, .unknown, .headerOnly, .missing: 2
      }
    }
  }

  /// `FILE` is the file, `SOUND` an undamaged one of its name, `OUT` an empty folder. What follows are the
  /// states in which the command ends otherwise.
  static let commands: [(line: String, otherwise: [State: Int32])] = [
    ("info FILE", [.unknown: 0]), ("info --format ndjson FILE", [.unknown: 0]),
    ("dump FILE", [:]), ("dump --reverse FILE", [:]), ("dump --format csv FILE", [:]),
    ("dump --threads 4 FILE", [:]), ("dump --global ^X FILE", [:]),
    ("profile FILE", [:]), ("profile --by type --threads 4 FILE", [:]),
    ("transactions FILE", [:]), ("history ^X FILE", [:]),
    ("state ^X FILE", [:]), ("state ^X --format zwr FILE", [:]), ("diff ^X FILE", [:]),
    ("restore-script --at start --global ^X FILE", [:]),
    ("verify FILE", [.unknown: 4]), ("verify --against SOUND FILE", [.unknown: 4]),
    ("layouts check FILE", [:]),
    ("export FILE", [:]), ("export --format csv FILE", [:]), ("export --format zwr FILE", [:]),
    ("export --format sqlite --output OUT/x.db FILE", [:]),
    ("follow --once FILE", [:]), ("restore-script --direction redo FILE", [:]),
    // One record is looked at, and the ends of the file.
    ("show FILE 131200", [.damaged: 0]), ("splits FILE", [.damaged: 0]),
    ("ls FILE", [.unknown: 0]),
    // Bytes are taken as they are; without a header that can be read nothing says that the file is closed.
    ("bench --codec zstd:1 --rounds 1 FILE", [.damaged: 0, .unknown: 0]),
    (
      "compress --output OUT FILE",
      [.damaged: 0, .cut: 0, .directory: 0, .header: 2, .unknown: 0]
    ),
    // No container, whatever it is.
    (
      "decompress --output OUT FILE",
      [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]
    ),
    // Texts, and no journal is one.
    (
      "calibrate SOUND --listing FILE",
      [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]
    ),
    ("layouts add --name x FILE", [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]),
    ("sample --from FILE OUT/x", [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]),
    // What cannot be read is its finding.
    ("doctor FILE", [.damaged: 0, .empty: 1, .unknown: 1, .headerOnly: 1]),
    ("ratios FILE", [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]),
    ("positions FILE", [.sound: 2, .damaged: 2, .cut: 2, .header: 2, .directory: 2]),
  ]

  @Test(arguments: State.allCases)
  func `every command ends alike on a file in one state`(state: State) throws {
    let folder = try TemporaryFolder()
    let sound = CommandLineTool.samples + "journals/" + Self.name
    let file = folder.path(Self.name)
    try state.bytes(of: Data(contentsOf: URL(filePath: sound)))?.write(to: URL(filePath: file))
    for (line, otherwise) in Self.commands {
      let out = try TemporaryFolder()
      let arguments = line.split(separator: " ").map(String.init).map {
        $0.replacing("FILE", with: file).replacing("SOUND", with: sound)
          .replacing("OUT", with: out.path(""))
      }
      let result = try CommandLineTool.run(arguments: arguments)
      let expected = otherwise[state] ?? state.status
      #expect(result.status == expected, "\(state) \(line): \(result.errors)")
      #expect(expected == 0 || !result.errors.isEmpty || !result.output.isEmpty, "\(line)")
    }
  }

  @Test(arguments: State.allCases.filter { $0 != .missing })
  func `standard input ends like a file`(state: State) throws {
    let sound = try Data(
      contentsOf: URL(filePath: CommandLineTool.samples + "journals/" + Self.name))
    for (line, otherwise) in Self.commands.prefix(22) where !line.contains("follow") {
      let out = try TemporaryFolder()
      let arguments = line.split(separator: " ").map(String.init).map {
        $0.replacing("FILE", with: "-").replacing("OUT", with: out.path(""))
          .replacing("SOUND", with: CommandLineTool.samples + "journals/" + Self.name)
      }
      let result = try CommandLineTool.run(arguments: arguments, input: state.bytes(of: sound))
      #expect(
        result.status == otherwise[state] ?? state.status, "\(state) \(line): \(result.errors)")
    }
  }

  @Test func `a damaged block in place of the record asked for is told`() throws {
    let folder = try TemporaryFolder()
    let sound = try Data(
      contentsOf: URL(filePath: CommandLineTool.samples + "journals/" + Self.name))
    try State.damaged.bytes(of: sound)?.write(to: URL(filePath: folder.path(Self.name)))
    let shown = try CommandLineTool.run("show", folder.path(Self.name), "200008")
    #expect(shown.status == 1)
    #expect(shown.errors.contains("196608..<262144"), "\(shown.errors)")
    #expect(
      try CommandLineTool.run("show", folder.path(Self.name), "200008", "--exact").status == 2)
  }

  @Test(arguments: [
    "--database", "--mirror-db", "--pid", "--job", "--remote", "--type", "--global", "--bytes",
    "--where", "--exclude", "--since", "--until", "--subscript", "--piece",
  ])
  func `an empty filter is wrong usage`(option: String) throws {
    let file = CommandLineTool.samples + "journals/" + Self.name
    let result = try CommandLineTool.run("dump", option, "", file)
    #expect(result.status == 64, "\(option): \(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func `a filter that asks too much is wrong usage`() throws {
    let file = CommandLineTool.samples + "journals/" + Self.name
    let words = (1...1001).map { "*\($0)*" }.joined(separator: ",")
    let result = try CommandLineTool.run("dump", "--where", "value in (\(words))", file)
    #expect(result.status == 64 && result.errors.contains("1001 questions"), "\(result.errors)")
  }
}
