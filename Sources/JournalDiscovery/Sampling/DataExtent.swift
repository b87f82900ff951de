internal import MirrorJournal

/// Which part of a file may hold records, and where to look first.
struct DataExtent {
  /// Behind the last byte that is not zero.
  let end: Int
  /// Samples begin here: behind the documented header where the file is longer (class O).
  let start: Int

  static let nothing = DataExtent(end: 0, start: 0)

  private init(end: Int, start: Int) {
    self.end = end
    self.start = start
  }

  /// O(zeros at the file's end).
  init(_ bytes: RawSpan, written: [Range<Int>]) {
    var end = 0
    for part in written.reversed() {
      end = Self.lastUsed(bytes, part)
      if end > part.lowerBound { break }
    }
    self.end = end
    start = [131_072, 65_536, 8192].first { $0 + 4096 <= end } ?? min(512, end)
  }

  private static func lastUsed(_ bytes: RawSpan, _ part: Range<Int>) -> Int {
    var end = part.upperBound
    while end > part.lowerBound {
      let from = max(part.lowerBound, end - 65_536)
      if bytes.slice(from, end - from)?.isAllZero == false {
        while end > from, bytes.loadUInt8(at: end - 1) == 0 { end -= 1 }
        return end
      }
      end = from
    }
    return end
  }

  /// Windows in the order in which to look at them.
  func windows(of size: Int) -> [Range<Int>] {
    guard end - start > size else { return start < end ? [start..<end] : [] }
    let room = end - start - size
    var result: [Range<Int>] = []
    for share in [11, 52, 88, 31, 70, 2, 95, 41, 61, 21] {
      let from = (start + room / 100 * share) & ~15
      if result.allSatisfy({ !$0.overlaps(from..<from + size) }) {
        result.append(from..<from + size)
      }
    }
    return result
  }
}
