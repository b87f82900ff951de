/// Where the parts of a record with a key and values stand, as offsets into the record.
public struct KeyAndValueExtents: Sendable {
  /// Offset of the key's first byte.
  public let key: Int
  /// Bytes of the key.
  public let keyLength: Int
  /// How many of the key's first bytes are the global's name.
  public let nameLength: Int
  /// Offset of the first value word.
  public let words: Int
  /// Offset of the first value byte that stands in this record.
  public let valueBytes: Int

  @inlinable
  init(key: Int, keyLength: Int, nameLength: Int, words: Int, valueBytes: Int) {
    self.key = key
    self.keyLength = keyLength
    self.nameLength = nameLength
    self.words = words
    self.valueBytes = valueBytes
  }
}

/// The description of one value in a record.
public struct ValueWord: Sendable, Hashable {
  /// Bytes of the value.
  public let byteCount: Int
  /// 0 8-bit string, `$LIST` or bit string, 1 UTF-16LE string, 3 vector (class R).
  public let storageCode: UInt8

  /// A value of `byteCount` bytes.
  @inlinable
  public init(byteCount: Int, storageCode: UInt8) {
    self.byteCount = byteCount
    self.storageCode = storageCode
  }
}

extension Record {
  /// The bytes after the record's header.
  @_lifetime(copy self)
  public borrowing func body() -> RawSpan {
    let start = min(max(interned.layout.headerSize, 0), bytes.byteCount)
    return bytes.extracting(droppingFirst: start)
  }

