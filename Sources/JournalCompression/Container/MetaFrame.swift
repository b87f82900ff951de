import MirrorJournal

/// A frame that stock tools pass over: it holds our header, index, padding and footer.
///
/// zstd and lz4: magic `0x184D2A5A`, u32 payload size, payload. zlib: a gzip member of no data with
/// an extra field: `1f 8b 08 04`, time 0, extra flags 0, system 255, u16 payload size + 4, `M`, `Z`,
/// u16 payload size, payload, then `03 00` (empty deflate data) and 8 zero bytes (CRC-32 and size).
enum MetaFrame {
  static let skippableMagic: UInt32 = 0x184D_2A5A
  private static let memberStart: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255]
  private static let memberEnd: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  /// How many bytes a frame adds to its payload.
  static func overhead(_ codec: JournalCodec) -> Int { codec == .zlib ? 26 : 8 }

  static func append(_ payload: [UInt8], _ codec: JournalCodec, to bytes: inout [UInt8]) {
    if codec == .zlib {
      bytes.append(contentsOf: memberStart)
      bytes.append(littleEndian: UInt16(clamping: payload.count + 4))
      bytes.append(contentsOf: [UInt8(ascii: "M"), UInt8(ascii: "Z")])
      bytes.append(littleEndian: UInt16(clamping: payload.count))
      bytes.append(contentsOf: payload)
      bytes.append(contentsOf: memberEnd)
    } else {
      bytes.append(littleEndian: skippableMagic)
      bytes.append(littleEndian: UInt32(clamping: payload.count))
      bytes.append(contentsOf: payload)
    }
  }

  /// The payload of `frame`, or nil unless it is exactly what ``append(_:_:to:)`` writes.
  static func payload(_ frame: ArraySlice<UInt8>, _ codec: JournalCodec) -> ArraySlice<UInt8>? {
    guard frame.count >= overhead(codec) else { return nil }
    let front = codec == .zlib ? 16 : 8
    let back = codec == .zlib ? 10 : 0
    let payload = frame.dropFirst(front).dropLast(back)
    var expected: [UInt8] = []
    expected.reserveCapacity(frame.count)
    append(Array(payload), codec, to: &expected)
    return frame.elementsEqual(expected) ? payload : nil
  }

  /// The frame that brings a file of `size` bytes, footer included, to a multiple of 4096.
  static func padding(after size: Int, _ codec: JournalCodec) -> [UInt8] {
    let least = size + overhead(codec)
    var bytes: [UInt8] = []
    append([UInt8](repeating: 0, count: (4096 - least % 4096) % 4096), codec, to: &bytes)
    return bytes
  }
}
