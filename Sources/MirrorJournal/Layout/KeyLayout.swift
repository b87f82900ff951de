/// How a global reference is encoded in a record: the bytes that mark and end its subscripts.
///
/// A key is the global's name without the caret, then each subscript. All of it is evidence class R
/// (reference layout R1): nobody has published the encoding. The limits are class D.
public struct KeyLayout: Sendable, Hashable, Codable {
  /// Whether it is known how subscripts are spelled. If not, only names can be read.
  public var knowsSubscripts = true
  /// The byte between name and subscripts, which belongs to neither; -1 if there is none.
  public var nameEnd: Int16 = -1
  /// The byte of the number 0. A positive number with d integer digits starts with `numberBase + d`
  /// and its digits, a negative one with `numberBase - d` and the nines' complement of its digits.
  public var numberBase: UInt8 = 0x80
  /// The most integer digits a number can have before it is kept as a string.
  public var maximumIntegerDigits: UInt8 = 32
  /// Stands between the integer digits and the fraction, if there is one.
  public var fractionMark: UInt8 = 0x2E
  /// Ends the fraction of a positive number.
  public var positiveFractionEnd: UInt8 = 0x00
  /// Ends the fraction of a negative number.
  public var negativeFractionEnd: UInt8 = 0xFF
  /// Starts a string of 8-bit (Latin-1) characters.
  public var latin1Mark: UInt8 = 0xA1
  /// Starts a string in UTF-8 that has a character above 255.
  public var wideMark: UInt8 = 0xA2
  /// Ends a string.
  public var stringEnd: UInt8 = 0x00
  /// Starts an escape inside a string: the next byte says which byte is meant.
  public var escape: UInt8 = 0x01
  /// After `escape`: the byte `stringEnd`.
  public var escapedEnd: UInt8 = 0x01
  /// After `escape`: the byte `escape` itself.
  public var escapedEscape: UInt8 = 0x02
  /// The most bytes a reference can take (class D).
  public var maximumLength: UInt16 = 511
  /// The most subscripts a reference can have (class D).
  public var maximumSubscripts: UInt16 = 253

  /// The encoding of reference layout R1.
  public init() {}

  /// The encoding of reference layout R1.
  public static let r1 = KeyLayout()
}
