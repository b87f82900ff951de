/// Numbers in one of several ranges.
struct RangeUnion<Number: Comparable & Sendable>: Sendable {
  /// In order, without a common number and none empty.
  private let ranges: [Range<Number>]

  init(_ ranges: [Range<Number>]) {
    var union: [Range<Number>] = []
    for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = union.last, range.lowerBound <= last.upperBound {
        // Sorted: the last one begins first.
        if range.upperBound > last.upperBound {
          union[union.count - 1] = last.lowerBound..<range.upperBound
        }
      } else {
        union.append(range)
      }
    }
    self.ranges = union
  }

  func contains(_ number: Number) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= number { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= number
  }
}
