import Synchronization

/// A record layout at a fixed place in memory, so that a record view carries one word instead of
/// the whole layout.
///
/// Unsafe room: the pointers stay valid because an interned layout is never freed and never
/// changed; there is one for each distinct layout that the process opens.
public struct InternedRecordLayout: @unchecked Sendable {
  /// What stands at the fixed place.
  @usableFromInline
  struct Content {
    // First, so that its address is the content's.
    @usableFromInline var record: RecordLayout
    /// Where the type's low byte stands in a record; beyond any record where that is not known.
    @usableFromInline let typePlace: UInt
    /// 256 documented codes, by the file's code.
    @usableFromInline let types: UnsafePointer<UInt8>
    @usableFromInline let keys: InternedKeyLayout
    @usableFromInline let body: UsualBody
    let blockSize: Int
    let blockHeaderSize: Int
  }

  @usableFromInline let pointer: UnsafePointer<Content>

  @inlinable @inline(__always)
  var layout: RecordLayout {
    @inline(__always) unsafeAddress {
      unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: RecordLayout.self)
    }
  }

  /// How the family's keys are spelled.
  @inlinable @inline(__always)
  var keys: InternedKeyLayout { unsafe pointer.pointee.keys }

  /// The usual form of a record's key and values, where the family has it.
  @inlinable @inline(__always)
  var body: UsualBody { unsafe pointer.pointee.body }

  /// The operation of the record `bytes`, by its code; a code that stands outside counts as 0.
  // Asked of every record: one way for fields of every width, one table for codes of every family.
  @inlinable @inline(__always)
  func type(of bytes: RawSpan) -> RecordType {
    let place = unsafe pointer.pointee.typePlace
    let code =
      _fastPath(place < UInt(bitPattern: bytes.byteCount))
      ? unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: Int(bitPattern: place), as: UInt8.self)
      : 0
    return unsafe RecordType(rawValue: pointer.pointee.types[Int(code)])
  }

  /// The address behind a record that may run over block headers.
  @usableFromInline @inline(never)
  func end(of length: Int, at address: JournalAddress) -> JournalAddress {
    let size = unsafe pointer.pointee.blockSize
    let header = unsafe pointer.pointee.blockHeaderSize
    // A block's size is a power of two.
    let inBlock = size - address & (size - 1)
    guard length > inBlock, header < size else { return address + length }
    let headers = (length - inBlock - 1) / (size - header) + 1
    return address + length + headers * header
  }

  /// The interned copy of the record part of `layout`. O(number of distinct layouts).
  init(_ layout: JournalLayout) {
    pointer = Self.table.withLock { table in
      let known = table.entries.first {
        unsafe $0.place.pointee.record == layout.record && $0.codes == layout.typeCodes
          && $0.place.pointee.blockSize == layout.block.size
          && $0.place.pointee.blockHeaderSize == layout.block.headerSize
      }
      if let known { return unsafe known.place }
      let place = UnsafeMutablePointer<Content>.allocate(capacity: 1)
      // Without the key's length there is a name, and nobody knows what follows it.
      var keys = layout.record.keyEncoding
      if !layout.record.keyLength.isKnown {
        keys.knowsSubscripts = false
        keys.knowsEnd = false
      }
      let content = Content(
        record: layout.record, typePlace: UInt(layout.record.type.lowBytePlace),
        types: Self.types(of: layout), keys: InternedKeyLayout(keys),
        body: UsualBody(layout.record), blockSize: layout.block.size,
        blockHeaderSize: layout.block.headerSize)
      unsafe place.initialize(to: content)
      unsafe table.entries.append(Entry(place: UnsafePointer(place), codes: layout.typeCodes))
      return unsafe UnsafePointer(place)
    }
  }

  /// The table of the layout's codes.
  private static func types(of layout: JournalLayout) -> UnsafePointer<UInt8> {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for code in 0..<256 { unsafe table[code] = layout.type(UInt8(code)).rawValue }
    return unsafe UnsafePointer(table)
  }

  private struct Entry {
    var place: UnsafePointer<Content>
    var codes: [TypeCode]
  }
  private struct Table: @unchecked Sendable {
    var entries: [Entry] = []
  }
  private static let table = Mutex(Table())
}

extension JournalLayout {
  /// The operation that a code in a file stands for.
  ///
  /// A code that the layout does not name must not be taken for a documented one: code N up to 21
  /// is shown as type 224 + N, 134 as type 246; where the layout does not know the place of the
  /// type, every record is of type 255.
  public func type(_ code: UInt8) -> RecordType {
    guard record.type.isKnown else { return RecordType(rawValue: 255) }
    let code = code & record.typeMask
    if typeCodes.isEmpty { return RecordType(rawValue: code) }
    if let known = typeCodes.first(where: { $0.code == code }) {
      return RecordType(rawValue: known.type)
    }
    if code <= 21 { return RecordType(rawValue: 224 + code) }
    return RecordType(rawValue: code == 134 ? 246 : code)
  }
}
