/// Builds the bytes of a `$LIST`, as `$LISTBUILD` does.
public struct ListBuilder: Sendable, Hashable {
  /// The list so far, in IRIS's encoding (classes D and O).
  public private(set) var bytes: [UInt8] = []

  /// An empty list, which has no bytes.
  public init() {}

  /// An element without a value.
  public mutating func appendOmitted() {
    bytes.append(1)
  }

  /// A string; UTF-16 if a character is above 255.
  public mutating func append(_ text: String) {
    append(JournalValue(text))
  }

  /// A string in the form of `value`; a vector is appended as an 8-bit string.
  public mutating func append(_ value: JournalValue) {
    switch value {
    case .wide: append(type: 2, value.encodedBytes)
    case .bytes(let data), .vector(let data): append(type: 1, data)
    }
  }

  /// A nested list.
  public mutating func append(_ list: ListBuilder) {
    append(type: 1, list.bytes)
  }

  /// An integer in its shortest form (type 4, or 5 when negative).
  public mutating func append(_ integer: Int) {
    append(type: integer < 0 ? 5 : 4, Self.compact(Int64(integer)))
  }

  /// The number `significand` × 10^`exponent`.
  public mutating func append(significand: Int64, exponent: Int8) {
    append(
      type: significand < 0 ? 7 : 6, [UInt8(bitPattern: exponent)] + Self.compact(significand))
  }

  /// The number that `number` prints: an integer if it has no more than 64 bits, else a decimal.
  ///
  /// - Returns: false, with nothing appended, if its digits need more than 64 bits.
  @discardableResult
  public mutating func append(_ number: CanonicalNumber) -> Bool {
    if let integer = Int(number.text) {
      append(integer)
      return true
    }
    var digits = number.text.utf8.filter { $0 != UInt8(ascii: ".") }
    var exponent = 0
    if let point = number.text.utf8.firstIndex(of: UInt8(ascii: ".")) {
      exponent = -(number.text.utf8.distance(from: point, to: number.text.utf8.endIndex) - 1)
    } else {
      while digits.last == UInt8(ascii: "0") {
        digits.removeLast()
        exponent += 1
      }
    }
    guard let significand = Int64(String(decoding: digits, as: UTF8.self)),
      let exponent = Int8(exactly: exponent)
    else { return false }
    append(significand: significand, exponent: exponent)
    return true
  }

  /// A `$DOUBLE` of eight bytes.
  public mutating func append(_ double: Double) {
    let raw = double.bitPattern
    append(type: 8, (0..<8).map { UInt8(truncatingIfNeeded: raw >> UInt64($0 * 8)) })
  }

  /// Appends an element of any type code; the length takes 1, 3 or 7 bytes.
  public mutating func append(type: UInt8, _ data: [UInt8]) {
    let size = data.count + 1
    if size + 1 <= 0xFF {
      bytes.append(UInt8(size + 1))
    } else {
      bytes.append(0)
      if size > 0xFFFF { bytes += [0, 0] }
      for place in 0..<(size > 0xFFFF ? 4 : 2) {
        bytes.append(UInt8(truncatingIfNeeded: size >> (place * 8)))
      }
    }
    bytes.append(type)
    bytes += data
  }

  /// Little-endian without the high bytes that only repeat the sign.
  private static func compact(_ value: Int64) -> [UInt8] {
    var data = (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
    let filler: UInt8 = value < 0 ? 0xFF : 0
    while data.last == filler { data.removeLast() }
    return data
  }
}
