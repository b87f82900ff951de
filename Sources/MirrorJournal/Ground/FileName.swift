/// File names as text. On Linux a name is bytes, and not every name is UTF-8.
///
/// In a path of type `String`, a byte that belongs to no UTF-8 character is the scalar
/// U+10FF00 + byte, from U+10FF80 to U+10FFFF: the end of a private plane, of which no name makes use.
/// If one does, its four bytes are taken as bytes that are no UTF-8. So every name has a text, different
/// names have different texts, and whatever opens a path turns the text into the same bytes again.
public enum FileName {
  private static let firstEscape: UInt32 = 0x10FF80

  /// The text that stands for the bytes of a path.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var text = String.UnicodeScalarView()
    var parser = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var place = 0
    while true {
      let count: Int
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: return String(text)
      case .valid(let encoded):
        let scalar = UTF8.decode(encoded)
        count = encoded.count
        if scalar.value < firstEscape {
          text.append(scalar)
          place += count
          continue
        }
      case .error(let length): count = length
      }
      for byte in bytes[place...].prefix(count) { append(byte, to: &text) }
      place += count
    }
  }

  /// The bytes of the path that `text` stands for.
  public static func bytes(_ text: String) -> [UInt8] {
    guard hasEscapes(text) else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if let byte = escaped(scalar) {
        bytes.append(byte)
      } else {
        bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    return bytes
  }

  /// The text for people: bytes that are no UTF-8 are `\xff`.
  public static func printable(_ text: String) -> String {
    guard hasEscapes(text) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let byte = escaped(scalar) {
        shown.append(contentsOf: "\\x\(String(byte, radix: 16))".unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// The byte that `scalar` stands for in a path; nil for a character of its own.
  public static func escaped(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= firstEscape ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  private static func append(_ byte: UInt8, to text: inout String.UnicodeScalarView) {
    // Bytes below 0x80 are UTF-8 by themselves.
    if let scalar = Unicode.Scalar(0x10FF00 + UInt32(byte)) { text.append(scalar) }
  }

  /// All characters of the last planes begin with this byte.
  private static func hasEscapes(_ text: String) -> Bool { text.utf8.contains(0xF4) }
}
