/// The value of a node as a record holds it.
public enum JournalValue: Sendable, Hashable {
  /// An 8-bit string, one byte a character (Latin-1); a `$LIST` and a bit string are such, too.
  case bytes([UInt8])
  /// A string in UTF-16 units.
  case wide([UInt16])
  /// A `$VECTOR`; its inner form is not documented.
  case vector([UInt8])

  /// The value of `text`: 8-bit if no character is above 255.
  public init(_ text: String) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      self = .bytes(Array(text.utf8))
    } else if text.unicodeScalars.allSatisfy({ $0.value <= 0xFF }) {
      self = .bytes(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    } else {
      self = .wide(Array(text.utf16))
    }
  }

  /// The value of a list.
  public init(_ list: ListBuilder) {
    self = .bytes(list.bytes)
  }

  /// The value of a bit string in its shortest form.
  public init(_ bits: BitString) {
    self = .bytes(bits.shortestBytes)
  }

  /// The value of a bit string in one of its forms.
  ///
  /// - Throws: `badArgument` when a list would have to name a position beyond 65536.
  public init(_ bits: BitString, as form: BitStringForm) throws(JournalError) {
    self = .bytes(try bits.bytes(as: form))
  }

  /// The value of UTF-16 units: 8-bit if none is above 255.
  init(units: [UInt16]) {
    if units.allSatisfy({ $0 <= 0xFF }) {
      self = .bytes(units.map { UInt8(truncatingIfNeeded: $0) })
    } else {
      self = .wide(units)
    }
  }

  /// How the value's bytes are to be read, as a record's value word says.
  public var storageCode: UInt8 {
    switch self {
    case .bytes: ValueStorage.bytes.rawValue
    case .wide: ValueStorage.wide.rawValue
    case .vector: ValueStorage.vector.rawValue
    }
  }

  /// The number of bytes in a record.
  public var byteCount: Int {
    switch self {
    case .bytes(let bytes), .vector(let bytes): bytes.count
    case .wide(let units): units.count * 2
    }
  }

  /// The bytes in a record; UTF-16 is little-endian.
  public var encodedBytes: [UInt8] {
    switch self {
    case .bytes(let bytes), .vector(let bytes): return bytes
    case .wide(let units):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(units.count * 2)
      for unit in units {
        bytes.append(UInt8(truncatingIfNeeded: unit))
        bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
      }
      return bytes
    }
  }
}

/// The storage codes of reference layout R2 (class R).
public enum ValueStorage: UInt8, Sendable, Hashable, CaseIterable {
  /// 8-bit string, `$LIST` or bit string: the bytes tell.
  case bytes = 0
  /// UTF-16LE string.
  case wide = 1
  /// `$VECTOR`.
  case vector = 3
}

extension JournalValue: ExpressibleByStringLiteral {
  /// A string: 8-bit if every character fits, UTF-16 otherwise.
  public init(stringLiteral text: String) { self.init(text) }
}
