/// Where a walk stands that goes through a family whose records may cross blocks.
///
/// The data are walked in runs: stretches that no block's header interrupts. A record that lies whole
/// in its run is seen where it stands, by a loop of its own; only one that crosses is put together.
struct CrossingCursor {
  let interned: InternedRecordLayout
  let links: LinkTranslation
  let hasLinks: Bool
  let alignmentMask: Int
  let headerSize: Int
  /// As those of `RecordCursor`.
  let leastSize: Int
  let oddBits: Int
  let maximumLength: Int
  /// Records that start here are handed out; those before are only walked through.
  let wanted: Range<JournalAddress>
  let shape: BlockShape
  let block: BlockLayout

  /// Where the next record is expected.
  var position: JournalAddress
  /// Start of the last record; -1 when it is not known.
  var previous: JournalAddress = -1
  /// The current run ends here.
  var runEnd: JournalAddress = 0
  /// Records of the current run that start before are walked.
  var lastStart: JournalAddress = 0
  var time = Timestamp(milliseconds: 0)
  /// The record that was put together last.
  var assembled: [UInt8] = []

  init(
    _ layout: JournalLayout, from position: JournalAddress, in wanted: Range<JournalAddress>,
    limit: JournalAddress
  ) {
    let record = layout.record
    interned = InternedRecordLayout(layout)
    links = LinkTranslation(record)
    hasLinks = record.knowsPrevious
    alignmentMask = record.alignment - 1
    headerSize = max(record.headerSize, 1)
    leastSize = (headerSize + alignmentMask) & ~alignmentMask
    // What is negative is too small.
    oddBits = alignmentMask | Int.min
    maximumLength = record.maximumLength
    self.wanted = wanted.lowerBound..<max(wanted.lowerBound, min(wanted.upperBound, limit))
    shape = BlockShape(layout.block, limit: limit)
    block = layout.block
    self.position = position
  }

  /// Calls `body` with the records from `position` on that lie whole in their run, with the walk's
  /// state in registers, up to the run's end or to what `step` has to look at.
  ///
  /// - Returns: false when `body` does.
  @inline(__always)
  mutating func walkRun(
    _ bytes: RawSpan, at base: JournalAddress, _ body: (borrowing Record) throws -> Bool
  ) throws -> Bool {
    let end = runEnd
    // With less room behind it, no record is read by the loop below.
    let leastRoom = max(links.reach, end &- lastStart &+ 1)
    var room = end &- position
    guard room >= leastRoom else { return true }
    var place = unsafe BytePlace(bytes, at: position &- base)
    var distance = previous < 0 ? -1 : position &- previous
    defer {
      position = end &- room
      previous = distance < 0 ? -1 : position &- distance
    }
    let hasLinks = hasLinks
    let first = wanted.lowerBound
    while room >= leastRoom {
      let address = end &- room
      // In bounds: `bytes` reach to `runEnd`, and all links lie within `reach`.
      let (size, back) = unsafe links.sizeAndBack(at: place, address: address)
      guard (size &- leastSize) & oddBits == 0, size <= room, size <= maximumLength,
        back == distance || distance < 0 || !hasLinks
      else { break }
      // The chain of lengths hides the next lines from the processor's own prefetcher.
      unsafe place.prefetch(at: 4096)
      // In bounds: a sound size ends at `runEnd` at the latest.
      let content = unsafe bytes.part(atUnchecked: place, size)
      unsafe place.advance(by: size)
      room = room &- size
      distance = size
      guard address >= first else { continue }
      guard try body(Record(bytes: content, address: address, blockTime: time, layout: interned))
      else { return false }
    }
    return true
  }

  /// The next run of records wanted; one that crosses blocks is a run of its own, put together. `bytes`
  /// are the data from `base` to their end.
  mutating func nextRun(_ bytes: RawSpan, at base: JournalAddress, storage: any JournalStorage) throws
    -> RunStep
  {
    while position < wanted.upperBound {
      enterRun(bytes, in: base..<shape.limit)
      while position < lastStart {
        let room = runEnd - position
        guard room >= links.reach else { break }
        // In bounds: `bytes` reach to `runEnd`, and all links lie within `reach`.
        let place = unsafe BytePlace(bytes, at: position - base)
        let (size, back) = unsafe links.sizeAndBack(at: place, address: position)
        guard (size &- leastSize) & oddBits == 0, size <= room, size <= maximumLength,
          back == position - previous || previous < 0 || !hasLinks
        else { break }
        if position >= wanted.lowerBound {
          return unsafe .run(
            RecordCursor.Run(
              place: place, size: size, end: runEnd, room: room,
              leastRoom: max(links.reach, runEnd - lastStart + 1)))
        }
        previous = position
        position += size
      }
      guard position < lastStart else { continue }
      switch try step(bytes, at: base, storage: storage) {
      case .goesOn: break
      case .damage(let found): return .damage(found)
      case .record(let address):
        let size = assembled.count
        // In bounds: `assembled` stays as it is until the next step.
        return unsafe .assembled(
          RecordCursor.Run(
            place: BytePlace(assembled.span.bytes, at: 0), size: size, end: address + size,
            room: size, leastRoom: .max))
      }
    }
    return .end
  }

