import JournalSamples
import MirrorJournal

/// Numbers, texts and bytes that depend on the seed alone, so that a failure repeats.
struct RandomSource: RandomNumberGenerator {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// An integer of any magnitude: as many small ones as large ones.
  mutating func integer() -> Int {
    Int(truncatingIfNeeded: next()) >> int(0...63)
  }

  mutating func canonicalNumber() -> CanonicalNumberText {
    if int(0...1) == 0 { return String(integer()) }
    let whole = int(0...2) == 0 ? "" : String(int(1...999_999))
    let fraction = String(int(0...9999)) + String(int(1...9))
    return (int(0...1) == 0 ? "-" : "") + whole + "." + fraction
  }

  /// Text whose characters are ASCII, Latin-1 (controls included) or anything.
  mutating func text(maximum: Int) -> String {
    let highest: UInt32 = [0x7E, 0xFF, 0x2FFF, 0x10FFFF][int(0...3)]
    let lowest: UInt32 = highest == 0x7E ? 0x20 : 0
    var text = ""
    for _ in 0..<int(0...maximum) {
      let value = UInt32.random(in: lowest...highest, using: &self)
      text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return text
  }
}

extension RandomSource {
  /// Few bits, many, or every other one.
  mutating func bitString(maximum: Int) throws -> BitString {
    let length = int(1...maximum)
    switch int(0...3) {
    case 0:
      let ones = (0..<int(0...9)).map { _ in int(1...length) }
      return try BitString(length: length, ones: ones)
    case 1:
      let zeros = Set((0..<int(0...9)).map { _ in int(1...length) })
      return try BitString(length: length, ones: (1...length).filter { !zeros.contains($0) })
    default:
      let word = next()
      return try BitString((0..<length).map { (word >> UInt64($0 * 7 % 64)) & 1 == 0 })
    }
  }
}

typealias CanonicalNumberText = String
