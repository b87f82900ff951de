internal import FoundationEssentials

extension JournalLayout {
  /// The most bytes of a layout file: some hundred times what one needs.
  public static let sizeLimit = 1 << 20

  /// Reads a layout from the JSON file at `path`.
  ///
  /// - Throws: `cannotOpen` when the file cannot be read, `badLayout` when it is not a layout or
  ///   contradicts itself.
  public init(contentsOf path: String) throws(JournalError) {
    let bytes: [UInt8]
    do {
      bytes = try WholeFile.read(path, limit: Self.sizeLimit)
    } catch {
      if error.code == .badArgument {
        throw JournalError(
          .badLayout, "it is larger than \(Self.sizeLimit) bytes: it is no layout", in: path)
      }
      throw JournalError(.cannotOpen, "the layout file cannot be read", in: path)
    }
    do {
      try self.init(json: bytes)
    } catch {
      throw error.inFile(path)
    }
  }

  /// Reads a layout from JSON. What the JSON leaves out is unknown, or of its documented size.
  ///
  /// - Throws: `badLayout` when a field is none of a layout, or has an impossible value.
  public init(json: [UInt8]) throws(JournalError) {
    do {
      var tree = try JSONDecoder().decode(LayoutTree.self, from: Data(json))
      if case .text(let digits)? = tree["signature"] {
        tree["signature"] = try Self.signature(hexadecimal: digits)
      }
      let whole = try Self.tree(of: .unknown).overlaid(with: tree)
      self = try JSONDecoder().decode(JournalLayout.self, from: JSONEncoder().encode(whole))
    } catch let error as DecodingError {
      throw JournalError(.badLayout, Self.sentence(error))
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError(.badLayout, "the file is not JSON")
    }
    try validate()
  }

  /// The layout as JSON, keys sorted, without what is unknown.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard var tree = try? Self.tree(of: self).without(Self.tree(of: .unknown)) else {
      return "{}\n"
    }
    tree["signature"] = .text(signature.map(\.hexText).joined())
    guard let data = try? encoder.encode(tree) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private static func tree(of layout: JournalLayout) throws -> LayoutTree {
    try JSONDecoder().decode(LayoutTree.self, from: JSONEncoder().encode(layout))
  }

  private static func signature(hexadecimal text: String) throws(JournalError) -> LayoutTree {
    let digits = Array(text.utf8)
    let numbers = stride(from: 0, to: digits.count, by: 2).compactMap { start in
      start + 1 < digits.count
        ? UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) : nil
    }
    guard numbers.count * 2 == digits.count else {
      throw JournalError(.badLayout, "the signature is not in hexadecimal")
    }
    return .array(numbers.map { .number(Int64($0)) })
  }

  /// Checks that a file can be walked by this layout: sizes are positive and nested, fields lie
  /// inside the structures they belong to.
  ///
  /// - Throws: `badLayout` that names the first contradiction.
  public func validate() throws(JournalError) {
    func check(_ holds: Bool, _ reason: String) throws(JournalError) {
      if !holds { throw JournalError(.badLayout, reason) }
    }
    try check(!signature.isEmpty && signature.count <= 64, "the signature has 1 to 64 bytes")
    try check(
      block.size >= 512 && block.size <= 1 << 20 && block.size.nonzeroBitCount == 1,
      "the block size is a power of two from 512 to 1048576")
    try check(
      block.headerSize >= 0 && block.headerSize <= block.size / 2,
      "the block header fits into half a block")
    try check(
      block.trailerSize >= 0 && block.trailerSize <= 4096
        && block.headerSize + block.trailerSize <= block.size / 2
        && (block.trailerSize == 0 || !record.crossesBlocks),
      "a block's trailer fits into it, and no record crosses it")
    try check(
      block.firstRecordAddress == 0
        || block.firstRecordAddress >= block.firstDataAddress + block.headerSize
          && block.firstRecordAddress < block.firstDataAddress + block.size,
      "the first record stands in the first data block")
    try check(
      header.size >= signature.count && header.size <= block.firstDataAddress,
      "the header ends before the first data block")
    try check(
      block.firstDataAddress % block.size == 0 && block.firstDataAddress > 0
        && block.firstDataAddress <= 1 << 30
        && block.directoryAddress % block.size == 0 && block.directoryAddress >= 0
        && block.directoryAddress <= 1 << 30,
      "blocks start at multiples of the block size")
    try check([1, 2, 4, 8].contains(record.alignment), "records align to 1, 2, 4 or 8 bytes")
    try check(
      record.length.isKnown || record.nextAddress.isKnown || record.lengthAtEnd.isKnown
        || record.knowsPrevious,
      "a record says its length or the address of another: without, a file cannot be walked")
    try check(
      record.lengthAtEnd.offset == 0 && (!record.lengthAtEnd.isKnown || record.leadsBack),
      "a length at records' ends has no offset, and is the only one")
    for field in [
      record.length, record.lengthSecond, record.lengthThird, record.nextAddress,
      record.distanceBack, record.previousAddress, record.type,
    ] {
      try check(field.end <= record.headerSize, "the record header's links and type lie inside it")
    }
    // Records of some types may end before these.
    for field in [
      record.flags, record.collation, record.valueCount, record.jobID, record.remoteSystemID,
      record.sfn,
    ] {
      try check(field.end <= record.maximumLength, "the record's fields lie inside the longest one")
    }
    try check(
      [1, 2, 4, 8].contains(record.lengthUnit) && [1, 2, 4, 8].contains(record.linkUnit),
      "lengths and links count 1, 2, 4 or 8 bytes")
    try check(
      [1, 2, 4, 8].contains(record.lengthRounds)
        && (record.lengthSecond.isKnown || !record.lengthThird.isKnown)
        && (record.length.isKnown || !record.lengthSecond.isKnown),
      "a length is rounded to 1, 2, 4 or 8 bytes, and its parts are named from the first on")
    try check(
      record.headerSize >= 1 && record.headerSize <= record.maximumLength
        && record.maximumLength <= 1 << 28
        && (record.crossesBlocks || record.maximumLength <= block.size - block.headerSize),
      "the longest record fits into a block")
    try check(
      [0, 1, 2, 4, 8].contains(record.valueWordWidth)
        && [1, 2, 4, 8].contains(record.valueAlignment)
        && header.guids.count <= 6, "a value word has 1, 2, 4 or 8 bytes")
    try record.keyEncoding.validate()
    try check(
      (1...32).contains(record.valueCountBits), "a value word counts bytes with 1 to 32 bits")
    for field in [
      block.firstRecord, block.flags, block.checksum, block.bufferTime, block.usedLength,
    ] {
      try check(field.end <= block.headerSize, "the block header's fields lie inside it")
    }
    try check(
      !block.checksum.isKnown || block.checksum.width == 4, "a block's checksum has 4 bytes")
    try check(
      !header.checksum.isKnown
        || (header.checksum.width == 4 && header.checksum.end <= header.size),
      "the header's checksum has 4 bytes inside it")
  }

  private static func sentence(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context):
      "the field '\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "the field '\(path(context))' has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "the file is not JSON" : "'\(path(context))': \(context.debugDescription)"
    @unknown default: "the file is not a layout"
    }
  }
}
