import Testing

@testable import MirrorJournal

/// Random records of every type and size, written over several files and read back in every way.
@Suite struct RoundTripTests {
  /// A chain of journals and what was written to each.
  final class Chain: Sendable {
    struct Written: Sendable {
      let address: JournalAddress
      let content: RecordContent
    }
    let journals: [Journal]
    let written: [[Written]]

    init(in directory: String, records: Int, maximumValue: Int, files: Int) throws {
      var source = RandomRecords(seed: 2024, maximumValue: maximumValue)
      var header = JournalHeader()
      header.fileCount = 1
      header.isMirrorJournal = true
      header.mirrorFileCount = 7
      header.guid = GUID(high: 1, low: 1)
      var paths: [String] = []
      var all: [[Written]] = []
      var writer: JournalWriter?
      for file in 0..<files {
        let path = directory + "/20240709.00\(file + 1)"
        let guid = GUID(high: 1, low: UInt64(file + 1))
        writer =
          try writer?.switchFile(to: path, guid: guid)
          ?? JournalWriter(path: path, header: header)
        var here: [Written] = []
        for _ in 0..<records / files {
          guard let writer else { break }
          writer.time = Timestamp(milliseconds: writer.time.milliseconds + 1)
          if source.once(in: 500) { try writer.endBlock() }
          if source.once(in: 300) { try writer.flush() }
          if source.once(in: 400) {
            try writer.add(JournalDatabase(sfn: UInt32(here.count), directory: "/db\(here.count)/"))
          }
          let content = try source.next()
          here.append(Written(address: try writer.append(content), content: content))
        }
        paths.append(path)
        all.append(here)
      }
      // The last file stays active.
      try writer?.flush()
      journals = try paths.map { try Journal(path: $0) }
      written = all
    }

    /// Records that the writer made by itself.
    static func isInternal(_ record: borrowing Record) -> Bool {
      record.type == .extension || record.type == .dirtab
    }
  }

  private static let records = isLongRun ? 400_000 : 60_000
  private let directory: TemporaryDirectory
  private let chain: Chain

  init() throws {
    directory = try TemporaryDirectory()
    chain = try Chain(
      in: directory.path, records: Self.records,
      maximumValue: 3_641_144, files: 4)
  }

  /// One test, because making the chain costs more than reading it.
  @Test func recordsAreReadBackEqualInEveryWay() throws {
    for (journal, written) in zip(chain.journals, chain.written) {
      try readForwards(journal, written)
      try readBackwards(journal, written)
      try readByAddress(journal, written)
      try readInParts(journal, written)
    }
    #expect(chain.journals.map(\.header.isClosed) == [true, true, true, false])
    #expect(chain.journals.map(\.header.mirrorFileCount) == [7, 8, 9, 10])
  }

  private func readForwards(_ journal: Journal, _ written: [Chain.Written]) throws {
    var index = 0
    var previous = 0
    var problems: [String] = []
    try journal.forEachRecord(damaged: { problems.append("\($0)") }) { record in
      if record.distanceBack != (previous == 0 ? 0 : record.address - previous) {
        problems.append("link at \(record.address)")
      }
      previous = record.address
      if Chain.isInternal(record) { return }
      guard index < written.count, written[index].address == record.address else {
        problems.append("address \(record.address)")
        return
      }
      if let part = try journal.difference(record, written[index].content) {
        problems.append("\(part) at \(record.address)")
      }
      index += 1
    }
    #expect(problems.prefix(5) == [])
    #expect(index == written.count)
    if journal.header.isClosed {
      #expect(try journal.recordAddress(before: journal.header.endAddress) == written.last?.address)
    }
  }

  private func readBackwards(_ journal: Journal, _ written: [Chain.Written]) throws {
    let forwards = try journal.everything().records
    var backwards: [SeenRecord] = []
    try journal.forEachRecordReversed(damaged: { throw $0 }) { backwards.append(SeenRecord($0)) }
    #expect(backwards.count == forwards.count)
    #expect(backwards.reversed() == forwards)
    guard let first = written.first, let last = written.last else { return }
    let middle = (first.address + last.address) / 2
    for range in [middle..<last.address, first.address..<middle, middle..<middle] {
      var part: [JournalAddress] = []
      try journal.forEachRecordReversed(in: range, damaged: { throw $0 }) {
        part.append($0.address)
      }
      #expect(part.reversed() == forwards.map(\.address).filter { range.contains($0) })
    }
  }

