extension JournalHeader {
  /// The header's bytes, checksum included.
  ///
  /// - Throws: `badArgument` when its names do not fit.
  func encoded(_ layout: JournalLayout) throws(JournalError) -> [UInt8] {
    let places = layout.header
    var bytes = [UInt8](repeating: 0, count: places.size)
    bytes.replaceSubrange(0..<layout.signature.count, with: layout.signature)
    func put(_ number: Int, _ field: Field) {
      store(UInt64(clamping: number), field, in: &bytes)
    }
    put(versionMajor, places.versionMajor)
    put(versionMinor, places.versionMinor)
    put(places.size, places.headerLength)
    put(layout.block.size, places.blockSize)
    put(layout.block.firstDataAddress, places.firstDataBlock)
    var flags: UInt32 = 0
    if isMirrorJournal { flags |= places.mirrorFlag }
    if isClosed { flags |= places.closedFlag }
    if isEncrypted { flags |= places.encryptedFlag }
    store(UInt64(flags), places.flags, in: &bytes)
    put(fileCount, places.fileCount)
    put(mirrorFileCount, places.mirrorFileCount)
    put(switchReason, places.switchReason)
    put(maximumSize, places.maximumSize)
    store(UInt64(bitPattern: creationTime.milliseconds), places.creationTime, in: &bytes)
    put(endAddress, places.endAddress)
    put(previousEnd, places.previousEnd)
    put(mirrorEnd, places.mirrorEnd)
    put(openTransaction.fileCount, places.openTransactionFile)
    put(openTransaction.address, places.openTransactionOffset)
    put(openMirrorTransaction.fileCount, places.openMirrorTransactionFile)
    put(openMirrorTransaction.address, places.openMirrorTransactionOffset)
    let guids = [guid, previousGUID, nextGUID, mirrorGUID, systemGUID, sessionGUID]
    for (place, guid) in zip(places.guids, guids) where place != 0 {
      let start = Int(place)
      bytes.replaceSubrange(start..<start + 16, with: guid.bytes)
    }
    var strings: [UInt8] = []
    for text in [name, previousName, nextName, mirrorName, reasonText, encryptionKeyID] {
      try appendCounted(text, width: places.stringLengthWidth, to: &strings)
    }
    let start = Int(places.strings)
    guard start + strings.count <= bytes.count else {
      throw JournalError(.badArgument, "the names do not fit into the header", in: name)
    }
    bytes.replaceSubrange(start..<start + strings.count, with: strings)
    store(UInt64(CRC32C.of(bytes)), places.checksum, in: &bytes)
    return bytes
  }
}

extension CRC32C {
  /// The checksum of an array.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    CRC32C.of(bytes.span.bytes)
  }
}
