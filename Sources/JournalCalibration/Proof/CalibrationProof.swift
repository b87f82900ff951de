public import MirrorJournal

/// What a walk through the whole file with the found layout shows.
public struct CalibrationProof: Sendable {
  /// Records in the file.
  public private(set) var records = 0
  /// Bytes from the first data block to the end of the file.
  public private(set) var dataBytes = 0
  /// Of these, those in no record, no block header and no padding of zeros.
  public private(set) var unexplainedBytes = 0
  /// Rows of the listing.
  public private(set) var listedRows = 0
  /// Rows at whose address a record starts.
  public private(set) var hitRows = 0
  /// Rows with a name, and those whose record has it.
  public private(set) var names = 0
  /// Of `names`, those whose record has the name.
  public private(set) var rightNames = 0
  /// Rows with a whole reference where subscripts are known, and those whose record has it.
  public private(set) var references = 0
  /// Of `references`, those whose record has the reference.
  public private(set) var rightReferences = 0
  /// Values of the rows where their place is known, and those that the record has.
  public private(set) var values = 0
  /// Of `values`, those that the record has.
  public private(set) var rightValues = 0
  /// Listed values of 16-bit characters whose bytes are there without anything that tells them from 8-bit
  /// ones: they are read as other text.
  public private(set) var wideWithoutMark = 0
  /// Rows that the file contradicts.
  public private(set) var wrongRows: [WrongRow] = []

  /// Jobs whose number went from one process to another within the file.
  private var reusedJobs: Set<UInt32> = []

  /// A row that the file contradicts.
  public struct WrongRow: Sendable {
    /// The line of the listing, from 1.
    public let line: Int
    /// The address that the row states, in bytes.
    public let address: JournalAddress
    /// What the file has instead.
    public let reason: String
  }

  /// The part of the data that the layout explains, from 0 to 1.
  public var explainedShare: Double {
    dataBytes == 0 ? 0 : 1 - Double(unexplainedBytes) / Double(dataBytes)
  }

  init(
    layout: JournalLayout, storage: MappedFile, listing: Listing, finder: FieldFinder,
    bytes: RawSpan
  ) throws {
    let journal = try Journal(storage: storage, layouts: [layout])
    let rows = Dictionary(grouping: listing.records, by: \.address)
    let processes = finder.processes
    let databases = finder.databases
    listedRows = listing.records.count
    dataBytes = storage.count - layout.block.firstDataAddress
    reusedJobs = Self.reusedJobs(finder, layout)
    var hit: Set<Int> = []
    try journal.forEachRecord(damaged: { unexplainedBytes += $0.byteCount }) { record in
      records += 1
      guard let listed = rows[record.address] else { return }
      hit.insert(record.address)
      for row in listed {
        hitRows += 1
        var reasons: [String] = []
        checkKey(row, record, journal, &reasons)
        checkFields(row, record, processes, databases, &reasons)
        if !reasons.isEmpty {
          wrongRows.append(
            WrongRow(
              line: row.line, address: row.address, reason: reasons.joined(separator: ", ")))
        }
      }
    }
    for row in listing.records where !hit.contains(row.address) {
      wrongRows.append(
        WrongRow(line: row.line, address: row.address, reason: "no record starts there"))
    }
    wrongRows.sort { $0.line < $1.line }
    if layout.record.crossesBlocks { unexplainedBytes += Self.tail(finder.table.end, bytes) }
  }

  /// A job's number is used again when its process ends: then its rows name one process after the other, each
  /// in a stretch of its own. A single row with another process is wrong instead.
  private static func reusedJobs(_ finder: FieldFinder, _ layout: JournalLayout) -> Set<UInt32> {
    guard layout.record.jobID.isKnown, !layout.record.jobIsProcess else { return [] }
    var stretches: [UInt64: [(process: String, rows: Int)]] = [:]
    for row in finder.matched.sorted(by: { $0.listed.address < $1.listed.address }) {
      guard let process = row.listed.process else { continue }
      let job = finder.table.number(row.row, layout.record.jobID)
      var own = stretches[job] ?? []
      if let last = own.popLast() {
        own.append(last.process == process ? (process, last.rows + 1) : last)
        if last.process != process { own.append((process, 1)) }
      } else {
        own.append((process, 1))
      }
      stretches[job] = own
    }
    return Set(
      stretches.filter { _, found in
        found.count > 1 && Set(found.map(\.process)).count == found.count
          && found.allSatisfy { $0.rows >= 2 }
      }.keys.map { UInt32(truncatingIfNeeded: $0) })
  }

