/// The bytes of a zone file (TZif, RFC 9636).
enum ZoneFile {
  /// Files of the database have some kilobytes.
  static let sizeLimit = 1 << 20

  /// The rules in a file's bytes; nil when they are no zone file, contradict themselves, or count leap seconds,
  /// which journals do not.
  static func rules(_ bytes: [UInt8]) -> ZoneRules? {
    guard let first = Part(bytes, at: 0, wordSize: 4) else { return nil }
    guard first.version >= UInt8(ascii: "2") else { return first.rules(bytes, rule: nil) }
    guard let second = Part(bytes, at: first.end, wordSize: 8) else { return nil }
    let footer = bytes.dropFirst(second.end)
    guard footer.first == UInt8(ascii: "\n"), footer.count >= 2,
      let end = footer.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let text = String(decoding: footer[(footer.startIndex + 1)..<end], as: UTF8.self)
    if text.isEmpty { return second.rules(bytes, rule: nil) }
    guard let rule = ZoneRule(text) else { return nil }
    return second.rules(bytes, rule: rule)
  }

  /// One of the two parts of a file: moments in 32 bits, or in 64.
  private struct Part {
    let version: UInt8
    /// Behind its last byte.
    let end: Int
    private let start: Int
    private let wordSize: Int
    private let leaps: Int
    private let times: Int
    private let types: Int

    init?(_ bytes: [UInt8], at offset: Int, wordSize: Int) {
      guard offset + 44 <= bytes.count, bytes[offset..<offset + 4].elementsEqual("TZif".utf8) else {
        return nil
      }
      version = bytes[offset + 4]
      let counts = (0..<6).map { Int(ZoneFile.number(bytes, offset + 20 + $0 * 4, 4)) }
      guard counts.allSatisfy({ (0...ZoneFile.sizeLimit).contains($0) }) else { return nil }
      (leaps, times, types) = (counts[2], counts[3], counts[4])
      self.wordSize = wordSize
      start = offset + 44
      end =
        start + times * (wordSize + 1) + types * 6 + counts[5] + leaps * (wordSize + 4)
        + counts[1] + counts[0]
      guard end <= bytes.count, types > 0 else { return nil }
    }

    func rules(_ bytes: [UInt8], rule: ZoneRule?) -> ZoneRules? {
      guard leaps == 0 else { return nil }
      let indices = start + times * wordSize
      let typeStart = indices + times
      func offset(_ type: Int) -> Int? {
        guard type < types else { return nil }
        let seconds = Int(ZoneFile.number(bytes, typeStart + type * 6, 4))
        return abs(seconds) <= 26 * 3600 ? seconds : nil
      }
      guard let first = offset(0) else { return nil }
      var changes: [Int64] = []
      var offsets = [first]
      for index in 0..<times {
        let time = ZoneFile.number(bytes, start + index * wordSize, wordSize)
        guard abs(time) < Int64.max / 1000, changes.last.map({ $0 < time }) ?? true,
          let offset = offset(Int(bytes[indices + index]))
        else { return nil }
        changes.append(time)
        offsets.append(offset)
      }
      return ZoneRules(changes: changes, offsets: offsets, rule: rule)
    }
  }

  /// A number of `size` bytes, the most significant first, in two's complement.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int64 {
    var number: UInt64 = bytes[offset] >= 0x80 ? .max : 0
    for byte in bytes[offset..<offset + size] { number = number << 8 | UInt64(byte) }
    return Int64(bitPattern: number)
  }
}
