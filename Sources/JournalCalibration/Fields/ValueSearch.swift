internal import MirrorJournal

/// Finds where values stand behind the key, and the words that count their bytes.
struct ValueSearch {
  let table: RecordTable
  let matched: [MatchedRecord]
  let isBigEndian: Bool
  let key: KeySearch.Found

  struct Found {
    var width = 0
    var isBigEndian = false
    var countBits = 32
    var alignment = 1
    var isInterleaved = false
    /// Whether wide strings have a storage code of their own and their most significant byte first.
    var wideIsBigEndian = false
    var support = 0
    var contradictions = 0
    /// The key's length, where only the place of the values tells it.
    var keyLength: NumberSearch.Found?
    var note: String?
  }

  /// A row with one value that was listed whole, and where its bytes stand.
  private struct Sighting {
    var row: Int
    var place: Int
    var length: Int
    var bytes: [UInt8]
    /// The order of a wide string's bytes; nil for other values.
    var isBigEndian: Bool?
  }

  func search(valueCount: Field?, taken: Set<Int>, limit: Int) -> Found? {
    var sightings: [Sighting] = []
    for row in matched {
      guard let value = row.listed.newValue, !value.isCut, row.listed.oldValue == nil,
        row.listed.valueCount ?? 1 == 1, let name = row.listed.name
      else { continue }
      if let valueCount, table.number(row.row, valueCount) != 1 { continue }
      let from = key.key + name.utf8.count
      for candidate in value.candidates where candidate.count >= 3 {
        if let place = Self.last(candidate, in: row.bytes, from: from) {
          sightings.append(
            Sighting(
              row: row.row, place: place, length: candidate.count, bytes: row.bytes,
              isBigEndian: value.wide.big.contains(candidate)
                ? true : value.wide.little.contains(candidate) ? false : nil))
          break
        }
      }
    }
    guard sightings.count >= 8 else { return nil }
    guard var found = word(sightings) else { return nil }
    if key.keyLength == nil {
      found.keyLength = lengthByPlace(sightings, found, taken: taken, limit: limit)
      guard found.keyLength != nil else { return nil }
    } else if let length = key.keyLength {
      align(&found, sightings, length)
    }
    interleaving(&found, key.keyLength ?? found.keyLength)
    let orders = sightings.compactMap(\.isBigEndian)
    found.wideIsBigEndian =
      found.countBits < found.width * 8 && orders.filter { $0 }.count * 2 > orders.count
    return found
  }

  private static func last(_ part: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
    // Values end their record, with less than a word of padding behind.
    let latest = bytes.count - part.count
    guard latest >= from else { return nil }
    for place in stride(from: latest, through: max(from, latest - 15), by: -1)
    where bytes[place...].starts(with: part) {
      return place
    }
    return nil
  }

  /// The word directly before the bytes that counts them.
  private func word(_ sightings: [Sighting]) -> Found? {
    var best: Found?
    for (width, bits) in [(4, 32), (4, 28), (4, 24), (2, 16), (1, 8)] {
      for order in width == 1 ? [false] : [isBigEndian, !isBigEndian] {
        let field = Field(0, width: UInt8(width), isBigEndian: order)
        let support = sightings.filter { sighting in
          guard sighting.place >= width,
            let number = sighting.bytes.span.bytes.load(field, from: sighting.place - width)
          else { return false }
          return number & ((1 << UInt64(bits)) - 1) == UInt64(sighting.length)
        }.count
        guard support * 100 >= sightings.count * 85, support > best?.support ?? 0 else { continue }
        best = Found(
          width: width, isBigEndian: order, countBits: bits, support: support,
          contradictions: sightings.count - support)
      }
    }
    return best
  }

  /// The alignment of the word behind the key.
  private func align(_ found: inout Found, _ sightings: [Sighting], _ length: NumberSearch.Found) {
    for alignment in [1, 2, 4, 8] {
      let support = sightings.filter { sighting in
        let end = key.key + Int(table.number(sighting.row, length.field)) + length.extra
        return (end + alignment - 1) / alignment * alignment == sighting.place - found.width
      }.count
      if support * 100 >= sightings.count * 85 {
        found.alignment = alignment
        found.support = support
        found.contradictions = sightings.count - support
        return
      }
    }
    found.note = "the words do not stand directly behind the key"
    found.width = 0
  }

  /// The number in the header that goes with the place of the word.
  private func lengthByPlace(
    _ sightings: [Sighting], _ found: Found, taken: Set<Int>, limit: Int
  ) -> NumberSearch.Found? {
    var best: NumberSearch.Found?
    for extra in [0, -1, 1, -2, 2, -3, 3, -4, 4, -6, 6, -8, 8] {
      for width in [4, 2, 1] {
        for offset in 0...max(0, min(limit, key.key) - width) {
          if (offset..<offset + width).contains(where: { taken.contains($0) }) { continue }
          var support = 0
          var different: Set<UInt64> = []
          for sighting in sightings {
            let number = table.number(sighting.row, offset, width, isBigEndian)
            guard Int(clamping: number) + extra + key.key == sighting.place - found.width else {
              continue
            }
            support += 1
            different.insert(number)
          }
          guard different.count >= 3, support * 100 >= sightings.count * 85,
            support > best?.support ?? 0
          else { continue }
          best = NumberSearch.Found(
            field: Field(
              UInt16(offset), width: UInt8(width), isBigEndian: width > 1 && isBigEndian),
            extra: extra, support: support, contradictions: sightings.count - support)
        }
      }
    }
    return best
  }

  /// Whether the bytes of a first value stand before the word of the second.
  private func interleaving(_ found: inout Found, _ length: NumberSearch.Found?) {
    guard let length else { return }
    var behindBoth = 0
    var interleaved = 0
    for row in matched {
      guard let value = row.listed.newValue, !value.isCut, row.listed.oldValue != nil else {
        continue
      }
      let end = key.key + Int(table.number(row.row, length.field)) + length.extra
      let words = (end + found.alignment - 1) / found.alignment * found.alignment
      for candidate in value.candidates where candidate.count >= 2 {
        if row.bytes.dropFirst(words + found.width).starts(with: candidate) { interleaved += 1 }
        if row.bytes.dropFirst(words + 2 * found.width).starts(with: candidate) { behindBoth += 1 }
      }
    }
    found.isInterleaved = interleaved > behindBoth
    if interleaved == 0, behindBoth == 0 {
      found.note = "the listing shows no record with two values"
    }
  }
}