  private func readByAddress(_ journal: Journal, _ written: [Chain.Written]) throws {
    for index in stride(from: 0, to: written.count, by: isLongRun ? 41 : 23) {
      let (address, content) = (written[index].address, written[index].content)
      let difference = try journal.withRecord(at: address) {
        try journal.difference($0, content)
      }
      #expect(difference == nil, "at \(address)")
      #expect(throws: JournalError.self) { try journal.withRecord(at: address + 4) { _ in } }
      #expect(try journal.recordAddress(atOrAfter: address) == address)
      #expect(try journal.recordAddress(before: address + 1) == address)
      if index > 0 {
        #expect(try journal.recordAddress(before: address) == written[index - 1].address)
        #expect(try journal.recordAddress(atOrAfter: written[index - 1].address + 1) == address)
      }
    }
    #expect(try journal.recordAddress(before: 0) == nil)
    #expect(try journal.recordAddress(before: .min) == nil)
    #expect(try journal.recordAddress(atOrAfter: .max) == nil)
    #expect(try journal.recordAddress(atOrAfter: .min) == written.first?.address)
  }

  private func readInParts(_ journal: Journal, _ written: [Chain.Written]) throws {
    let whole = try journal.everything().records
    for parts in [1, 2, 3, 7, 1000] {
      let ranges = journal.split(into: parts)
      #expect(ranges.count <= parts)
      #expect(ranges.first?.lowerBound == journal.dataRange.lowerBound)
      #expect(ranges.last?.upperBound == journal.dataRange.upperBound)
      #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
      let found = try journal.reduce(threads: parts, into: { _ in [SeenRecord]() }) {
        $0.append(SeenRecord($1))
      }
      #expect(found.flatMap(\.damage).isEmpty)
      #expect(found.flatMap(\.value) == whole)
    }
    // Cuts at any address, not only at those that `split` proposes.
    guard let first = whole.first, let last = whole.last else { return }
    for cut in stride(from: first.address, to: last.end, by: (last.end - first.address) / 9 + 3) {
      let parts = try [0..<cut, cut..<Int.max].map { try journal.everything(in: $0) }
      #expect(parts[0].records + parts[1].records == whole)
      #expect(parts.flatMap(\.damage).isEmpty)
    }
    try stopEarly(journal, whole)
  }

  /// A body that throws keeps what was gathered before, its own record included.
  private func stopEarly(_ journal: Journal, _ whole: [SeenRecord]) throws {
    struct Enough: Error {}
    for count in [1, 2, whole.count / 2, whole.count] where count > 0 && count <= whole.count {
      var found: [SeenRecord] = []
      #expect(throws: Enough.self) {
        try journal.forEachRecord(into: &found, damaged: { throw $0 }) {
          $0.append(SeenRecord($1))
          if $0.count == count { throw Enough() }
        }
      }
      #expect(found == Array(whole.prefix(count)))
    }
  }
}

@Suite struct ExtensionTests {
  /// Around every size at which a value needs one record more.
  @Test(arguments: [0, 65_400, 65_519, 65_520, 130_900, 131_000, 262_144, 3_641_144])
  func valuesOfAnyLengthComeBack(size: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("20240709.001")
    let writer = try JournalWriter(path: path, header: JournalHeader())
    var written: [(JournalAddress, RecordContent)] = []
    for slack in [0, 1, 2, 3, 4, 30, 60, 100] {
      let new = [UInt8](repeating: UInt8(slack), count: size + slack)
      let content = try RecordContent(
        .set, GlobalReference("L", [Subscript(slack)]), new: .bytes(new),
        old: .wide([UInt16](repeating: 0x436, count: slack)), isInTransaction: true)
      written.append((try writer.append(content), content))
    }
    try writer.close()
    let journal = try Journal(path: path)
    for (address, content) in written {
      let difference = try journal.withRecord(at: address) { try journal.difference($0, content) }
      #expect(difference == nil, "at \(address)")
    }
  }

  @Test func aKeyThatLeavesNoRoomForARecordIsRefused() throws {
    let directory = try TemporaryDirectory()
    let writer = try JournalWriter(path: directory.file("20240709.001"), header: JournalHeader())
    let key = [UInt8](repeating: 0x41, count: 65_535)
    #expect(throws: JournalError.self) {
      try writer.append(
        RecordContent(
          .set, .node(key: key, nameLength: 1, values: [StoredValue([1, 2, 3])])))
    }
  }

  @Test func aMarkersTextIsUTF8OrElseOfEightBitCharacters() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("20240709.001")
    let writer = try JournalWriter(path: path, header: JournalHeader())
    let address = try writer.append(
      RecordContent(
        .marker, .marker(MarkerBody(id: -1, sequence: 3, previousAddress: 0, text: "Zürich 漢字"))))
    try writer.close()
    var bytes = try contents(path)
    #expect(
      try Journal(path: path).withRecord(at: address) { try $0.marker().text } == "Zürich 漢字")
    let place = try #require(bytes.firstRange(of: Array("ü".utf8)))
    bytes[place.lowerBound] = 0xFC
    reseal(&bytes, layout: JournalLayout.builtIn[0])
    let text = try Journal(storage: MemoryStorage(bytes)).withRecord(at: address) {
      try $0.marker().text
    }
    #expect(text.hasPrefix("Z\u{FC}\u{BC}rich"))
  }
}
