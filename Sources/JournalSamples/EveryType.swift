internal import MirrorJournal

/// A small journal that holds a record of every documented type, an undocumented one, a long value
/// with extension records, a bit string in each of its forms, and later additions to the directory.
public struct EveryType: Sendable {
  /// The journal has no choices: its bytes are always the same.
  public init() {}

  /// Writes the journal to `path`: three data blocks, the last one partly filled.
  ///
  /// - Throws: `targetExists`, `cannotWrite`.
  public func write(to path: String, overwriting: Bool = false) throws {
    var header = JournalHeader()
    header.name = MirrorChain.directory + "20240709.001"
    header.fileCount = 1
    header.creationTime =
      Timestamp(year: 2024, month: 7, day: 9, hour: 9) ?? Timestamp(milliseconds: 0)
    header.guid = GUID(high: 0x9773_4819_CA75_4CB1, low: 0x9C3E_74D2_9478_4D23)
    let writer = try JournalWriter(
      path: path, header: header, databases: [MirrorChain.databases[0]],
      jobs: [JournalJob(jobID: 1, processID: 5427)], overwriting: overwriting, hidden: true)
    try writer.add(MirrorChain.databases[1])
    try writer.add(JournalJob(jobID: 2, processID: 6362))
    for (index, type) in RecordType.documented.enumerated() {
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + 1000)
      try writer.append(content(type, number: index))
    }
    try writer.append(RecordContent(RecordType(rawValue: 77), .opaque([1, 2, 3, 4, 5, 6, 7])))
    let long = [UInt8](repeating: 0, count: 90_000).indices.map { UInt8($0 % 251) }
    try writer.append(
      RecordContent(
        .set, GlobalReference("LONG", [1]), new: .bytes(long), old: .wide(Array("früher ж".utf16)),
        isInTransaction: true, sfn: 4))
    for number in 0..<200 {
      try writer.append(
        RecordContent(
          .set, GlobalReference("X", [Subscript(number)]), new: JournalValue("v\(number)")))
    }
    let bits = try BitString(length: 201, ones: [2, 3, 4, 6, 201])
    for form in BitStringForm.allCases {
      try writer.append(
        RecordContent(
          .set, GlobalReference("T", ["bits", .string(form.rawValue)]),
          new: JournalValue(bits, as: form)))
    }
    try writer.close()
  }

  private func content(_ type: RecordType, number: Int) throws -> RecordContent {
    let node = GlobalReference("T", [Subscript(number), "a\u{1}b", "-.5", "ж"])
    let key = try node.encodedKey()
    if type == .bitSet {
      return RecordContent(
        type,
        .bit(
          key: key.bytes, nameLength: key.nameLength,
          BitSetBody(position: 9, oldLength: 8, newBit: 1, oldBit: 0)))
    }
    if type == .marker {
      return RecordContent(
        type, .marker(MarkerBody(id: -1, sequence: 1, previousAddress: 0, text: "Incremental")))
    }
    if type == .netsyn { return RecordContent(type, .netsyn([9, 8, 7])) }
    if type.isTransactionControl {
      return RecordContent(
        type, .level(UInt32(number)), isInTransaction: type.rawValue < 6, jobID: 2)
    }
    if type.isKill {
      return try RecordContent(type, node, old: JournalValue("gone"), isInTransaction: true, sfn: 4)
    }
    var list = ListBuilder()
    list.append("text")
    list.appendOmitted()
    list.append(-257)
    list.append(1.5)
    return try RecordContent(
      type, node, new: JournalValue(list), old: JournalValue("before"), isInTransaction: true,
      jobID: 2, sfn: 4)
  }
}
