internal import MirrorJournal
internal import MirrorLog

/// Counts the records between two positions of a mirror's journal.
struct GapCount {
  /// Files that one gap may cover: further apart, the logs are of different times.
  private static let fileLimit = 64

  private var records = 0
  private var isComplete = true
  private var names: [[UInt8]] = []
  private var counts: [Int] = []
  private var recent = 0

  /// The records that a finding is about, or nil when it is about none or no journal is at hand.
  static func measure(
    _ finding: Finding, _ journals: inout MirrorJournals, paths: [Int: String]
  ) -> RecordGap? {
    guard let (low, high) = range(of: finding), low < high,
      high.fileCount - low.fileCount < fileLimit
    else { return nil }
    var gap = GapCount()
    var hasRead = false
    for count in low.fileCount...high.fileCount {
      let from = count == low.fileCount ? low.address : 0
      let to = count == high.fileCount ? high.address : Int.max
      if from >= to { continue }
      let copies = journals.copies(fileCount: count, path: paths[count], mirror: finding.mirror)
        .compactMap { try? $0.journal.get() }
        .filter { $0.header.mirrorFileCount == count }
      // Another member's copy may hold more of the file.
      guard let longest = copies.max(by: { $0.dataLimit < $1.dataLimit }) else {
        gap.isComplete = false
        continue
      }
      hasRead = true
      gap.add(longest, from, to)
    }
    return hasRead ? gap.result : nil
  }

  /// From where to where records are lost or applied twice.
  private static func range(of finding: Finding) -> (MirrorPosition, MirrorPosition)? {
    let positions = finding.positions.sorted()
    guard let first = positions.first, let last = positions.last else { return nil }
    switch finding.code {
    case .fileCountSkipped:
      // Of the file before nothing is missing: the whole files between are passed over.
      guard first.fileCount < last.fileCount else { return nil }
      return (
        MirrorPosition(fileCount: first.fileCount + 1, address: 0),
        MirrorPosition(fileCount: last.fileCount, address: 0)
      )
    case .applyJumps where positions.count == 1:
      return (MirrorPosition(fileCount: first.fileCount, address: 0), first)
    case .applyJumps, .applyGoesBack, .connectionDiffers, .linkGoesBack, .resumeDiffers,
      .beyondTakeover, .endDiffers:
      return (first, last)
    default: return nil
    }
  }

  private mutating func add(_ journal: Journal, _ from: JournalAddress, _ to: JournalAddress) {
    if to != .max, to > journal.dataLimit { isComplete = false }
    let range = min(from, journal.dataLimit)..<min(to, journal.dataLimit)
    do {
      try journal.forEachRecord(in: range, damaged: { _ in isComplete = false }) { record in
        guard record.type.isVisible else { return }
        records += 1
        if record.type.hasKey, !journal.header.isEncrypted, let name = record.nameBytes() {
          count(name)
        }
      }
    } catch {
      isComplete = false
    }
  }

  /// Records come in runs of one global, so the name before is tried first.
  private mutating func count(_ name: RawSpan) {
    if recent < names.count, equal(names[recent], name) {
      counts[recent] += 1
      return
    }
    if let index = names.firstIndex(where: { equal($0, name) }) {
      recent = index
      counts[index] += 1
    } else if names.count < 4096 {
      recent = names.count
      names.append(name.copied())
      counts.append(1)
    }
  }

  private func equal(_ known: [UInt8], _ name: RawSpan) -> Bool {
    guard known.count == name.byteCount else { return false }
    for index in known.indices where name.loadUInt8(at: index) != known[index] { return false }
    return true
  }

  private var result: RecordGap {
    let globals = zip(names, counts).map { name, count in
      RecordGap.Global(
        name: "^" + String(String.UnicodeScalarView(name.map { Unicode.Scalar($0) })),
        records: count)
    }
    return RecordGap(
      records: records,
      globals: globals.sorted { ($1.records, $0.name) < ($0.records, $1.name) },
      isComplete: isComplete)
  }
}
