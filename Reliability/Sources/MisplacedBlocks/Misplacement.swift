/// A fault of storage or of a copy that puts whole, sealed blocks where they do not belong.
public struct Misplacement: Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// Blocks of one place overwrite those of another.
    case copied
    /// Two stretches change places.
    case exchanged
    /// Blocks are missing, and those behind them move up.
    case dropped
    /// Blocks stand twice, and those behind them move on.
    case doubled
    /// Writes were lost: an older file of the same size and name is still there.
    case stale
  }

  public let kind: Kind
  /// The first data block that is hit, counted from 0.
  public let first: Int
  /// Blocks in a row.
  public let count: Int
  /// Where copied or exchanged blocks come from.
  public let source: Int

  public init(_ kind: Kind, first: Int, count: Int, source: Int = 0) {
    self.kind = kind
    self.first = first
    self.count = count
    self.source = source
  }

  public var description: String { "\(kind) \(first)+\(count) from \(source)" }

  /// Whether all blocks behind stand elsewhere.
  var isShift: Bool { kind == .dropped || kind == .doubled }

  /// Every misplacement of 1 to 4 blocks in a file of `blocks` data blocks.
  public static func all(in blocks: Int) -> [Misplacement] {
    var all: [Misplacement] = []
    for count in 1...4 {
      for first in 0..<max(0, blocks - count + 1) {
        for kind in Kind.allCases {
          switch kind {
          case .copied, .exchanged:
            for source in 0..<blocks - count + 1 where abs(source - first) >= count {
              if kind == .exchanged, source < first { continue }
              all.append(Misplacement(kind, first: first, count: count, source: source))
            }
          case .dropped, .doubled, .stale:
            all.append(Misplacement(kind, first: first, count: count))
          }
        }
      }
    }
    return all
  }

  private static let size = 65_536
  private static let data = 131_072

  /// `bytes` with the blocks misplaced; `older` is the file that was there before.
  public func applied(to bytes: [UInt8], older: [UInt8]) -> [UInt8] {
    func range(_ first: Int) -> Range<Int> {
      let start = Self.data + first * Self.size
      return start..<min(start + count * Self.size, bytes.count)
    }
    var result = bytes
    switch kind {
    case .copied: result.replaceSubrange(range(first), with: bytes[range(source)])
    case .exchanged:
      result.replaceSubrange(range(first), with: bytes[range(source)])
      result.replaceSubrange(range(source), with: bytes[range(first)])
    case .dropped: result.removeSubrange(range(first))
    case .doubled: result.insert(contentsOf: bytes[range(first)], at: range(first).upperBound)
    case .stale: result.replaceSubrange(range(first), with: older[range(first)])
    }
    return result
  }

  /// The blocks of the misplaced file that do not stand where they were written, counted from 0, as
  /// stretches, in a file of `blocks` blocks.
  public func stretches(in blocks: Int) -> [Range<Int>] {
    switch kind {
    case .copied, .stale: [first..<first + count]
    case .exchanged: [first..<first + count, source..<source + count]
    case .dropped: [first..<max(first, blocks)]
    case .doubled: [first + count..<blocks]
    }
  }
}
