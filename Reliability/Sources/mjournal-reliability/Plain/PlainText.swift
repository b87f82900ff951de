/// Keys and values as text, by the plain reader.
struct PlainValue {
  let storage: UInt8
  let bytes: [UInt8]

  var kind: String {
    switch storage {
    case 0:
      if PlainBits(bytes) != nil { return "bits" }
      return PlainList.elements(bytes) != nil && !bytes.isEmpty ? "list" : "string"
    case 1:
      return String(validating: units(bytes), as: UTF16.self) == nil
        ? "brokenWideString" : "wideString"
    default: return "vector"
    }
  }

  private var hex: String { bytes.map { pad(String($0, radix: 16), 2) }.joined() }

  /// As ZWRITE prints it.
  var zwrite: String {
    switch kind {
    case "list": return PlainList.text(bytes)
    case "wideString", "brokenWideString": return quoted(units(bytes), isWide: true)
    case "bits": return PlainBits(bytes)?.text ?? ""
    case "vector": return "<vector 0x\(hex)>"
    default:
      let text = String(decoding: bytes, as: Unicode.ASCII.self)
      return isCanonical(text) ? text : quoted(bytes.map { UInt16($0) }, isWide: false)
    }
  }

  /// The characters of a string, the text of a list, the bytes of anything else; as UTF-16.
  var characters: [UInt16] {
    switch kind {
    case "list", "bits", "brokenWideString": Array(zwrite.utf16)
    case "wideString": units(bytes)
    case "vector": Array(hex.utf16)
    default: bytes.map { UInt16($0) }
    }
  }
}

/// A bit string as text, by way of an array of its bits.
struct PlainBits {
  let bytes: [UInt8]
  private(set) var bits: [Bool]

  /// Nil when the bytes are no bit string.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4, (0x80...0x9F).contains(bytes[0]) else { return nil }
    self.bytes = bytes
    let byteCount = Int(bytes.number(2, 2))
    guard (1...32_763).contains(byteCount) else { return nil }
    let length = 8 * byteCount - Int(bytes[0] % 8)
    switch (bytes[0] & 0x18, bytes[1]) {
    case (0, 0):
      guard bytes.count == 4 + byteCount else { return nil }
      bits = (0..<length).map { bytes[4 + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    case (0x10, 1), (0x18, 1):
      guard bytes.count % 2 == 0 else { return nil }
      let positions = stride(from: 4, to: bytes.count, by: 2).map { Int(bytes.number($0, 2)) }
      guard positions == Set(positions).sorted(), positions.allSatisfy({ $0 < length }) else {
        return nil
      }
      bits = [Bool](repeating: bytes[0] & 8 != 0, count: length)
      for position in positions { bits[position].toggle() }
    default: return nil
    }
  }

  var text: String {
    let isList = bytes[1] == 1
    let words = stride(from: 0, to: isList ? bytes.count : 4, by: 2)
      .map { "\(bytes.number($0, 2))" }
    var text = "$zwc(" + words.joined(separator: ",") + ")"
    if !isList { text += "_$c(" + bytes.dropFirst(4).map { "\($0)" }.joined(separator: ",") + ")" }
    var parts: [String] = []
    var position = 0
    while position < bits.count {
      let end = bits[position...].firstIndex(of: false) ?? bits.count
      switch end - position {
      case 0: break
      case 1, 2: parts += (position + 1...end).map { "\($0)" }
      default: parts.append("\(position + 1)..\(end)")
      }
      position = end + 1
    }
    return text + "/*$bit(" + parts.joined(separator: ",") + ")*/"
  }
}

/// A `$LIST` as text.
enum PlainList {
  /// The elements as type and data; nil when the bytes are no list. Type 0 is an omitted element.
  static func elements(_ bytes: [UInt8]) -> [(type: UInt8, data: [UInt8])]? {
    var elements: [(UInt8, [UInt8])] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == 1 {
        elements.append((0, []))
        place += 1
        continue
      }
      var head = 1
      var size = Int(bytes[place]) - 1
      if bytes[place] == 0 {
        guard place + 4 <= bytes.count else { return nil }
        head = 3
        size = Int(bytes.number(place + 1, 2))
        if size == 0 {
          guard place + 8 <= bytes.count else { return nil }
          head = 7
          size = Int(bytes.number(place + 3, 4))
        }
      }
      guard size >= 1, place + head + size <= bytes.count else { return nil }
      let type = bytes[place + head]
      let data = Array(bytes[(place + head + 1)..<(place + head + size)])
      switch type {
      case 1: break
      case 2: guard data.count % 2 == 0 else { return nil }
      case 4, 5, 8, 9: guard data.count <= 8 else { return nil }
      case 6, 7: guard (1...9).contains(data.count) else { return nil }
      default: return nil
      }
      // The one number that its bytes cannot tell.
      if type == 5 || type == 7, data.count >= 8, data.suffix(8).allSatisfy({ $0 == 0 }) {
        return nil
      }
      elements.append((type, data))
      place += head + size
    }
    return elements
  }

