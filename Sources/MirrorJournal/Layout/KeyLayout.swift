/// How a key spells a global reference: its name without the caret, then each subscript.
///
/// Data, not code: one reader and one writer follow it for every family. The parts that no layout
/// file states are those of the engine as it was observed (`observed`); nobody has shown that a
/// journal keeps keys in this form. The limits are class D.
public struct KeyLayout: Sendable, Hashable, Codable {
  /// Whether it is known how subscripts are spelled. If not, only names can be read.
  public var knowsSubscripts = true
  /// Whether it is known where a key ends. If not, only its name is at hand.
  public var knowsEnd = true
  /// The byte between name and subscripts, which belongs to neither; -1 if there is none.
  public var nameEnd: Int16 = -1
  /// The byte before each subscript (0x00, class O); -1 if there is none. With it a subscript ends
  /// where the next begins or the key ends.
  public var subscriptStart: Int16 = 0x00
  /// How numbers are spelled.
  public var numbers = NumberSpelling()
  /// How strings are spelled.
  public var strings = StringSpelling()
  /// The most bytes a reference can take (class D).
  public var maximumLength: UInt16 = 511
  /// The most subscripts a reference can have (class D).
  public var maximumSubscripts: UInt16 = 253

  /// The observed encoding.
  public init() {}

  /// What InterSystems' engine was observed to write into database blocks and block exports, in
  /// collation 5 (class O; the parts nobody has seen are class R and say so).
  public static let observed = KeyLayout()

  /// Decimal digits behind a byte that counts them, strings between a mark and an end: a made-up
  /// family (class R).
  public static let decimal: KeyLayout = {
    var layout = KeyLayout()
    layout.subscriptStart = -1
    layout.numbers = .decimal
    layout.strings = .marked
    return layout
  }()

  /// Whether the subscripts of `key` before `offset` end there, and not inside a longer one: `1` and
  /// `1.5`, `"a"` and `"ab"` can begin with the same bytes.
  @inlinable @inline(__always)
  public func endsSubscript(of key: RawSpan, at offset: Int) -> Bool {
    guard let byte = key.loadUInt8(at: offset) else { return true }
    return subscriptStart >= 0
      ? Int16(byte) == subscriptStart : Int16(byte) != numbers.fractionMark
  }

  /// Checks that every key has one form and every subscript an end.
  ///
  /// - Throws: `badLayout` that names the first contradiction.
  func validate() throws(JournalError) {
    func check(_ holds: Bool, _ reason: String) throws(JournalError) {
      if !holds { throw JournalError(.badLayout, reason) }
    }
    let isSeparated = subscriptStart >= 0
    try check(
      [
        nameEnd, subscriptStart, numbers.one, numbers.fractionMark, numbers.positiveEnd,
        numbers.negativeEnd, numbers.smallPositive, numbers.smallNegative, strings.mark,
        strings.end,
        strings.empty, strings.utf8Mark, strings.pairMark, strings.unitMark,
      ].allSatisfy { $0 >= -1 && $0 <= 255 },
      "a key's marks are bytes, or -1 where there is none")
    try check(numbers.radix == 10 || numbers.radix == 100, "a key's digits count to 10 or to 100")
    try check(
      Int(numbers.digitBase) + Int(numbers.radix) <= 256 && numbers.maximumDigits <= 64,
      "a key's digits are bytes")
    try check(
      Int(numbers.positiveBase) + Int(numbers.maximumDigits) <= 255
        && Int(numbers.negativeBase) >= Int(numbers.maximumDigits),
      "the byte that counts a number's digits is a byte")
    try check(
      isSeparated || strings.end >= 0,
      "a string in a key ends with a byte of its own, or the next "
        + "subscript begins with one")
    try check(
      isSeparated || !numbers.dropsTrailingZeros && (numbers.fractionMark >= 0),
      "a number's digits end at their count, or where the next subscript begins")
    try check(
      !isSeparated || !numbers.digits.contains(UInt8(truncatingIfNeeded: subscriptStart)),
      "no digit is the byte before a subscript")
    try check(
      strings.mark >= 0 || strings.unmarkedFrom == 0, "a string that has no mark has a first byte")
    try check(
      strings.escapedBelow == 0
        || Int(strings.escapedBelow) + Int(strings.escapeShift) <= 256,
      "an escaped character is a byte")
  }
}

