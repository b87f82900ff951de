import Glibc

@testable import MirrorJournal

/// A sound journal in memory, to be damaged again and again.
final class DamageProbe {
  let original: [UInt8]
  let records: [SeenRecord]
  let isClosed: Bool
  let storage: MemoryStorage
  /// Addresses of the data blocks.
  let blocks: [JournalAddress]
  let end: JournalAddress

  init(_ bytes: [UInt8]) throws {
    original = bytes
    storage = MemoryStorage(bytes)
    let journal = try Journal(storage: storage)
    let (records, damage) = try journal.everything()
    if let first = damage.first { throw first }
    self.records = records
    isClosed = journal.header.isClosed
    end = try journal.endOfRecords()
    blocks = Array(stride(from: 131_072, to: bytes.count, by: 65_536))
  }

  static func block(of address: JournalAddress) -> Range<JournalAddress> {
    let start = address / 65_536 * 65_536
    return start..<start + 65_536
  }

  /// What a walk of the damaged bytes reports.
  struct Outcome {
    var damage: [Damage] = []
    /// Why opening or reading failed as a whole.
    var error: JournalError?
    /// Indices into `records` of those reported, as they were.
    var sound: [Int] = []
    /// Addresses of reported records that the original does not have, or has otherwise.
    var wrong: [JournalAddress] = []
  }

  func walk() throws -> Outcome {
    var outcome = Outcome()
    do {
      let journal = try Journal(storage: storage)
      outcome.damage = journal.structuralDamage
      var index = 0
      try journal.forEachRecord(damaged: { outcome.damage.append($0) }) { record in
        while index < records.count, records[index].address < record.address { index += 1 }
        if index < records.count, records[index].address == record.address,
          records[index].time == record.blockTime, Self.isEqual(record.bytes, records[index].bytes)
        {
          outcome.sound.append(index)
        } else {
          outcome.wrong.append(record.address)
        }
      }
    } catch let error as JournalError {
      outcome.error = error
    }
    return outcome
  }

  /// Puts `bytes` in place of the original for the length of `body`.
  func replacing<R>(_ bytes: [UInt8], _ body: () throws -> R) rethrows -> R {
    storage.bytes = bytes
    defer { storage.bytes = original }
    return try body()
  }

  /// What is wrong with how the loss of `lost` was reported; nil if nothing is.
  ///
  /// Reported have to be exactly the records outside the lost ranges, and the damage has to state
  /// those ranges, no more and no less of the data. Records in `untold` are gone without a trace.
  func complaint(
    _ outcome: Outcome, lost: [Range<JournalAddress>], untold: Range<JournalAddress> = 0..<0
  ) -> String? {
    if let error = outcome.error { return "error: \(error)" }
    if let wrong = outcome.wrong.first { return "wrong record shown at \(wrong)" }
    let expected = records.indices.filter { index in
      !lost.contains { $0.contains(records[index].address) }
        && !untold.contains(records[index].address)
    }
    if expected != outcome.sound {
      return "\(outcome.sound.count) records instead of \(expected.count)"
    }
    for range in lost {
      let data = range.clamped(
        to: range.lowerBound..<max(range.lowerBound, min(range.upperBound, end)))
      // Damage may be stated in several pieces, one behind the other.
      var covered = data.lowerBound
      for piece in outcome.damage.map(\.range).sorted(by: { $0.lowerBound < $1.lowerBound })
      where piece.lowerBound <= covered { covered = max(covered, piece.upperBound) }
      if covered < data.upperBound { return "loss of \(data) not stated: \(outcome.damage)" }
    }
    for damage in outcome.damage {
      if !lost.contains(where: { $0.overlaps(damage.range) }) {
        return "damage invented: \(damage)"
      }
    }
    return nil
  }

  private static func isEqual(_ span: RawSpan, _ bytes: [UInt8]) -> Bool {
    guard span.byteCount == bytes.count else { return false }
    return span.withUnsafeBytes { left in
      bytes.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return true }
        return memcmp(left, right, bytes.count) == 0
      }
    }
  }
}

/// The journals that are damaged: closed with a record of every type, closed, and active.
enum DamageSample: String, CaseIterable, Sendable {
  case everyType, closed, active
}
