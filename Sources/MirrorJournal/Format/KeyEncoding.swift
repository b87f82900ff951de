/// A global reference as it stands in a record.
public struct EncodedKey: Sendable, Hashable {
  /// The name, then the subscripts.
  public let bytes: [UInt8]
  /// How many of `bytes` are the name.
  public let nameLength: Int
}

extension GlobalReference {
  /// Whether `name` is one that a global can have: a letter or `%`, then letters, digits and inner dots.
  package static func isName(_ name: String) -> Bool {
    var length = 0
    for scalar in name.unicodeScalars {
      guard scalar.value <= 0xFF, KeyEncoding.isNameByte(UInt8(scalar.value), at: length) else {
        return false
      }
      length += 1
    }
    return length > 0 && name.utf8.last != UInt8(ascii: ".")
  }

  /// The key of this reference; its environment is left out.
  ///
  /// - Throws: `JournalError.badKey` if the name is no global's name, or a limit is exceeded: 511
  ///   bytes, 253 subscripts (class D).
  public func encodedKey(_ layout: KeyLayout = .observed) throws(JournalError) -> EncodedKey {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    guard Self.isName(name) else {
      throw JournalError(
        .badKey, "\"\(name)\" is not the name of a global",
        advice: "use a letter or %, then letters, digits and inner dots")
    }
    bytes += name.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    guard subscripts.count <= Int(layout.maximumSubscripts) else {
      throw JournalError(
        .badKey,
        "a reference of \(subscripts.count) subscripts: the limit is \(layout.maximumSubscripts)")
    }
    let nameLength = bytes.count
    if layout.nameEnd >= 0 { bytes.append(UInt8(truncatingIfNeeded: layout.nameEnd)) }
    guard layout.knowsSubscripts || subscripts.isEmpty else {
      throw JournalError(
        .badKey, "the file's layout does not say how subscripts are spelled",
        advice: "ask for the global without subscripts")
    }
    for element in subscripts { KeyEncoding.append(element, to: &bytes, layout) }
    guard bytes.count <= Int(layout.maximumLength) else {
      throw JournalError(
        .badKey,
        "a reference of \(bytes.count) bytes when encoded: the limit is \(layout.maximumLength)")
    }
    return EncodedKey(bytes: bytes, nameLength: nameLength)
  }
}

/// The encoding of the parts of a key.
enum KeyEncoding {
  /// Whether `byte` may stand at `position` of a global's name: a letter or `%` first, then letters,
  /// digits and dots. Letters above 127 are those of Latin-1.
  static func isNameByte(_ byte: UInt8, at position: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): position > 0
    case UInt8(ascii: "%"): position == 0
    case 0xC0...0xFF: byte != 0xD7 && byte != 0xF7
    default: false
    }
  }

  static func bytes(of subscripts: [Subscript], _ layout: KeyLayout) -> [UInt8] {
    subscripts.reduce(into: []) { append($1, to: &$0, layout) }
  }

  static func append(_ element: Subscript, to bytes: inout [UInt8], _ layout: KeyLayout) {
    if layout.subscriptStart >= 0 { bytes.append(UInt8(truncatingIfNeeded: layout.subscriptStart)) }
    switch element {
    case .number(let number):
      if !layout.numbers.append(number.text.utf8, to: &bytes) {
        layout.strings.append(number.text, to: &bytes)
      }
    case .string(let text): layout.strings.append(text, to: &bytes)
    }
  }
}
