internal import MirrorJournal

/// How the records of one journal are read for a state.
struct StateReader {
  let journal: Journal
  let file: Int
  private let chain: Int
  private let matcher: SubtreeMatcher?
  private let includesSubtree: Bool
  private let isObserved: Bool

  /// - Throws: `badArgument` when keys are encrypted, `badKey` when the layout cannot express the reference.
  init(_ query: StateQuery, _ journal: Journal, file: Int, chain: Int) throws(JournalError) {
    if journal.header.isEncrypted {
      throw JournalError(
        .badArgument, "keys are encrypted: no node can be found in them", in: journal.path,
        advice: "list the records with 'mjournal dump'")
    }
    self.journal = journal
    self.file = file
    self.chain = chain
    let encoding = journal.layout.record.keyEncoding
    isObserved = encoding == .observed
    includesSubtree = query.includesSubtree
    matcher = try query.reference.map { reference throws(JournalError) in
      SubtreeMatcher(try reference.encodedKey(encoding), encoding)
    }
  }

  @inline(__always)
  func owner(of record: borrowing Record) -> TransactionTags.Owner {
    TransactionTags.Owner(chain: chain, job: record.jobID, system: record.remoteSystemID)
  }

  /// What a record has to do with what was asked for.
  enum Bearing {
    case none
    /// It changes it, as far as its key decodes.
    case changes
    /// Its key does not decode: it may.
    case unreadable
  }

  /// What the record, which has a key, has to do with what was asked for. The mirror's own bookkeeping is no
  /// data (class D: restore ignores it).
  @inline(__always)
  func bearing(of record: borrowing Record) -> Bearing {
    guard record.type != .mirrorSet, record.type != .mirrorKill else { return .none }
    guard let matcher else { return .changes }
    switch matcher.bearing(of: record) {
    case .node, .ancestor: return .changes
    case .descendant: return includesSubtree ? .changes : .none
    case .elsewhere: return decodes(record) ? .none : .unreadable
    case .unreadable: return .unreadable
    case .none: return .none
    }
  }

  /// Whether `key(of:)` finds one.
  private func decodes(_ record: borrowing Record) -> Bool {
    guard isObserved else { return key(of: record) != nil }
    guard let key = record.key() else { return false }
    return (try? key.validate()) != nil
  }

  /// The key in the observed encoding, whose byte order is collation order; nil for one that does not decode.
  func key(of record: borrowing Record) -> [UInt8]? {
    guard let key = record.key() else { return nil }
    if isObserved {
      guard (try? key.validate()) != nil else { return nil }
      return key.bytes.copied()
    }
    return (try? key.reference().encodedKey())?.bytes
  }

  static func database(_ sfn: UInt32, of journal: Journal) -> StateDatabase {
    guard let known = journal.database(sfn: sfn) else {
      return StateDatabase(directory: nil, mirrorName: "", sfn: sfn)
    }
    return StateDatabase(directory: known.directory, mirrorName: known.mirrorName, sfn: nil)
  }

  static func kind(of type: RecordType) -> StateEvent.Kind {
    switch type {
    case .kill, .networkKill: .kill
    case .killDescendant: .killDescendant
    case .zkill, .networkZkill: .zkill
    case .bitSet: .bit
    case .increment: .increment
    default: .set
    }
  }

  /// Eight bytes that differ where values do, but for one in 2^64.
  static func digest(_ bytes: RawSpan, _ storage: UInt8) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(storage)
    state = (state ^ UInt64(bytes.byteCount)) &* 0xD6E8_FEB8_6659_FD93
    var offset = 0
    while let word: UInt64 = bytes.loadLittle(at: offset) {
      state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 32
      offset += 8
    }
    while let byte = bytes.loadUInt8(at: offset) {
      state = (state ^ UInt64(byte)) &* 0xD6E8_FEB8_6659_FD93
      state ^= state >> 29
      offset += 1
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: state >> (8 * UInt64($0))) }
  }
}
