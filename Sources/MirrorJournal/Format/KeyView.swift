/// A view of a key in a record: nothing is copied, nothing is trusted.
public struct KeyView: ~Escapable {
  /// The whole key: the name, then the subscripts.
  public let bytes: RawSpan
  /// How many of `bytes` are the name, cut to what is there.
  public let nameLength: Int
  /// How the bytes spell subscripts.
  public let interned: InternedKeyLayout

  /// A view of `bytes`, of which the first `nameLength` are the name.
  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, nameLength: Int, layout: InternedKeyLayout = .observed) {
    self.bytes = bytes
    self.nameLength = min(max(nameLength, 0), bytes.byteCount)
    interned = layout
  }

  /// How the bytes spell subscripts.
  @inlinable @inline(__always)
  public var layout: KeyLayout { interned.layout }

  /// The name without the caret, in Latin-1; empty only in a damaged key.
  public var name: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(0..<nameLength) }
  }

  /// Whether all of the key can be read: if not, there are subscripts of an unknown spelling, or it is not
  /// known whether there are any.
  public var isWhole: Bool {
    layout.knowsSubscripts || layout.knowsEnd && nameLength == bytes.byteCount
  }

  /// Whether the name is one that a global can have.
  public var hasValidName: Bool { hasPlainName || hasUnusualName }

  /// Whether the name is valid and of ASCII characters; false for some short keys, too. Eight bytes
  /// a step.
  @inline(__always)
  var hasPlainName: Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    var offset = 0
    while offset < nameLength {
      guard let word = bytes.word(at: offset) else { return false }
      // A byte's high bit is set exactly where the byte is in the range; none carries, because
      // bytes above 127 are cleared before and refused after.
      let low = word & ~highs
      let lower = low | ones &* 0x20
      let letters = (lower &+ ones &* 0x1F) & ~(lower &+ ones &* 0x05)
      let digits = (low &+ ones &* 0x50) & ~(low &+ ones &* 0x46)
      let dots = (low &+ ones &* 0x52) & ~(low &+ ones &* 0x51)
      var fits = letters | digits | dots
      if offset == 0 {
        fits = bytes.octet(at: 0) == UInt8(ascii: "%") ? fits | 0x80 : fits & (letters | ~0xFF)
      }
      let step = min(8, nameLength &- offset)
      let wrong = (~fits | word) & highs
      guard wrong &<< UInt64(truncatingIfNeeded: (8 &- step) &* 8) == 0 else { return false }
      offset &+= step
    }
    return nameLength > 0 && bytes.octet(at: nameLength &- 1) != UInt8(ascii: ".")
  }

  /// The rule for every name, byte by byte.
  var hasUnusualName: Bool {
    guard nameLength > 0 else { return false }
    for offset in 0..<nameLength
    where !KeyEncoding.isNameByte(bytes.octet(at: offset), at: offset) {
      return false
    }
    return bytes.octet(at: nameLength - 1) != UInt8(ascii: ".")
  }

  /// A cursor before the first subscript.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public func subscripts() -> SubscriptCursor {
    subscripts(from: subscriptsStart)
  }

  /// A cursor before the subscript that begins at `offset` of the key.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public func subscripts(from offset: Int) -> SubscriptCursor {
    SubscriptCursor(
      bytes, from: layout.knowsSubscripts ? offset : bytes.byteCount, layout: interned)
  }

  /// Where the subscripts begin.
  @inlinable @inline(__always)
  var subscriptsStart: Int { nameLength + (layout.nameEnd >= 0 ? 1 : 0) }

  /// Checks the whole key.
  ///
  /// - Throws: `JournalError.badKey` with the offset inside the key where it stops to make sense.
  public func validate() throws(JournalError) {
    guard hasValidName else { throw Self.badName }
    guard layout.knowsSubscripts else { return }
    var position = subscriptsStart
    while position < bytes.byteCount {
      if let plain = bytes.plainSubscript(at: position, interned) {
        position = plain.end
      } else {
        var cursor = SubscriptCursor(bytes, from: position, layout: interned)
        guard cursor.next() != nil else { throw Self.badSubscript(at: position) }
        position = cursor.position
      }
    }
  }

  /// The reference that the key encodes.
  ///
  /// - Throws: `JournalError.badKey` as `validate()` does.
  public func reference() throws(JournalError) -> GlobalReference {
    guard hasValidName else { throw Self.badName }
    guard isWhole else {
      throw JournalError(.badKey, "the layout does not know how the key's subscripts are spelled")
    }
    var text = TextBuffer(capacity: 128)
    text.appendLatin1(name)
    var reference = GlobalReference(text.string)
    var cursor = subscripts()
    while let element = cursor.next() {
      text.removeAll()
      switch element.kind {
      case .zero, .positive, .negative:
        appendNumber(element, to: &text)
        reference.subscripts.append(.number(CanonicalNumber(validated: text.string)))
      case .latin1, .wide:
        appendCharacters(of: element, to: &text)
        reference.subscripts.append(.string(text.string))
      }
    }
    if cursor.isDamaged { throw Self.badSubscript(at: cursor.position) }
    return reference
  }

  /// Appends the characters of one subscript in UTF-8, unquoted; a number's are its canonical text.
  public func appendCharacters(of element: EncodedSubscript, to buffer: inout TextBuffer) {
    guard element.range.upperBound <= bytes.byteCount else { return }
    switch element.kind {
    case .zero, .positive, .negative: appendNumber(element, to: &buffer)
    case .latin1, .wide: forEachCharacter(of: element) { buffer.append(scalar: $0) }
    }
  }

  /// Calls `body` with each character of a string subscript.
  func forEachCharacter(of element: EncodedSubscript, _ body: (Unicode.Scalar) -> Void) {
    let strings = layout.strings
    let content = element.content
    if element.kind == .latin1, !element.hasEscapes {
      for offset in content { body(Unicode.Scalar(bytes.octet(at: offset) &+ strings.shift)) }
      return
    }
    let isUTF8 = element.kind == .wide && strings.utf8Mark >= 0
    var characters = KeyCharacters(content, layout, isUTF8: isUTF8)
    if isUTF8 {
      var text: [UInt8] = []
      while let unit = characters.next(in: bytes) { text.append(UInt8(truncatingIfNeeded: unit)) }
      String(utf8OrLatin1: text).unicodeScalars.forEach(body)
      return
    }
    var high: UInt32?
    while let unit = characters.next(in: bytes) {
      if let first = high {
        high = nil
        body(Unicode.Scalar(0x10000 + (first << 10 | UInt32(unit & 0x3FF))) ?? "\u{FFFD}")
      } else if unit & 0xFC00 == 0xD800 {
        high = UInt32(unit & 0x3FF)
      } else {
        body(Unicode.Scalar(unit) ?? "\u{FFFD}")
      }
    }
  }

  private static var badName: JournalError {
    JournalError(.badKey, "the key does not start with the name of a global")
  }

  private static func badSubscript(at offset: Int) -> JournalError {
    JournalError(.badKey, "the key makes no sense from its byte \(offset) on")
  }
}
