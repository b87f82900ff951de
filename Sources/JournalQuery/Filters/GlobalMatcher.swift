internal import MirrorJournal

/// A global pattern in the bytes of one layout: the name and the literal subscripts at its start are
/// one run of bytes that a key is compared with; only what wildcards leave open is walked.
struct GlobalMatcher {
  private enum Test {
    case bytes([UInt8])
    case pattern(TextPattern)
    case anything
  }

  /// The name and the subscripts up to the first wildcard; empty when the name has one.
  private let prefix: [UInt8]
  /// Bytes of the name; -1 when it has a wildcard.
  private let nameLength: Int
  private let name: TextPattern
  private let rest: [Test]
  private let encoding: InternedKeyLayout
  // Taken out of the layout once, for the comparison that turns most records away: the length of the
  // name, and the last eight bytes of the prefix.
  private let nameLengthField: Field
  private let tailStart: Int
  private let tail: UInt64?
  /// Whether the byte after the prefix could continue its last subscript.
  private let endsInSubscript: Bool
  private let scratch: CharacterScratch

  /// - Throws: `badKey` when the layout cannot express a subscript.
  init(_ pattern: GlobalPattern, _ layout: RecordLayout, _ scratch: CharacterScratch)
    throws(JournalError)
  {
    let encoding = layout.keyEncoding
    name = pattern.name
    nameLengthField = layout.nameLength
    self.encoding = InternedKeyLayout(encoding)
    self.scratch = scratch
    var prefix: [UInt8] = []
    var nameLength = -1
    var open = true
    if let literal = pattern.name.literal {
      prefix = literal.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      nameLength = prefix.count
    } else {
      open = false
    }
    var rest: [Test] = []
    let nameEnd = encoding.nameEnd >= 0 ? 1 : 0
    if open, nameEnd == 1, !pattern.subscripts.isEmpty {
      prefix.append(UInt8(truncatingIfNeeded: encoding.nameEnd))
    }
    let nameBytes = prefix.count
    for element in pattern.subscripts {
      switch element {
      case .literal(let value):
        let bytes = try Self.encoded(value, encoding)
        if open { prefix += bytes } else { rest.append(.bytes(bytes)) }
      case .matching(let pattern):
        open = false
        rest.append(pattern.matchesEverything ? .anything : .pattern(pattern))
      }
    }
    endsInSubscript = prefix.count > nameBytes
    tailStart = Int(layout.key) + prefix.count - 8
    tail = nameLength < 0 ? nil : prefix.span.bytes.loadLittle(at: prefix.count - 8)
    self.prefix = prefix
    self.nameLength = nameLength
    self.rest = rest
  }

  static func encoded(_ value: Subscript, _ encoding: KeyLayout) throws(JournalError) -> [UInt8] {
    let bytes = try GlobalReference("A", [value]).encodedKey(encoding).bytes
    return Array(bytes.dropFirst(encoding.nameEnd >= 0 ? 2 : 1))
  }

  /// The bytes that a key begins with when its node is meant.
  var head: [UInt8] {
    nameLength >= 0 ? prefix : name.head.map { UInt8(truncatingIfNeeded: $0) }
  }

  /// Whether the record's node is meant; false for a record without a sound key.
  @inline(__always)
  func matches(_ record: borrowing Record) -> Bool {
    if nameLength >= 0 {
      guard record.bytes.load(nameLengthField) == UInt64(nameLength) || !nameLengthField.isKnown
      else { return false }
      if let tail, record.bytes.loadLittle(at: tailStart) != tail { return false }
    }
    guard record.type.hasKey, let length = record.keyNameLength() else { return false }
    guard let key = record.keyBytes() else { return false }
    if nameLength >= 0, length != nameLength { return false }
    guard nameLength >= 0 else {
      guard let nameBytes = key.slice(0, length), name.matches(latin1: nameBytes) else {
        return false
      }
      return rest.isEmpty || matchesRest(key, from: length + (encoding.layout.nameEnd >= 0 ? 1 : 0))
    }
    guard prefix.span.bytes.isEqual(to: key, count: prefix.count) else { return false }
    if endsInSubscript, !encoding.layout.endsSubscript(of: key, at: prefix.count) { return false }
    return rest.isEmpty || matchesRest(key, from: prefix.count)
  }

