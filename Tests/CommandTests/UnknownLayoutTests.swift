import Foundation
import Testing

/// What needs no layout works on any file, and nothing calls a file of unknown layout damaged.
@Suite struct UnknownLayoutTests {
  static let name = "MIRROR-MIRROR-20240709.007"

  /// What a file of unknown layout may be.
  enum Kind: String, CaseIterable {
    case bigEndianWords = "big-endian-words"
    case absoluteLinks = "absolute-links"
    case smallBlocks = "small-blocks"
    case crossing, contiguous, shortened
    case packedFlags = "packed-flags"
    /// A journal of R2 whose first byte is another.
    case otherMark
    /// Two blocks with names where a header has them, and no data.
    case headerOnly

    /// The distance at which blocks begin, as `info` should find it.
    var grid: Int? {
      switch self {
      case .contiguous, .headerOnly: nil
      case .smallBlocks: 8192
      case .packedFlags: 32_768
      default: 65_536
      }
    }
  }

  private func make(_ kind: Kind, in folder: TemporaryFolder) throws -> String {
    let path = folder.path(Self.name)
    switch kind {
    case .otherMark:
      var bytes = try Data(
        contentsOf: URL(filePath: CommandLineTool.samples + "journals/" + Self.name))
      bytes[0] ^= 0xFF
      try bytes.write(to: URL(filePath: path))
    case .headerOnly:
      var bytes = Data(count: 131_072)
      bytes.replaceSubrange(0..<4, with: [0x4A, 0x52, 0x4E, 0x07])
      for (offset, number) in [(256, 7), (512, 6), (768, 8)] {
        let name = Data("/iris/mgr/journal/MIRROR-MIRROR-20240709.00\(number)".utf8)
        bytes.replaceSubrange(offset..<offset + name.count, with: name)
      }
      try bytes.write(to: URL(filePath: path))
    default:
      let made = try CommandLineTool.run(
        "sample", "--foreign", kind.rawValue, "--records", "6000", path)
      #expect(made.status == 0, "\(made.errors)")
    }
    return path
  }

  @Test(arguments: Kind.allCases)
  func `commands that need no layout work, and none calls the file damaged`(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let out = try TemporaryFolder()
    let path = try make(kind, in: folder)
    let original = try Data(contentsOf: URL(filePath: path))

    let info = try CommandLineTool.run("info", path)
    #expect(info.status == 0 && info.errors.isEmpty, "\(info.errors)")
    #expect(info.output.contains("mirror MIRROR, 2024-07-09, number 7 of the day"))
    #expect(info.output.contains("mjournal calibrate \(path) --listing"))
    #expect(info.output.contains("mjournal discover \(path) -o layout.json"))

    let verify = try CommandLineTool.run("verify", path)
    #expect(verify.status == 4)
    #expect(verify.output == "\(path): not readable: unknown layout\n")

    let bench = try CommandLineTool.run("bench", "--rounds", "1", "--codec", "lz4", path)
    #expect(bench.status == 0, "\(bench.errors)")
    #expect(bench.output.contains("1 journal is of unknown layout: no globals"))
    #expect(bench.output.contains("By block of 64 KiB"))

    let compress = try CommandLineTool.run("compress", "--output", out.path(""), path)
    #expect(compress.status == 0, "\(compress.errors)")
    #expect(compress.output.contains("from \(original.count) bytes"))
    #expect(compress.errors.contains("not whether the journal is closed"))
    let packed = try CommandLineTool.run("info", out.path(Self.name + "z"))
    #expect(packed.status == 0 && packed.output.contains("container, zstd"))
    let decompress = try CommandLineTool.run("decompress", out.path(Self.name + "z"))
    #expect(decompress.status == 0, "\(decompress.errors)")
    #expect(try Data(contentsOf: URL(filePath: out.path(Self.name))) == original)

    for command in [["info"], ["verify"], ["dump"], ["profile"], ["bench", "--rounds", "1"]] {
      let result = try CommandLineTool.run(arguments: command + [path])
      #expect(!result.errors.contains("damage") && !result.output.contains("damage"), "\(command)")
    }
  }

