/// Where one element of a `$LIST` stands, and what it is (classes D and O).
public struct ListElement: Sendable, Hashable {
  /// What an element holds.
  public enum Kind: Sendable, Hashable {
    /// No value, as in `$lb(,1)`.
    case omitted
    /// 8-bit characters, or a nested list.
    case string8
    /// UTF-16LE characters.
    case string16
    /// An integer, little-endian (types 4 and 5).
    case integer
    /// An exponent byte and a little-endian integer (types 6 and 7).
    case decimal
    /// A binary floating-point number (types 8 and 9).
    case double
    /// A type without a documented form, an object reference among them.
    case other
  }

  /// What the element holds, by its type code.
  public let kind: Kind
  /// The type code without the by-reference flag; 0 for an omitted element.
  public let type: UInt8
  /// Whether the type carried the by-reference flag (0x20).
  public let isByReference: Bool
  /// The data, as offsets into the list's bytes.
  public let content: Range<Int>
  /// Length, type and data.
  public let range: Range<Int>

  /// Whether a stored list may have the element: those by reference exist only in arguments, and
  /// their type codes are common characters.
  var canBeStored: Bool { !isByReference && kind != .other }
}

/// Walks the elements of a `$LIST` without copying anything.
public struct ListCursor: ~Escapable {
  let bytes: RawSpan
  /// The offset of the next element.
  public private(set) var position: Int
  /// Whether the walk ended at bytes that are no element, which then stand at `position`.
  public private(set) var isDamaged = false

  /// A walk over `bytes` from their start; nothing is checked in advance.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) {
    self.init(bytes, from: 0)
  }

  /// A walk from the element at `position` on.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The next element; nil at the end or at damage. O(1).
  @inline(__always)
  public mutating func next() -> ListElement? {
    guard !isDamaged, position < bytes.byteCount else { return nil }
    guard let element = element() else {
      isDamaged = true
      return nil
    }
    position = element.range.upperBound
    return element
  }

  @inline(__always)
  private func element() -> ListElement? {
    let left = bytes.byteCount - position
    let first = Int(bytes.octet(at: position))
    if first == 1 {
      let end = position + 1
      return ListElement(
        kind: .omitted, type: 0, isByReference: false, content: end..<end, range: position..<end)
    }
    var headLength = 1
    // The size of type and data.
    var size = first - 1
    if first == 0 {
      guard left >= 4 else { return nil }
      headLength = 3
      size = Int(bytes.utf16Unit(at: position + 1))
      if size == 0 {
        guard left >= 8 else { return nil }
        headLength = 7
        size =
          Int(bytes.utf16Unit(at: position + 3)) | Int(bytes.utf16Unit(at: position + 5)) << 16
      }
    }
    guard size >= 1, size <= left - headLength else { return nil }
    let code = bytes.octet(at: position + headLength)
    let isByReference = code & 0xE0 == 0x20
    let type = isByReference ? code & 0x1F : code
    guard let kind = Self.kind(type: type, length: size - 1) else { return nil }
    let start = position + headLength + 1
    let end = position + headLength + size
    // -2^64 is the only number that the eight bytes of type 5 could mean and 64 bits cannot hold.
    if type == 5 || type == 7, end - start >= 8,
      bytes.unsafeLoadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0
    {
      return nil
    }
    return ListElement(
      kind: kind, type: type, isByReference: isByReference, content: start..<end,
      range: position..<end)
  }

  /// Nil for a type that does not exist or data of a length that it cannot have.
  private static func kind(type: UInt8, length: Int) -> ListElement.Kind? {
    switch type {
    case 0x01: .string8
    case 0x02: length.isMultiple(of: 2) ? .string16 : nil
    case 0x04, 0x05: length <= 8 ? .integer : nil
    case 0x06, 0x07: (1...9).contains(length) ? .decimal : nil
    case 0x08, 0x09: length <= 8 ? .double : nil
    case 0x19: .other
    default: nil
    }
  }
}

/// A view of a valid `$LIST`.
public struct ListView: ~Escapable {
  /// How deep nested lists are shown as lists; deeper ones are shown as the strings they are.
  public static let maximumDepth = 32

