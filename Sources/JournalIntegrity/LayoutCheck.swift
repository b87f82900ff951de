public import MirrorJournal

/// Whether a layout says of a file what can be compared with something: a proof anew, without a listing.
public struct LayoutCheck: Sendable {
  /// Something that agrees in a file only when the layout is right.
  public struct Proof: Sendable, Hashable {
    /// What was compared, in words.
    public let what: String
    /// How often it agreed.
    public let agreed: Int
    /// How often it did not.
    public let against: Int

    /// Whether chance is out of the question: it agreed a hundred times as often as it did not, and at all.
    public var holds: Bool { agreed > 0 && against <= agreed / 100 }
  }

  /// The journal's path.
  public let path: String
  /// The layout that the file was read by.
  public let layout: String
  /// Records that the walk came by, internal ones included.
  public let records: Int
  /// Bytes of blocks' headers, records and padding, of those of the data.
  public let explained: Int
  /// Bytes of the data.
  public let dataBytes: Int
  /// What was compared. A field that the layout does not know is not among it.
  public let proofs: [Proof]
  /// Fields that the layout does not know.
  public let unknown: [LayoutField]
  /// Records whose type's code the layout does not name.
  public let unnamedTypes: Int

  /// Whether at least 99 % of the data are explained, nothing contradicts, and at least two proofs agree beside
  /// the walk.
  public var holds: Bool {
    records > 0 && explained >= dataBytes - dataBytes / 100 && proofs.allSatisfy(\.holds)
      && proofs.count > 2
  }

  /// Walks the whole file. O(bytes).
  ///
  /// - Parameters:
  ///   - journal: the file, read by the layout in question.
  ///   - threads: threads that walk.
  /// - Throws: `JournalError` when the file cannot be read.
  public init(_ journal: Journal, threads: Int = 1) throws {
    let report = try IntegrityCheck.run([journal], level: .values, threads: threads)
    var tally = Tally()
    try journal.forEachRecord(damaged: { _ in }) { tally.take($0) }
    let layout = journal.layout
    let file = report.files.first
    func count(_ kinds: IntegrityFinding.Kind...) -> Int {
      kinds.reduce(0) { sum, kind in
        sum + (file?.findings.count { $0.kind == kind && $0.severity == .error } ?? 0)
          + (file?.omitted[kind] ?? 0)
      }
    }
    let lost = file?.bytesLost ?? 0
    let damaged = file?.lost.count ?? 0
    var proofs = [
      Proof(what: "records lead to each other", agreed: tally.records, against: damaged)
    ]
    if layout.record.knowsPrevious {
      proofs.append(
        Proof(
          what: "records lead back to the one before", agreed: max(0, tally.records - 1),
          against: count(.link)))
    }
    if layout.block.checksum.isKnown {
      proofs.append(
        Proof(
          what: "checksums of blocks", agreed: file?.soundBlocks ?? 0, against: count(.checksum)))
    }
    if layout.knows(.type) {
      proofs.append(
        Proof(
          what: "types are documented ones", agreed: tally.known,
          // A layout that names codes may lack those that no listing showed.
          against: layout.typeCodes.isEmpty ? tally.unknown : 0))
    }
    unnamedTypes = layout.typeCodes.isEmpty ? 0 : tally.unknown
    if !journal.header.isEncrypted {
      if layout.knows(.subscript) {
        proofs.append(Proof(what: "keys decode", agreed: tally.keys, against: count(.key)))
      }
      if layout.knows(.value) {
        proofs.append(
          Proof(
            what: "values fill their records", agreed: tally.values,
            against: count(.value, .body, .extension)))
      }
    }
    if layout.knows(.time), tally.times > 1 {
      proofs.append(
        Proof(
          what: "times of blocks do not go back", agreed: tally.times - tally.back,
          against: tally.back))
    }
    path = journal.path
    self.layout = layout.name
    records = tally.records
    dataBytes = journal.dataRange.count
    explained = journal.dataRange.count - lost
    self.proofs = proofs
    unknown = LayoutField.allCases.filter { !layout.knows($0) }
  }

  private struct Tally {
    var records = 0
    var known = 0
    var unknown = 0
    var keys = 0
    var values = 0
    var times = 0
    var back = 0
    private var time: Timestamp?

    mutating func take(_ record: borrowing Record) {
      records += 1
      let type = record.type
      if type.staticName != nil || !type.isVisible { known += 1 } else { unknown += 1 }
      if type.hasKey { keys += 1 }
      if type.hasKeyAndValues { values += 1 }
      let now = record.blockTime
      guard now != time else { return }
      if let time, now < time { back += 1 }
      times += 1
      time = now
    }
  }

  /// Appends what was compared, a line each, and the answer.
  public func appendText(to buffer: inout TextBuffer) {
    buffer.append(printable: "\(path): layout \(layout)")
    let share = dataBytes == 0 ? 0 : Double(explained) / Double(dataBytes) * 100
    let percent = (share * 1000).rounded(.down) / 1000
    buffer.append("\n\(records) records; \(percent) % of \(dataBytes) bytes of data explained\n")
    for proof in proofs {
      let word = proof.holds ? "agrees" : "DIFFERS"
      buffer.append("\(word): \(proof.what): \(proof.agreed), against \(proof.against)\n")
    }
    if !unknown.isEmpty {
      buffer.append("not known: \(unknown.map(\.rawValue).joined(separator: ", "))\n")
    }
    if unnamedTypes > 0 { buffer.append("not known: the types of \(unnamedTypes) records\n") }
    buffer.append(holds ? "the layout holds\n" : "the layout does not hold\n")
  }
}
