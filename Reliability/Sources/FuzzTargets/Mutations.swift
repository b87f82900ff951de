/// Inputs made from seeds by chance, the same for the same seed of the generator: what a run without
/// libFuzzer tries. It has no coverage to be led by, so it knows what the fields of files are.
public struct Mutations: Sendable {
  /// Lengths, counts and addresses that a reader may stumble over, as 64-bit numbers; fewer bytes
  /// of them are written where there is room for fewer.
  public static let hostileNumbers: [UInt64] = [
    0, 1, 3, 4, 15, 16, 23, 24, 25, 28, 0x3FF, 0x400, 0x401, 1008, 1009, 0x7FFF, 0x8000, 0xFFF0,
    0xFFFF,
    0x1_0000, 0x0FFF_FFFF, 0x1000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFF,
    0x1_0000_0000, 0x1_0001_0000, 0x3FFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000,
    0xFFFF_FFFF_FFFF_FFFF,
  ]

  private let seeds: [[UInt8]]
  private let limit: Int
  private var random: Randomness

  public init(of target: FuzzTarget, seed: UInt64) throws {
    seeds = try Seeds.bytes(for: target).map { Array($0.prefix(target.maximumLength)) }
    limit = target.maximumLength
    random = Randomness(seed: seed)
  }

  /// The next input.
  public mutating func next() -> [UInt8] {
    // Bytes that are like nothing.
    if random.once(in: 16) { return random.bytes(random.below(limit)) }
    var bytes = seeds[random.below(seeds.count)]
    for _ in 0...random.below(4) { change(&bytes) }
    return Array(bytes.prefix(limit))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes = random.bytes(8) }
    let place = random.below(bytes.count)
    let end = min(bytes.count, place + 1 + random.below(random.once(in: 4) ? bytes.count : 16))
    switch random.below(8) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
    case 4: bytes.replaceSubrange(place..<end, with: random.bytes(end - place))
    case 5:
      let other = seeds[random.below(seeds.count)]
      let from = random.below(other.count)
      let part = other[from..<min(other.count, from + end - place)]
      bytes.replaceSubrange(place..<end, with: part)
    case 6: bytes.removeSubrange(place...)
    default:
      let width = 1 << random.below(4)
      let number = Self.hostileNumbers[random.below(Self.hostileNumbers.count)]
      Self.put(number, width, at: place, in: &bytes)
    }
  }

  /// Writes the low `width` bytes of `number`, as far as there is room.
  public static func put(_ number: UInt64, _ width: Int, at place: Int, in bytes: inout [UInt8]) {
    for index in 0..<width where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
    }
  }
}
