internal import MirrorJournal

/// ObjectScript source: references, values and comments in printable ASCII, so that no editor and no
/// code page changes them, and nothing that a journal holds becomes code.
///
/// Whatever is foreign goes through `string` (a literal), `comment` (words) or `reference`, which refuses what
/// is no name. No other code of the scripts writes a byte of a journal or of a file's name.
enum ObjectScriptText {
  /// Numbers of more digits are written as strings: the language's own numbers would round them.
  static let exactDigits = 15
  /// The most codes in one `$c(…)`.
  static let codesPerCall = 200

  /// An expression whose value is `text`: `"a""b"_$c(10)`.
  static func string(_ text: String, _ language: ScriptLanguage) -> String {
    var whole = ""
    switch language {
    case .objectScript: expressions(text.utf16.lazy.map(UInt32.init), limit: .max) { whole += $0 }
    case .m: expressions(text.unicodeScalars.lazy.map(\.value), limit: .max) { whole += $0 }
    }
    return whole
  }

  /// A comment of `words` in one line of at most `limit` characters, without its line end.
  static func comment(_ words: String, limit: Int) -> String {
    var text = " ; "
    let room = max(64, limit)
    for scalar in words.unicodeScalars {
      if text.utf8.count >= room { return text + "..." }
      // Beyond ASCII a reader of another code page may see a line end in a letter's second byte.
      text += scalar.isASCII ? printable(String(scalar)) : "\\u{\(String(scalar.value, radix: 16))}"
    }
    return text
  }

  /// `^NAME(…)`, or in the database of a directory `^|"^^DIRECTORY"|NAME(…)`; nil when the name is none that a
  /// global can have.
  static func reference(
    _ reference: GlobalReference, directory: String? = nil, _ language: ScriptLanguage
  ) -> String? {
    guard GlobalReference.isName(reference.name) else { return nil }
    var text = "^"
    if let directory { text += "|\(string("^^" + directory, language))|" }
    text += reference.name
    for (index, element) in reference.subscripts.enumerated() {
      text += index == 0 ? "(" : ","
      switch element {
      case .number(let number): text += self.number(number.text) ?? "\"\(number.text)\""
      case .string(let string): text += self.string(string, language)
      }
    }
    return reference.subscripts.isEmpty ? text : text + ")"
  }

  /// Calls `body` with expressions, each of about `limit` characters at most, whose concatenation is
  /// `value`; with none for vectors. One expression is in memory at a time.
  ///
  /// A bit string is written as the string that it is (class D: the vendor calls it a normal string of
  /// a special format), byte by byte in codes. `$zwc` is documented with one number only, and
  /// `Set $BIT` chooses a form by itself, which may be another.
  ///
  /// Without `$lb` a list is written as a string in codes.
  static func forEachExpression(
    of value: JournalValue, limit: Int, _ language: ScriptLanguage,
    _ body: (String) throws -> Void
  ) rethrows {
    switch value {
    case .vector: return
    case .wide(let units) where language == .m:
      let text = String(decoding: units, as: UTF16.self)
      try expressions(text.unicodeScalars.lazy.map(\.value), limit: limit, body)
    case .wide(let units): try expressions(units.lazy.map(UInt32.init), limit: limit, body)
    case .bytes(let bytes):
      let kind = ValueView(bytes.span.bytes, storageCode: value.storageCode).kind
      if kind == .bits || kind == .list && language == .m {
        return try expressions(bytes.lazy.map(UInt32.init), limit: limit, inCodes: true, body)
      }
      // The text of a list is half as long as its bytes at least: what is longer need not be made.
      if kind == .list, bytes.count / 4 <= limit, let list = listText(bytes),
        list.utf8.count <= limit
      {
        return try body(list)
      }
      if bytes.count <= exactDigits + 2,
        let number = number(String(decoding: bytes, as: UTF8.self))
      {
        return try body(number)
      }
      try expressions(bytes.lazy.map(UInt32.init), limit: limit, body)
    }
  }

  /// A canonical number that the language keeps as it is, or nil.
  private static func number(_ text: String) -> String? {
    guard CanonicalNumber(text) != nil,
      text.utf8.count(where: { (0x30...0x39).contains($0) }) <= exactDigits
    else { return nil }
    return text
  }

  /// The `$lb(…)` that builds exactly these bytes of a list, or nil: another encoding of the same
  /// elements is another string.
  private static func listText(_ bytes: [UInt8]) -> String? {
    let value = JournalValue.bytes(bytes)
    let text = ascii(value.description)
    guard let parsed = try? ZWRText.parse("^a=" + text), parsed.value == value else { return nil }
    return text
  }

  /// Writes the characters of quoted strings beyond ASCII as codes.
  private static func ascii(_ text: String) -> String {
    var result = ""
    var codes: [UInt16] = []
    func flush() {
      if codes.isEmpty { return }
      result += "\"_$c(" + codes.map(String.init).joined(separator: ",") + ")_\""
      codes = []
    }
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        flush()
        result.unicodeScalars.append(scalar)
      } else {
        codes += Array(String(scalar).utf16)
        if codes.count >= codesPerCall { flush() }
      }
    }
    flush()
    return result
  }

  /// Strings in quotes and codes, or codes alone, cut into expressions of about `limit` characters.
  private static func expressions(
    _ units: some Sequence<UInt32>, limit: Int, inCodes: Bool = false,
    _ body: (String) throws -> Void
  ) rethrows {
    var isEmpty = true
    var current = ""
    var codes = 0
    var inText = false
    func close() {
      if current.isEmpty { return }
      current += inText ? "\"" : ")"
    }
    for unit in units {
      // Room for an end, a joint and the longest code.
      if current.utf8.count + 16 > limit {
        close()
        try body(current)
        isEmpty = false
        current = ""
      }
      if !inCodes, (0x20..<0x7F).contains(unit) {
        if current.isEmpty { current = "\"" } else if !inText { current += ")_\"" }
        inText = true
        if unit == 0x22 { current += "\"\"" } else { current += String(UnicodeScalar(UInt8(unit))) }
        continue
      }
      if current.isEmpty || inText || codes >= codesPerCall {
        if !current.isEmpty { current += inText ? "\"_" : ")_" }
        current += "$c("
        codes = 0
      } else {
        current += ","
      }
      inText = false
      codes += 1
      current += String(unit)
    }
    close()
    if !current.isEmpty || isEmpty { try body(current.isEmpty ? "\"\"" : current) }
  }
}
