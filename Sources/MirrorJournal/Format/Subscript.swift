/// A number in M's canonical form, kept as its text, so that no digit is lost.
///
/// `0`, or an optional `-`, at most 24 integer digits without leading zeros, and an optional
/// fraction without trailing zeros; a number below 1 has no integer digit (`.5`, `-.5`).
public struct CanonicalNumber: Sendable, Hashable, CustomStringConvertible {
  /// The digits as M prints them; ASCII.
  public let text: String

  /// The number as M prints it.
  public init(_ value: Int) {
    text = String(value)
  }

  /// Nil if `text` is not a canonical number: it is then a string.
  public init?(_ text: String) {
    guard Self.isCanonical(text.utf8) else { return nil }
    self.text = text
  }

  /// For text known to be canonical.
  init(validated text: String) {
    self.text = text
  }

  /// The digits as M prints them.
  public var description: String { text }

  /// Whether `text` is a canonical number.
  static func isCanonical(_ text: some Sequence<UInt8>) -> Bool {
    var check = CanonicalNumberCheck()
    for byte in text {
      guard check.accept(byte) else { return false }
    }
    return check.isComplete
  }

  /// Whether the ASCII text of `bytes` is a canonical number; most strings fail at their first byte.
  static func isCanonical(_ bytes: RawSpan) -> Bool {
    var check = CanonicalNumberCheck()
    for offset in 0..<bytes.byteCount {
      guard check.accept(bytes.octet(at: offset)) else { return false }
    }
    return check.isComplete
  }
}

/// Decides byte by byte whether text is a canonical number.
private struct CanonicalNumberCheck {
  private var hasSign = false
  private var integerDigits = 0
  private var startsWithZero = false
  private var hasPoint = false
  private var leadingZeros = 0
  private var hasFraction = false
  private var last: UInt8 = 0

  /// False when no continuation can be canonical.
  mutating func accept(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"):
      guard last == 0 else { return false }
      hasSign = true
    case UInt8(ascii: "."):
      guard !hasPoint, !startsWithZero else { return false }
      hasPoint = true
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if !hasPoint {
        guard !startsWithZero, integerDigits < 24 else { return false }
        if byte == UInt8(ascii: "0"), integerDigits == 0 {
          guard !hasSign else { return false }
          startsWithZero = true
        }
        integerDigits += 1
      } else if integerDigits == 0, byte == UInt8(ascii: "0"), !hasFraction {
        // A number nearer to 0 is a string (class R).
        guard leadingZeros < 127 else { return false }
        leadingZeros += 1
      } else {
        hasFraction = true
      }
    default:
      return false
    }
    last = byte
    return true
  }

  var isComplete: Bool {
    hasPoint
      ? last != UInt8(ascii: "0") && last != UInt8(ascii: ".")
      : integerDigits > 0
  }
}

/// One subscript of a global reference.
///
/// M makes no difference between `^A("1.5")` and `^A(1.5)`: use `Subscript(_: String)` for text from
/// outside, which picks the case as M does. `.string` with the text of a number is a key that IRIS
/// would not write.
public enum Subscript: Sendable {
  /// Collates by its value, before every string.
  case number(CanonicalNumber)
  /// Collates by its characters.
  case string(String)

  /// A number.
  public init(_ value: Int) {
    self = .number(CanonicalNumber(value))
  }

  /// A number if `text` is a canonical number, otherwise a string.
  public init(_ text: String) {
    self = CanonicalNumber(text).map { .number($0) } ?? .string(text)
  }
}

extension Subscript: Hashable {
  /// Equal characters, not canonically equivalent ones: `é` in one and in two characters are two
  /// different subscripts.
  public static func == (left: Subscript, right: Subscript) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  /// Equal subscripts have equal hashes.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .number(let number):
      hasher.combine(0)
      hasher.combine(number)
    case .string(let text):
      hasher.combine(1)
      for byte in text.utf8 { hasher.combine(byte) }
    }
  }
}

extension Subscript: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  /// A number.
  public init(integerLiteral value: Int) { self.init(value) }
  /// A number if the text is a canonical number, otherwise a string.
  public init(stringLiteral value: String) { self.init(value) }
}

extension Subscript: CustomStringConvertible {
  /// As in a reference: a number bare, a string quoted as ZWRITE does.
  public var description: String {
    var buffer = TextBuffer(capacity: 64)
    append(to: &buffer)
    return buffer.string
  }

  func append(to buffer: inout TextBuffer) {
    switch self {
    case .number(let number): buffer.append(number.text)
    case .string(let text):
      var quoting = ZWriteQuoting()
      for scalar in text.unicodeScalars { quoting.append(scalar, to: &buffer) }
      quoting.finish(in: &buffer)
    }
  }
}
