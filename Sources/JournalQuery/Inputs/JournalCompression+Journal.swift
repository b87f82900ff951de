public import JournalCompression
public import MirrorJournal

extension JournalCompressor {
  /// Compresses the journal at `source`, taking its GUID and whether it is active from its header.
  ///
  /// - Parameter allowingActive: whether a journal without an end address may be compressed.
  /// - Throws: `badArgument` for an active journal that is to be removed; as `compress(_:to:fileGUID:isActive:)`, and `notAJournal` for a file that is none.
  public func compressJournal(
    _ source: String, to target: String? = nil, allowingActive: Bool = false,
    layouts: [JournalLayout] = JournalLayout.builtIn
  ) throws -> CompressionResult {
    try options.checkInput(source)
    let journal = try Journal(path: source, layouts: layouts)
    guard journal.header.isClosed || !options.removeOriginal else {
      throw JournalError(
        .badArgument, "the journal is still active and must not be removed", in: source,
        advice: "switch journals first")
    }
    let layout = journal.layout
    var compressor = self
    compressor.firstRecord = { addresses, bytes in
      Self.firstRecord(in: addresses, bytes, layout)
    }
    return try compressor.compress(
      source, to: target, fileGUID: journal.header.guid.bytes,
      isActive: !journal.header.isClosed && !allowingActive)
  }

  /// The address of the first record that starts in a chunk, by the headers of its blocks.
  private static func firstRecord(
    in addresses: Range<JournalAddress>, _ bytes: RawSpan, _ layout: JournalLayout
  ) -> JournalAddress {
    var start = max(addresses.lowerBound, layout.block.firstDataAddress)
    while start + layout.block.headerSize <= addresses.upperBound {
      let offset = bytes.load(layout.block.firstRecord, from: start - addresses.lowerBound)
      if let offset, offset >= layout.block.headerSize, offset < layout.block.size {
        return min(start + Int(offset), addresses.upperBound)
      }
      start += layout.block.size
    }
    return addresses.upperBound
  }
}