  @inline(never)
  private func matchesRest(_ key: RawSpan, from start: Int) -> Bool {
    // A view whose name ends at `start` walks the subscripts behind it.
    let view = KeyView(key, nameLength: start, layout: encoding)
    var cursor = view.subscripts(from: start)
    for test in rest {
      guard let element = cursor.next() else { return false }
      switch test {
      case .anything: break
      case .bytes(let bytes):
        guard bytes.span.bytes.isEqual(to: key.extracting(element.range)) else { return false }
      case .pattern(let pattern):
        guard scratch.matches(pattern, element, of: view) else { return false }
      }
    }
    return true
  }
}

/// One subscript of a key compared with texts.
struct SubscriptMatcher {
  private let position: Int
  /// What literals are in the layout's bytes.
  private let literals: ByteRuns
  /// Nil when there are only literals.
  private let patterns: TextPatterns?
  private let scratch: CharacterScratch

  /// - Parameter position: from 1.
  init(
    _ position: Int, _ patterns: [TextPattern], _ encoding: KeyLayout, _ scratch: CharacterScratch
  ) throws(JournalError) {
    self.position = position
    self.scratch = scratch
    var literals: [[UInt8]] = []
    for text in Set(patterns.compactMap(\.literal)) {
      literals.append(try GlobalMatcher.encoded(Subscript(text), encoding))
    }
    self.literals = ByteRuns(literals)
    let others = patterns.filter { $0.literal == nil }
    self.patterns = others.isEmpty ? nil : TextPatterns(others)
  }

  /// Whether the record's node has the subscript.
  func matches(_ record: borrowing Record) -> Bool {
    guard let view = record.key() else { return false }
    var cursor = view.subscripts()
    for _ in 1..<position where cursor.next() == nil { return false }
    guard let element = cursor.next() else { return false }
    if literals.contain(view.bytes.extracting(element.range)) { return true }
    guard let patterns else { return false }
    return scratch.matches(patterns, element, of: view)
  }
}

/// Room for the characters of one subscript, one number of a list or one bit string, kept from record
/// to record.
final class CharacterScratch {
  private var buffer = TextBuffer(capacity: 1024)

  func matches(_ pattern: TextPattern, _ element: EncodedSubscript, of key: KeyView) -> Bool {
    if pattern.matchesEverything { return true }
    return matches(element, of: key) { pattern.matches(utf8: $0) }
  }

  func matches(_ patterns: TextPatterns, _ element: EncodedSubscript, of key: KeyView) -> Bool {
    if patterns.matchesEverything { return true }
    return matches(element, of: key) { patterns.matches(utf8: $0) }
  }

  private func matches(
    _ element: EncodedSubscript, of key: KeyView, _ matches: (RawSpan) -> Bool
  ) -> Bool {
    buffer.removeAll()
    key.appendCharacters(of: element, to: &buffer)
    return buffer.withBytes(matches)
  }

  func matches(_ pattern: TextPatterns, number element: ListElement, of list: RawSpan) -> Bool {
    buffer.removeAll()
    return buffer.appendNumber(element, of: list)
      && buffer.withBytes { pattern.matches(utf8: $0) }
  }

  /// Whether the text that ZWRITE prints of a bit string matches.
  func matches(_ pattern: TextPatterns, bitString bytes: RawSpan) -> Bool {
    if pattern.matchesEverything { return true }
    buffer.removeAll()
    ValueView(bytes, storageCode: ValueStorage.bytes.rawValue).appendZWrite(to: &buffer)
    return buffer.withBytes { pattern.matches(utf8: $0) }
  }
}