/// How the numbers of a key are spelled: a byte that says sign and size, then digits.
///
/// A positive number with n digits before the point starts with `positiveBase + n`, a negative one
/// with `negativeBase - n`; digit d is `digitBase + d`, in a negative number
/// `digitBase + radix - 1 - d`, so that the bytes sort as the numbers do.
public struct NumberSpelling: Sendable, Hashable, Codable {
  /// 100: a byte holds two decimal digits (class O). 10: one.
  public var radix: UInt8 = 100
  /// The byte of the digit 0 (0x1C, class O).
  public var digitBase: UInt8 = 0x1C
  /// The number 0 (0x10, class O).
  public var zero: UInt8 = 0x10
  /// The number 1 (0x12, class O); -1 where it is spelled as the others are.
  public var one: Int16 = 0x12
  /// What the count of digits is added to (0x12, class O).
  public var positiveBase: UInt8 = 0x12
  /// What the count of digits is taken from (0x0F, class R; the documented order puts it below 0x10).
  public var negativeBase: UInt8 = 0x0F
  /// The most digits before the point; longer numbers are spelled as strings (12, class R).
  public var maximumDigits: UInt8 = 12
  /// Whether zero digits at the end are left out (class O).
  public var dropsTrailingZeros = true
  /// Stands between integer and fraction; -1 where the fraction's digits follow directly (class R).
  public var fractionMark: Int16 = -1
  /// Ends a positive number that has a fraction; -1 for none.
  public var positiveEnd: Int16 = -1
  /// Ends a negative number, with `fractionMark` only one that has a fraction (0x80, class R); -1 for
  /// none.
  public var negativeEnd: Int16 = 0x80
  /// Starts a number between 0 and 1, its exponent behind (0x11, class R); -1 where it has an integer
  /// digit 0.
  public var smallPositive: Int16 = 0x11
  /// Starts a number between -1 and 0 (0x0F, class R); -1 where it has an integer digit 0.
  public var smallNegative: Int16 = 0x0F
  /// The byte of exponent 0, which no number has; the first digit behind the point that is not zero
  /// has exponent -1 if it is the first one (0x5C, class R). A negative number has 255 less this.
  public var exponentBase: UInt8 = 0x5C
  /// The least exponent; smaller numbers are spelled as strings (-64, class R).
  public var minimumExponent: Int8 = -64

  /// The observed spelling.
  public init() {}

  /// Decimal digits, as many as the first byte says; a fraction between `.` and an end (class R).
  public static let decimal: NumberSpelling = {
    var spelling = NumberSpelling()
    spelling.radix = 10
    spelling.digitBase = UInt8(ascii: "0")
    spelling.zero = 0x80
    spelling.one = -1
    spelling.positiveBase = 0x80
    spelling.negativeBase = 0x80
    spelling.maximumDigits = 32
    spelling.dropsTrailingZeros = false
    spelling.fractionMark = 0x2E
    spelling.positiveEnd = 0x00
    spelling.negativeEnd = 0xFF
    spelling.smallPositive = -1
    spelling.smallNegative = -1
    return spelling
  }()

  /// The bytes of digits, of negative numbers too.
  @inlinable
  var digits: ClosedRange<UInt8> { digitBase...(digitBase &+ (radix &- 1)) }

  /// Decimal digits in one byte.
  var decimalsPerDigit: Int { radix == 100 ? 2 : 1 }
}

/// How the strings of a key are spelled: a character is its code less `shift`; some stand behind an
/// escape, those above 255 in runs of their own.
public struct StringSpelling: Sendable, Hashable, Codable {
  /// What is taken from a character's code to get its byte (0x1C, class O).
  public var shift: UInt8 = 0x1C
  /// Stands before a string (0x1F, class O); -1 if nothing does.
  public var mark: Int16 = 0x1F
  /// Strings whose first character is at least this have no mark (`<`, class O but for the exact
  /// edge); 0: none has one; 65535: all have.
  public var unmarkedFrom: UInt16 = 0x3C
  /// Ends a string; -1 where the next subscript's start does.
  public var end: Int16 = -1
  /// Starts an escape: the next byte, less `escapeShift`, is the character (0x01, class R).
  public var escape: UInt8 = 0x01
  /// Characters below this are escaped (0x1F, class R).
  public var escapedBelow: UInt8 = 0x1F
  /// See `escape` (0x20, class R).
  public var escapeShift: UInt8 = 0x20
  /// The empty string (0x01, class R; the documented order puts it below all numbers); -1 where it is a
  /// mark and an end.
  public var empty: Int16 = 0x01
  /// Instead of `mark`, before a string in UTF-8 that has a character above 255; -1 where such
  /// characters stand in runs.
  public var utf8Mark: Int16 = -1
  /// Starts a run of characters in two bytes each (0xFA, class O); -1 for none.
  public var pairMark: Int16 = 0xFA
  /// What is taken from a character before it is split in two (0xC0, class O near U+9500).
  public var pairOrigin: UInt16 = 0xC0
  /// The least first byte of a pair (0x45, class O).
  public var pairLead: UInt8 = 0x45
  /// The last character of a pair, above 255 (U+9F1F, class R).
  public var pairLast: UInt16 = 0x9F1F
  /// Starts a run of UTF-16 units in three bytes each, for the characters behind `pairLast` (0xFC,
  /// class R).
  public var unitMark: Int16 = 0xFC
  /// The least byte of a unit, and of the second of a pair (0x20, class O for pairs).
  public var tailBase: UInt8 = 0x20
  /// Goes back from a run to 8-bit characters, or from units to pairs (0x02, class R).
  public var back: UInt8 = 0x02

  /// The observed spelling.
  public init() {}

  /// Latin-1 behind one mark, UTF-8 behind another, up to a zero byte (class R).
  public static let marked: StringSpelling = {
    var spelling = StringSpelling()
    spelling.shift = 0
    spelling.mark = 0xA1
    spelling.unmarkedFrom = .max
    spelling.end = 0x00
    spelling.escapedBelow = 2
    spelling.escapeShift = 1
    spelling.empty = -1
    spelling.utf8Mark = 0xA2
    spelling.pairMark = -1
    spelling.unitMark = -1
    return spelling
  }()

  /// Values of the second byte of a pair, and of each but the first of a unit.
  static let tailValues = 224
}
