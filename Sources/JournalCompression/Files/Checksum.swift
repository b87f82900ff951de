import CISAL

/// CRC-32C (Castagnoli) as of iSCSI and RFC 3720, started with `previous` to continue.
func crc32c(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
  var state = ~previous
  var offset = 0
  while let start = bytes.baseAddress, offset < bytes.count {
    // The library counts in 32-bit integers.
    let count = min(bytes.count - offset, 1 << 30)
    let part = UnsafeMutableRawPointer(mutating: start + offset)
    state = crc32_iscsi(part.assumingMemoryBound(to: UInt8.self), Int32(count), state)
    offset += count
  }
  return ~state
}
