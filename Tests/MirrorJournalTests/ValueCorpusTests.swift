import Foundation
import Testing

@testable import MirrorJournal

/// Every value of `Resources/values.tsv` is shown as stated: 224 values of 16 public database and
/// export files, each with its source and licence (MIT) in its row.
///
/// | row | compared |
/// |---|---|
/// | `"…"` without bytes, or with | the bytes are the characters stated (`\xNN` is one, quotes are not doubled); ZWRITE's text is made of them here, piece by piece |
/// | `$lb(…)` | the text, whole; a control character that stands alone in its quotes is `$c(n)` |
/// | `$lb(…)` of doubles | the text, each number stated in `$double(…)` |
/// | `bits: N, …` | length and positions, and the comment made of them; bytes out of the bits again |
/// | `F 00` `int N` | form byte of a database block: the number is the value, as text |
/// | `F 07` `no value` | no byte but the form byte |
/// | `F 08` `$double(N)` | as an element of a list, the only place for such bytes in a journal |
/// | `F 03` `wide "…"` | unpacked as database blocks pack them, shown as a UTF-16 value |
@Suite struct ValueCorpusTests {
  private enum Class: CaseIterable {
    case empty, string, list, doubles, bits, blockInteger, blockNothing, blockDouble, blockWide
  }

  private struct Row {
    let kind: Class
    /// Without the mark of a form byte.
    let bytes: [UInt8]
    let stated: String
    let line: Int

    init(_ text: Substring, line: Int) throws {
      self.line = line
      let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(fields.count == 5 && !fields[3].isEmpty && fields[4].hasPrefix("MIT"))
      let hasForm = fields[0].hasPrefix("F ")
      bytes = try (hasForm ? fields[0].dropFirst(2) : fields[0]).split(separator: " ")
        .map { try #require(UInt8($0, radix: 16)) }
      stated = String(fields[1])
      switch (hasForm, stated) {
      case (true, _) where stated.hasPrefix("int "): kind = .blockInteger
      case (true, "no value"): kind = .blockNothing
      case (true, _) where stated.hasPrefix("$double("): kind = .blockDouble
      case (true, _) where stated.hasPrefix("wide "): kind = .blockWide
      case (false, "\"\""): kind = .empty
      case (false, _) where stated.hasPrefix("\""): kind = .string
      case (false, _) where stated.hasPrefix("bits: "): kind = .bits
      case (false, _) where stated.hasPrefix("$lb("):
        kind = bytes.starts(with: [0x0A, 0x08]) ? .doubles : .list
      default:
        Issue.record("line \(line) is of no class that is compared: \(stated)")
        kind = .empty
      }
    }
  }

  private let rows: [Row]

