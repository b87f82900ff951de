import MirrorJournal

/// Whether bytes that came out of a codec are a journal: of a known layout, or with the names of journals in
/// its header, or with blocks that begin alike behind a header that is mostly zeros.
struct JournalProof {
  let signatures: [[UInt8]]

  func holds(_ storage: FramedStorage) throws -> Bool {
    let start = try storage.copy(at: 0, 64)
    if signatures.contains(where: { !$0.isEmpty && start.starts(with: $0) }) { return true }
    let own = JournalFileName(storage.path)?.uncompressed
    if storage.count % ObservedGrid.blockSize == 0,
      try HeaderText.all(in: storage, own: own).contains(where: { $0.role != nil })
    {
      return true
    }
    var head = ByteHistogram()
    let first = try storage.copy(at: 0, 4096)
    head.add(first.span.bytes)
    guard head.zeroShare >= 0.5, let grid = try BlockGrid(storage) else { return false }
    return grid.size >= 8192 && storage.count % grid.size == 0
  }
}
