public import MirrorJournal

/// What a layout makes of a foreign file, record by record beside what was written.
///
/// A layout that was found from a few rows may be right about these and wrong about all others: here
/// every record of the file is compared, listed or not.
public struct ForeignReading: Sendable {
  /// What is compared.
  public enum Part: String, Sendable, CaseIterable {
    /// Where records start, and that nothing else is one.
    case walk
    /// The start of the record before.
    case linkBack = "link back"
    /// The operation.
    case type
    /// Whether the record is part of a transaction.
    case transaction = "transaction flag"
    /// Which records are of one job.
    case job
    /// Which records are of one database.
    case database
    /// The remote system's id.
    case remoteSystem = "remote system"
    /// The key's collation.
    case collation
    /// How many values follow the key.
    case valueCount = "number of values"
    /// The global's name.
    case name
    /// The subscripts behind the name.
    case subscripts
    /// The bytes of every value.
    case values
    /// The block's time, to the second.
    case time
  }

  /// Records of which a part reads otherwise than it was written.
  public struct Difference: Sendable {
    /// How many.
    public internal(set) var records = 0
    /// What the first of them reads as.
    public let first: String
  }

  /// The parts that the layout knows.
  public private(set) var known: Set<Part> = [.walk]
  /// The parts that read wrong.
  public private(set) var wrong: [Part: Difference] = [:]

  /// The parts that are a field that a layout knows or not.
  private static let fields: [Part: LayoutField] = [
    .type: .type, .transaction: .transaction, .job: .job, .database: .database,
    .remoteSystem: .remoteSystem, .name: .key, .subscripts: .subscript, .values: .value,
    .time: .time,
  ]

  private let hasLetters: Bool

  /// Reads `journal`'s file at `path` by `layout`.
  ///
  /// - Parameters:
  ///   - journal: what was written.
  ///   - path: where its file is.
  ///   - layout: what was found for it.
  ///   - types: the operations whose codes the listing showed; others need not be known.
  ///   - form: the listing's form. The list of `^JRNDUMP` has one letter for a SET and the
  ///     mirror's, so that a layout from it may take either for the usual one, never the usual for
  ///     the mirror's.
  /// - Throws: what opening the file throws.
  public init(
    of journal: ForeignJournal, at path: String, by layout: JournalLayout, types: Set<RecordType>,
    form: ForeignListing
  ) throws {
    hasLetters = form == .jrndump
    let file = try Journal(path: path, layouts: [layout])
    let record = layout.record
    if record.knowsPrevious { known.insert(.linkBack) }
    if record.collation.isKnown { known.insert(.collation) }
    if record.valueCount.isKnown { known.insert(.valueCount) }
    known.formUnion(Self.fields.filter { layout.knows($0.value) }.keys)
    var index = 0
    var numbers = Numbers()
    try file.forEachRecord(damaged: { note(.walk, "damaged: \($0)") }) { read in
      defer { index += 1 }
      guard index < journal.records.count else {
        return note(.walk, "a record too many at \(read.address)")
      }
      compare(read, journal.records[index], file, types, &numbers)
    }
    if index < journal.records.count { note(.walk, "\(index) of \(journal.records.count) records") }
  }

  /// What the file's numbers of jobs and databases were found to stand for.
  private struct Numbers {
    var jobs: [UInt32: UInt32] = [:]
    var databases: [UInt32: UInt32] = [:]
  }

  private mutating func compare(
    _ read: borrowing Record, _ written: ForeignRecord, _ file: Journal, _ types: Set<RecordType>,
    _ numbers: inout Numbers
  ) {
    let content = written.content
    expect(.walk, read.address, written.address, at: written)
    if known.contains(.linkBack) {
      let back = read.distanceBack
      expect(
        .linkBack, back, written.previous == 0 ? 0 : written.address - written.previous, at: written
      )
    }
    if known.contains(.type), types.contains(content.type) {
      let isAsGood =
        hasLetters && read.type.op == content.type.op
        && ![.mirrorSet, .mirrorKill].contains(read.type)
      if !isAsGood { expect(.type, read.type, content.type, at: written) }
    }
    if known.contains(.transaction) {
      expect(.transaction, read.isInTransaction, content.isInTransaction, at: written)
    }
    if known.contains(.job) {
      expect(.job, numbers.jobs[read.jobID] ?? content.jobID, content.jobID, at: written)
      numbers.jobs[read.jobID] = content.jobID
    }
    if known.contains(.remoteSystem) {
      expect(.remoteSystem, read.remoteSystemID, content.remoteSystemID, at: written)
    }
    if known.contains(.time) {
      // How the file and the listing differ in their time zone is not for the layout to say.
      expect(
        .time, read.blockTime.milliseconds / 1000, written.time.milliseconds / 1000, at: written)
    }
    guard let reference = written.reference, types.contains(content.type) else { return }
    if known.contains(.database) {
      expect(.database, numbers.databases[read.sfn] ?? content.sfn, content.sfn, at: written)
      numbers.databases[read.sfn] = content.sfn
    }
    if known.contains(.collation) {
      expect(.collation, read.collation, content.collation, at: written)
    }
    if known.contains(.name), read.type.hasKey {
      let name = read.nameBytes()?.copied() ?? []
      expect(.name, String(decoding: name, as: UTF8.self), reference.name, at: written)
    }
    if known.contains(.subscripts), read.type.hasKey {
      let found = try? read.key()?.reference()
      expect(.subscripts, found?.description ?? "nothing", reference.description, at: written)
    }
    guard case .node(_, _, let values) = content.body else { return }
    if known.contains(.valueCount) {
      expect(.valueCount, read.valueCount, values.count, at: written)
    }
    guard known.contains(.values) else { return }
    for (place, value) in values.enumerated() {
      let bytes = try? file.withValue(place, of: read) { bytes, _ in bytes.copied() }
      guard bytes != value.bytes else { continue }
      note(.values, "\(written.address): value \(place) has \(bytes?.count ?? 0) bytes or others")
    }
  }

  private mutating func expect<Value: Equatable>(
    _ part: Part, _ read: Value, _ written: Value, at record: ForeignRecord
  ) {
    if read != written { note(part, "\(record.address): \(read), not \(written)") }
  }

  private mutating func note(_ part: Part, _ text: String) {
    wrong[part, default: Difference(first: text)].records += 1
  }
}