  /// What `nextRun` found.
  enum RunStep {
    case run(RecordCursor.Run)
    /// A run of one record; the walk goes on at `position`.
    case assembled(RecordCursor.Run)
    case damage(Damage)
    case end
  }

  /// Takes up the run that holds `position`. `bytes` begin where `segment` does, at a block's start,
  /// and end with a block or with the data.
  mutating func enterRun(_ bytes: RawSpan, in segment: Range<JournalAddress>) {
    let base = segment.lowerBound
    let start = shape.block(of: position)
    let bytesEnd = min(base + bytes.byteCount, shape.limit)
    if shape.headerSize == 0 {
      runEnd = bytesEnd
    } else {
      position = max(position, start + shape.headerSize)
      runEnd = min(start + shape.size, bytesEnd)
      time = block.timeForm.timestamp(bytes.load(block.bufferTime, from: start - base) ?? 0)
    }
    lastStart = min(runEnd, segment.upperBound, wanted.upperBound)
  }

  /// What `step` found.
  enum Step {
    /// Nothing to hand out; the walk goes on at `position`.
    case goesOn
    /// A record that starts at the address and was put together.
    case record(JournalAddress)
    case damage(Damage)
  }

  /// Looks at the record at `position`, which does not lie whole in its run, or is no record.
  @inline(never)
  mutating func step(
    _ bytes: RawSpan, at base: JournalAddress, storage: any JournalStorage
  ) throws -> Step {
    let at = position
    let room = runEnd - at
    var size = 0
    var back = 0
    let dataRoom = shape.payload(from: at)
    if headerSize <= room {
      size = links.size(
        in: bytes, at: at - base, address: at, room: links.forwardIsAddress ? dataRoom : room,
        interned: interned)
      back = links.distanceBack(in: bytes, at: at - base, address: at)
    } else {
      try assemble(headerSize, at: at, bytes, base, storage)
      let head = assembled.span.bytes
      size = links.size(in: head, at: 0, address: at, room: dataRoom, interned: interned)
      back = links.distanceBack(in: head, at: 0, address: at)
    }
    if links.forwardIsAddress, size > room { size = shape.payload(from: at, to: at + size) }
    if size == 0 {
      position = min(shape.block(of: at) + shape.size, shape.limit)
      return .goesOn
    }
    guard size >= headerSize, size <= maximumLength, size & alignmentMask == 0,
      size <= dataRoom
    else {
      return .damage(
        Damage(
          .record, at..<shape.limit, "the record at \(at) has an impossible length (\(size))"))
    }
    if previous >= 0, hasLinks, back != at - previous {
      return .damage(
        Damage(
          .link, at..<shape.limit,
          "the record at \(at) points back \(back) bytes instead of \(at - previous)"))
    }
    previous = at
    position = shape.end(of: size, from: at)
    guard at >= wanted.lowerBound else { return .goesOn }
    try assemble(size, at: at, bytes, base, storage)
    return .record(at)
  }

  /// Copies the `count` bytes of the data at `address`, without the headers of the blocks between.
  private mutating func assemble(
    _ count: Int, at address: JournalAddress, _ bytes: RawSpan, _ base: JournalAddress,
    _ storage: any JournalStorage
  ) throws {
    assembled.removeAll(keepingCapacity: true)
    var position = address
    while assembled.count < count {
      let end = min(
        shape.block(of: position) + shape.size, position + count - assembled.count, shape.limit)
      guard position < end else { return }
      if let piece = bytes.slice(position - base, end - position) {
        piece.append(to: &assembled)
      } else {
        try storage.withBytes(position..<end) { $0.append(to: &assembled) }
      }
      position = end
      if position % shape.size == 0 { position += shape.headerSize }
    }
  }
}
