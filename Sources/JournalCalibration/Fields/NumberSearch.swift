internal import MirrorJournal

/// Finds the number in a record's header that equals a number of the listing.
struct NumberSearch {
  let table: RecordTable
  let matched: [MatchedRecord]
  let taken: Set<Int>
  let limit: Int
  let isBigEndian: Bool

  struct Found {
    var field: Field
    /// What is added to the field to get the number.
    var extra: Int
    var support: Int
    var contradictions: Int
    var rival: String?
  }

  /// - Parameter extras: constants that may be between field and number, the likeliest first.
  func search(
    widths: [Int], extras: [Int] = [0], number: (MatchedRecord) -> Int?
  ) -> Result<Found, LabelSearch.Reason> {
    let rows = matched.compactMap { row in number(row).map { (row.row, $0) } }
    guard rows.count >= 12 else { return .failure(LabelSearch.Reason("the listing shows too few")) }
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.1, default: 0] += 1 }
    let common = counts.max { $0.value < $1.value } ?? (0, 0)
    // One number in all rows is evidence only if no number is like it by chance.
    let isRare = common.key >= 1 << 24
    guard rows.count - common.value >= 3 || isRare else {
      return .failure(LabelSearch.Reason("the listing shows only one"))
    }
    var found: [Found] = []
    for extra in extras {
      for width in widths {
        for offset in stride(from: 0, through: limit - width, by: width == 4 ? 2 : 1) {
          if (offset..<offset + width).contains(where: { taken.contains($0) }) { continue }
          var support = 0
          var uncommon = 0
          for (row, wanted) in rows
          where Int(clamping: table.number(row, offset, width, isBigEndian)) + extra == wanted {
            support += 1
            if wanted != common.key { uncommon += 1 }
          }
          guard support * 100 >= rows.count * 85,
            isRare || uncommon * 100 >= (rows.count - common.value) * 70
          else { continue }
          found.append(
            Found(
              field: Field(
                UInt16(offset), width: UInt8(width), isBigEndian: width > 1 && isBigEndian),
              extra: extra, support: support, contradictions: rows.count - support))
        }
      }
      if !found.isEmpty { break }
    }
    found.sort { left, right in
      if left.support != right.support { return left.support > right.support }
      if left.field.preference != right.field.preference {
        return left.field.preference > right.field.preference
      }
      return left.field.offset < right.field.offset
    }
    guard var best = found.first else { return .failure(LabelSearch.Reason("no place equals it")) }
    let range = Int(best.field.offset)..<best.field.end
    best.rival = found.first { !range.overlaps(Int($0.field.offset)..<$0.field.end) }
      .map { "at \($0.field.offset), \($0.support) rows" }
    return .success(best)
  }
}
