internal import Glibc
internal import MirrorJournal

/// Finds the number in a record's header that goes with a label of the listing: one value for each
/// label, one label for each value.
///
/// The measure is the symmetrical uncertainty of both: 1 where each tells the other, 0 for a byte
/// that is always the same, and small for one that is always another. What chance reaches with the
/// same labels in another order does not count.
struct LabelSearch {
  struct Found {
    var field: Field
    var mask: UInt8
    var strength: Double
    /// Rows whose value goes with their label.
    var support: Int
    var contradictions: Int
    /// The label of most rows, by value.
    var labels: [UInt64: String]
    var rival: String?
  }

  let table: RecordTable
  let matched: [MatchedRecord]
  /// Offsets that other fields take.
  let taken: Set<Int>
  /// Fields end here at the latest.
  let limit: Int
  let isBigEndian: Bool

  /// - Parameters:
  ///   - masks: which bits of a byte can be the number; more than one only for single bytes.
  ///   - widths: in bytes.
  ///   - meanings: how many numbers a label can stand for, as one letter does for several types.
  ///   - label: the label of a row; rows without one do not count.
  func search(
    widths: [Int], masks: [UInt8] = [0xFF], meanings: (String) -> Int = { _ in 1 },
    label: (ListedRecord) -> String?
  ) -> Result<Found, Reason> {
    let rows = matched.compactMap { row in label(row.listed).map { (row.row, $0) } }
    var names: [String: Int] = [:]
    var labels: [Int] = []
    for (_, name) in rows {
      let label = names[name] ?? names.count
      names[name] = label
      labels.append(label)
    }
    guard rows.count >= 12 else { return .failure(Reason("the listing shows too few")) }
    var counts = [Int](repeating: 0, count: names.count)
    for label in labels { counts[label] += 1 }
    let common = counts.max() ?? 0
    guard names.count >= 2, rows.count - common >= 3 else {
      return .failure(Reason("the listing shows only one"))
    }
    let texts = Dictionary(uniqueKeysWithValues: names.map { ($0.value, $0.key) })
    let allowed = texts.mapValues(meanings)
    var candidates: [(field: Field, mask: UInt8, strength: Double)] = []
    for width in widths {
      for offset in stride(from: 0, through: limit - width, by: width == 1 ? 1 : 2) {
        if (offset..<offset + width).contains(where: { taken.contains($0) }) { continue }
        for mask in width == 1 ? masks : [0xFF] {
          let long = longEnough(rows, labels, offset + width)
          let values = long.rows.map { value($0, offset, width, mask) }
          // Most places are zero in all records.
          guard let first = values.first, values.contains(where: { $0 != first }) else { continue }
          let strength = Self.uncertainty(
            long.labels, Self.joined(values, long.labels, allowed), names.count)
          if strength > 0.3 {
            candidates.append(
              (
                Field(UInt16(offset), width: UInt8(width), isBigEndian: width > 1 && isBigEndian),
                mask, strength
              ))
          }
        }
      }
    }
    candidates.sort { left, right in
      if abs(left.strength - right.strength) > 0.000_1 { return left.strength > right.strength }
      if left.mask != right.mask { return left.mask > right.mask }
      let plain = (hasConstant(left.field), hasConstant(right.field))
      if plain.0 != plain.1 { return !plain.0 }
      if left.field.preference != right.field.preference {
        return left.field.preference > right.field.preference
      }
      return left.field.offset < right.field.offset
    }
    guard let best = candidates.first else { return .failure(Reason("no place goes with it")) }
    let long = longEnough(rows, labels, best.field.end)
    labels = long.labels
    let values = long.rows.map {
      value($0, Int(best.field.offset), Int(best.field.width), best.mask)
    }
    let chance = Self.chance(labels, values, names.count)
    guard best.strength >= 0.55, best.strength > chance.mean + 8 * chance.deviation,
      best.strength > chance.highest + 0.15
    else { return .failure(Reason("no place goes with it better than chance")) }
    var byValue: [UInt64: [Int: Int]] = [:]
    for (label, value) in zip(labels, values) {
      byValue[value, default: [:]][label, default: 0] += 1
    }
    let winners = byValue.mapValues { counts in
      counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    }
    let support = zip(labels, values).filter { winners[$0.1] == $0.0 }.count
    guard support * 100 >= values.count * 85 else {
      return .failure(Reason("the best place contradicts too many rows"))
    }
    let range = Int(best.field.offset)..<best.field.end
    let second = candidates.first { other in
      !range.overlaps(Int(other.field.offset)..<other.field.end)
    }
    return .success(
      Found(
        field: best.field, mask: best.mask, strength: best.strength, support: support,
        contradictions: values.count - support,
        labels: winners.compactMapValues { texts[$0] },
        rival: second.map { "at \($0.field.offset), strength \(Self.percent($0.strength))" }))
  }

