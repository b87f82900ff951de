internal import MirrorJournal

/// A number in a block's header that says where the block's records end.
struct UsedNumber {
  /// The field; the number of a record that would start behind the last stands `adds` bytes further.
  var number: BlockNumber

  /// Where the number of a record behind the last would stand, if that is one of the walk's places.
  func stop(_ bytes: RawSpan, _ start: Int, _ places: ArraySlice<Int64>, _ stop: Int) -> Int? {
    guard let value = bytes.load(number.field, from: start), value < 1 << 21 else { return nil }
    let place = start + Int(value) + number.adds
    return place == stop || Self.contains(places, Int64(place)) ? place : nil
  }

  /// The field that names a place of each block's walk; nil if none does, or if it is the same in all.
  static func search(
    _ bytes: RawSpan, lead: Int, _ blocks: [(start: Int, places: ArraySlice<Int64>, stop: Int)]
  ) -> UsedNumber? {
    // Two blocks can agree on many a number, but hardly on one that counts just what a record has.
    guard blocks.count >= 2 else { return nil }
    var best: (used: UsedNumber, hits: Int)?
    for width in [4, 2] as [UInt8] {
      for offset in stride(from: 0, through: 60, by: 2) as StrideThrough<UInt16> {
        for isBigEndian in [false, true] {
          let field = Field(offset, width: width, isBigEndian: isBigEndian)
          guard field.end <= lead else { continue }
          guard let (adds, hits) = vote(bytes, blocks, field), hits * 8 >= blocks.count * 7,
            blocks.count > 2 || (0...60).contains(adds)
          else { continue }
          if hits > best?.hits ?? 0 {
            best = (UsedNumber(number: BlockNumber(field: field, adds: adds)), hits)
          }
        }
      }
    }
    return best?.used
  }

  /// What has to be added to the field's number to get a place of the walk, in most blocks.
  private static func vote(
    _ bytes: RawSpan, _ blocks: [(start: Int, places: ArraySlice<Int64>, stop: Int)], _ field: Field
  ) -> (adds: Int, hits: Int)? {
    var votes: [Int: Int] = [:]
    var values: Set<UInt64> = []
    for (index, block) in blocks.enumerated() {
      guard let first = block.places.first, let value = bytes.load(field, from: block.start),
        value < 1 << 21, Int(value) > Int(first) - block.start + 128
      else { continue }
      values.insert(value)
      let place = block.start + Int(value)
      guard place <= block.stop + 64 else { continue }
      // Places within a block's header and what stands before the number.
      var near = Self.between(block.places, place - 32, place + 124)
      if (place - 32...place + 124).contains(block.stop) { near.append(block.stop) }
      for other in Set(near) {
        let adds = other - place
        if index == 0 || votes[adds] != nil { votes[adds, default: 0] += 1 }
      }
    }
    guard values.count * 3 >= blocks.count * 2,
      let best = votes.max(by: { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) })
    else { return nil }
    return (best.key, best.value)
  }

  private static func lowerBound(_ places: ArraySlice<Int64>, _ place: Int64) -> Int {
    var (low, high) = (places.startIndex, places.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  static func contains(_ places: ArraySlice<Int64>, _ place: Int64) -> Bool {
    let index = lowerBound(places, place)
    return index < places.endIndex && places[index] == place
  }

  private static func between(_ places: ArraySlice<Int64>, _ low: Int, _ high: Int) -> [Int] {
    var index = lowerBound(places, Int64(low))
    var result: [Int] = []
    while index < places.endIndex, places[index] <= high {
      result.append(Int(places[index]))
      index += 1
    }
    return result
  }
}
