/// A bit string of one's own, to be written: a length, and which of its bits are set.
///
/// Equal bit strings may have different bytes, one for each `BitStringForm` (class D); here only
/// length and bits count. Bit strings in a journal are read by `BitStringView`.
public struct BitString: Sendable, Hashable {
  /// The highest position that a list can name, from 1.
  static let highestListed = 65_536

  /// The number of bits, set or not.
  public let length: Int
  /// A bit for each position, those of a byte from its lowest one on; those behind the length are 0.
  private var bits: [UInt8]

  /// A bit string of `length` bits, of which those at the positions `ones` are set; positions count
  /// from 1, as `$BIT` does, in any order. O(length / 8 + ones).
  ///
  /// - Throws: `badArgument` when the length is not 1 to `BitStringView.maximumLength`, or a position
  ///   not 1 to the length.
  public init(length: Int, ones: some Sequence<Int>) throws(JournalError) {
    try self.init(zeros: length)
    for position in ones {
      guard position >= 1, position <= length else {
        throw JournalError(
          .badArgument, "a bit string of \(length) bits has no position \(position)")
      }
      set(position)
    }
  }

  /// A bit string with these bits, the first at position 1. O(n).
  ///
  /// - Throws: `badArgument` when there are none, or more than `BitStringView.maximumLength`.
  public init(_ bits: some Collection<Bool>) throws(JournalError) {
    try self.init(zeros: bits.count)
    var position = 1
    for bit in bits {
      if bit { set(position) }
      position += 1
    }
  }

  /// A copy of the bits of `view`. O(length / 8 + ones).
  public init(_ view: borrowing BitStringView) {
    length = view.length
    bits = [UInt8](repeating: 0, count: (view.length + 7) / 8)
    var runs = view.runs()
    while let run = runs.next() {
      for position in run { set(position) }
    }
  }

  private init(zeros length: Int) throws(JournalError) {
    guard length >= 1, length <= BitStringView.maximumLength else {
      throw JournalError(
        .badArgument,
        "a bit string has 1 to \(BitStringView.maximumLength) bits, not \(length)")
    }
    self.length = length
    bits = [UInt8](repeating: 0, count: (length + 7) / 8)
  }

  private mutating func set(_ position: Int) {
    bits[(position - 1) / 8] |= 1 << UInt8((position - 1) % 8)
  }

  /// The bit at `position`, counted from 1; false where there is none. O(1).
  public func bit(_ position: Int) -> Bool {
    guard position >= 1, position <= length else { return false }
    return bits[(position - 1) / 8] >> UInt8((position - 1) % 8) & 1 != 0
  }

  /// The bytes of the bit string in one of its forms. O(length).
  ///
  /// - Throws: `badArgument` when a list would have to name a position beyond 65536.
  public func bytes(as form: BitStringForm) throws(JournalError) -> [UInt8] {
    if form == .plain { return plainBytes }
    let isInverted = form == .invertedList
    let positions = (1...length).filter { bit($0) != isInverted }
    if let last = positions.last, last > Self.highestListed {
      throw JournalError(
        .badArgument, "a list of bits names positions up to \(Self.highestListed), not \(last)",
        advice: "write the bit string in its plain form")
    }
    var bytes = head(isInverted ? 0x18 : 0x10, 1)
    for position in positions {
      bytes.append(UInt8(truncatingIfNeeded: position - 1))
      bytes.append(UInt8(truncatingIfNeeded: (position - 1) >> 8))
    }
    return bytes
  }

  /// The shortest bytes; of two forms as long as each other the one that `BitStringForm` names first.
  ///
  /// Our choice (class R): by which rule IRIS picks a form is not known.
  public var shortestBytes: [UInt8] {
    BitStringForm.allCases.compactMap { try? bytes(as: $0) }
      .min { $0.count < $1.count } ?? plainBytes
  }

  private var plainBytes: [UInt8] { head(0, 0) + bits }

  private func head(_ flags: UInt8, _ kind: UInt8) -> [UInt8] {
    let unused = UInt8(truncatingIfNeeded: 8 * bits.count - length)
    return [
      0x80 | flags | unused, kind, UInt8(truncatingIfNeeded: bits.count),
      UInt8(truncatingIfNeeded: bits.count >> 8),
    ]
  }
}
