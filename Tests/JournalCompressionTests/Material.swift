import Testing
import JournalCompression

/// Bytes with the mixture of a journal: headers that count up, keys that repeat, text, random
/// stretches that do not compress and padding that does so extremely.
func material(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  func random() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  let words = ["PATIENT", "ORDER", "LAB", "USER", "INSTITUTION", "2026-11-22", "ACTIVE", "XREF"]
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 65536)
  // Making more than this takes its time in debug builds; a prime period never meets a chunk's.
  let period = 300_007
  while bytes.count < min(count, period) {
    switch random() % 50 {
    case 0: bytes.append(contentsOf: (0..<3000).map { _ in UInt8(truncatingIfNeeded: random()) })
    case 1: bytes.append(contentsOf: repeatElement(0, count: Int(random() % 5000)))
    default:
      let key = words[Int(random() % 8)]
      let text =
        "\(bytes.count / 4096):^\(key)(\(random() % 100000),\"\(words[Int(random() % 8)])\")"
      bytes.append(contentsOf: text.utf8)
    }
  }
  if count > period {
    bytes.removeLast(bytes.count - period)
    while bytes.count < count { bytes.append(contentsOf: bytes[..<period]) }
  }
  return Array(bytes.prefix(count))
}

/// A codec with a level, named in test reports.
struct Setting: CustomTestStringConvertible, Sendable {
  let codec: JournalCodec
  let level: Int
  var testDescription: String { "\(codec.name) \(level)" }

  static let all: [Setting] = [
    .init(codec: .zlib, level: 1), .init(codec: .zlib, level: 6), .init(codec: .zlib, level: 12),
    .init(codec: .zstd, level: -5), .init(codec: .zstd, level: 1), .init(codec: .zstd, level: 6),
    .init(codec: .lz4, level: -8), .init(codec: .lz4, level: 1), .init(codec: .lz4, level: 9),
  ]
  static let defaults = JournalCodec.allCases.map { Setting(codec: $0, level: $0.defaultLevel) }
}

let edgeSizes = [0, 1, 65535, 65536, 131072]
