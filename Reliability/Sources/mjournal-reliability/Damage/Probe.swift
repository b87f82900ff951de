import Foundation
import JournalIntegrity
import MirrorJournal

/// A sound journal in memory, to be damaged again and again. One thread's.
final class Probe {
  let original: [UInt8]
  let plain: PlainJournal
  let storage: MemoryStorage

  init(_ bytes: [UInt8]) {
    original = bytes
    plain = PlainJournal(bytes)
    storage = MemoryStorage(bytes)
  }

  /// Addresses of the data blocks.
  var blocks: [Int] { Array(stride(from: 131_072, to: original.count, by: 65_536)) }

  static func block(of address: Int) -> Range<Int> {
    let start = address / 65_536 * 65_536
    return start..<start + 65_536
  }

  /// What a walk reports.
  struct Outcome {
    var damage: [Damage] = []
    /// Why opening or reading failed as a whole.
    var error: JournalError?
    /// Indices of the plain reader's records that were reported as they are.
    var sound: [Int] = []
    /// Addresses of reported records that it has not, or has otherwise.
    var wrong: [Int] = []

    /// The exit status that the commands derive from it.
    var status: Int { error != nil ? 2 : damage.isEmpty ? 0 : 1 }
  }

  func walk() -> Outcome {
    var outcome = Outcome()
    do {
      let journal = try Journal(storage: storage)
      outcome.damage = journal.structuralDamage
      outcome.sound.reserveCapacity(plain.records.count)
      var index = 0
      let records = plain.records
      try journal.forEachRecord(damaged: { outcome.damage.append($0) }) { record in
        while index < records.count, records[index].address < record.address { index += 1 }
        if index < records.count, records[index].address == record.address,
          records[index].time == record.blockTime.milliseconds,
          Self.isEqual(record.bytes, records[index].bytes)
        {
          outcome.sound.append(index)
        } else {
          outcome.wrong.append(record.address)
        }
      }
    } catch let error as JournalError {
      outcome.error = error
    } catch {
      outcome.error = JournalError(.cannotRead, "an untyped error: \(error)")
    }
    return outcome
  }

  /// Walks `bytes` in place of the original.
  func walk(_ bytes: [UInt8]) -> Outcome {
    storage.bytes = bytes
    defer { storage.bytes = original }
    return walk()
  }

  /// Whether `mjournal verify --level 0` finds nothing in the bytes as they stand.
  func verifies() -> Bool {
    guard let journal = try? Journal(storage: storage),
      let report = try? IntegrityCheck.run([journal], level: .chain)
    else { return false }
    return report.isSound
  }

  /// What is wrong with how the loss of `lost` was reported; nil if nothing is.
  ///
  /// Reported have to be exactly the records outside of `lost`; of the data exactly `lost` has to be
  /// stated as lost; the status has to be 1. Records in `untold` are gone without a trace.
  func complaint(_ outcome: Outcome, lost: [Range<Int>], untold: Range<Int> = 0..<0) -> String? {
    if let error = outcome.error { return "error: \(error)" }
    if let wrong = outcome.wrong.first { return "a wrong record is shown at \(wrong)" }
    let expected = plain.records.indices.filter { index in
      let address = plain.records[index].address
      return !lost.contains { $0.contains(address) } && !untold.contains(address)
    }
    if expected != outcome.sound {
      return "\(outcome.sound.count) records are shown instead of \(expected.count)"
    }
    let end = plain.end
    func data(_ ranges: [Range<Int>]) -> [Range<Int>] {
      var result: [Range<Int>] = []
      for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        let range = range.clamped(to: 131_072..<max(131_072, end))
        if range.isEmpty { continue }
        if let last = result.last, range.lowerBound <= last.upperBound {
          result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
        } else {
          result.append(range)
        }
      }
      return result
    }
    let (stated, meant) = (data(outcome.damage.map(\.range)), data(lost))
    if stated != meant { return "stated as lost: \(stated), lost: \(meant)" }
    for damage in outcome.damage where !lost.contains(where: { $0.overlaps(damage.range) }) {
      return "damage that is none: \(damage)"
    }
    let touches = lost.contains { !$0.isEmpty }
    if touches, outcome.status != 1, !meant.isEmpty {
      return "status \(outcome.status) instead of 1"
    }
    return nil
  }

  static func isEqual(_ span: RawSpan, _ bytes: [UInt8]) -> Bool {
    guard span.byteCount == bytes.count else { return false }
    return span.withUnsafeBytes { left in
      bytes.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return true }
        return memcmp(left, right, bytes.count) == 0
      }
    }
  }
}
