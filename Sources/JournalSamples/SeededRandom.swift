/// SplitMix64: the same numbers for the same seed on every machine.
public struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers that belong to `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next number; all 64 bits are equally random.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0..<bound`. Written out, because the standard library's way may change.
  mutating func below(_ bound: Int) -> Int { Int(next() >> 11) % max(1, bound) }

  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  /// True once in `n` times.
  mutating func once(in n: Int) -> Bool { below(n) == 0 }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
  }

  mutating func digits(_ count: Int) -> String {
    String(decoding: (0..<count).map { _ in UInt8(48 + below(10)) }, as: UTF8.self)
  }
}
