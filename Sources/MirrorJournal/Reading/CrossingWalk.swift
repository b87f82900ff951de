internal import Synchronization

/// The walk through families whose records go on in the next block, behind its header.
///
/// A record that lies in one block is seen where it stands; one that crosses is put together first.
extension Journal {
  /// Calls `body` with each record that starts in `range` until it returns false.
  ///
  /// Damage costs everything up to the next block that says where its first record starts.
  @usableFromInline
  func walkAcross(
    _ range: Range<JournalAddress>, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Bool
  ) throws {
    guard !range.isEmpty, var position = try firstAcross(atOrAfter: range.lowerBound) else { return }
    var previous: JournalAddress?
    let shape = BlockShape(layout.block, limit: dataLimit)
    let record = layout.record
    let interned = InternedRecordLayout(layout)
    let links = LinkTranslation(record)
    let hasLinks = record.knowsPrevious
    let alignmentMask = record.alignment - 1
    let headerSize = record.headerSize
    let maximumLength = record.maximumLength
    let dataLimit = dataLimit
    var assembled: [UInt8] = []
    while position < range.upperBound, position < dataLimit {
      let block = position / shape.size * shape.size
      let blockEnd = min(block + shape.size, dataLimit)
      var damage: Damage?
      var goesOn = true
      try storage.withBytes(block..<blockEnd) { bytes in
        let time = layout.block.timeForm.timestamp(bytes.load(layout.block.bufferTime) ?? 0)
        // State that the closure shares would be written back for each record.
        var at = max(position, block + shape.headerSize)
        var before = previous ?? -1
        defer {
          position = at
          previous = before < 0 ? nil : before
        }
        let end = min(blockEnd, range.upperBound)
        while at < end {
          let offset = at - block
          let room = blockEnd - at
          var size = 0
          var back = 0
          if headerSize <= room {
            (size, back) = links.sizeAndBack(
              in: bytes, at: offset, address: at,
              room: links.forwardIsAddress ? shape.payload(from: at) : room, interned: interned)
          } else {
            try assemble(headerSize, at: at, shape, into: &assembled)
            let head = assembled.span.bytes
            size = links.size(
              in: head, at: 0, address: at, room: shape.payload(from: at), interned: interned)
            back = links.distanceBack(in: head, at: 0, address: at)
          }
          if links.forwardIsAddress, size > room { size = shape.payload(from: at, to: at + size) }
          if size == 0 {
            at = blockEnd
            break
          }
          guard size >= headerSize, size <= maximumLength, size & alignmentMask == 0,
            size <= room || size <= shape.payload(from: at)
          else {
            damage = Damage(
              .record, at..<dataLimit, "the record at \(at) has an impossible length (\(size))")
            return
          }
          if before >= 0, hasLinks, back != at - before {
            damage = Damage(
              .link, at..<dataLimit,
              "the record at \(at) points back \(back) bytes instead of \(at - before)")
            return
          }
          let address = at
          before = at
          at = size < shape.size - offset ? at + size : shape.end(of: size, from: at)
          guard address >= range.lowerBound else { continue }
          if let whole = bytes.slice(offset, size) {
            bytes.prefetch(at: offset + 4096)
            goesOn = try body(
              Record(bytes: whole, address: address, blockTime: time, layout: interned))
          } else {
            try assemble(size, at: address, shape, into: &assembled)
            goesOn = try body(
              Record(
                bytes: assembled.span.bytes, address: address, blockTime: time, layout: interned))
          }
          if !goesOn { return }
        }
      }
      guard goesOn else { return }
      guard let found = damage else { continue }
      let next = try nextStart(after: found.range.lowerBound)
      try damaged(
        Damage(found.kind, found.range.lowerBound..<(next ?? dataLimit), found.reason))
      guard let next else { return }
      position = next
      previous = nil
    }
  }

  /// Copies the `count` bytes of the data at `address`, without the headers of the blocks between.
  private func assemble(
    _ count: Int, at address: JournalAddress, _ shape: BlockShape, into bytes: inout [UInt8]
  ) throws {
    bytes.removeAll(keepingCapacity: true)
    var position = address
    while bytes.count < count {
      let end = min(
        position / shape.size * shape.size + shape.size, position + count - bytes.count, dataLimit)
      guard position < end else { return }
      try storage.withBytes(position..<end) { bytes += $0.copied() }
      position = end
      if position % shape.size == 0 { position += shape.headerSize }
    }
  }

  /// Where the first record of the block at `block` stands, as the block says.
  private func statedStart(_ block: JournalAddress) throws -> JournalAddress? {
    let end = min(block + layout.block.headerSize, storage.count)
    guard block < end else { return nil }
    return try storage.withBytes(block..<end) { header in
      let place = Int(clamping: header.load(layout.block.firstRecord) ?? 0)
      return place >= layout.block.headerSize && place < layout.block.size ? block + place : nil
    }
  }

  /// The first stated start in a block behind the one that holds `address`.
  private func nextStart(after address: JournalAddress) throws -> JournalAddress? {
    guard layout.block.firstRecord.isKnown else { return nil }
    var block = (address / layout.block.size + 1) * layout.block.size
    while block < dataLimit {
      if let start = try statedStart(block) { return start }
      block += layout.block.size
    }
    return nil
  }

  /// Where a walk for records at or after `address` can begin: at a record of its block or before.
  private func firstAcross(atOrAfter address: JournalAddress) throws -> JournalAddress? {
    let first = layout.block.firstDataAddress
    let block = max(first, address / layout.block.size * layout.block.size)
    if layout.block.firstRecord.isKnown {
      if let start = try statedStart(block) { return start }
      return try nextStart(after: block)
    }
    if block == first { return first + layout.block.headerSize }
    if let known = crossingStarts.withLock({ $0 }) {
      let index = (block - first) / layout.block.size
      return index < known.count ? known[index] : nil
    }
    var starts: [JournalAddress] = []
    try walkAcross(first..<dataLimit, damaged: { _ in }) { record in
      let index = (record.address - first) / layout.block.size
      while starts.count <= index { starts.append(record.address) }
      return true
    }
    crossingStarts.withLock { $0 = starts }
    return try firstAcross(atOrAfter: address)
  }
}

/// How data run through blocks that begin with a header.
private struct BlockShape {
  let size: Int
  let headerSize: Int
  let limit: JournalAddress

  init(_ block: BlockLayout, limit: JournalAddress) {
    size = block.size
    headerSize = block.headerSize
    self.limit = limit
  }

  /// Bytes of data from `start` to `end`, block headers left out.
  func payload(from start: JournalAddress, to end: JournalAddress) -> Int {
    let headers = (max(end, start) - 1) / size - start / size
    return max(0, end - start - headers * headerSize)
  }

  /// Bytes of data from `start` to the end of the file.
  func payload(from start: JournalAddress) -> Int { payload(from: start, to: limit) }

  /// The address behind `count` bytes of data at `start`; never inside a block's header.
  func end(of count: Int, from start: JournalAddress) -> JournalAddress {
    let room = size - start % size
    if count < room { return start + count }
    let rest = count - room
    let blocks = rest / (size - headerSize)
    let block = (start / size + 1 + blocks) * size
    return block + headerSize + rest % (size - headerSize)
  }
}
