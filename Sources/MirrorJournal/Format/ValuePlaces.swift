/// Which of a record's values is the new one and which the old one.
public struct ValuePlaces: Sendable {
  /// Index of the new value; nil if there is none.
  public let new: Int?
  /// Index of the old value; nil if there is none.
  public let old: Int?
  /// How many values the record has.
  public let count: Int

  /// Whether a record of `type` can have `count` values: something is set to a value, and of what is killed
  /// one may be recorded.
  @inlinable
  public static func areFitting(_ type: RecordType, _ count: Int) -> Bool {
    type.isSet ? count > 0 : count <= 1 || !type.hasKeyAndValues
  }

  /// The places in a record of this type with `count` values.
  @inlinable
  public init(type: RecordType, count: Int) {
    let has = type.hasKeyAndValues ? count : 0
    self.count = has
    new = type.isSet && has >= 1 ? 0 : nil
    old = has == 2 ? 1 : !type.isSet && has == 1 ? 0 : nil
  }
}
