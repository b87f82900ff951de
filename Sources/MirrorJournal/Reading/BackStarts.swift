/// Where records start in a family whose records lead to the one before only: found once, from the last
/// record on, and kept as one address for each chunk of the file.
final class BackStarts: Sendable {
  /// Behind the last record.
  let end: JournalAddress
  private let walk: BackWalk
  private let chunkSize: Int
  /// Of each chunk the last record that starts in it; -1 if none does.
  private let lasts: [JournalAddress]
  /// Stretches over which no record leads, by their ends.
  private let gapsByEnd: [JournalAddress: JournalAddress]
  private let gapsByStart: [JournalAddress: JournalAddress]

  /// Walks the whole file. O(file), 8 bytes of memory for each 64 KB of it.
  ///
  /// - Parameter limit: where the data end, or the file does.
  /// - Throws: `JournalError` when the file cannot be read.
  init(storage: any JournalStorage, layout: JournalLayout, limit: JournalAddress) throws {
    let chunkSize = max(layout.block.size, 65_536)
    let walk = BackWalk(storage: storage, layout: layout, limit: limit)
    var lasts = [JournalAddress](repeating: -1, count: limit / chunkSize + 1)
    var gaps: [(from: JournalAddress, to: JournalAddress)] = []
    let written = try Self.writtenEnd(storage, limit)
    let last = try walk.last(before: written)
    let end = min(limit, last.map { walk.end(after: $0, written: written) } ?? written)
    var place = last ?? walk.first
    if last == nil, end > walk.first { gaps.append((walk.first, end)) }
    if walk.isStart(place, end: end) { lasts[place / chunkSize] = place }
    while place > walk.first {
      let chunk = place / chunkSize
      let range = (chunk * chunkSize..<(chunk + 1) * chunkSize).clamped(to: 0..<storage.count)
      var isBroken = false
      do {
        try storage.withBytes(range) { bytes in
          while place > walk.first, place >= range.lowerBound, !isBroken {
            if lasts[chunk] < 0, walk.isStart(place, end: end) { lasts[chunk] = place }
            guard let before = try walk.previous(place, bytes, range.lowerBound) else {
              isBroken = true
              return
            }
            place = before
          }
        }
      } catch let error as JournalError where error.code == .compressedDamaged {
        isBroken = true
      }
      if isBroken {
        let sound = try walk.sound(below: place) ?? walk.first
        gaps.append((sound, place))
        place = sound
      }
      if lasts[place / chunkSize] < 0 { lasts[place / chunkSize] = place }
    }
    self.end = end
    self.walk = walk
    self.chunkSize = chunkSize
    self.lasts = lasts
    gapsByEnd = Dictionary(gaps.map { ($0.to, $0.from) }) { first, _ in first }
    gapsByStart = Dictionary(gaps.map { ($0.from, $0.to) }) { first, _ in first }
  }

  /// Behind the last byte before `limit` that is not zero.
  private static func writtenEnd(
    _ storage: any JournalStorage, _ limit: JournalAddress
  ) throws -> JournalAddress {
    for part in storage.written(of: 0..<min(limit, storage.count)).reversed() {
      var end = part.upperBound
      while end > part.lowerBound {
        let from = max(part.lowerBound, (end - 1) / 65_536 * 65_536)
        let used = try storage.withBytes(from..<end) { bytes in
          bytes.isAllZero
            ? 0 : (0..<bytes.byteCount).last { bytes.loadUInt8(at: $0) != 0 }.map { $0 + 1 } ?? 0
        }
        if used > 0 { return from + used }
        end = from
      }
    }
    return 0
  }

  /// Appends to `starts` where the records of `chunk` start, in order, and what begins a gap.
  fileprivate func append(_ chunk: Int, to starts: inout [JournalAddress]) throws {
    starts.removeAll(keepingCapacity: true)
    guard chunk < lasts.count, lasts[chunk] >= 0 else { return }
    var place = lasts[chunk]
    let range = (chunk * chunkSize..<(chunk + 1) * chunkSize).clamped(
      to: 0..<walk.storage.count)
    try walk.storage.withBytes(range) { bytes in
      while place >= range.lowerBound {
        starts.append(place)
        guard place > walk.first else { break }
        if let start = gapsByEnd[place] {
          place = start
        } else if let before = try walk.previous(place, bytes, range.lowerBound) {
          place = before
        } else {
          break
        }
      }
    }
    starts.reverse()
  }

  /// Goes through the starts in order, with those of one chunk in hand.
  struct Reader {
    let all: BackStarts
    private var chunk = -1
    private var starts: [JournalAddress] = []

    init(_ all: BackStarts) { self.all = all }

    /// What begins at `address`: a record up to the next, or a gap.
    enum Step {
      case record(next: JournalAddress)
      case gap(to: JournalAddress)
      case end
    }

    mutating func step(at address: JournalAddress) throws -> Step {
      if address >= all.end { return .end }
      if let end = all.gapsByStart[address] { return .gap(to: end) }
      return .record(next: try start(atOrAfter: address + 1) ?? all.end)
    }

    /// `lost` up to the next start.
    mutating func upToNextStart(_ lost: Damage) throws -> Damage {
      let next = try start(atOrAfter: lost.range.upperBound) ?? all.end
      let from = lost.range.lowerBound
      return Damage(lost.kind, from..<max(from + 1, next), lost.reason)
    }

    /// The first start at or behind `address`.
    mutating func start(atOrAfter address: JournalAddress) throws -> JournalAddress? {
      var wanted = address / all.chunkSize
      while wanted < all.lasts.count {
        if all.lasts[wanted] >= address {
          if chunk != wanted {
            try all.append(wanted, to: &starts)
            chunk = wanted
          }
          var (low, high) = (0, starts.count)
          while low < high {
            let middle = (low + high) / 2
            if starts[middle] < address { low = middle + 1 } else { high = middle }
          }
          if low < starts.count { return starts[low] }
        }
        wanted += 1
      }
      return nil
    }
  }
}
