internal import MirrorJournal

/// Places in sampled bytes at which the name of a global may stand: what shows records before anything
/// is known of how they hang together.
struct NameAnchors {
  /// Where the names start, in each window, ascending.
  private(set) var windows: [[Int]] = []

  /// Names are runs of the characters that a global's name can have, met more than once.
  init(_ bytes: RawSpan, _ windows: [Range<Int>]) {
    var all: [(window: Int, place: Int, length: Int)] = []
    var counts: [[UInt8]: Int] = [:]
    for (number, window) in windows.enumerated() {
      var place = window.lowerBound + 1
      while place < window.upperBound - 64 {
        let length = Self.run(bytes, at: place)
        if length >= 3, length <= 32, Self.canBegin(bytes.loadUInt8(at: place) ?? 0) {
          all.append((number, place, length))
          counts[bytes.slice(place, length)?.copied() ?? [], default: 0] += 1
        }
        place += max(1, length + 1)
      }
    }
    let often = all.filter {
      counts[bytes.slice($0.place, $0.length)?.copied() ?? [], default: 0] > 2
    }
    // With a length before it, a name is one beyond doubt.
    var best: (hits: Int, kept: [(window: Int, place: Int, length: Int)]) = (0, [])
    for distance in 1...32 {
      for width in [1, 2] as [UInt8] where Int(width) <= distance {
        for isBigEndian in width == 1 ? [false] : [false, true] {
          let field = Field(0, width: width, isBigEndian: isBigEndian)
          let kept = often.filter {
            bytes.load(field, from: $0.place - distance) == UInt64($0.length)
          }
          if kept.count > best.hits { best = (kept.count, kept) }
        }
      }
    }
    // Values have many words, of which hardly any stands behind its length at that distance.
    let anchors = best.hits * 8 >= often.count ? best.kept : often
    self.windows = windows.indices.map { number in
      anchors.filter { $0.window == number }.map(\.place)
    }
  }

  /// How many characters of a name stand at `place`.
  static func run(_ bytes: RawSpan, at place: Int, most: Int = 64) -> Int {
    var length = 0
    while length < most, canGoOn(bytes.loadUInt8(at: place + length) ?? 0) { length += 1 }
    return length
  }

  /// A letter or `%`, and for the characters behind digits and dots, too.
  static func canBegin(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "%")
      || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }

  static func canGoOn(_ byte: UInt8) -> Bool {
    canBegin(byte) || byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: ".")
  }
}
