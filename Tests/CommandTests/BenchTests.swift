import Foundation
import Testing

/// `bench` on the samples of the repository.
@Suite struct BenchTests {
  private let seven = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.007"
  private let quick = ["--codec", "zstd:6", "--codec", "lz4:1", "--rounds", "1"]

  private func bench(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(arguments: ["bench", seven] + quick + arguments)
  }

  @Test func `the default codec prints the ratio of the log`() throws {
    let result = try bench("--format", "csv", "--codecs-only")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.outputLines.count == 4)
    // 393216 → 77824 is what the log says of this file; 5.053 prints as 5.1.
    let zstd = try #require(result.outputLines.first { $0.hasPrefix("codec,,zstd 6") })
    #expect(zstd.contains(",393216,77824,5.053,"))
    let text = try bench("--codecs-only")
    #expect(text.outputLines.contains { $0.contains("zstd 6 (default)    5.1") })
  }

  @Test func `globals and blocks are lines of ndjson`() throws {
    let result = try bench("--format", "ndjson")
    var types: [String: Int] = [:]
    for line in result.outputLines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      types[try #require(object["type"] as? String), default: 0] += 1
    }
    #expect(types["codec"] == 2)
    #expect(types["block"] == 393_216 / 65_536)
    #expect((types["global"] ?? 0) > 5)
  }

  @Test func `a picture is written once and replaced only with force`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("codecs.svg")
    #expect(try bench("--svg", path).status == 0)
    let picture = try String(contentsOfFile: path, encoding: .utf8)
    #expect(picture.contains("<title>zstd 6: "))
    let refused = try bench("--svg", path)
    #expect(refused.status == 2)
    #expect(refused.errorLines.count == 1)
    #expect(try bench("--svg", path, "--force").status == 0)
    #expect(try folder.names() == ["codecs.svg"])
  }

  @Test func `unknown codecs and levels are wrong usage`() throws {
    for codec in ["brotli", "zstd:99", "lz4:"] {
      let result = try CommandLineTool.run("bench", seven, "--codec", codec)
      #expect(result.status == 64, "\(codec)")
      #expect(result.output.isEmpty)
    }
    #expect(try bench("--contents", "zstd:1..3").status == 64)
    #expect(try bench("--all", "--sample", "1M").status == 64)
  }
}
