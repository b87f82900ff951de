import Foundation
import Testing

/// `info` and `verify` count the same things by the same names, whatever is wrong with the file.
@Suite struct CountTests {
  /// Damage of each kind, of a closed file of four data blocks.
  private static let damages: [(name: String, change: @Sendable (inout Data) -> Void)] = [
    ("none", { _ in }),
    ("a flipped bit", { $0[200_000] ^= 1 }),
    ("a flipped bit in the header", { $0[100] ^= 1 }),
    ("a flipped bit in the directory", { $0[65_600] ^= 1 }),
    (
      "two damaged blocks",
      { bytes in
        bytes[140_000] ^= 1
        bytes[330_000] ^= 1
      }
    ),
    ("a cut", { $0.removeLast(100_000) }),
    ("a block of zeros", { $0.replaceSubrange(196_608..<262_144, with: Data(count: 65_536)) }),
    ("a copied block", { $0.replaceSubrange(196_608..<262_144, with: $0[262_144..<327_680]) }),
    ("a missing block", { $0.removeSubrange(196_608..<262_144) }),
    (
      "exchanged blocks",
      { bytes in
        let block = bytes[131_072..<196_608]
        bytes.replaceSubrange(131_072..<196_608, with: bytes[262_144..<327_680])
        bytes.replaceSubrange(262_144..<327_680, with: block)
      }
    ),
  ]

  @Test(arguments: damages.indices)
  func `info and verify count alike`(index: Int) throws {
    let folder = try TemporaryFolder()
    let name = "MIRROR-MIRROR-20240709.005"
    var bytes = try Data(contentsOf: URL(filePath: CommandLineTool.samples + "journals/" + name))
    let (what, change) = Self.damages[index]
    change(&bytes)
    try bytes.write(to: URL(filePath: folder.path(name)))
    let info = try CommandLineTool.run("info", "--format", "ndjson", folder.path(name))
    let verify = try CommandLineTool.run("verify", "--format", "ndjson", folder.path(name))
    #expect(info.status == verify.status, "\(what)")
    #expect((info.status == 0) == (index == 0))
    let counts = try object(info.outputLines.first)
    let line = verify.outputLines.first { $0.hasPrefix("{\"record\":\"file\"") }
    let checked = try object(line)
    for field in ["records", "internalRecords", "recordBytes", "bytesLost"] {
      let count = try #require(counts[field] as? Int, "\(field)")
      #expect(count == checked[field] as? Int, "\(what): \(field)")
    }
    // Every way of listing shows as many.
    for options in [["--format", "ndjson"], ["--format", "ndjson", "--reverse"]] {
      let dump = try CommandLineTool.run(arguments: ["dump", folder.path(name)] + options)
      #expect(dump.status == info.status, "\(what) \(options)")
      #expect(dump.outputLines.count == counts["records"] as? Int, "\(what) \(options)")
    }
  }

  private func object(_ line: Substring?) throws -> [String: Any] {
    let data = Data(try #require(line).utf8)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