  /// The key's bytes and the length of the name at their start; nil when the record's type has no
  /// key or its lengths do not fit into the record.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public borrowing func keyBytes() -> RawSpan? {
    guard type.hasKey else { return nil }
    guard let length = bytes.load(interned.layout.keyLength) else { return nameOnly() }
    return bytes.slice(
      Int(interned.layout.key),
      Int(truncatingIfNeeded: length) &+ Int(interned.layout.keyLengthExtra))
  }

  /// The name, where the layout knows no more of the key.
  @usableFromInline @inline(never)
  @_lifetime(copy self)
  borrowing func nameOnly() -> RawSpan? {
    let layout = interned.layout
    guard !layout.keyLength.isKnown, layout.knowsKeys, let length = keyNameLength() else {
      return nil
    }
    return bytes.slice(Int(layout.key), length)
  }

  /// How many of the key's first bytes are the global's name; nil when the lengths are impossible.
  @inlinable @inline(__always)
  public borrowing func keyNameLength() -> Int? {
    guard let name = bytes.load(interned.layout.nameLength) else { return scannedNameLength() }
    guard name > 0 else { return nil }
    if let length = bytes.load(interned.layout.keyLength) {
      let keyLength = Int(truncatingIfNeeded: length) &+ Int(interned.layout.keyLengthExtra)
      guard Int(truncatingIfNeeded: name) <= keyLength else { return nil }
    }
    return Int(truncatingIfNeeded: name)
  }

  /// The length of a name that ends where no name can go on.
  @usableFromInline @inline(never)
  borrowing func scannedNameLength() -> Int? {
    let layout = interned.layout
    guard !layout.nameLength.isKnown, layout.knowsKeys else { return nil }
    var end = bytes.byteCount
    if let length = bytes.load(layout.keyLength) {
      end = min(end, Int(layout.key) &+ Int(clamping: length) &+ Int(layout.keyLengthExtra))
    }
    var offset = Int(layout.key)
    while offset < end,
      KeyEncoding.isNameByte(bytes.octet(at: offset), at: offset - Int(layout.key))
    {
      offset += 1
    }
    return offset > Int(layout.key) ? offset - Int(layout.key) : nil
  }

  /// The bytes of the global's name, without the caret; nil when the record has no sound key.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public borrowing func nameBytes() -> RawSpan? {
    guard type.hasKey, let length = keyNameLength() else { return nil }
    return bytes.slice(Int(interned.layout.key), length)
  }

  /// The key; nil when the record's type has none or its lengths do not fit into the record.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public borrowing func key() -> KeyView? {
    guard type.hasKey else { return nil }
    if let lengths = interned.body.keyLengths(in: bytes),
      let key = bytes.slice(interned.body.key, lengths.key)
    {
      return KeyView(key, nameLength: lengths.name, layout: interned.keys)
    }
    return unusualKey()
  }

  @usableFromInline @inline(never)
  @_lifetime(copy self)
  borrowing func unusualKey() -> KeyView? {
    guard let bytes = keyBytes(), let nameLength = keyNameLength() else { return nil }
    return KeyView(bytes, nameLength: nameLength, layout: interned.keys)
  }

  /// Where key, value words and value bytes stand.
  ///
  /// - Throws: `recordDamaged` when the record has no key or its lengths run past its end.
  @inlinable @inline(__always)
  public borrowing func extents() throws(JournalError) -> KeyAndValueExtents {
    if type.hasKeyAndValues, let lengths = interned.body.keyLengths(in: bytes) {
      let words = interned.body.key &+ lengths.key
      let count = valueCount
      if count <= 2, words &+ count &* 4 <= bytes.byteCount {
        return KeyAndValueExtents(
          key: interned.body.key, keyLength: lengths.key, nameLength: lengths.name, words: words,
          valueBytes: words &+ count &* 4)
      }
    }
    return try unusualExtents()
  }

  @usableFromInline @inline(never)
  borrowing func unusualExtents() throws(JournalError) -> KeyAndValueExtents {
    let layout = interned.layout
    guard let storedLength = bytes.load(layout.keyLength) else {
      throw damaged("the record is too short to hold a key, or its place is not known")
    }
    guard let nameLength = bytes.load(layout.nameLength) ?? scannedName() else {
      throw damaged("the record is too short to hold a key")
    }
    let keyLength = Int(truncatingIfNeeded: storedLength) &+ Int(layout.keyLengthExtra)
    guard keyLength > 0, nameLength <= UInt64(keyLength) else {
      throw damaged("the name is longer than the key, or empty")
    }
    let key = Int(layout.key)
    let alignment = Int(layout.valueAlignment) &- 1
    let words = (key &+ keyLength &+ alignment) & ~alignment
    let valueBytes =
      words &+ (layout.valuesAreInterleaved ? min(1, valueCount) : valueCount)
      &* Int(layout.valueWordWidth)
    guard nameLength > 0 else { throw damaged("the name is longer than the key, or empty") }
    guard layout.valueWordWidth != 0 || valueCount == 0 else {
      throw damaged("the layout does not know where values stand")
    }
    guard words <= bytes.byteCount else { throw damaged("the key runs past the record's end") }
    guard type.hasKeyAndValues, valueCount <= 2, valueBytes <= bytes.byteCount else {
      throw damaged("the values run past the record's end")
    }
    return KeyAndValueExtents(
      key: key, keyLength: keyLength,
      nameLength: Int(truncatingIfNeeded: nameLength), words: words, valueBytes: valueBytes)
  }

  /// The word that describes value `index` (0 or 1).
  @inlinable @inline(__always)
  public borrowing func valueWord(_ index: Int, _ extents: KeyAndValueExtents)
    throws(JournalError) -> ValueWord
  {
    if interned.body.exists, index >= 0, index < min(valueCount, 2),
      let word = bytes.loadLittle(at: extents.words &+ index &* 4, as: UInt32.self)
    {
      let bits = interned.body.countBits
      return ValueWord(
        byteCount: Int(word & ((1 &<< bits) &- 1)),
        storageCode: UInt8(truncatingIfNeeded: word &>> bits))
    }
    return try unusualValueWord(index, extents)
  }

  @usableFromInline @inline(never)
  borrowing func unusualValueWord(_ index: Int, _ extents: KeyAndValueExtents)
    throws(JournalError) -> ValueWord
  {
    let layout = interned.layout
    let place = Field(0, width: layout.valueWordWidth, isBigEndian: layout.valueWordIsBigEndian)
    var start = extents.words &+ index &* Int(layout.valueWordWidth)
    if layout.valuesAreInterleaved, index == 1 {
      start = try secondValueBytes(extents) &- Int(layout.valueWordWidth)
    }
    guard index >= 0, index < valueCount, let word = bytes.load(place, from: start)
    else { throw damaged("the record has no value \(index)") }
    let bits = UInt64(layout.valueCountBits)
    return ValueWord(
      byteCount: Int(truncatingIfNeeded: word & ((1 << bits) &- 1)),
      storageCode: UInt8(truncatingIfNeeded: word >> bits))
  }

  /// Offset of the second value's bytes, behind the first one's.
  @usableFromInline
  borrowing func secondValueBytes(_ extents: KeyAndValueExtents) throws(JournalError) -> Int {
    let layout = interned.layout
    let end = extents.valueBytes &+ (try valueWord(0, extents).byteCount)
    guard layout.valuesAreInterleaved else { return end }
    let alignment = Int(layout.valueAlignment) &- 1
    return ((end &+ alignment) & ~alignment) &+ Int(layout.valueWordWidth)
  }

  @usableFromInline
  borrowing func scannedName() -> UInt64? { scannedNameLength().map(UInt64.init) }

  /// Value `index` (0 or 1), when it stands whole in this record.
  ///
  /// Nil when its leading bytes stand in extension records or its lengths are impossible:
  /// `Journal.withValue` then has the value or the reason. Copies nothing and costs no reference
  /// counting, which dominates where millions of values a second are read.
  @inlinable
  @_lifetime(copy self)
  public borrowing func valueInPlace(_ index: Int) -> ValueView? {
    let layout = interned.layout
    let count = valueCount
    guard type.hasKeyAndValues, count <= 2, index >= 0, index < count, !isContinued,
      !layout.valuesAreInterleaved, !layout.wideStringsAreBigEndian, !mayBePart,
      let storedLength = bytes.load(layout.keyLength),
      let nameLength = bytes.load(layout.nameLength), nameLength > 0
    else { return nil }
    let keyLength = Int(truncatingIfNeeded: storedLength) &+ Int(layout.keyLengthExtra)
    let alignment = Int(layout.valueAlignment) &- 1
    let words = (Int(layout.key) &+ keyLength &+ alignment) & ~alignment
    guard keyLength >= 0, nameLength <= UInt64(keyLength), words <= bytes.byteCount else {
      return nil
    }
    let width = Int(layout.valueWordWidth)
    let place = Field(0, width: layout.valueWordWidth, isBigEndian: layout.valueWordIsBigEndian)
    let bits = UInt64(layout.valueCountBits)
    let mask = (UInt64(1) << bits) &- 1
    var start = words &+ count &* width
    guard var word = bytes.load(place, from: words) else { return nil }
    if index == 1 {
      start &+= Int(truncatingIfNeeded: word & mask)
      guard let second = bytes.load(place, from: words &+ width) else { return nil }
      word = second
    }
    guard let value = bytes.slice(start, Int(truncatingIfNeeded: word & mask)) else { return nil }
    return ValueView(value, storageCode: UInt8(truncatingIfNeeded: word >> bits))
  }

  /// Whether the layout does not tell values in one record from those in several, and this record or the one
  /// before is long enough for such a value.
  @inlinable @inline(__always)
  var mayBePart: Bool {
    let layout = interned.layout
    guard layout.continuedFlag == 0 else { return false }
    return bytes.byteCount >= Self.leastPart || !layout.knowsPrevious
      || distanceBack >= Self.leastPart
  }

  /// A value is not divided that would fit into a record; records of half this size were never too long.
  @usableFromInline static var leastPart: Int { 16_384 }

  /// An error about this record.
  @usableFromInline @inline(never)
  borrowing func damaged(_ reason: String) -> JournalError {
    JournalError(.recordDamaged, reason, at: address)
  }
}

