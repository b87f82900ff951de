/// Unaligned little-endian fields in memory.
///
/// Invariant: callers have compared the offset with the count; `loadUnaligned` traps otherwise.
extension UnsafeRawBufferPointer {
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

extension UnsafeMutableRawBufferPointer {
  package func store<Value: FixedWidthInteger & BitwiseCopyable>(
    _ value: Value, littleEndianAt offset: Int
  ) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }
}

extension [UInt8] {
  /// Appends `value` in little-endian order.
  package mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Reads a field; the caller has compared the offset with the count.
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    withUnsafeBytes { $0.littleEndian(at: offset, as: type) }
  }
}
