internal import MirrorJournal
internal import MirrorLog

/// What can be checked of a file whose layout is not known: that it is there, that its size has the
/// positions, and that they stand where a record can (class O).
///
/// None of it confirms a position, so that nothing here makes an answer YES. What was not checked is said,
/// and keeps the answer from being YES where somebody asked for the check.
extension JournalChecks {
  mutating func checkUnread(
    _ copy: MirrorJournals.Copy, _ storage: any JournalStorage, _ key: FileKey,
    _ named: [NamedPosition]
  ) {
    let path = copy.path
    for (position, group) in Dictionary(grouping: named, by: \.position)
      .sorted(by: { $0.key < $1.key })
    {
      checkPlace(position, storage, path, key, group)
    }
    let places = Set(named.map(\.position)).sorted()
    let positions =
      places.isEmpty
      ? "the logs name no position in it"
      : "records at \(places.map { "\($0.address)" }.joined(separator: ", ")), the end of the data "
        + "and the header were not checked"
    find(
      .layoutUnknown, copy.isGiven && !places.isEmpty ? .open : .note,
      "the layout of \(path) is not known: it is there with \(storage.count) bytes, and \(positions); "
        + "find its layout and give --layout: mjournal discover \(shellWord(path: path)) -o layout.json",
      key, named, at: places.isEmpty ? nil : places, file: path)
  }

  private mutating func checkPlace(
    _ position: MirrorPosition, _ storage: any JournalStorage, _ path: String, _ key: FileKey,
    _ named: [NamedPosition]
  ) {
    let address = position.address
    let block = ObservedGrid.blockSize
    func isKnown(_ code: Finding.Code) -> Bool {
      self.isKnown(at: position, key.mirror) { $0.code == code }
    }
    if address > storage.count {
      guard !isKnown(.beyondFileSize) else { return }
      find(
        .beyondFileSize, .open,
        "\(position) lies \(address - storage.count) bytes beyond the end of \(path): data are "
          + "missing, or the copy is older than the log", key, named, at: [position], file: path)
      return
    }
    let first = ObservedGrid.firstDataAddress + ObservedGrid.blockHeaderSize
    let inBlock = address % block
    // A block's edge may be the end of the block before it.
    let isInHeader = address > 0 && address < first && address != ObservedGrid.firstDataAddress
    let isInBlockHeader = inBlock > 0 && inBlock < ObservedGrid.blockHeaderSize
    if isInHeader || isInBlockHeader, !isKnown(.unaligned) {
      find(
        .noRecord, .open,
        "\(position) is where no record starts in any journal that was seen: "
          + (isInHeader
            ? "before the data of \(path)" : "in the header of a block of \(path)"),
        key, named, at: [position], file: path)
    }
    guard named.contains(where: { $0.role == .currentAsOf }),
      goesOn(behind: address, storage)
    else { return }
    find(
      .endDiffers, .open,
      "blocks behind \(position) in \(path) hold data: where they end could not be read, and a "
        + "member is current as of there", key, named, at: [position], file: path)
  }

  /// Whether a block that begins at `address` or behind it has a byte that is not zero; looks at 64 MiB.
  private func goesOn(behind address: JournalAddress, _ storage: any JournalStorage) -> Bool {
    let size = ObservedGrid.blockSize
    let first = (address + size - 1) / size * size
    for block in stride(from: first, to: min(storage.count, first + 64 << 20), by: size) {
      let range = (block..<block + size).clamped(to: 0..<storage.count)
      let isZero = try? storage.withBytes(range) { bytes in
        var sum: UInt8 = 0
        for index in 0..<bytes.byteCount { sum |= bytes.loadUInt8(at: index) ?? 0 }
        return sum == 0
      }
      if isZero != true { return true }
    }
    return false
  }
}