  /// Bytes behind the last record that are not zero.
  private static func tail(_ end: Int, _ bytes: RawSpan) -> Int {
    guard let rest = bytes.slice(end, bytes.byteCount - end), !rest.isAllZero else { return 0 }
    return rest.byteCount
  }

  private mutating func checkKey(
    _ row: ListedRecord, _ record: borrowing Record, _ journal: Journal, _ reasons: inout [String]
  ) {
    let layout = journal.layout.record
    guard layout.knowsKeys, let name = row.name else { return }
    names += 1
    let wanted = KeySearch.latin1(name)
    // Where the type is not known, neither is whether the record has a key; the listing says so.
    let isThere =
      record.type.hasKey && record.nameBytes()?.copied() == wanted
      || !record.type.hasKey
        && record.bytes.slice(Int(layout.key), wanted.count)?.copied() == wanted
    guard isThere else {
      reasons.append("its name is another")
      return
    }
    rightNames += 1
    guard record.type.hasKey else { return }
    if layout.keyEncoding.knowsSubscripts, layout.keyLength.isKnown, let reference = row.reference {
      references += 1
      let found = try? record.key()?.reference()
      if found?.subscripts == reference.subscripts {
        rightReferences += 1
      } else {
        reasons.append("its subscripts are others")
      }
    }
    guard layout.knowsValues, record.type.hasKeyAndValues else { return }
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    for (listed, index, word) in [
      (row.newValue, places.new, "new"), (row.oldValue, places.old, "old"),
    ] {
      guard let listed else { continue }
      let likeness = index.map { index in
        (try? journal.withValue(index, of: record) { listed.likeness($0.copied(), $1) })
          ?? .different
      }
      if likeness == .wideWithoutMark {
        wideWithoutMark += 1
        continue
      }
      values += 1
      if likeness == .equal {
        rightValues += 1
      } else {
        reasons.append("its \(word) value is another")
      }
    }
  }

  private func checkFields(
    _ row: ListedRecord, _ record: borrowing Record, _ processes: [UInt64: String],
    _ databases: [UInt64: String], _ reasons: inout [String]
  ) {
    let layout = record.layout
    if layout.type.isKnown, let label = row.type {
      let types = TypeLabel.types(label)
      if !types.isEmpty, !types.contains(record.type), record.type.rawValue < 224 {
        reasons.append("its type is \(record.type.name)")
      }
    }
    if layout.knowsTransaction, let listed = row.isInTransaction, listed != record.isInTransaction {
      reasons.append("its transaction flag is another")
    }
    if layout.jobID.isKnown, let process = row.process,
      let known = processes[UInt64(record.jobID)], known != process,
      !reusedJobs.contains(record.jobID)
    {
      reasons.append("its process is \(known)")
    }
    if layout.sfn.isKnown, let database = row.database, let known = databases[UInt64(record.sfn)],
      known != database
    {
      reasons.append("its database is \(known)")
    }
  }

  /// - Throws: `notProved` when the walk does not bear the layout out.
  func check() throws(JournalError) {
    guard explainedShare >= 0.98 else {
      throw JournalError.refusal(
        "the best layout explains only \(Int(explainedShare * 100)) % of the data")
    }
    guard hitRows * 100 >= listedRows * 85 else {
      throw JournalError.refusal(
        "the best layout hits only \(hitRows) of \(listedRows) listed addresses")
    }
    guard names == 0 || rightNames * 100 >= names * 85 else {
      throw JournalError.refusal(
        "only \(rightNames) of \(names) listed names are where they should be")
    }
    guard wrongRows.count * 100 <= listedRows * 20 else {
      throw JournalError.refusal(
        "\(wrongRows.count) of \(listedRows) rows contradict the file")
    }
  }
}