  static func text(_ bytes: [UInt8], depth: Int = 1) -> String {
    let parts = (elements(bytes) ?? []).map { type, data -> String in
      switch type {
      case 0: return ""
      case 1:
        if depth < 32, !data.isEmpty, elements(data) != nil { return text(data, depth: depth + 1) }
        return quoted(data.map { UInt16($0) }, isWide: false)
      case 2: return quoted(units(data), isWide: true)
      case 4, 5: return scaled(data, isNegative: type == 5, exponent: 0)
      case 6, 7:
        return scaled(
          Array(data.dropFirst()), isNegative: type == 7, exponent: Int(Int8(bitPattern: data[0])))
      default: return "$double(…)"
      }
    }
    return "$lb(" + parts.joined(separator: ",") + ")"
  }

  private static func scaled(_ data: [UInt8], isNegative: Bool, exponent: Int) -> String {
    var magnitude = data.number(0, data.count)
    if isNegative {
      magnitude =
        data.count == 8 ? 0 &- magnitude : (UInt64(1) << UInt64(8 * data.count)) - magnitude
    }
    if magnitude == 0 { return "0" }
    var digits = String(magnitude)
    var places = -exponent
    while places > 0, digits.hasSuffix("0") {
      digits.removeLast()
      places -= 1
    }
    if places <= 0 {
      digits += String(repeating: "0", count: -places)
    } else {
      if digits.count < places {
        digits = String(repeating: "0", count: places - digits.count) + digits
      }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    }
    return (isNegative ? "-" : "") + digits
  }
}

extension PlainRecord {
  /// `^NAME("sub",1)`.
  var reference: String {
    var text =
      "^"
      + String(
        decoding: key.prefix(nameLength).flatMap { Array(String(Unicode.Scalar($0)).utf8) },
        as: UTF8.self)
    let parts = key.dropFirst(nameLength).split(separator: 0).map { Self.subscript_(Array($0)) }
    if !parts.isEmpty { text += "(" + parts.joined(separator: ",") + ")" }
    return text
  }

  /// One subscript, by the table of docs/FORMAT.md.
  private static func subscript_(_ bytes: [UInt8]) -> String {
    switch bytes[0] {
    case 0x10 where bytes.count == 1: return "0"
    case 0x12 where bytes.count == 1: return "1"
    case 0x01 where bytes.count == 1: return "\"\""
    case 0x11: return small(bytes[1...].map(Int.init))
    case 0x0F:
      return "-"
        + small(
          bytes[1..<bytes.count - 1].enumerated().map {
            Int($0.offset == 0 ? 0xFF - $0.element : 0x7F - $0.element + 0x1C)
          })
    case 0x13...0x1E: return number(Int(bytes[0]) - 0x12, bytes[1...].map(Int.init))
    case 0x03...0x0E:
      return "-"
        + number(
          0x0F - Int(bytes[0]), bytes[1..<bytes.count - 1].map { Int(0x7F - $0 + 0x1C) })
    default: break
    }
    var units: [UInt16] = []
    var place = bytes[0] == 0x1F ? 1 : 0
    var width = 1
    while place < bytes.count {
      switch (bytes[place], width) {
      case (0xFA, 1): (width, place) = (2, place + 1)
      case (0xFC, 1), (0xFC, 2): (width, place) = (3, place + 1)
      case (0x02, 2), (0x02, 3): (width, place) = (1, place + 1)
      case (0x01, 1):
        units.append(UInt16(bytes[place + 1]) - 0x20)
        place += 2
      case (let byte, 1):
        units.append(UInt16(byte) + 0x1C)
        place += 1
      case (let byte, 2):
        units.append(UInt16((Int(byte) - 0x45) * 224 + Int(bytes[place + 1]) - 0x20 + 0xC0))
        place += 2
      default:
        let digits = bytes[place..<place + 3].map { Int($0) - 0x20 }
        units.append(UInt16(digits[0] * 50176 + digits[1] * 224 + digits[2]))
        place += 3
      }
    }
    return quoted(units, isWide: units.contains { $0 > 255 })
  }

