/// A 16-byte identifier, printed as the vendor prints it (class D).
public struct GUID: Sendable, Hashable {
  /// The first eight bytes in printing order, most significant first.
  public let high: UInt64
  /// The last eight bytes in printing order, most significant first.
  public let low: UInt64

  /// The identifier of these sixteen bytes.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// All bits zero: no such file, or not known.
  public static let zero = GUID(high: 0, low: 0)

  /// Whether all bits are zero: no such file, or not known.
  public var isZero: Bool { high == 0 && low == 0 }

  /// Whether both are known, and not the same.
  package static func differ(_ left: GUID, _ right: GUID) -> Bool {
    !left.isZero && !right.isZero && left != right
  }

  /// The sixteen bytes in printing order.
  public var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
  }

  /// The identifier at `offset`, or nil when it is not inside the span.
  ///
  /// - Parameter isMixedEndian: whether its first three groups are little-endian numbers.
  init?(_ span: RawSpan, at offset: Int, isMixedEndian: Bool = false) {
    guard let stored = span.loadLittle(at: offset, as: UInt64.self),
      let low = span.loadLittle(at: offset + 8, as: UInt64.self)
    else { return nil }
    let high = isMixedEndian ? Self.mixed(stored) : stored.byteSwapped
    self.init(high: high, low: low.byteSwapped)
  }

  private static func mixed(_ stored: UInt64) -> UInt64 {
    let first = stored & 0xFFFF_FFFF
    let second = stored >> 32 & 0xFFFF
    return first << 32 | second << 16 | stored >> 48
  }
}

extension GUID: CustomStringConvertible {
  /// `97734819-CA75-4CB1-9C3E-74D294784D23`.
  public var description: String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16, uppercase: true)
    }
    return text
  }
}