  /// The rows whose records reach to `end`, unless most do not: a field is not looked for in what is none of
  /// its record.
  private func longEnough(
    _ rows: [(Int, String)], _ labels: [Int], _ end: Int
  ) -> (rows: [Int], labels: [Int]) {
    var long: (rows: [Int], labels: [Int]) = ([], [])
    for (row, label) in zip(rows, labels) where table.rows[row.0].length >= end {
      long.rows.append(row.0)
      long.labels.append(label)
    }
    return long.rows.count * 2 >= rows.count ? long : (rows.map(\.0), labels)
  }

  /// Why nothing was found.
  struct Reason: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private func value(_ row: Int, _ offset: Int, _ width: Int, _ mask: UInt8) -> UInt64 {
    let number = table.number(row, offset, width, isBigEndian)
    return width == 1 ? number & UInt64(mask) : number
  }

  /// Whether a byte of the field is the same and not zero in all records: then it is no part of a
  /// number that is small in some.
  private func hasConstant(_ field: Field) -> Bool {
    guard field.width > 1 else { return false }
    for offset in Int(field.offset)..<field.end {
      let first = table.heads[offset]
      guard first != 0 else { continue }
      var isConstant = true
      for row in table.rows.indices where table.heads[row * RecordTable.headSize + offset] != first
      {
        isConstant = false
        break
      }
      if isConstant { return true }
    }
    return false
  }

  /// Symmetrical uncertainty of labels and values, from 0 to 1.
  static func uncertainty(_ labels: [Int], _ values: [UInt64], _ labelCount: Int) -> Double {
    var index: [UInt64: Int] = [:]
    var numbers: [Int] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      let next = index.count
      let number = index[value] ?? next
      if number == next { index[value] = next }
      numbers.append(number)
    }
    let total = Double(labels.count)
    var joint = [Int](repeating: 0, count: labelCount * index.count)
    var byLabel = [Int](repeating: 0, count: labelCount)
    var byValue = [Int](repeating: 0, count: index.count)
    for (label, number) in zip(labels, numbers) {
      joint[label * index.count + number] += 1
      byLabel[label] += 1
      byValue[number] += 1
    }
    func entropy(_ counts: [Int]) -> Double {
      counts.reduce(0) { sum, count in
        guard count > 0 else { return sum }
        let share = Double(count) / total
        return sum - share * log2(share)
      }
    }
    let first = entropy(byLabel)
    let second = entropy(byValue)
    guard first + second > 0 else { return 0 }
    return 2 * (first + second - entropy(joint)) / (first + second)
  }

  /// `values` with one number for all those of a label that can stand for as many; were they told
  /// apart, a part of a byte that confuses them would look better than the whole.
  private static func joined(_ values: [UInt64], _ labels: [Int], _ allowed: [Int: Int]) -> [UInt64]
  {
    let several = allowed.filter { $0.value > 1 }
    guard !several.isEmpty else { return values }
    var counts: [UInt64: [Int: Int]] = [:]
    for (label, value) in zip(labels, values) {
      counts[value, default: [:]][label, default: 0] += 1
    }
    var own: [Int: [UInt64]] = [:]
    for (value, byLabel) in counts {
      if let most = byLabel.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) {
        own[most.key, default: []].append(value)
      }
    }
    var common: [UInt64: UInt64] = [:]
    for (label, count) in several {
      guard let values = own[label], values.count > 1, values.count <= count else { continue }
      for value in values { common[value] = values[0] }
    }
    return common.isEmpty ? values : values.map { common[$0] ?? $0 }
  }

  /// What labels in another order reach.
  private static func chance(_ labels: [Int], _ values: [UInt64], _ labelCount: Int) -> (
    mean: Double, deviation: Double, highest: Double
  ) {
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    var shuffled = labels
    var results: [Double] = []
    for _ in 0..<24 {
      for index in shuffled.indices.reversed() {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        shuffled.swapAt(index, Int(state >> 33) % (index + 1))
      }
      results.append(uncertainty(shuffled, values, labelCount))
    }
    let mean = results.reduce(0, +) / Double(results.count)
    let variance = results.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(results.count)
    return (mean, variance.squareRoot(), results.max() ?? 0)
  }
}
