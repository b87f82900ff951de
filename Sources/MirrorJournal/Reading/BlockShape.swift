/// How data run through blocks that begin with a header.
struct BlockShape: Sendable {
  let size: Int
  let headerSize: Int
  let limit: JournalAddress

  init(_ block: BlockLayout, limit: JournalAddress) {
    size = block.size
    headerSize = block.headerSize
    self.limit = limit
  }

  /// The start of the block that holds `address`.
  func block(of address: JournalAddress) -> JournalAddress { address / size * size }

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
