/// A log that Windows tools wrote as UTF-16, as UTF-8.
final class UTF16Source: ByteSource {
  private let source: any ByteSource
  private let isBigEndian: Bool
  private var raw = [UInt8]()
  /// A byte or a high surrogate whose other half has not come.
  private var carried: [UInt8] = []
  private var decoded: [UInt8] = []
  private var served = 0
  private static let chunk = 64 << 10

  init(_ source: any ByteSource, isBigEndian: Bool) {
    self.source = source
    self.isBigEndian = isBigEndian
  }

  /// The order of the bytes when `head` is the start of a UTF-16 text: told by its mark, or by the
  /// zeros that stand beside ASCII.
  static func byteOrder(of head: [UInt8]) -> (isBigEndian: Bool, mark: Int)? {
    if head.starts(with: [0xFF, 0xFE]) { return (false, 2) }
    if head.starts(with: [0xFE, 0xFF]) { return (true, 2) }
    let pairs = min(head.count / 2, 64)
    guard pairs >= 8 else { return nil }
    for isBigEndian in [false, true] {
      let zero = isBigEndian ? 0 : 1
      let matches = (0..<pairs).count {
        head[2 * $0 + zero] == 0 && (9...126).contains(head[2 * $0 + 1 - zero])
      }
      if matches == pairs { return (isBigEndian, 0) }
    }
    return nil
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    while served == decoded.count {
      raw = carried
      carried = []
      let got = try source.take(Self.chunk)
      if got.isEmpty, raw.isEmpty { return 0 }
      raw += got
      decode(atEnd: got.isEmpty)
    }
    let count = min(buffer.count, decoded.count - served)
    decoded.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[served..<served + count]))
    }
    served += count
    return count
  }

  private func decode(atEnd: Bool) {
    var usable = raw.count & ~1
    if !atEnd, usable >= 2, UTF16.isLeadSurrogate(unit(at: usable - 2)) { usable -= 2 }
    if !atEnd { carried = Array(raw[usable...]) }
    let units = stride(from: 0, to: usable, by: 2).map(unit)
    decoded = Array(String(decoding: units, as: UTF16.self).utf8)
    served = 0
  }

  private func unit(at index: Int) -> UInt16 {
    let (first, second) = (UInt16(raw[index]), UInt16(raw[index + 1]))
    return isBigEndian ? first << 8 | second : second << 8 | first
  }
}
