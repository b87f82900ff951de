/// How a family of files keeps its compressed chunks: found by ``FramingFinder`` in one file, proved by
/// decompressing it, and kept as JSON so that the next file of the family need not be searched.
///
/// Offsets, widths and sizes only; nobody's specification, and no data.
public struct Framing: Sendable, Hashable, Codable {
  /// Where the compressed size of each chunk is told.
  public struct Sizes: Sendable, Hashable, Codable {
    /// In what way.
    public enum Kind: String, Sendable, Codable {
      /// Before each chunk, in its prefix.
      case prefix
      /// In a table of offsets of the chunks in the file.
      case offsets
      /// In a table of the chunks' sizes.
      case sizes
    }

    /// In what way sizes are told.
    public var kind: Kind
    /// Offset of the number in the prefix, or of the first number of the table; a table at the file's end
    /// counts from there, below zero.
    public var at: Int
    /// Bytes of a number, 4 or 8.
    public var width: Int
    /// Whether the most significant byte comes first.
    public var isBigEndian: Bool
    /// Bytes from one entry of a table to the next.
    public var stride: Int
    /// What is added to a prefix's number to get the bytes behind the prefix.
    public var extra: Int
  }

  /// How chunks are compressed.
  public var frames: FrameKind
  /// Where the first chunk's prefix, or the chunk itself, begins.
  public var start: Int
  /// Bytes before each chunk that are not compressed.
  public var prefix: Int
  /// A prefix begins at a multiple of this.
  public var alignment: Int
  /// Bytes of journal in each chunk but the last.
  public var chunkSize: Int
  /// Where sizes are told; nil where each frame's end shows by itself.
  public var sizes: Sizes?

  /// A sentence without a final stop.
  public var words: String {
    var text = "\(frames.rawValue) in chunks of \(chunkSize) bytes from byte \(start) on"
    if prefix > 0 { text += ", \(prefix) bytes before each" }
    if alignment > 1 { text += ", at multiples of \(alignment)" }
    switch sizes?.kind {
    case .prefix: text += ", sizes in the prefix"
    case .offsets: text += ", offsets in a table at \(sizes?.at ?? 0)"
    case .sizes: text += ", sizes in a table at \(sizes?.at ?? 0)"
    case nil: break
    }
    return text
  }
}

/// One compressed chunk in a file.
struct FoundFrame: Sendable, Hashable {
  /// Its bytes in the file.
  var start: Int
  var count: Int
  /// Bytes of journal in it.
  var originalSize: Int
}

/// A framing and where it puts the chunks of one file; every chunk was decompressed.
struct FoundFraming: Sendable {
  var framing: Framing
  var frames: [FoundFrame]

  var originalSize: Int { frames.reduce(0) { $0 + $1.originalSize } }
}
