/// A view of a key in a record: nothing is copied, nothing is trusted.
public struct KeyView: ~Escapable {
  /// The whole key: the name, then the subscripts.
  public let bytes: RawSpan
  /// How many of `bytes` are the name, cut to what is there.
  public let nameLength: Int
  /// How the bytes spell subscripts.
  public let layout: KeyLayout

  /// A view of `bytes`, of which the first `nameLength` are the name.
  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, nameLength: Int, layout: KeyLayout = .r1) {
    self.bytes = bytes
    self.nameLength = min(max(nameLength, 0), bytes.byteCount)
    self.layout = layout
  }

  /// The name without the caret, in Latin-1; empty only in a damaged key.
  public var name: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(0..<nameLength) }
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
    SubscriptCursor(
      bytes, from: layout.knowsSubscripts ? subscriptsStart : bytes.byteCount, layout: layout)
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
      if let end = bytes.endOfPlainSubscript(at: position, layout) {
        position = end
      } else {
        var cursor = SubscriptCursor(bytes, from: position, layout: layout)
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
      case .latin1:
        forEachByte(of: element) { text.append(scalar: Unicode.Scalar($0)) }
        reference.subscripts.append(.string(text.string))
      case .wide:
        forEachByte(of: element) { text.append($0) }
        reference.subscripts.append(.string(text.string))
      }
    }
    if cursor.isDamaged { throw Self.badSubscript(at: cursor.position) }
    return reference
  }

  /// Calls `body` with each byte of a string subscript, escapes resolved.
  func forEachByte(of element: EncodedSubscript, _ body: (UInt8) -> Void) {
    var offset = element.content.lowerBound
    while offset < element.content.upperBound {
      var byte = bytes.octet(at: offset)
      if byte == layout.escape, offset + 1 < element.content.upperBound {
        offset += 1
        byte = bytes.octet(at: offset) == layout.escapedEnd ? layout.stringEnd : layout.escape
      }
      body(byte)
      offset += 1
    }
  }

  private static var badName: JournalError {
    JournalError(.badKey, "the key does not start with the name of a global")
  }

  private static func badSubscript(at offset: Int) -> JournalError {
    JournalError(.badKey, "the key makes no sense from its byte \(offset) on")
  }
}
