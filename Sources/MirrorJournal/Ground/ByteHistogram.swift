internal import Glibc

/// How often each byte occurs: what tells text, records, compressed and encrypted bytes apart.
package struct ByteHistogram: Sendable {
  private var counts = [Int](repeating: 0, count: 256)
  /// Bytes that were counted.
  package private(set) var total = 0

  package init() {}

  /// Counts `bytes`.
  package mutating func add(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { bytes in
      counts.withUnsafeMutableBufferPointer { counts in
        for byte in bytes { counts[Int(byte)] += 1 }
      }
    }
    total += bytes.byteCount
  }

  /// Bits of information in a byte: 0 for one that is always the same, 8 for random ones.
  package var entropy: Double {
    guard total > 0 else { return 0 }
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / Double(total)
      return sum - share * log2(share)
    }
  }

  /// How far the counts are from equal ones, in units of what chance makes of random bytes: about 1 for
  /// those, 2 and more for what codecs write.
  package var unevenness: Double { (8 - entropy) * 2 * log(2) * Double(total) / 255 }

  /// Adds the counts of another one.
  package mutating func add(_ other: ByteHistogram) {
    for byte in 0..<256 { counts[byte] += other.counts[byte] }
    total += other.total
  }

  /// The part of the bytes that are zero, from 0 to 1.
  package var zeroShare: Double { total > 0 ? Double(counts[0]) / Double(total) : 0 }
}
