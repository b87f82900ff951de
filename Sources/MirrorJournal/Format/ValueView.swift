/// A view of one value in a record: nothing is copied, nothing is trusted.
public struct ValueView: ~Escapable {
  /// What a value is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// 8-bit characters.
    case string
    /// UTF-16 characters.
    case wideString
    /// UTF-16 with half a pair of surrogates, which is no character: neither UTF-8 nor most readers of
    /// JSON can hold it.
    case brokenWideString
    /// 8-bit bytes that are exactly one valid `$LIST`.
    case list
    /// 8-bit bytes that are exactly one bit string, as `$BIT` keeps it; if they are a list, too, they
    /// are a bit string.
    case bits
    /// A vector, as `$VECTOR` keeps it.
    case vector
    /// An unknown storage code, or UTF-16 of an odd number of bytes.
    case damaged
  }

  /// The value as stored.
  public let bytes: RawSpan
  /// How `bytes` are to be read: a `ValueStorage` raw value, or unknown.
  public let storageCode: UInt8

  /// A view of `bytes`; an unknown `storageCode` makes it `damaged`.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, storageCode: UInt8) {
    self.bytes = bytes
    self.storageCode = storageCode
  }

  /// What the value is. O(elements of a list, positions of a bit string, characters of a wide string);
  /// constant for most others.
  public var kind: Kind {
    let kind = storedKind
    if kind == .wideString, bytes.hasLoneSurrogate { return .brokenWideString }
    guard kind == .string else { return kind }
    if BitStringView.isBitString(bytes) { return .bits }
    return ListView.isValidList(bytes) ? .list : .string
  }

  /// What the value is by its storage code: lists and bit strings are strings, too. Constant.
  @inline(__always)
  var storedKind: Kind {
    switch ValueStorage(rawValue: storageCode) {
    case .bytes: .string
    case .wide: bytes.byteCount.isMultiple(of: 2) ? .wideString : .damaged
    case .vector: .vector
    case nil: .damaged
    }
  }

  /// The bits of a bit string; nil for any other value. The first byte decides for nearly all.
  @inline(__always)
  @_lifetime(copy self)
  public func bitString() -> BitStringView? {
    guard storageCode == ValueStorage.bytes.rawValue, BitStringView.mayBeBitString(bytes) else {
      return nil
    }
    return BitStringView(bytes)
  }

  /// A copy of the value that outlives the record.
  ///
  /// - Throws: `JournalError.badValue` for an odd number of UTF-16 bytes or an unknown storage code.
  public func value() throws(JournalError) -> JournalValue {
    switch ValueStorage(rawValue: storageCode) {
    case .bytes: return .bytes(copy)
    case .vector: return .vector(copy)
    case .wide:
      guard bytes.byteCount.isMultiple(of: 2) else {
        throw JournalError(.badValue, "a UTF-16 value of \(bytes.byteCount) bytes, an odd number")
      }
      var units: [UInt16] = []
      units.reserveCapacity(bytes.byteCount / 2)
      for offset in stride(from: 0, to: bytes.byteCount, by: 2) {
        units.append(bytes.utf16Unit(at: offset))
      }
      return .wide(units)
    case nil:
      throw JournalError(.badValue, "a value of unknown storage code \(storageCode)")
    }
  }

  private var copy: [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}
