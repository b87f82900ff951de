/// Reads numbers and strings with a length before them, one after the other.
struct CountedStrings: ~Escapable {
  private let bytes: RawSpan
  private(set) var offset: Int
  private let length: Field

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, from offset: Int, lengthWidth: UInt8) {
    self.bytes = bytes
    self.offset = offset
    self.length = Field(0, width: lengthWidth)
  }

  /// The next string; nil when it runs past the end. Bytes that are not UTF-8 are
  /// 8-bit characters.
  @_lifetime(self: copy self)
  mutating func next() -> String? {
    guard let count = bytes.load(length, from: offset),
      let text = bytes.slice(offset + Int(length.width), Int(clamping: count))
    else { return nil }
    offset += Int(length.width) + text.byteCount
    return String(utf8OrLatin1: text.copied())
  }

  /// The next number of `width` bytes; nil when it runs past the end.
  @_lifetime(self: copy self)
  mutating func number(width: UInt8) -> UInt32? {
    guard let value = bytes.load(Field(0, width: width), from: offset) else { return nil }
    offset += Int(width)
    return UInt32(truncatingIfNeeded: value)
  }
}
