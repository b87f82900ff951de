/// Walks UTF-16LE bytes scalar by scalar, pairing surrogates.
struct UTF16Cursor {
  /// One character: `scalar` is nil for a surrogate without its partner, which is then `unit`.
  struct Element {
    let scalar: Unicode.Scalar?
    let unit: UInt16
  }

  private var position = 0

  /// The next character of `bytes`, or nil at the end (a last odd byte is not a character).
  mutating func next(in bytes: RawSpan) -> Element? {
    guard bytes.byteCount - position >= 2 else { return nil }
    let unit = bytes.utf16Unit(at: position)
    position += 2
    guard unit & 0xF800 == 0xD800 else {
      return Element(scalar: Unicode.Scalar(unit), unit: unit)
    }
    if unit < 0xDC00, bytes.byteCount - position >= 2 {
      let low = bytes.utf16Unit(at: position)
      if low & 0xFC00 == 0xDC00 {
        position += 2
        let value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
        return Element(scalar: Unicode.Scalar(value), unit: unit)
      }
    }
    return Element(scalar: nil, unit: unit)
  }
}

extension RawSpan {
  /// Whether these UTF-16LE units hold a surrogate without its partner.
  var hasLoneSurrogate: Bool {
    var cursor = UTF16Cursor()
    while let element = cursor.next(in: self) {
      if element.scalar == nil { return true }
    }
    return false
  }
}

extension String {
  /// What `bytes` of a header, a directory, a marker or a key spell: UTF-8, or 8-bit characters where they
  /// are none, so that no byte is lost.
  init(utf8OrLatin1 bytes: [UInt8]) {
    self =
      String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}

/// Decoding of single UTF-8 sequences, as strict as the Unicode standard's table 3-7.
public enum UTF8Decoding {
  /// The scalar that begins at `offset` (inside `bytes`) and its length in bytes; a malformed
  /// sequence gives nil and length 1.
  public static func scalar(in bytes: RawSpan, at offset: Int) -> (
    scalar: Unicode.Scalar?, length: Int
  ) {
    let first = bytes.octet(at: offset)
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length: Int
    var value: UInt32
    let least: UInt32
    switch first {
    case 0xC2...0xDF: (length, value, least) = (2, UInt32(first & 0x1F), 0x80)
    case 0xE0...0xEF: (length, value, least) = (3, UInt32(first & 0x0F), 0x800)
    case 0xF0...0xF4: (length, value, least) = (4, UInt32(first & 0x07), 0x10000)
    default: return (nil, 1)
    }
    guard bytes.byteCount - offset >= length else { return (nil, 1) }
    for step in 1..<length {
      let byte = bytes.octet(at: offset + step)
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= least, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
    return (scalar, length)
  }
}
