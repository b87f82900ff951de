/// A global reference as it stands in a record.
public struct EncodedKey: Sendable, Hashable {
  /// The name, then the subscripts.
  public let bytes: [UInt8]
  /// How many of `bytes` are the name.
  public let nameLength: Int
}

extension GlobalReference {
  /// The key of this reference; its environment is left out.
  ///
  /// - Throws: `JournalError.badKey` if the name is no global's name, or a limit is exceeded: 511
  ///   bytes, 253 subscripts (class D).
  public func encodedKey(_ layout: KeyLayout = .r1) throws(JournalError) -> EncodedKey {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    var isName = true
    for scalar in name.unicodeScalars {
      guard scalar.value <= 0xFF, KeyEncoding.isNameByte(UInt8(scalar.value), at: bytes.count)
      else {
        isName = false
        break
      }
      bytes.append(UInt8(scalar.value))
    }
    guard isName, !bytes.isEmpty, bytes.last != UInt8(ascii: ".") else {
      throw JournalError(
        .badKey, "\"\(name)\" is not the name of a global",
        advice: "use a letter or %, then letters, digits and inner dots")
    }
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
    switch element {
    case .number(let number): append(number: number.text.utf8, to: &bytes, layout)
    case .string(let text): append(string: text, to: &bytes, layout)
    }
  }

  private static func append(
    number text: String.UTF8View, to bytes: inout [UInt8], _ layout: KeyLayout
  ) {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? text.dropFirst() : text[...]
    if digits.elementsEqual(CollectionOfOne(UInt8(ascii: "0"))) {
      bytes.append(layout.numberBase)
      return
    }
    let point = digits.firstIndex(of: UInt8(ascii: "."))
    let integer = digits[..<(point ?? digits.endIndex)]
    // A number below 1 is written with the integer digit 0.
    let count = UInt8(truncatingIfNeeded: max(integer.count, 1))
    bytes.append(isNegative ? layout.numberBase &- count : layout.numberBase &+ count)
    let complement = UInt8(ascii: "0") + UInt8(ascii: "9")
    if integer.isEmpty {
      bytes.append(isNegative ? UInt8(ascii: "9") : UInt8(ascii: "0"))
    }
    for digit in integer { bytes.append(isNegative ? complement - digit : digit) }
    guard let point else { return }
    bytes.append(layout.fractionMark)
    for digit in digits[text.index(after: point)...] {
      bytes.append(isNegative ? complement - digit : digit)
    }
    bytes.append(isNegative ? layout.negativeFractionEnd : layout.positiveFractionEnd)
  }

  private static func append(string text: String, to bytes: inout [UInt8], _ layout: KeyLayout) {
    if text.unicodeScalars.allSatisfy({ $0.value <= 0xFF }) {
      bytes.append(layout.latin1Mark)
      for scalar in text.unicodeScalars {
        append(escaped: UInt8(truncatingIfNeeded: scalar.value), to: &bytes, layout)
      }
    } else {
      bytes.append(layout.wideMark)
      for byte in text.utf8 { append(escaped: byte, to: &bytes, layout) }
    }
    bytes.append(layout.stringEnd)
  }

  private static func append(escaped byte: UInt8, to bytes: inout [UInt8], _ layout: KeyLayout) {
    if byte == layout.stringEnd {
      bytes.append(layout.escape)
      bytes.append(layout.escapedEnd)
    } else if byte == layout.escape {
      bytes.append(layout.escape)
      bytes.append(layout.escapedEscape)
    } else {
      bytes.append(byte)
    }
  }
}
