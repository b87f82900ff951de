internal import MirrorJournal

/// The journals of the two failovers in another layout, for whoever wants to see what an owner of an
/// unknown journal sees. Every address and size is that of `MirrorChain`, so that the sample logs name
/// records of these files, too.
///
/// All headers (of the file, blocks, records, keys and values) stand in them from back to front, which
/// moves each of their numbers and turns its order of bytes. Nobody's format, the vendor's least of all.
public struct DisguisedChain: Sendable {
  /// The first bytes of the files.
  public static let signature = Array("BACKJRN\0".utf8)

  /// The chain has no choices: its bytes are always the same.
  public init() {}

  /// Writes the four mirror journals into `directory` and returns their paths.
  ///
  /// - Throws: `targetExists` unless `overwriting`, `cannotWrite`.
  public func write(into directory: String, overwriting: Bool) throws -> [String] {
    let paths = try MirrorChain().write(into: directory, overwriting: overwriting)
    for path in paths {
      try WholeFile.write(
        try Self.disguised(Journal(path: path)), to: path, force: true, files: RunFiles())
    }
    return paths
  }

  /// The bytes of `journal`, a closed or active journal of R2, in the other layout.
  static func disguised(_ journal: Journal) throws -> [UInt8] {
    var bytes = try journal.storage.withBytes(0..<journal.storage.count) { $0.copied() }
    let blocks = stride(from: 131_072, to: journal.dataRange.upperBound, by: 65_536)
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      let start = record.address
      bytes[start..<start + 24].reverse()
      guard record.type.hasKey else {
        if record.length >= 28 { bytes[start + 24..<start + 28].reverse() }
        return
      }
      // Behind the lengths and a mark of six bytes stands the key, then a word for each value.
      bytes[start + 24..<start + 30].reverse()
      let words = start + 30 + (record.keyBytes()?.byteCount ?? 0)
      for index in 0..<record.valueCount where record.type.hasKeyAndValues {
        bytes[words + 4 * index..<words + 4 * index + 4].reverse()
      }
    }
    bytes.replaceSubrange(0..<8, with: signature)
    bytes[8..<256].reverse()
    // A checksum that the other layout does not have would be a wrong one.
    for index in 68..<72 { bytes[index] = 0 }
    for block in blocks {
      for index in block + 4..<block + 8 { bytes[index] = 0 }
      bytes[block..<block + 16].reverse()
    }
    return bytes
  }
}
