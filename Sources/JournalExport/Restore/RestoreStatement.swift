public import MirrorJournal

/// Which way a restore script goes.
public enum RestoreDirection: String, Sendable, CaseIterable {
  /// Old values come back: the records' effects are undone, last first.
  case undo
  /// New values are set again: the records' effects are repeated, first first.
  case redo
}

/// What a record means to a restore.
public enum RestoreStep: Sendable, Hashable {
  /// The node gets the value.
  case set(GlobalReference, JournalValue)
  /// The node and everything below.
  case kill(GlobalReference)
  /// The node alone.
  case zkill(GlobalReference)
  /// One bit of a bit string; positions count from 1.
  case setBit(GlobalReference, position: UInt32, bit: UInt8)
  /// The change cannot be written as a statement.
  case warning(RestoreWarning)
  /// The record changes no node, or belongs to the mirror's own bookkeeping.
  case nothing
}

extension RestoreStep {
  /// Whether no other engine has the statement.
  var needsObjectScript: Bool { if case .setBit = self { true } else { false } }
}

/// A change that a script cannot bring back.
public struct RestoreWarning: Sendable, Hashable {
  /// Why the change cannot be brought back.
  public enum Kind: String, Sendable, CaseIterable {
    /// The journal does not hold the old value.
    case notRecorded
    /// The value is there and has no form in a statement: vectors, a shortened bit string.
    case notExpressible
    /// The key or the value does not decode.
    case damaged
  }

  /// Why the change cannot be brought back.
  public let kind: Kind
  /// The file as the user named it.
  public let file: String
  /// The record's address in the file.
  public let address: JournalAddress
  /// The record's operation.
  public let type: RecordType
  /// The node, or nil when the key does not decode.
  public let global: String?
  /// One sentence without a final stop.
  public let reason: String
}

/// Turns a record into a step.
struct RestorePlanner {
  let journal: Journal
  let direction: RestoreDirection

  /// - Throws: only what the storage throws.
  func step(for record: borrowing Record) throws -> RestoreStep {
    let type = record.type
    guard type.hasKey, type != .mirrorSet, type != .mirrorKill else {
      return type.rawValue > RecordType.rollback.rawValue
        ? warning(.notExpressible, record, nil, "the meaning of \(type) is not known") : .nothing
    }
    if journal.header.isEncrypted {
      return warning(.damaged, record, nil, "the journal is encrypted")
    }
    let reference: GlobalReference
    do {
      guard let key = record.key() else {
        throw JournalError(.badKey, "the key does not fit into the record")
      }
      reference = try key.reference()
    } catch let error as JournalError where error.isAboutContent {
      return warning(.damaged, record, nil, error.reason)
    }
    do {
      return direction == .undo
        ? try undo(record, reference) : try redo(record, reference)
    } catch let error as JournalError where error.isAboutContent {
      return warning(.damaged, record, reference, error.reason)
    }
  }

  private func undo(_ record: borrowing Record, _ reference: GlobalReference) throws -> RestoreStep
  {
    if record.type == .bitSet {
      let bit = try record.bitSet()
      guard bit.position > 0, bit.position <= bit.oldLength else {
        return warning(
          .notExpressible, record, reference,
          "the bit string was \(bit.oldLength) bits long; $BIT cannot make it shorter")
      }
      return .setBit(reference, position: bit.position, bit: bit.oldBit)
    }
    guard let old = ValuePlaces(type: record.type, count: record.valueCount).old else {
      return warning(
        .notRecorded, record, reference,
        record.isInTransaction
          ? "no old value is recorded; in a transaction IRIS records it if there is one"
          : "no old value is recorded outside a transaction")
    }
    return try set(reference, old, record)
  }

  private func redo(_ record: borrowing Record, _ reference: GlobalReference) throws -> RestoreStep
  {
    switch record.type {
    case .bitSet:
      let bit = try record.bitSet()
      guard bit.position > 0 else {
        return warning(.damaged, record, reference, "bit 0 does not exist")
      }
      return .setBit(reference, position: bit.position, bit: bit.newBit)
    case .kill, .networkKill: return .kill(reference)
    // A KILL's descendants have records of their own, which a selection may hold without the KILL.
    case .killDescendant, .zkill, .networkZkill: return .zkill(reference)
    default:
      guard let new = ValuePlaces(type: record.type, count: record.valueCount).new else {
        return warning(.damaged, record, reference, "a SET without a value")
      }
      return try set(reference, new, record)
    }
  }

  private func set(_ reference: GlobalReference, _ index: Int, _ record: borrowing Record) throws
    -> RestoreStep
  {
    let value = try journal.withValue(index, of: record) { bytes, storage in
      // Beside the value as it was put together.
      try requireMemory(2 * bytes.byteCount, "the statements of a value", journal.path)
      return try ValueView(bytes, storageCode: storage).value()
    }
    switch value {
    case .bytes, .wide: return .set(reference, value)
    case .vector:
      return warning(
        .notExpressible, record, reference, "the inner form of a vector is not documented")
    }
  }

  func warning(
    _ kind: RestoreWarning.Kind, _ record: borrowing Record, _ reference: GlobalReference?,
    _ reason: String
  ) -> RestoreStep {
    .warning(
      RestoreWarning(
        kind: kind, file: journal.path, address: record.address, type: record.type,
        global: reference?.description, reason: reason))
  }
}
