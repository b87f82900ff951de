/// A range of journal data that cannot be trusted, and why.
///
/// A reader that meets damage reports it and goes on at the next sound block; nothing inside the
/// range is shown as a record.
public struct Damage: Error, Sendable, Hashable {
  /// What cannot be read.
  public enum Kind: String, Sendable, CaseIterable {
    /// The header does not match its checksum or contradicts itself.
    case header
    /// The directory block cannot be read; databases and processes show as numbers.
    case directory
    /// A block does not match its checksum.
    case checksum
    /// A block's own header is impossible.
    case blockHeader
    /// A block that has to be sealed is not.
    case unsealed
    /// A record's length or place is impossible.
    case record
    /// A record does not point back to the record before it.
    case link
    /// The file ends before its data do.
    case truncated
    /// The records end before the header's end address.
    case end
    /// A compressed chunk cannot be restored.
    case chunk
    /// Bytes that have to be zero are not.
    case padding
    /// Something stands behind the end that the header names.
    case trailing
  }

  /// What cannot be read.
  public let kind: Kind
  /// The addresses that are lost.
  public let range: Range<JournalAddress>
  /// One sentence without a final stop.
  public let reason: String

  /// Damage that costs the addresses `range`; `reason` is a sentence without a final stop.
  public init(_ kind: Kind, _ range: Range<JournalAddress>, _ reason: String) {
    self.kind = kind
    self.range = range
    self.reason = reason
  }

  /// The addresses of `ranges` that lie in `data`: in order, without overlap.
  package static func united(
    _ ranges: some Sequence<Range<JournalAddress>>, in data: Range<JournalAddress>
  ) -> [Range<JournalAddress>] {
    var result: [Range<JournalAddress>] = []
    for range in ranges.map({ $0.clamped(to: data) }).sorted(by: { $0.lowerBound < $1.lowerBound })
    where !range.isEmpty {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// Bytes in the range.
  public var byteCount: Int { range.count }
}

extension Damage: CustomStringConvertible {
  /// `REASON: addresses FIRST..<END (N bytes)`.
  public var description: String {
    "\(reason): addresses \(range.lowerBound)..<\(range.upperBound) (\(byteCount) bytes)"
  }
}
