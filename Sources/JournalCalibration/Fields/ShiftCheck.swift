internal import MirrorJournal

/// Whether the listed addresses are all off by the same few bytes.
///
/// A listing that is shifted agrees with itself: every field is then found a few bytes further on.
/// What the file says in absolute numbers, and where values end, does not shift with it.
struct ShiftCheck {
  let table: RecordTable
  let matched: [MatchedRecord]
  let model: BlockModel
  let layout: JournalLayout

  /// - Throws: `notProved` when they are.
  func check(_ bytes: RawSpan) throws(JournalError) {
    let found = byValues(bytes) ?? byEnd(bytes) ?? byLinks() ?? byBlocks(bytes)
    guard let (shift, reason) = found else { return }
    throw JournalError.refusal(
      "the listed addresses are off by \(shift) bytes: \(reason)",
      "make the listing of this very file, and do not change it")
  }

  /// Values end with their records, up to the padding.
  private func byValues(_ bytes: RawSpan) -> (Int, String)? {
    var slacks: [Int] = []
    for row in matched {
      guard let value = row.listed.oldValue ?? row.listed.newValue, !value.isCut else { continue }
      let end = row.listed.address + row.length
      if model.headerSize > 0,
        row.listed.address / model.size != (end + 15) / model.size
      {
        continue
      }
      for candidate in value.candidates where candidate.count >= 4 {
        let slack = (-15...15).first { slack in
          guard let part = bytes.slice(end - slack - candidate.count, candidate.count) else {
            return false
          }
          return part.copied() == candidate
        }
        if let slack {
          slacks.append(slack)
          break
        }
      }
    }
    guard slacks.count >= 12 else { return nil }
    // Single rows may be wrong, or have an old value behind that is not listed.
    let alignment = layout.record.alignment
    var counts: [Int: Int] = [:]
    for slack in slacks { counts[(slack + 64) / alignment - 64 / alignment, default: 0] += 1 }
    guard let most = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), most.key != 0,
      most.value * 10 >= slacks.count * 6, (counts[0] ?? 0) * 10 <= slacks.count
    else { return nil }
    // A checksum, or the length once more, behind each value is no shift: the file's own numbers do not
    // contradict the addresses then, and the bytes behind are not those of the next record's beginning.
    if most.key > 0, !isNextBegin(bytes, most.key * alignment) { return nil }
    return (
      most.key * alignment,
      most.key < 0
        ? "values run past the ends of their records"
        : "behind every value stand \(most.key * alignment) bytes or more"
    )
  }

  /// Whether the bytes that end records look like the beginning of the next ones, as they do when all
  /// addresses are shifted: their first number leads from record to record, or one says the next one's type.
  private func isNextBegin(_ bytes: RawSpan, _ count: Int) -> Bool {
    var checked = 0
    var leads = 0
    for row in table.rows.prefix(2000) {
      let end = row.address + row.length
      guard let next = table.byAddress[end].map({ table.rows[$0] }) else { continue }
      checked += 1
      // In a shifted listing the true record begins `count` before, and is as long as the next one.
      for width in [4, 2] as [UInt8] {
        for isBigEndian in [false, true] {
          let field = Field(0, width: width, isBigEndian: isBigEndian)
          for offset in stride(from: 0, to: count - Int(width) + 1, by: 2) {
            if bytes.load(field, from: end - count + offset) == UInt64(next.length) {
              leads += 1
              break
            }
          }
        }
      }
    }
    return checked > 0 && leads * 2 >= checked || saysNextType(bytes, count)
  }

  /// Whether one of the `count` bytes before the listed addresses says the type of the record behind it: then
  /// that record begins there.
  private func saysNextType(_ bytes: RawSpan, _ count: Int) -> Bool {
    var types: [String: Int] = [:]
    for row in matched { if let type = row.listed.type { types[type, default: 0] += 1 } }
    let total = types.values.reduce(0, +)
    guard let most = types.values.max(), total >= 12, most < total else { return false }
    return (1...count).contains { distance in
      var said: [UInt8: [String: Int]] = [:]
      for row in matched {
        guard let type = row.listed.type,
          let byte = bytes.load(Field(0, width: 1), from: row.listed.address - distance)
        else { continue }
        said[UInt8(truncatingIfNeeded: byte), default: [:]][type, default: 0] += 1
      }
      let right = said.values.reduce(0) { $0 + ($1.values.max() ?? 0) }
      // Block headers stand before some records, and some rows may be wrong.
      return said.count <= types.count + 2 && right * 10 >= total * 9
        && (right - most) * 2 >= total - most
    }
  }

  /// The end of the data stands in the header, a few bytes off.
  private func byEnd(_ bytes: RawSpan) -> (Int, String)? {
    guard !layout.header.endAddress.isKnown, !layout.record.length.isKnown || table.end > 1 << 16
    else { return nil }
    for shift in [4, -4, 8, -8] {
      for offset in stride(from: 8, through: layout.header.size - 4, by: 4) {
        for isBigEndian in [false, true] {
          let field = Field(UInt16(offset), width: 4, isBigEndian: isBigEndian)
          if bytes.load(field) == UInt64(table.end - shift) {
            return (shift, "the header names \(table.end - shift) as the end of the data")
          }
        }
      }
    }
    return nil
  }

  /// The address of the previous record stands in each record, a few bytes off.
  private func byLinks() -> (Int, String)? {
    guard !layout.record.knowsPrevious else { return nil }
    let rows = table.rows.indices.dropFirst().prefix(500)
    guard rows.count >= 12 else { return nil }
    for offset in stride(
      from: 0, through: min(RecordTable.headSize, table.minimumLength) - 4, by: 2)
    {
      for isBigEndian in [false, true] {
        for unit in [1, 2, 4, 8] {
          for shift in [4, -4, 8, -8] {
            let holds = rows.allSatisfy { row in
              Int(table.number(row, offset, 4, isBigEndian)) * unit
                == table.rows[row].previous - shift
            }
            if holds { return (shift, "every record names another address of the one before") }
          }
        }
      }
    }
    return nil
  }

  /// The first record's place stands in each block's header, a few bytes off.
  private func byBlocks(_ bytes: RawSpan) -> (Int, String)? {
    guard !layout.block.firstRecord.isKnown, model.headerSize > 0 else { return nil }
    var firsts: [Int: Int] = [:]
    for row in table.rows {
      let block = row.address / model.size * model.size
      if firsts[block] == nil { firsts[block] = row.address - block }
    }
    guard Set(firsts.values).count >= 3 else { return nil }
    for offset in stride(from: 0, through: model.headerSize - 2, by: 2) {
      for width in [4, 2] where offset + width <= model.headerSize {
        for isBigEndian in [false, true] {
          let field = Field(UInt16(offset), width: UInt8(width), isBigEndian: isBigEndian)
          for shift in [4, -4, 8, -8] {
            let holds = firsts.allSatisfy {
              bytes.load(field, from: $0) == UInt64(clamping: $1 - shift)
            }
            if holds { return (shift, "every block names another place of its first record") }
          }
        }
      }
    }
    return nil
  }
}
