internal import CJournalSupport
internal import MirrorJournal

/// Text with wildcards: `*` stands for any characters, `?` for one; a backslash before `*`, `?` or
/// `\` takes away its meaning. Text without wildcards stands for itself alone. Case counts.
///
/// Matching works on the bytes of the journal in any of its three encodings; nothing is decoded
/// into memory of its own.
public struct TextPattern: Sendable, Hashable {
  /// The pattern as it was written.
  public let text: String
  /// Unicode scalars and the two wildcards.
  let elements: [UInt32]
  private let form: Form

  /// The first element that is a wildcard and no character.
  static let firstWildcard: UInt32 = 0x11_0000
  private static let any = firstWildcard
  private static let one: UInt32 = 0x11_0001

  private enum Form: Sendable, Hashable {
    /// No wildcard and no character above 255.
    case latin1Literal([UInt8])
    /// `*text*` with no character above 255.
    case latin1Contains([UInt8])
    case general
  }

  /// Any text is a pattern. O(length).
  public init(_ text: String) {
    self.text = text
    var elements: [UInt32] = []
    var isEscaped = false
    for scalar in text.unicodeScalars {
      let isSpecial = scalar == "*" || scalar == "?" || scalar == "\\"
      if isEscaped, !isSpecial { elements.append(0x5C) }
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        continue
      }
      if isEscaped || !isSpecial {
        elements.append(scalar.value)
      } else if scalar == "?" {
        elements.append(Self.one)
      } else if elements.last != Self.any {
        elements.append(Self.any)
      }
      isEscaped = false
    }
    if isEscaped { elements.append(0x5C) }
    self.elements = elements
    form = Self.form(of: elements)
  }

  /// The pattern that only `literal` matches.
  public init(literal: String) {
    var text = ""
    for character in literal.unicodeScalars {
      if character == "*" || character == "?" || character == "\\" { text += "\\" }
      text.unicodeScalars.append(character)
    }
    self.init(text)
  }

  private static func form(of elements: [UInt32]) -> Form {
    func latin1(_ part: ArraySlice<UInt32>) -> [UInt8]? {
      part.allSatisfy { $0 <= 0xFF } ? part.map { UInt8(truncatingIfNeeded: $0) } : nil
    }
    if let literal = latin1(elements[...]) { return .latin1Literal(literal) }
    if elements.count > 2, elements.first == any, elements.last == any,
      let literal = latin1(elements.dropFirst().dropLast())
    {
      return .latin1Contains(literal)
    }
    return .general
  }

  /// Whether the pattern has a wildcard.
  public var hasWildcard: Bool { elements.contains { $0 >= Self.firstWildcard } }

  /// The characters before the first wildcard.
  var head: ArraySlice<UInt32> { Self.head(of: elements) }

  static func head(of elements: [UInt32]) -> ArraySlice<UInt32> {
    elements.prefix { $0 < firstWildcard }
  }

  /// Whether every text matches.
  var matchesEverything: Bool { elements == [Self.any] }

  /// The only text that matches; nil when there is a wildcard.
  var literal: String? {
    guard !hasWildcard else { return nil }
    var text = ""
    for element in elements {
      guard let scalar = Unicode.Scalar(element) else { return nil }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}

extension TextPattern {
  /// Whether text of one byte a character matches.
  public func matches(latin1 bytes: RawSpan) -> Bool {
    switch form {
    case .latin1Literal(let literal): return literal.span.bytes.isEqual(to: bytes)
    case .latin1Contains(let literal): return bytes.contains(literal)
    case .general: return glob(LatinCharacters(bytes: bytes))
    }
  }

  /// Whether text in UTF-16LE matches; a last odd byte is no character.
  public func matches(utf16 bytes: RawSpan) -> Bool { glob(WideCharacters(bytes: bytes)) }

  /// Whether text in UTF-8 matches.
  public func matches(utf8 bytes: RawSpan) -> Bool { glob(UTF8Characters(bytes: bytes)) }

  /// Whether `text` matches.
  public func matches(_ text: String) -> Bool { matches(utf8: Array(text.utf8).span.bytes) }

  /// Goes back to the last `*` only, so that the work is bounded by pattern × text.
  private func glob<Text: CharacterSource & ~Escapable>(_ text: borrowing Text) -> Bool {
    let end = text.end
    var wanted = 0
    var position = 0
    var lastAny = -1
    var retry = 0
    while position < end {
      if wanted < elements.count {
        let element = elements[wanted]
        if element == Self.any {
          lastAny = wanted
          retry = position
          wanted += 1
          continue
        }
        let (value, next) = text.character(at: position)
        if element == value || element == Self.one {
          wanted += 1
          position = next
          continue
        }
      }
      guard lastAny >= 0 else { return false }
      wanted = lastAny + 1
      retry = text.character(at: retry).next
      position = retry
    }
    while wanted < elements.count, elements[wanted] == Self.any { wanted += 1 }
    return wanted == elements.count
  }
}

extension TextPattern: CustomStringConvertible {
  /// The pattern as it was written.
  public var description: String { text }
}

/// Text read character by character where it stands. An offset below `end` names a whole character.
protocol CharacterSource: ~Escapable {
  var end: Int { get }
  /// The scalar at `offset` (or the unit that is none) and the offset behind it.
  func character(at offset: Int) -> (value: UInt32, next: Int)
  /// Whether the text matches the pattern.
  func isMatched(by pattern: TextPattern) -> Bool
}

struct LatinCharacters: CharacterSource, ~Escapable {
  let bytes: RawSpan
  @_lifetime(copy bytes)
  init(bytes: RawSpan) { self.bytes = bytes }

  var end: Int { bytes.byteCount }

  @inline(__always)
  func character(at offset: Int) -> (value: UInt32, next: Int) {
    (UInt32(bytes.loadUInt8(at: offset) ?? 0), offset + 1)
  }

  func isMatched(by pattern: TextPattern) -> Bool { pattern.matches(latin1: bytes) }
}

struct WideCharacters: CharacterSource, ~Escapable {
  let bytes: RawSpan
  @_lifetime(copy bytes)
  init(bytes: RawSpan) { self.bytes = bytes }

  var end: Int { bytes.byteCount & ~1 }

  func character(at offset: Int) -> (value: UInt32, next: Int) {
    let unit: UInt16 = bytes.loadLittle(at: offset) ?? 0
    if unit & 0xFC00 == 0xD800, let low: UInt16 = bytes.loadLittle(at: offset + 2),
      low & 0xFC00 == 0xDC00
    {
      return (0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF)), offset + 4)
    }
    return (UInt32(unit), offset + 2)
  }

  func isMatched(by pattern: TextPattern) -> Bool { pattern.matches(utf16: bytes) }
}

struct UTF8Characters: CharacterSource, ~Escapable {
  let bytes: RawSpan
  @_lifetime(copy bytes)
  init(bytes: RawSpan) { self.bytes = bytes }

  var end: Int { bytes.byteCount }

  func character(at offset: Int) -> (value: UInt32, next: Int) {
    let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: offset)
    return (scalar?.value ?? 0xFFFD, offset + length)
  }

  func isMatched(by pattern: TextPattern) -> Bool { pattern.matches(utf8: bytes) }
}

extension RawSpan {
  /// Whether `needle` stands anywhere in the bytes.
  func contains(_ needle: [UInt8]) -> Bool {
    unsafe withUnsafeBytes { buffer in
      unsafe needle.withUnsafeBytes { wanted in
        guard wanted.count <= buffer.count else { return false }
        guard let start = buffer.baseAddress, let first = wanted.baseAddress else { return true }
        return unsafe mj_memmem(start, buffer.count, first, wanted.count) != nil
      }
    }
  }
}
