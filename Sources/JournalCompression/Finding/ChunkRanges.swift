import MirrorJournal

/// Divisions of a file into chunks by numbers in it: prefixes that lead from chunk to chunk, tables of
/// offsets or of sizes. Whatever tiles the file is a candidate; decompressing decides.
struct ChunkRanges {
  struct Candidate {
    var start: Int
    var prefix: Int
    var alignment: Int
    var sizes: Framing.Sizes
    /// Where chunks begin and how many bytes they have.
    var chunks: [(start: Int, count: Int)]
  }

  let bytes: UnsafeRawBufferPointer
  /// Where the zeros at the file's end begin.
  let end: Int

  private static let mostChunks = 1 << 16

  private func number(_ place: Int, _ width: Int, _ isBigEndian: Bool) -> Int? {
    guard place >= 0, place + width <= bytes.count else { return nil }
    var value: UInt64 = 0
    for index in 0..<width {
      value = value << 8 | UInt64(bytes[place + (isBigEndian ? index : width - 1 - index)])
    }
    return Int(exactly: value)
  }

  /// Whether a division that ends at `place` leaves nothing: behind it are zeros at most.
  private func isEnd(_ place: Int) -> Bool { place >= end && place <= bytes.count }

  /// Calls `body` with each division, until it returns true.
  func forEach(_ body: (Candidate) -> Bool) -> Bool {
    prefixes(body) || tables(body)
  }

  // MARK: prefixes

  private func prefixes(_ body: (Candidate) -> Bool) -> Bool {
    let starts =
      Array(stride(from: 0, through: min(4096, bytes.count), by: 4))
      + stride(from: 4608, through: min(131_072, bytes.count), by: 512)
    for start in starts {
      for width in [4, 8] {
        for isBigEndian in [false, true] {
          for field in stride(from: 0, through: 28, by: 4) {
            guard let first = number(start + field, width, isBigEndian), first > 16,
              first <= bytes.count - start
            else { continue }
            for prefix in stride(from: field + width, through: 32, by: 4) {
              for extra in [0, -prefix, -4, -8] where first + extra > 16 {
                for alignment in [1, 4, 8, 16, 512, 4096] {
                  let sizes = Framing.Sizes(
                    kind: .prefix, at: field, width: width, isBigEndian: isBigEndian, stride: 0,
                    extra: extra)
                  guard let chunks = walk(start, prefix, alignment, sizes) else { continue }
                  // Of one chunk nothing tells where the next one would begin.
                  guard alignment == 1 || chunks.count > 1 else { continue }
                  let candidate = Candidate(
                    start: start, prefix: prefix, alignment: alignment, sizes: sizes,
                    chunks: chunks)
                  if body(candidate) { return true }
                }
              }
            }
          }
        }
      }
    }
    return false
  }

  /// From chunk to chunk by the prefixes' numbers to the file's end; nil when they lead elsewhere.
  func walk(
    _ start: Int, _ prefix: Int, _ alignment: Int, _ sizes: Framing.Sizes
  ) -> [(start: Int, count: Int)]? {
    var chunks: [(start: Int, count: Int)] = []
    var place = start
    while !isEnd(place) {
      guard let count = number(place + sizes.at, sizes.width, sizes.isBigEndian),
        count <= bytes.count, count + sizes.extra > 0, chunks.count < Self.mostChunks
      else { return nil }
      let from = place + prefix
      let next = from + count + sizes.extra
      guard next <= bytes.count else { return nil }
      chunks.append((from, count + sizes.extra))
      // The last one may end before its padding does.
      place = isEnd(next) ? next : (next + alignment - 1) / alignment * alignment
    }
    return chunks.isEmpty ? nil : chunks
  }

  // MARK: tables

  private func tables(_ body: (Candidate) -> Bool) -> Bool {
    let first = Array(stride(from: 0, through: min(8192, bytes.count), by: 4))
    // At the end a table of any length where blocks of disks begin, a short one anywhere.
    let last = stride(from: max(8196, end - 65_536) / 4 * 4, to: end, by: 4).filter {
      end - $0 <= 8192 || $0 % 512 == 0
    }
    for table in first + last {
      let isLast = table > 8192
      for width in [4, 8] {
        for isBigEndian in [false, true] {
          guard let value = number(table, width, isBigEndian), value > 0, value < bytes.count
          else { continue }
          for step in [4, 8, 12, 16, 24, 32] where step >= width {
            for kind in [Framing.Sizes.Kind.offsets, .sizes] {
              if kind == .sizes ? value <= 16 : value > 1 << 20 { continue }
              let sizes = Framing.Sizes(
                kind: kind, at: isLast ? table - bytes.count : table, width: width,
                isBigEndian: isBigEndian, stride: step, extra: 0)
              for candidate in divisions(sizes) where body(candidate) { return true }
            }
          }
        }
      }
    }
    return false
  }

  /// What a table divides the file into, by the numbers that it may have.
  func divisions(_ sizes: Framing.Sizes) -> [Candidate] {
    let table = sizes.at < 0 ? bytes.count + sizes.at : sizes.at
    guard table >= 0, sizes.stride >= sizes.width else { return [] }
    return sizes.kind == .offsets ? byOffsets(sizes, table) : bySizes(sizes, table)
  }

  private func byOffsets(_ sizes: Framing.Sizes, _ table: Int) -> [Candidate] {
    var offsets: [Int] = []
    var place = table
    // A table behind the chunks ends them.
    let limit = sizes.at < 0 ? table : bytes.count
    while offsets.count < Self.mostChunks,
      let offset = number(place, sizes.width, sizes.isBigEndian), offset <= bytes.count,
      offset > offsets.last ?? 0,
      place + sizes.width <= (offsets.first.map { $0 > table ? $0 : end } ?? end)
    {
      offsets.append(offset)
      place += sizes.stride
    }
    offsets = offsets.filter { $0 < limit }
    guard let first = offsets.first, first <= 1 << 20 else { return [] }
    // The chunks follow their table, or it follows them.
    let tableEnd = table + offsets.count * sizes.stride
    guard
      sizes.at < 0
        ? tableEnd + 64 >= end : first >= tableEnd && first - tableEnd <= 4096 + 64
    else { return [] }
    let ends = offsets.dropFirst() + [limit]
    let chunks = zip(offsets, ends).map { (start: $0, count: $1 - $0) }
    guard chunks.allSatisfy({ $0.count > 16 }) else { return [] }
    return [Candidate(start: first, prefix: 0, alignment: 1, sizes: sizes, chunks: chunks)]
  }

  private func bySizes(_ sizes: Framing.Sizes, _ table: Int) -> [Candidate] {
    var counts: [Int] = []
    var sum = 0
    var place = table
    var found: [Candidate] = []
    while counts.count < Self.mostChunks,
      let count = number(place, sizes.width, sizes.isBigEndian), count > 16, count < bytes.count
    {
      counts.append(count)
      sum += count
      place += sizes.stride
      if sum > bytes.count { break }
      let starts: [Int] =
        if sizes.at < 0 {
          table - sum <= 65_536 && place + 64 >= end ? [table - sum] : []
        } else {
          [1, 16, 512, 4096].map { (place + $0 - 1) / $0 * $0 }.filter { isEnd($0 + sum) }
        }
      for start in Set(starts).sorted() where start >= 0 {
        var next = start
        var chunks: [(start: Int, count: Int)] = []
        for count in counts {
          chunks.append((next, count))
          next += count
        }
        found.append(
          Candidate(start: start, prefix: 0, alignment: 1, sizes: sizes, chunks: chunks))
      }
      if found.count > 8 { break }
    }
    return found
  }
}
