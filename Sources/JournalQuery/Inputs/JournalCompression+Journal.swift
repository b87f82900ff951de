public import JournalCompression
public import MirrorJournal

extension JournalCompressor {
  /// Compresses the journal at `source`, taking its GUID and whether it is active from its header.
  ///
  /// Of a file whose layout is not known neither is told: its bytes are compressed as they are, which
  /// `noted` is called about, and it is not removed.
  ///
  /// - Parameters:
  ///   - source: the journal.
  ///   - target: where the compressed file is to be.
  ///   - allowingActive: whether a journal without an end address may be compressed.
  ///   - layouts: those that the file may have.
  ///   - noted: told what could not be checked.
  /// - Throws: `badArgument` for a journal that is to be removed and is active, or may be; as
  ///   `compress(_:to:fileGUID:isActive:)`, and `notAJournal` for a file that is none.
  public func compressJournal(
    _ source: String, to target: String? = nil, allowingActive: Bool = false,
    layouts: [JournalLayout] = JournalLayout.builtIn, noted: (String) -> Void = { _ in }
  ) throws -> CompressionResult {
    try options.checkInput(source)
    let file = try JournalFile(storage: MappedFile(path: source), layouts: layouts)
    guard let journal = file.journal else {
      guard !options.removeOriginal else {
        throw JournalError(
          .badArgument,
          "the layout is not known, and so not whether the journal is closed: it is not removed",
          in: source, advice: "leave out --rm, or find the layout with 'mjournal calibrate'")
      }
      let plain = try MappedFile(path: source)
      if try FramingFinder(layouts: layouts).storage(in: plain) != nil {
        throw JournalError(.badArgument, "the file is compressed already", in: source)
      }
      if JournalFileName(source)?.isCompressed == true {
        throw JournalError(.badArgument, "by its name the file is compressed already", in: source)
      }
      let result = try compress(source, to: target)
      if !allowingActive {
        noted("the layout is not known, and so not whether the journal is closed")
      }
      return result
    }
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