  /// A number of `count` digits to the base of 100 before the point.
  private static func number(_ count: Int, _ bytes: [Int]) -> String {
    var pairs = bytes.map { ($0 - 0x1C < 10 ? "0" : "") + String($0 - 0x1C) }
    while pairs.count < count { pairs.append("00") }
    var text = pairs.prefix(count).joined()
    if text.first == "0" { text.removeFirst() }
    var fraction = pairs.dropFirst(count).joined()
    if fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? text : text + "." + fraction
  }

  private static func small(_ bytes: [Int]) -> String {
    var text = "."
    for _ in 0..<(0x5C - bytes[0] - 1) { text += "00" }
    for byte in bytes.dropFirst() { text += (byte - 0x1C < 10 ? "0" : "") + String(byte - 0x1C) }
    if text.last == "0" { text.removeLast() }
    return text
  }

  /// What a record without key and values says.
  var detail: String {
    switch type {
    case 4, 5, 16, 17, 18, 21: return "level \(bytes.number(24, 4))"
    case 14:
      var place = 30 + key.count
      while place % 4 != 0 { place += 1 }
      return "bit \(bytes.number(place, 4)) = \(bytes[place + 8]) "
        + "(was \(bytes[place + 9]), length \(bytes.number(place + 4, 4)))"
    case 13:
      let id = Int32(truncatingIfNeeded: bytes.number(24, 4))
      let text = Array(bytes[38..<38 + Int(bytes.number(36, 2))])
      return "marker \(id) #\(bytes.number(28, 4)), previous \(bytes.number(32, 4)): "
        + quoted(
          String(validating: text, as: UTF8.self).map { Array($0.utf16) }
            ?? text.map { UInt16($0) },
          isWide: true)
    case 15: return "\(bytes.number(24, 2)) opaque bytes"
    case 3: return "\(bytes.number(24, 4)) bytes of the next record's values"
    case 2: return ""
    default: return "\(length - 24) opaque bytes"
    }
  }
}

func units(_ bytes: [UInt8]) -> [UInt16] {
  stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
}

func pad(_ text: String, _ width: Int, with filling: Character = "0") -> String {
  String(repeating: filling, count: max(0, width - text.count)) + text
}

/// Whether M prints the number `text` as it stands.
private func isCanonical(_ text: String) -> Bool {
  var digits = Substring(text)
  if digits == "0" { return true }
  if digits.first == "-" { digits = digits.dropFirst() }
  let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
    return false
  }
  if parts.count == 1 { return !parts[0].isEmpty && parts[0].first != "0" && parts[0].count <= 32 }
  return parts[0].first != "0" && !parts[1].isEmpty && parts[1].last != "0" && parts[0].count <= 32
}

/// Whether a character shows, by the properties that Unicode gives it.
private func isSeen(_ scalar: Unicode.Scalar) -> Bool {
  let properties = scalar.properties
  if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return false }
  // What stands for the bytes of names that are no UTF-8.
  if scalar.value >= 0x10FF80 { return false }
  switch properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: return false
  case .format:
    // Signs over or before numbers and words.
    return [0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD].contains(scalar.value)
      || (0x0600...0x0605).contains(scalar.value)
  default: return true
  }
}

/// A string as ZWRITE prints it: `"a"_$c(13,10)_"b"`.
private func quoted(_ units: [UInt16], isWide: Bool) -> String {
  var pieces: [(isCode: Bool, text: String)] = []
  func code(_ value: UInt32) {
    if pieces.last?.isCode == true {
      pieces[pieces.count - 1].text += ",\(value)"
    } else {
      pieces.append((true, "\(value)"))
    }
  }
  func character(_ scalar: Unicode.Scalar) {
    let text = scalar == "\"" ? "\"\"" : String(scalar)
    if pieces.last?.isCode == false {
      pieces[pieces.count - 1].text.unicodeScalars.append(contentsOf: text.unicodeScalars)
    } else {
      pieces.append((false, text))
    }
  }
  var index = 0
  while index < units.count {
    let unit = units[index]
    index += 1
    var value = UInt32(unit)
    if isWide, unit & 0xFC00 == 0xD800, index < units.count, units[index] & 0xFC00 == 0xDC00 {
      value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(units[index] & 0x3FF))
      index += 1
    }
    let isHidden = Unicode.Scalar(value).map { !isSeen($0) } ?? true
    if !isHidden, let scalar = Unicode.Scalar(value) {
      character(scalar)
    } else {
      for unit in Unicode.Scalar(value).map({ Array(String($0).utf16) }) ?? [unit] {
        code(UInt32(unit))
      }
    }
  }
  if pieces.isEmpty { return "\"\"" }
  return pieces.map { $0.isCode ? "$c(\($0.text))" : "\"\($0.text)\"" }.joined(separator: "_")
}
