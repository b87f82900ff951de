/// The usual form of a record with a key and values, worked out once: the lengths of key and name are
/// two neighbouring 16-bit numbers, value words are 32-bit numbers right behind the key. What has
/// another form is read field by field.
@usableFromInline
struct UsualBody: Sendable {
  /// Whether the family has the form.
  @usableFromInline let exists: Bool
  /// Offset of the key's length; the name's is behind it.
  @usableFromInline let lengths: Int
  /// Offset of the key.
  @usableFromInline let key: Int
  /// How many low bits of a value word are the count of bytes.
  @usableFromInline let countBits: UInt32

  init(_ record: RecordLayout) {
    func isShort(_ field: Field) -> Bool { field.width == 2 && !field.isBigEndian }
    exists =
      isShort(record.keyLength) && isShort(record.nameLength)
      && record.nameLength.offset == UInt16(clamping: record.keyLength.end)
      && record.keyLengthExtra == 0 && record.valueWordWidth == 4 && !record.valueWordIsBigEndian
      && record.valueAlignment == 1 && !record.valuesAreInterleaved && record.valueCountBits < 32
    lengths = Int(record.keyLength.offset)
    key = Int(record.key)
    countBits = UInt32(record.valueCountBits)
  }

  /// The lengths of name and key of the record `bytes`; nil when they are impossible, or the form is
  /// another.
  @inlinable @inline(__always)
  func keyLengths(in bytes: RawSpan) -> (name: Int, key: Int)? {
    guard exists, let lengths = bytes.loadLittle(at: lengths, as: UInt32.self) else { return nil }
    let name = Int(lengths &>> 16)
    let length = Int(lengths & 0xFFFF)
    guard name > 0, name <= length, key &+ length <= bytes.byteCount else { return nil }
    return (name, length)
  }
}
