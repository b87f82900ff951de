/// Where an unsigned number stands: its offset from the start of the structure it belongs to, its
/// width and its byte order.
///
/// A width of 0 says that the layout does not know the field; reading it gives nil.
public struct Field: Sendable, Hashable {
  /// Bytes from the start of the structure.
  public let offset: UInt16
  /// 0 (unknown), 1, 2, 4 or 8 bytes.
  public let width: UInt8
  /// Whether the most significant byte comes first.
  public let isBigEndian: Bool

  /// The number of `width` bytes (1, 2, 4 or 8; 0 for an unknown place) at `offset`.
  public init(_ offset: UInt16, width: UInt8, isBigEndian: Bool = false) {
    self.offset = offset
    self.width = width
    self.isBigEndian = isBigEndian
  }

  /// A field whose place is not known.
  public static let unknown = Field(0, width: 0)

  /// Whether the place is known: the width is not 0.
  public var isKnown: Bool { width != 0 }

  /// The offset just past the field, in bytes.
  public var end: Int { Int(offset) + Int(width) }

  /// Where the number's lowest byte stands; `Int.max` where the place is not known.
  var lowBytePlace: Int {
    guard isKnown else { return .max }
    return isBigEndian ? end - 1 : Int(offset)
  }
}

extension Field: Codable {
  private enum CodingKeys: String, CodingKey { case offset, width, byteOrder }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let width = try container.decode(UInt8.self, forKey: .width)
    guard [0, 1, 2, 4, 8].contains(width) else {
      throw DecodingError.dataCorruptedError(
        forKey: .width, in: container, debugDescription: "a width is 0, 1, 2, 4 or 8 bytes")
    }
    let order = try container.decodeIfPresent(String.self, forKey: .byteOrder) ?? "little"
    guard ["little", "big"].contains(order) else {
      throw DecodingError.dataCorruptedError(
        forKey: .byteOrder, in: container, debugDescription: "a byte order is little or big")
    }
    self.init(
      try container.decode(UInt16.self, forKey: .offset), width: width, isBigEndian: order == "big")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(offset, forKey: .offset)
    try container.encode(width, forKey: .width)
    if isBigEndian { try container.encode("big", forKey: .byteOrder) }
  }
}