/// The body of a BitSET record.
public struct BitSetBody: Sendable, Hashable {
  /// 1-based position of the bit, as `$BIT` counts.
  public let position: UInt32
  /// Length of the bit string before, in bits.
  public let oldLength: UInt32
  /// The bit after: 0 or 1, as stored.
  public let newBit: UInt8
  /// The bit before: 0 or 1, as stored.
  public let oldBit: UInt8

  /// A body with these numbers; `position` counts from 1, `oldLength` in bits.
  public init(position: UInt32, oldLength: UInt32, newBit: UInt8, oldBit: UInt8) {
    self.position = position
    self.oldLength = oldLength
    self.newBit = newBit
    self.oldBit = oldBit
  }
}

/// The body of a Marker record.
public struct MarkerBody: Sendable, Hashable {
  /// −1 is a backup (class D).
  public let id: Int32
  /// The marker's number.
  public let sequence: UInt32
  /// Address of the previous marker, 0 if none.
  public let previousAddress: JournalAddress
  /// What the marker says.
  public let text: String

  /// A body with these fields; a `previousAddress` of 0 means the first marker.
  public init(id: Int32, sequence: UInt32, previousAddress: JournalAddress, text: String) {
    self.id = id
    self.sequence = sequence
    self.previousAddress = previousAddress
    self.text = text
  }
}

