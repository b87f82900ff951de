internal import MirrorJournal

/// CRC-32C (Castagnoli) as of iSCSI and RFC 3720, of a codec's buffer.
func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var checksum = CRC32C()
  checksum.update(RawSpan(_unsafeBytes: bytes))
  return checksum.value
}
