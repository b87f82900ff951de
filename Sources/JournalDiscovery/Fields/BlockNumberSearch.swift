internal import MirrorJournal

/// Finds numbers in the headers of blocks and of the file: times, first records, the end.
struct BlockNumberSearch {
  let framing: Framing
  let table: RecordTable

  /// The field of a block's header that tells when it was begun, and its form.
  func time(_ bytes: RawSpan) -> (field: Field, form: TimeForm)? {
    let starts = table.blocks.map(\.start)
    guard starts.count >= 3 else { return nil }
    let forms: [(TimeForm, UInt8)] = [
      (.milliseconds, 8), (.seconds, 8), (.seconds, 4), (.horolog, 8),
    ]
    for (form, width) in forms {
      for offset in 0..<max(0, framing.grid.header - Int(width) + 1) {
        let field = Field(UInt16(offset), width: width, isBigEndian: framing.rule.isBigEndian)
        let times = starts.compactMap { start in
          bytes.load(field, from: start).map { form.timestamp($0).milliseconds }
        }
        // From 1990 to 2100, never going back, and not always the same.
        guard times.count == starts.count,
          times.allSatisfy({ $0 > 631_152_000_000 && $0 < 4_102_444_800_000 }),
          zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }),
          Set(times).count * 2 > times.count,
          let first = times.first, let last = times.last, last - first < 40 * 86_400_000
        else { continue }
        return (field, form)
      }
    }
    return nil
  }

  /// The field of a block's header that tells where its first record starts.
  func firstRecord(_ bytes: RawSpan) -> Field? {
    let blocks = table.blocks.filter { framing.grid.size > 0 && $0.first >= $0.start }
    guard blocks.count >= 3 else { return nil }
    for width in [2, 4] as [UInt8] {
      for offset in 0..<max(0, framing.grid.header - Int(width) + 1) {
        let field = Field(UInt16(offset), width: width, isBigEndian: framing.rule.isBigEndian)
        let values = blocks.map { bytes.load(field, from: $0.start) }
        let isTold = zip(values, blocks).allSatisfy { $0 == UInt64($1.first - $1.start) }
        if isTold, Set(values).count > 1 { return field }
      }
    }
    return nil
  }

  /// The fields of the file's header that tell where the last record ends. One of several may be a place that
  /// happens to be there in this file, as where the oldest open transaction begins.
  static func endAddresses(_ end: Int, _ framing: Framing, _ bytes: RawSpan) -> [Field] {
    var found: [Field] = []
    for width in [8, 4] as [UInt8] {
      for offset in stride(from: 8, to: min(8192, framing.dataStart), by: 4) {
        let field = Field(
          UInt16(offset), width: width, isBigEndian: framing.rule.isBigEndian)
        guard bytes.load(field) == UInt64(end) else { continue }
        // The same number seen narrower.
        let isSeen = found.contains { Int($0.offset) < field.end && Int(field.offset) < $0.end }
        if !isSeen { found.append(field) }
      }
    }
    return found
  }
}
