/// Records that lie one behind the other: the loop in which a walk spends its time.
extension RecordCursor {
  /// A record, found in whatever way, and those behind it that may be found in the usual way.
  @unsafe
  @usableFromInline
  struct Run {
    /// Where the record stands.
    @usableFromInline let place: BytePlace
    @usableFromInline let size: Int
    /// The run ends here, and is so far from the record's start.
    @usableFromInline let end: JournalAddress
    @usableFromInline let room: Int
    /// With less room behind it, no record of the run is read.
    @usableFromInline let leastRoom: Int
  }

  /// The next run of records that start in `wanted`; nil at the end of the data, or behind the last
  /// record of `wanted`. Its records count as walked when `walk` has handed them out.
  ///
  /// - Throws: as `next`, and `JournalError` when the file cannot be read.
  // A function of its own, so that what is rare takes neither registers nor room from the loop.
  @usableFromInline @inline(never)
  @_lifetime(self: copy self)
  mutating func nextRun(_ wanted: Range<JournalAddress>) throws -> Run? {
    if crossing != nil { return unsafe try nextRunAcross() }
    if nextBlock >= unwatched { lookAhead(from: nextBlock) }
    if let run = unsafe usualNextBlock(wanted) { return unsafe run }
    while true {
      while position < blockEnd {
        guard position < wanted.upperBound else { return nil }
        let (size, back) = sizeAndLink(at: position)
        if size == 0 { break }
        guard isSound(size, back, at: position, room: blockEnd &- position) else {
          throw damagedRecord(size: size, back: back)
        }
        if position >= wanted.lowerBound { return unsafe run(size, in: wanted) }
        previous = position
        position += size
      }
      try leaveBlock()
      guard nextBlock < limit else { return nil }
      try enterBlock()
    }
  }

  /// The run that begins with the record at `position`, of a sound `size`.
  @inline(__always)
  func run(_ size: Int, in wanted: Range<JournalAddress>) -> Run {
    unsafe Run(
      place: BytePlace(bytes, at: position - base), size: size, end: blockEnd,
      room: blockEnd - position, leastRoom: max(reach, blockEnd - wanted.upperBound + 1))
  }

  /// Calls `body` with the records that start in `wanted`, and `damaged` with what cannot be read of it.
  ///
  /// - Throws: what both throw, and `JournalError` when the file cannot be read.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func walk(
    _ wanted: Range<JournalAddress>, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Void
  ) throws {
    var isAtEnd = false
    while !isAtEnd {
      do {
        while let run = unsafe try nextRun(wanted) { try unsafe walk(run, body) }
        isAtEnd = true
      } catch let damage as Damage {
        if damage.range.overlaps(wanted) || damage.range.upperBound == wanted.lowerBound {
          try damaged(damage)
        }
      }
    }
  }

  /// Calls `body` with the records of `run`.
  ///
  /// - Throws: what `body` throws, after which the cursor stands behind the record.
  // A loop for each way to read links: in one for both, what the general way needs takes registers
  // from the other.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func walk(_ run: Run, _ body: (borrowing Record) throws -> Void) throws {
    if readsPair {
      try unsafe walk(run, by: PairedLinks(), body)
    } else {
      try unsafe walk(run, by: links, body)
    }
  }

  /// The same by `links`, with the walk's state in registers: what `next` does for each record takes a
  /// quarter of the time here.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func walk<Links: RunLinks>(
    _ run: Run, by links: Links, _ body: (borrowing Record) throws -> Void
  ) throws {
    // Where the walk stands in the run, and how far from its end. Both move on by each sound size, which is
    // no more than the room: nothing but a sum leads from one record's place to the next.
    var place = unsafe run.place
    var room = unsafe run.room
    let end = unsafe run.end
    let leastRoom = unsafe run.leastRoom
    let prefetchesNear = prefetchesNear
    var size = unsafe run.size
    var back: Int
    var distance: Int
    repeat {
      // The chain of lengths hides the next lines from the processor's own prefetcher.
      unsafe place.prefetchAhead(of: size, near: prefetchesNear)
      let record = unsafe Record(
        bytes: bytes.part(atUnchecked: place, size), address: end &- room, blockTime: time,
        layout: interned)
      unsafe place.advance(by: size)
      room = room &- size
      distance = size
      do {
        try body(record)
      } catch {
        position = end &- room
        previous = position &- distance
        throw error
      }
      guard _fastPath(room >= leastRoom) else { break }
      (size, back) = unsafe links.sizeAndBack(at: place, address: end &- room, orBack: distance)
    } while _fastPath((size &- leastSize) & oddBits == 0) && _fastPath(size <= room)
      && _fastPath(back == distance)
    position = end &- room
    previous = position &- distance
  }
}