  /// The whole list.
  public let bytes: RawSpan

  /// Nil unless `isValidList(bytes)`.
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard Self.isValidList(bytes) else { return nil }
    self.bytes = bytes
  }

  /// Whether `bytes` are exactly one or more list elements, so that ZWRITE shows them as a list.
  ///
  /// A value with an element by reference is taken as the string that it is. Nested lists are not
  /// entered. O(number of elements); most strings fail at the first.
  public static func isValidList(_ bytes: RawSpan) -> Bool {
    mayBeList(bytes) && isValidList(bytes, from: 0)
  }

  /// Whether the elements from `position` on are those of a valid list.
  static func isValidList(_ bytes: RawSpan, from position: Int) -> Bool {
    var cursor = ListCursor(bytes, from: position)
    while let element = cursor.next() {
      if !element.canBeStored { return false }
    }
    return !cursor.isDamaged
  }

  /// False for what its first two bytes tell to be no list: no bytes at all, and most strings.
  @inline(__always)
  static func mayBeList(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount > 0 else { return false }
    // An omitted element is a 1, a long one begins with a 0; else the second byte is the type, and
    // only elements by reference have one that is printable.
    return bytes.octet(at: 0) < 2 || bytes.byteCount > 1 && bytes.octet(at: 1) < 0x20
  }

  /// A cursor before the first element.
  @_lifetime(copy self)
  public func elements() -> ListCursor {
    ListCursor(bytes)
  }

  /// The number of elements. O(count).
  public var count: Int {
    var cursor = elements()
    var count = 0
    while cursor.next() != nil { count += 1 }
    return count
  }

  /// The element at `index`, from 1 as in `$LIST(x,1)`; nil if there is none. O(index).
  public func element(_ index: Int) -> ListElement? {
    guard index >= 1 else { return nil }
    var cursor = elements()
    var current = 0
    while let element = cursor.next() {
      current += 1
      if current == index { return element }
    }
    return nil
  }

  /// The bytes of an element's data.
  @_lifetime(copy self)
  public func content(of element: ListElement) -> RawSpan {
    bytes.extracting(element.content.clamped(to: 0..<bytes.byteCount))
  }

  /// The integer of an element of kind `.integer`; nil for another kind or one beyond 64 bits.
  public func integer(of element: ListElement) -> Int? {
    guard element.kind == .integer, element.content.upperBound <= bytes.byteCount else {
      return nil
    }
    let isNegative = element.type == 5
    guard
      let magnitude = Self.magnitude(of: bytes, element.content, isNegative: isNegative)
    else { return nil }
    if !isNegative { return Int(exactly: magnitude) }
    return magnitude <= UInt64(Int.max) ? -Int(magnitude) : magnitude == 1 << 63 ? Int.min : nil
  }

  /// The absolute value of an integer of at most eight bytes whose high bytes, 0x00 of a positive
  /// and 0xFF of a negative one, are left out; nil if it needs more than 64 bits.
  static func magnitude(of bytes: RawSpan, _ range: Range<Int>, isNegative: Bool) -> UInt64? {
    guard range.count <= 8 else { return nil }
    if range.count == 1, !isNegative { return UInt64(bytes.octet(at: range.lowerBound)) }
    var raw: UInt64 = isNegative && range.count < 8 ? ~0 << UInt64(range.count * 8) : 0
    var shift: UInt64 = 0
    for offset in range {
      raw |= UInt64(bytes.octet(at: offset)) << shift
      shift += 8
    }
    guard isNegative else { return raw }
    return raw == 0 ? nil : 0 &- raw
  }

  /// The number of an element of kind `.double`: eight bytes as they are (class O); fewer have lost
  /// low zero bytes, of a 4-byte float if the type is 8 and at most four are there (class R).
  static func double(of bytes: RawSpan, _ range: Range<Int>, type: UInt8) -> Double {
    var raw: UInt64 = 0
    for offset in range { raw = raw >> 8 | UInt64(bytes.octet(at: offset)) << 56 }
    if type == 8, range.count <= 4 {
      return Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw >> 32)))
    }
    return Double(bitPattern: raw)
  }
}