  init() throws {
    let file = try #require(
      Bundle.module.url(forResource: "values", withExtension: "tsv"))
    let lines = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: true)
    rows = try lines.enumerated().dropFirst().map { try Row($1, line: $0 + 1) }
  }

  private func check(_ kind: Class, count: Int, _ body: (Row) throws -> Void) throws {
    let chosen = rows.filter { $0.kind == kind }
    #expect(chosen.count == count)
    for row in chosen { try body(row) }
  }

  private func zwrite(_ row: Row) -> (kind: ValueView.Kind, text: String) {
    var text = TextBuffer()
    let kind = ValueView(row.bytes.span.bytes, storageCode: 0).appendZWrite(to: &text)
    return (kind, text.string)
  }

  @Test func noRowIsLeftOut() {
    #expect(rows.count == 224)
  }

  @Test func strings() throws {
    for (kind, count) in [(Class.empty, 26), (.string, 34)] {
      try check(kind, count: count) { row in
        let characters = try Self.characters(row.stated.dropFirst().dropLast())
        try #require(characters == row.bytes, "line \(row.line)")
        let (kind, text) = zwrite(row)
        #expect(kind == .string, "line \(row.line)")
        #expect(text == Self.text(characters.map(UInt16.init)), "line \(row.line)")
      }
    }
  }

  @Test func lists() throws {
    var returned = 0
    try check(.list, count: 68) { row in
      let expected = row.stated.replacing("\"\u{0}\"", with: "$c(0)")
      try #require(expected.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "line \(row.line)")
      let (kind, text) = zwrite(row)
      #expect(kind == .list, "line \(row.line)")
      #expect(text == expected, "line \(row.line)")
      if try ZWRText.parse("^A=" + text).value == .bytes(row.bytes) { returned += 1 }
    }
    // One has `03 05 FF` for -1, which another writer made; IRIS itself leaves out the FF.
    #expect(returned == 67)
  }

  @Test func listsOfDoubles() throws {
    try check(.doubles, count: 5) { row in
      let numbers = row.stated.dropFirst(4).dropLast().split(separator: ",").map {
        "$double(\($0.hasSuffix(".0") ? $0.dropLast(2) : $0))"
      }
      let (kind, text) = zwrite(row)
      #expect(kind == .list)
      #expect(text == "$lb(" + numbers.joined(separator: ",") + ")", "line \(row.line)")
      let read = try ZWRText.parse("^A=" + text).value
      #expect(read == .bytes(row.bytes), "line \(row.line)")
    }
  }

  @Test func bitStrings() throws {
    try check(.bits, count: 15) { row in
      guard let view = BitStringView(row.bytes.span.bytes) else {
        Issue.record("line \(row.line) is no bit string")
        return
      }
      let (bits, form, length) = (BitString(view), view.form, view.length)
      let parts = row.stated.dropFirst("bits: ".count).components(separatedBy: ", ")
      try #require(parts.count == 2 && parts[0] == "\(length)", "line \(row.line)")
      let ones = (0..<length).filter { bits.bit($0 + 1) }
      let zeros = (0..<length).filter { !bits.bit($0 + 1) }
      if let stated = Self.positions(parts[1], "ones at [") {
        #expect(ones == stated, "line \(row.line)")
      } else if let stated = Self.positions(parts[1], "zeros at [") {
        #expect(zeros == stated, "line \(row.line)")
      } else {
        // 201 bits, of which the first 101 are stated: what else is 0 is open.
        try #require(parts[1] == "zeros at 0..100 (and others)", "line \(row.line)")
        #expect(zeros.starts(with: 0...100), "line \(row.line)")
      }
      let (kind, text) = zwrite(row)
      #expect(kind == .bits, "line \(row.line)")
      #expect(text.hasSuffix("/*$bit(\(Self.ranges(ones)))*/"), "line \(row.line): \(text)")
      #expect(try bits.bytes(as: form) == row.bytes, "line \(row.line)")
    }
  }

  @Test func numbersOfDatabaseBlocks() throws {
    try check(.blockInteger, count: 62) { row in
      try #require(row.bytes.count == 5 && row.bytes[0] == 0, "line \(row.line)")
      let number = row.bytes.span.bytes.loadLittle(at: 1, as: Int32.self) ?? 0
      #expect("int \(JournalValue("\(number)"))" == row.stated, "line \(row.line)")
    }
    try check(.blockNothing, count: 7) { row in
      #expect(row.bytes == [7], "line \(row.line)")
    }
    try check(.blockDouble, count: 2) { row in
      try #require(row.bytes.count == 9 && row.bytes[0] == 8, "line \(row.line)")
      let list = JournalValue.bytes([10, 8] + row.bytes.dropFirst())
      #expect("\(list)" == "$lb(\(row.stated.replacing(".0)", with: ")")))", "line \(row.line)")
    }
  }

  @Test func wideStringsOfDatabaseBlocks() throws {
    try check(.blockWide, count: 5) { row in
      try #require(row.bytes[0] == 3, "line \(row.line)")
      var units: [UInt16] = []
      var place = 1
      while place < row.bytes.count {
        switch row.bytes[place] {
        case 0x93:
          units.append(UInt16(row.bytes[place + 1]) | UInt16(row.bytes[place + 2]) << 8)
          place += 3
        case 0x98:
          units += [UInt16](repeating: UInt16(row.bytes[place + 1]), count: 3)
          place += 2
        default:
          units.append(UInt16(row.bytes[place]))
          place += 1
        }
      }
      #expect("wide \(JournalValue.wide(units))" == row.stated, "line \(row.line)")
    }
  }

  /// The characters of a stated string.
  private static func characters(_ text: Substring) throws -> [UInt8] {
    var rest = text
    var bytes: [UInt8] = []
    while let character = rest.popFirst() {
      if character == "\\" {
        try #require(rest.popFirst() == "x")
        bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(try #require(character.asciiValue))
      }
    }
    return bytes
  }

  /// As ZWRITE prints characters, piece by piece.
  private static func text(_ units: [UInt16]) -> String {
    let plain = String(decoding: units, as: UTF16.self)
    if CanonicalNumber(plain) != nil { return plain }
    var pieces: [String] = []
    var isCode = false
    for unit in units {
      if unit < 0x20 || (0x7F..<0xA0).contains(unit) {
        if isCode { pieces[pieces.count - 1] += ",\(unit)" } else { pieces.append("$c(\(unit)") }
        isCode = true
      } else {
        let character = unit == 0x22 ? "\"\"" : String(decoding: [unit], as: UTF16.self)
        if isCode || pieces.isEmpty { pieces.append("\"") }
        pieces[pieces.count - 1] += character
        isCode = false
      }
    }
    if pieces.isEmpty { return "\"\"" }
    return pieces.map { $0.hasPrefix("$c(") ? $0 + ")" : $0 + "\"" }.joined(separator: "_")
  }

  private static func positions(_ text: String, _ lead: String) -> [Int]? {
    guard text.hasPrefix(lead), text.hasSuffix("]") else { return nil }
    return text.dropFirst(lead.count).dropLast().split(separator: ",").compactMap { Int($0) }
  }

  /// Positions from 0 as ZWRITE's comment lists them.
  private static func ranges(_ positions: [Int]) -> String {
    var parts: [String] = []
    var rest = positions[...]
    while let first = rest.first {
      var last = first
      while rest.first == last || rest.first == last + 1 {
        last = rest.removeFirst()
      }
      switch last - first {
      case 0: parts.append("\(first + 1)")
      case 1: parts += ["\(first + 1)", "\(last + 1)"]
      default: parts.append("\(first + 1)..\(last + 1)")
      }
    }
    return parts.joined(separator: ",")
  }
}
