/// Where a walk stands that goes through a family whose records may cross blocks.
///
/// The data are walked in runs: stretches that no block's header interrupts. A record that lies whole
/// in its run is seen where it stands, by `RecordCursor.walk`; only one that crosses is put together.
struct CrossingCursor {
  let interned: InternedRecordLayout
  let links: LinkTranslation
  let hasLinks: Bool
  let alignmentMask: Int
  let headerSize: Int
  let maximumLength: Int
  let trailerSize: Int
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
  /// Where records start that do not say where the next one does.
  var back: BackStarts.Reader?
  /// The record that was put together last.
  var assembled: [UInt8] = []

  init(
    _ layout: JournalLayout, from position: JournalAddress, in wanted: Range<JournalAddress>,
    limit: JournalAddress, starts: BackStarts? = nil
  ) {
    let record = layout.record
    interned = InternedRecordLayout(layout)
    links = LinkTranslation(record)
    hasLinks = record.knowsPrevious
    alignmentMask = record.alignment - 1
    headerSize = max(record.headerSize, 1)
    maximumLength = record.maximumLength
    trailerSize = layout.block.trailerSize
    self.wanted = wanted.lowerBound..<max(wanted.lowerBound, min(wanted.upperBound, limit))
    shape = BlockShape(layout.block, limit: limit)
    block = layout.block
    self.position = position
    back = starts.map { BackStarts.Reader($0) }
  }

  /// The next run of records wanted that starts in `bytes`; a record that crosses blocks is a run of
  /// its own, put together. `bytes` begin at `base`, a block's start, and end with a block or the data.
  mutating func nextRun(_ bytes: RawSpan, at base: JournalAddress, storage: any JournalStorage)
    throws
    -> RunStep
  {
    let end = min(wanted.upperBound, base + bytes.byteCount)
    while position < end {
      enterRun(bytes, at: base)
      while back == nil, position < lastStart {
        let room = runEnd - position
        guard room >= links.reach else { break }
        // In bounds: `bytes` reach to `runEnd`, and all links lie within `reach`.
        let place = unsafe BytePlace(bytes, at: position - base)
        let (size, back) = unsafe links.sizeAndBack(at: place, address: position, orBack: 0)
        guard size >= headerSize, size & alignmentMask == 0, size <= min(room, maximumLength),
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

  /// Takes up the run that holds `position`.
  private mutating func enterRun(_ bytes: RawSpan, at base: JournalAddress) {
    let start = shape.block(of: position)
    let before = runEnd
    defer { if runEnd > before { WalkProgress.pass(runEnd - max(start, before)) } }
    let bytesEnd = min(base + bytes.byteCount, shape.limit)
    if shape.headerSize == 0 {
      runEnd = bytesEnd
    } else {
      position = max(position, start + shape.headerSize)
      runEnd = min(start + shape.size, bytesEnd)
      time = block.timeForm.timestamp(bytes.load(block.bufferTime, from: start - base) ?? 0)
    }
    lastStart = min(runEnd, wanted.upperBound)
  }

  /// What `step` found.
  private enum Step {
    /// Nothing to hand out; the walk goes on at `position`.
    case goesOn
    /// A record that starts at the address and was put together.
    case record(JournalAddress)
    case damage(Damage)
  }

  /// Looks at the record at `position`, which does not lie whole in its run, or is no record.
  private mutating func step(
    _ bytes: RawSpan, at base: JournalAddress, storage: any JournalStorage
  ) throws -> Step {
    if back != nil { return try stepToStart(bytes, at: base, storage: storage) }
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

  /// The record at `position`, up to the next one's start.
  private mutating func stepToStart(
    _ bytes: RawSpan, at base: JournalAddress, storage: any JournalStorage
  ) throws -> Step {
    let at = position
    switch try back?.step(at: at) {
    case .end, nil:
      position = shape.limit
      return .goesOn
    case .gap(let end):
      return .damage(
        Damage(
          .link, at..<end, "no record from behind \(at) leads back to the one that starts there"))
    case .record(let next):
      position = next
      previous = at
      guard at >= wanted.lowerBound else { return .goesOn }
      let blockEnd = min(shape.block(of: at) + shape.size - trailerSize, shape.limit)
      // Where records do not cross blocks, a block's rest is the last one's.
      let size =
        interned.layout.crossesBlocks || next < blockEnd
        ? shape.payload(from: at, to: next) : blockEnd - at
      try assemble(size, at: at, bytes, base, storage)
      return .record(at)
    }
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
