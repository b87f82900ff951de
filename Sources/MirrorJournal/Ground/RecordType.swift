/// What an operation is. Codes are the vendor's (class D) unless said otherwise; any other code is
/// walked and shown as `type N`, its body opaque.
public struct RecordType: RawRepresentable, Sendable, Hashable {
  /// The vendor's code.
  public let rawValue: UInt8

  /// The type of any code, documented or not.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The rest of a block (class R).
  public static let padding = RecordType(rawValue: 0)
  /// Reserved: the vendor's block header.
  public static let blockHeader = RecordType(rawValue: 1)
  /// A later addition to the directory block (class O).
  public static let dirtab = RecordType(rawValue: 2)
  /// Leading value bytes of the record that follows (class R).
  public static let `extension` = RecordType(rawValue: 3)
  /// BeginTrans: a transaction opens.
  public static let beginTransaction = RecordType(rawValue: 4)
  /// CommitTrans: a transaction ends, its operations are kept.
  public static let commitTransaction = RecordType(rawValue: 5)
  /// SET of a node.
  public static let set = RecordType(rawValue: 6)
  /// KILL of a node and its descendants.
  public static let kill = RecordType(rawValue: 7)
  /// KILLdes: KILL of the descendants.
  public static let killDescendant = RecordType(rawValue: 8)
  /// ZKILL of a node without its descendants.
  public static let zkill = RecordType(rawValue: 9)
  /// NSET, obsolete.
  public static let networkSet = RecordType(rawValue: 10)
  /// NKILL, obsolete.
  public static let networkKill = RecordType(rawValue: 11)
  /// NZKILL, obsolete.
  public static let networkZkill = RecordType(rawValue: 12)
  /// Marker, such as a backup's.
  public static let marker = RecordType(rawValue: 13)
  /// BitSET: one bit of a bit string, by `$BIT`.
  public static let bitSet = RecordType(rawValue: 14)
  /// netsyn, whose bytes are unpublished.
  public static let netsyn = RecordType(rawValue: 15)
  /// BeginTrans with level.
  public static let beginLevel = RecordType(rawValue: 16)
  /// CommitTrans Pending with level.
  public static let commitPendingLevel = RecordType(rawValue: 17)
  /// CommitTrans with level.
  public static let commitLevel = RecordType(rawValue: 18)
  /// MirrorSET, with the body of a SET.
  public static let mirrorSet = RecordType(rawValue: 19)
  /// MirrorKILL, with the body of a KILL.
  public static let mirrorKill = RecordType(rawValue: 20)
  /// Rollback: a transaction ends, its operations are undone.
  public static let rollback = RecordType(rawValue: 21)
  /// SET by `$INCREMENT`: 128 + SET.
  public static let increment = RecordType(rawValue: 134)

  /// Every type with a documented code, in order of code.
  public static let documented: [RecordType] =
    (4...21).map { RecordType(rawValue: $0) } + [increment]

  /// Whether the vendor's lists show the record: everything from BeginTrans on (class D).
  @inlinable @inline(__always)
  public var isVisible: Bool { rawValue >= 4 }

  /// Whether the body is a key, followed by values.
  @inlinable @inline(__always)
  public var hasKeyAndValues: Bool {
    switch rawValue {
    case 6...12, 19, 20, 134: true
    default: false
    }
  }

  /// Whether the body begins with a key.
  @inlinable @inline(__always)
  public var hasKey: Bool { hasKeyAndValues || rawValue == 14 }

  /// Whether the operation sets a node: its first value is the new one.
  @inlinable @inline(__always)
  public var isSet: Bool {
    switch rawValue {
    case 6, 10, 19, 134: true
    default: false
    }
  }

  /// Whether the operation kills a node or a subtree: its only value is the old one.
  @inlinable @inline(__always)
  public var isKill: Bool {
    switch rawValue {
    case 7, 8, 9, 11, 12, 20: true
    default: false
    }
  }

  /// Whether the body is a transaction level.
  @inlinable @inline(__always)
  public var isTransactionControl: Bool {
    switch rawValue {
    case 4, 5, 16, 17, 18, 21: true
    default: false
    }
  }

  /// The portal's name (`TypeName`, class D), or `type N`.
  public var name: String { staticName?.description ?? "type \(rawValue)" }

  /// `name` of a documented type, for writing it without an allocation.
  public var staticName: StaticString? {
    let index = Int(rawValue)
    if index < Self.names.count { return Self.names[index] }
    return rawValue == 134 ? "SET ($I)" : nil
  }

  /// The letter or letters of the list (`Op`, class D), without the `T` of a transaction; the
  /// number for a type that has none.
  public var op: String { staticOp?.description ?? String(rawValue) }

  /// `op` of a documented type, for writing it without an allocation.
  public var staticOp: StaticString? {
    let index = Int(rawValue)
    if index < Self.ops.count { return Self.ops[index] }
    return rawValue == 134 ? "SI" : nil
  }

  // Indexed by code.
  static let names: [StaticString] = [
    "padding", "blkhdr", "dirtab", "extension", "BeginTrans", "CommitTrans", "SET", "KILL",
    "KILLdes", "ZKILL", "NSET", "NKILL", "NZKILL", "Marker", "BitSET", "netsyn",
    "BeginTrans with level", "CommitTrans Pending with level", "CommitTrans with level",
    "MirrorSET", "MirrorKILL", "Rollback",
  ]
  static let ops: [StaticString] = [
    "pad", "blk", "dir", "ext", "BT", "CT", "S", "K", "k", "k", "NS", "NK", "Nk", "M", "b", "NN",
    "BTL", "PTL", "CTL", "S", "k", "RB",
  ]
}

extension RecordType: CustomStringConvertible {
  /// The portal's name, as `name`.
  public var description: String { name }
}

extension RecordType {
  /// The types that have names, in the order of their codes.
  public static let known = (1...21).map { RecordType(rawValue: UInt8($0)) } + [increment]

  /// The type that a user means by a code (`6`), a name (`SET`, `BeginTrans`), or nil.
  ///
  /// Several types share an op letter; `all(named:)` gives them all.
  public static func all(named text: String) -> [RecordType] {
    if let code = UInt8(text) { return [RecordType(rawValue: code)] }
    let byOp = known.filter { $0.op == text }
    if !byOp.isEmpty { return byOp }
    return known.filter { $0.name.lowercased() == text.lowercased() }
  }
}
