internal import MirrorJournal

/// Finds the link back, which every record of the walk can confirm.
struct LinkBackSearch {
  struct Found {
    var field: Field
    var unit: Int
    var isAddress: Bool
    var support: Int
    var contradictions: Int
    var rival: String?
  }

  let table: RecordTable
  let taken: Set<Int>
  let limit: Int
  /// Bytes in a block that records do not cross; nil where they do.
  let blockSize: Int?

  /// Whether a record is the first of its block, where some families' links end.
  private func beginsBlock(_ row: RecordTable.Row) -> Bool {
    blockSize.map { row.address / $0 != row.previous / $0 } ?? false
  }

  func search() -> Found? {
    var found: [Found] = []
    let rows = table.rows.indices.dropFirst()
    guard rows.count >= 12 else { return nil }
    for width in [4, 2] {
      for offset in stride(from: 0, through: limit - width, by: 2) {
        if (offset..<offset + width).contains(where: { taken.contains($0) }) { continue }
        for isBigEndian in [false, true] {
          for unit in [1, 2, 4, 8] {
            for isAddress in width == 4 ? [false, true] : [false] {
              var support = 0
              for (checked, row) in rows.enumerated() {
                let stored = Int(table.number(row, offset, width, isBigEndian)) * unit
                let entry = table.rows[row]
                let wanted = isAddress ? entry.previous : entry.address - entry.previous
                if stored == wanted { support += 1 }
                if checked == 64, support < 60 { break }
              }
              guard support * 1000 >= rows.count * 995 else { continue }
              // A link that ends at each block's edge would look like damage there.
              let others = rows.filter { row in
                let stored = Int(table.number(row, offset, width, isBigEndian)) * unit
                let entry = table.rows[row]
                return stored != (isAddress ? entry.previous : entry.address - entry.previous)
              }
              if others.count >= 2, others.allSatisfy({ beginsBlock(table.rows[$0]) }) { continue }
              found.append(
                Found(
                  field: Field(UInt16(offset), width: UInt8(width), isBigEndian: isBigEndian),
                  unit: unit, isAddress: isAddress, support: support,
                  contradictions: rows.count - support))
            }
          }
        }
      }
    }
    found.sort {
      $0.support != $1.support ? $0.support > $1.support : $0.field.preference > $1.field.preference
    }
    guard var best = found.first else { return nil }
    let range = Int(best.field.offset)..<best.field.end
    best.rival = found.first { !range.overlaps(Int($0.field.offset)..<$0.field.end) }
      .map { "at \($0.field.offset), \($0.support) records" }
    return best
  }
}