extension Record {
  /// - Throws: `recordDamaged` when the body does not fit into the record.
  public borrowing func bitSet() throws(JournalError) -> BitSetBody {
    let layout = interned.layout
    guard type == .bitSet, let keyLength = bytes.load(layout.keyLength) else {
      throw damaged("the record is not a BitSET")
    }
    let afterKey = Int(layout.key) + Int(truncatingIfNeeded: keyLength)
    let aligned = layout.aligned(afterKey)
    guard let position = bytes.load(layout.bitPosition, from: aligned),
      let oldLength = bytes.load(layout.bitOldLength, from: aligned),
      let new = bytes.load(layout.bitNew, from: aligned),
      let old = bytes.load(layout.bitOld, from: aligned)
    else { throw damaged("the bit's position runs past the record's end") }
    return BitSetBody(
      position: UInt32(truncatingIfNeeded: position),
      oldLength: UInt32(truncatingIfNeeded: oldLength),
      newBit: UInt8(truncatingIfNeeded: new), oldBit: UInt8(truncatingIfNeeded: old))
  }

  /// - Throws: `recordDamaged` when the body does not fit into the record.
  public borrowing func marker() throws(JournalError) -> MarkerBody {
    let layout = interned.layout
    guard type == .marker, let id = bytes.load(layout.markerID),
      let sequence = bytes.load(layout.markerSequence),
      let previous = bytes.load(layout.markerPrevious),
      let length = bytes.load(layout.markerTextLength),
      let text = bytes.slice(layout.markerTextLength.end, Int(truncatingIfNeeded: length))
    else { throw damaged("the marker's text runs past the record's end") }
    return MarkerBody(
      id: Int32(truncatingIfNeeded: id), sequence: UInt32(truncatingIfNeeded: sequence),
      previousAddress: Int(truncatingIfNeeded: previous), text: String(utf8OrLatin1: text.copied()))
  }

  /// The level of a transaction record.
  ///
  /// - Throws: `recordDamaged` when the body does not fit into the record.
  public borrowing func transactionLevel() throws(JournalError) -> UInt32 {
    guard type.isTransactionControl, let level = bytes.load(interned.layout.transactionLevel) else {
      throw damaged("the transaction level runs past the record's end")
    }
    return UInt32(truncatingIfNeeded: level)
  }

  /// The leading value bytes that an extension record carries for the record after it.
  ///
  /// - Throws: `recordDamaged` when the payload runs past the record's end.
  @_lifetime(copy self)
  public borrowing func extensionPayload() throws(JournalError) -> RawSpan {
    let field = interned.layout.extensionLength
    guard type == .extension, let length = bytes.load(field),
      let payload = bytes.slice(field.end, Int(truncatingIfNeeded: length))
    else { throw damaged("the extension runs past the record's end") }
    return payload
  }

  /// The opaque bytes of a netsyn record.
  ///
  /// - Throws: `recordDamaged` when they run past the record's end.
  @_lifetime(copy self)
  public borrowing func netsynPayload() throws(JournalError) -> RawSpan {
    let field = interned.layout.netsynLength
    guard type == .netsyn, let length = bytes.load(field),
      let payload = bytes.slice(field.end, Int(truncatingIfNeeded: length))
    else { throw damaged("the netsyn body runs past the record's end") }
    return payload
  }
}
