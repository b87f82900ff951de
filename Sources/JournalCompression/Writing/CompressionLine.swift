/// What one `Journal File Compression` line says, and the one place that writes it.
///
/// The sizes are bytes on disk: in every observed line the first is a multiple of 65536 and the
/// second of 4096 (class O).
public struct CompressionLine: Sendable, Hashable {
  /// The uncompressed file's path, as printed.
  public let path: String
  /// Bytes before.
  public let from: Int
  /// Bytes after.
  public let to: Int

  /// A line for `path`, with sizes in bytes; negative sizes count as 0.
  public init(path: String, from: Int, to: Int) {
    self.path = path
    self.from = max(0, from)
    self.to = max(0, to)
  }

  /// The ratio in tenths, rounded half up, or nil for a file compressed to nothing.
  ///
  /// Five distinct lines have been observed: 262144 → 81920 `3.2` and 327680 → 102400 `3.2` are
  /// exact; 196608 → 73728 `2.7` (2.667), 393216 → 77824 `5.1` (5.053) and 393216 → 106496 `3.7`
  /// (3.692) rule out truncation, which prints 2.6, 5.0 and 3.6. Rounding to nearest and rounding
  /// always up both fit all five. Nearest is chosen (class R), and of its ties half up: no
  /// observed ratio is a tie. `roundedUpTenths` is the other candidate.
  public var tenths: Int? {
    to > 0 ? clamped((UInt128(from) * 20 + UInt128(to)) / (UInt128(to) * 2)) : nil
  }

  /// The ratio in tenths under the other rule that fits what has been observed: always up.
  public var roundedUpTenths: Int? {
    to > 0 ? clamped((UInt128(from) * 10 + UInt128(to) - 1) / UInt128(to)) : nil
  }

  /// The ratio as printed, from / to with one decimal; `0.0` for a file compressed to nothing
  /// (class R).
  public var ratioText: String { CompressionLine.text(tenths: tenths ?? 0) }

  /// Bytes that compression freed; negative when it cost some.
  public var saved: Int { from - to }

  /// The message: `Journal File Compression: Compressed PATH from N bytes to M bytes, compression
  /// ratio = R`.
  public var text: String {
    "Journal File Compression: Compressed \(path) from \(from) bytes to \(to) bytes, "
      + "compression ratio = \(ratioText)"
  }

  package static func text(tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

  private func clamped(_ value: UInt128) -> Int { Int(clamping: value) }
}