  @Test(arguments: Kind.allCases)
  func `info finds the grid of blocks`(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let path = try make(kind, in: folder)
    let line = try CommandLineTool.run("info", "--format", "ndjson", path).output
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["blockGrid"] as? Int == kind.grid)
    #expect(object["layout"] is NSNull)
    #expect(object["sequence"] as? Int == 7)
    #expect(object["content"] as? String == "plain")
    #expect(object["state"] as? String == (kind == .headerOnly ? "headerOnly" : "whole"))
  }

  @Test(arguments: [Kind.otherMark, .headerOnly])
  func `info tells which names in the header are of which file`(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let line = try CommandLineTool.run(
      "info", "--format", "ndjson", make(kind, in: folder)
    ).output
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let texts = try #require(object["texts"] as? [[String: Any]])
    for (role, number) in [("ownName", "007"), ("previousFile", "006"), ("nextFile", "008")] {
      let text = try #require(texts.first { $0["role"] as? String == role }?["text"] as? String)
      #expect(text.contains("MIRROR-MIRROR-20240709.\(number)"))
    }
  }

  @Test func `info tells a cut file, an encrypted one and one that was allocated ahead`() throws {
    let folder = try TemporaryFolder()
    let sound = try Data(contentsOf: URL(filePath: make(.otherMark, in: folder)))
    var random = SystemRandomNumberGenerator()
    let noise = Data(
      (0..<sound.count - 131_072).map { _ in UInt8.random(in: 0...255, using: &random) })
    for (bytes, state, content) in [
      (sound.dropLast(1000), "cut", "plain"),
      (sound.prefix(131_072) + noise, "whole", "encrypted"),
      (sound + Data(count: 131_072), "zerosBehind", "plain"),
    ] {
      try bytes.write(to: URL(filePath: folder.path("20240709.001")))
      let line = try CommandLineTool.run(
        "info", "--format", "ndjson", folder.path("20240709.001")
      ).output
      #expect(line.contains("\"state\":\"\(state)\""), "\(line)")
      #expect(line.contains("\"content\":\"\(content)\""), "\(line)")
    }
  }

  @Test func `a journal that may be active is not removed`() throws {
    let folder = try TemporaryFolder()
    let path = try make(.otherMark, in: folder)
    let result = try CommandLineTool.run("compress", "--rm", path)
    #expect(result.status == 2 && result.errors.contains("not removed"))
    #expect(try folder.names() == [Self.name])
  }

  @Test func `what was verified counts beside what is not readable`() throws {
    let folder = try TemporaryFolder()
    let strange = try make(.otherMark, in: folder)
    let sound = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.006"
    #expect(try CommandLineTool.run("verify", sound, strange).status == 4)
    var bytes = try Data(contentsOf: URL(filePath: sound))
    bytes[200_000] ^= 1
    try bytes.write(to: URL(filePath: folder.path("MIRROR-MIRROR-20240709.006")))
    let both = try CommandLineTool.run("verify", folder.path(""))
    #expect(both.status == 1)
    #expect(both.output.contains("007: not readable: unknown layout"))
    #expect(both.output.contains("006: damaged"))
  }

  @Test func `a journal in a framing that nobody told is read by every command`() throws {
    let folder = try TemporaryFolder()
    let sound = CommandLineTool.samples + "journals/" + Self.name
    let journal = try Data(contentsOf: URL(filePath: sound))
    // The frame of the container, behind a header of another kind.
    let made = try CommandLineTool.run("compress", "--output", folder.path(""), sound)
    #expect(made.status == 0)
    let container = try Data(contentsOf: URL(filePath: folder.path(Self.name + "z")))
    let magic = Data([0x28, 0xB5, 0x2F, 0xFD])
    let start = try #require(container.range(of: magic)?.lowerBound)
    let path = folder.path("z/" + Self.name + "z")
    try FileManager.default.createDirectory(
      atPath: folder.path("z"), withIntermediateDirectories: true)
    let skip = try #require(container[start...].range(of: Data([0x5A, 0x2A, 0x4D, 0x18])))
    try (Data("ZV01".utf8) + Data(count: 508) + container[start..<skip.lowerBound])
      .write(to: URL(filePath: path))

    let plain = try CommandLineTool.run("dump", sound)
    let framed = try CommandLineTool.run("dump", path)
    #expect(framed.status == 0, "\(framed.errors)")
    #expect(framed.outputLines.dropFirst() == plain.outputLines.dropFirst())
    #expect(try CommandLineTool.run("verify", path).status == 0)
    let info = try CommandLineTool.run("info", path)
    #expect(info.output.contains("zstd in chunks of 393216 bytes from byte 512 on"))
    let framing = folder.path("x.framing")
    let restored = try CommandLineTool.run(
      "decompress", "--write-framing", framing, "--output", folder.path("z"), path)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try Data(contentsOf: URL(filePath: folder.path("z/" + Self.name))) == journal)
    #expect(try String(contentsOfFile: framing, encoding: .utf8).contains("\"frames\" : \"zstd\""))
    let again = try CommandLineTool.run("compress", "--output", folder.path(""), "--force", path)
    #expect(again.status == 2 && again.errors.contains("compressed already"))
  }
}
