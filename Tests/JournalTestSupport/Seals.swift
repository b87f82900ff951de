package import MirrorJournal

/// Puts a little-endian number at the place of a field.
package func put(_ value: UInt64, _ field: Field, _ base: Int, _ bytes: inout [UInt8]) {
  for index in 0..<Int(field.width) {
    bytes[base + Int(field.offset) + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
  }
}

/// Renews the checksum of a journal's header.
package func sealHeader(_ bytes: inout [UInt8], layout: JournalLayout = .r2) {
  seal(&bytes, 0..<layout.header.size, layout.header.checksum)
}

/// Renews the checksum of the block at `block`.
package func sealBlock(
  _ bytes: inout [UInt8], _ block: JournalAddress, layout: JournalLayout = .r2
) {
  seal(&bytes, block..<block + layout.block.size, layout.block.checksum)
}

private func seal(_ bytes: inout [UInt8], _ range: Range<Int>, _ checksum: Field) {
  let sum = CRC32C.of(bytes.span.bytes.extracting(range), zeroing: Int(checksum.offset))
  put(UInt64(sum ?? 0), checksum, range.lowerBound, &bytes)
}
