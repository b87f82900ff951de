import Foundation
import JournalIntegrity
import JournalQuery
import MirrorJournal

/// What the library says about a file, read in every way.
struct MutantReading {
  private(set) var complaints: [String] = []
  /// How many ways of reading were tried.
  private(set) var count = 0
  /// Whether the file was refused.
  private(set) var isRefused = false
  /// Whether its header says that its keys are encrypted.
  private(set) var isEncrypted = false
  /// Whether it was refused for its first bytes, which are of no known layout.
  private(set) var isOfUnknownLayout = false
  /// Whether nothing was found wrong.
  private(set) var isSound = false
  /// Records that lists show, and all.
  private(set) var visible = 0
  private(set) var records = 0

  private struct Seen: Equatable {
    var shown: [Shown] = []
    var isDamaged = false
  }
  private struct Shown: Equatable {
    let address: JournalAddress
    let end: JournalAddress
    let checksum: UInt32
    let isVisible: Bool
  }

  init(_ path: String) {
    do {
      let journal = try Journal(path: path)
      isEncrypted = journal.header.isEncrypted
      try read(journal)
    } catch let error as JournalError {
      isRefused = true
      isOfUnknownLayout = error.code == .unknownLayout
      if error.code == .cannotRead { complaints.append("\(error)") }
    } catch {
      complaints.append("\(error)")
    }
  }

  private mutating func read(_ journal: Journal) throws {
    let forwards = try seen(journal) { damaged, body in
      try journal.forEachRecord(damaged: damaged, body)
    }
    records = forwards.shown.count
    visible = forwards.shown.count { $0.isVisible }
    isSound = !forwards.isDamaged
    var backwards = try seen(journal) { damaged, body in
      try journal.forEachRecordReversed(damaged: damaged, body)
    }
    backwards.shown.reverse()
    compare(backwards, forwards, "backwards")
    let parts = try journal.reduce(threads: 3, into: { _ in Seen() }) {
      $0.shown.append(Self.shown($1))
    }
    compare(
      Seen(
        shown: parts.flatMap(\.value.shown),
        isDamaged: !journal.structuralDamage.isEmpty || parts.contains { !$0.damage.isEmpty }),
      forwards, "by three threads")
    compare(
      try seen(journal) { damaged, body in
        try journal.forEachRecord(verifyingChecksums: false, damaged: damaged, body)
      }, forwards, "without checksums", isExact: false)

    // In segments of two blocks, as a compressed file has chunks.
    let bytes = try journal.storage.withBytes(0..<journal.storage.count) { $0.copied() }
    let pieces = try Journal(storage: MemoryStorage(bytes, segmentSize: 2 * 65_536))
    compare(
      try seen(pieces) { damaged, body in
        try pieces.forEachRecord(damaged: damaged, body)
      }, forwards, "in pieces")
    var piecesBackwards = try seen(pieces) { damaged, body in
      try pieces.forEachRecordReversed(damaged: damaged, body)
    }
    piecesBackwards.shown.reverse()
    compare(piecesBackwards, forwards, "pieces backwards")

    let summary = try JournalSummary(of: journal, threads: 2)
    count += 1
    if summary.records + summary.internalRecords != records || summary.records != visible
      || summary.damage.isEmpty != isSound
    {
      complaints.append(
        "info: \(summary.records)+\(summary.internalRecords) of \(records), \(summary.damage)")
    }
    let report = try IntegrityCheck.run([journal], level: .walk, threads: 2)
    count += 1
    let file = report.files[0]
    if file.records + file.internalRecords != records && file.records != records {
      complaints.append("verify: \(file.records)+\(file.internalRecords) records of \(records)")
    }
    if !isSound, file.severity != .error {
      complaints.append("verify: finds nothing, the walk does")
    }
  }

  private mutating func seen(
    _ journal: Journal,
    _ walk: ((Damage) -> Void, (borrowing Record) throws -> Void) throws -> Void
  ) throws -> Seen {
    var seen = Seen()
    var damage = !journal.structuralDamage.isEmpty
    try walk({ _ in damage = true }, { seen.shown.append(Self.shown($0)) })
    seen.isDamaged = damage
    count += 1
    return seen
  }

  private static func shown(_ record: borrowing Record) -> Shown {
    var checksum = CRC32C()
    checksum.update(record.bytes)
    return Shown(
      address: record.address, end: record.end, checksum: checksum.value,
      isVisible: record.type.isVisible)
  }

  /// - Parameter isExact: whether the same records have to be shown, not only the same be told.
  private mutating func compare(
    _ left: Seen, _ right: Seen, _ name: String, isExact: Bool = true
  ) {
    if left.isDamaged != right.isDamaged, isExact || left.isDamaged {
      complaints.append(
        "\(name): \(left.isDamaged ? "" : "not ")damaged, forwards it is the other way")
    }
    guard isExact, left.shown != right.shown else { return }
    let place = zip(left.shown, right.shown).first { $0 != $1 }?.0.address
    complaints.append(
      "\(name): \(left.shown.count) records, forwards \(right.shown.count), first at \(place ?? -1)"
    )
  }
}
