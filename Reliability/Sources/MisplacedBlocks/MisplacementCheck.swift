internal import Foundation
internal import MirrorJournal

/// Reads a misplaced file in every way and says what is wrong with the answers.
///
/// Whatever is shown was written to its address; whatever is lost is told; all ways of reading say the
/// same. Where no link contradicts another, nothing can be known: such stretches are counted.
public struct MisplacementCheck {
  /// What was found out about a misplaced file.
  public struct Outcome {
    public var complaints: [String] = []
    /// Whether a stretch stands where its links agree with both neighbours.
    public var isSilent = false
    public var readings = 0
  }

  /// What one way of reading shows.
  private struct Reading {
    var shown: Set<JournalAddress> = []
    var wrong: [JournalAddress] = []
    var damage: [Damage] = []
  }

  public let sample: SampleJournal
  public let older: SampleJournal
  /// Where misplaced files are written.
  public let path: String

  public init(_ sample: SampleJournal, older: SampleJournal, path: String) {
    self.sample = sample
    self.older = older
    self.path = path
  }

  public func check(_ misplacement: Misplacement) throws -> Outcome {
    let bytes = misplacement.applied(to: sample.bytes, older: older.bytes)
    guard bytes != sample.bytes else { return Outcome() }
    var outcome = Outcome()
    let blocks = max(0, (bytes.count - 131_072) / 65_536)
    let silent = misplacement.stretches(in: blocks).filter { stretch in
      stretch.isEmpty
        || agrees(bytes, stretch.lowerBound)
          && (misplacement.isShift || agrees(bytes, stretch.upperBound))
    }
    outcome.isSilent = !silent.isEmpty

    try Data(bytes).write(to: URL(filePath: path))
    let mapped = try Journal(path: path)
    let pieces = try Journal(storage: BytesStorage(bytes, segmentSize: 4 * 65_536))
    let forwards = try forwards(mapped)
    judge(forwards, "forwards", mapped, silent, &outcome)
    // Two sizes of pieces, as chunks of a compressed file: stretches cross their edges.
    let small = try Journal(storage: BytesStorage(bytes, segmentSize: 2 * 65_536))
    for (name, reading) in [
      ("backwards", try backwards(mapped)), ("in parts", try parts(mapped)),
      ("in one part again", try self.forwards(mapped)),
      ("in pieces", try self.forwards(pieces)), ("pieces backwards", try backwards(pieces)),
      ("pieces in parts", try parts(pieces)), ("in small pieces", try self.forwards(small)),
      ("small pieces in parts", try parts(small)),
    ] {
      judge(reading, name, mapped, silent, &outcome)
      if reading.shown != forwards.shown {
        outcome.complaints.append(
          "\(name): \(reading.shown.count) records, \(forwards.shown.count) forwards")
      }
      let told = Set(reading.damage.map(\.range))
      if told != Set(forwards.damage.map(\.range)) {
        outcome.complaints.append(
          "\(name): tells \(told), forwards \(forwards.damage.map(\.range))")
      }
    }
    // Without checksums, too, the contradiction is told.
    let unverified = try self.forwards(Journal(path: path), verifying: false)
    judge(unverified, "without checksums", mapped, silent, &outcome)
    return outcome
  }

  /// What is wrong with a reading.
  private func judge(
    _ reading: Reading, _ name: String, _ journal: Journal, _ silent: [Range<Int>],
    _ outcome: inout Outcome
  ) {
    outcome.readings += 1
    func isSilent(_ address: JournalAddress) -> Bool {
      silent.contains { $0.contains((address - 131_072) / 65_536) }
    }
    if let wrong = reading.wrong.first(where: { !isSilent($0) }) {
      outcome.complaints.append(
        "\(name): shows what was not written at \(wrong), \(reading.damage)")
    }
    let told = (journal.structuralDamage + reading.damage).map(\.range)
    if !reading.wrong.isEmpty, told.isEmpty, silent.isEmpty {
      outcome.complaints.append("\(name): tells nothing")
    }
    for address in sample.records.keys.sorted() where !reading.shown.contains(address) {
      // An active file that is shorter looks like its younger self.
      if !sample.isClosed, address >= journal.dataLimit { break }
      if isSilent(address) || told.contains(where: { $0.contains(address) }) { continue }
      outcome.complaints.append("\(name): the loss of \(address) is not told, only \(told)")
      return
    }
  }

  private func take(_ record: borrowing Record, _ reading: inout Reading) {
    if sample.has(record) {
      reading.shown.insert(record.address)
    } else {
      reading.wrong.append(record.address)
    }
  }

  private func forwards(_ journal: Journal, verifying: Bool = true) throws -> Reading {
    var reading = Reading()
    var damage: [Damage] = []
    try journal.forEachRecord(
      into: &reading, verifyingChecksums: verifying, damaged: { damage.append($0) }
    ) { take($1, &$0) }
    reading.damage = damage
    return reading
  }

  private func backwards(_ journal: Journal) throws -> Reading {
    var reading = Reading()
    var damage: [Damage] = []
    try journal.forEachRecordReversed(damaged: { damage.append($0) }) { take($0, &reading) }
    reading.damage = damage
    return reading
  }

  private func parts(_ journal: Journal) throws -> Reading {
    var whole = Reading()
    let sample = sample
    for part in try journal.reduce(
      threads: 2, into: { _ in (shown: [JournalAddress](), wrong: [JournalAddress]()) },
      { result, record in
        if sample.has(record) {
          result.shown.append(record.address)
        } else {
          result.wrong.append(record.address)
        }
      })
    {
      whole.shown.formUnion(part.value.shown)
      whole.wrong += part.value.wrong
      whole.damage += part.damage
    }
    return whole
  }

  /// Whether the first record of block `index` points to the last one of the block before, both as the
  /// lengths say; true at the beginning and behind the end.
  ///
  /// Written anew, so that it shares nothing with what it judges but the layout.
  private func agrees(_ bytes: [UInt8], _ index: Int) -> Bool {
    let layout = JournalLayout.builtIn[0]
    let start = 131_072 + index * 65_536
    let span = bytes.span.bytes
    func first(_ block: Int) -> Int {
      block + Int(span.load(layout.block.firstRecord, from: block) ?? 0)
    }
    guard start < bytes.count else {
      // Behind the last block: the header's end of a closed file.
      guard sample.isClosed else { return true }
      return endOfRecords(span, layout, start - 65_536).end == sample.end
    }
    let place = first(start)
    let back = Int(span.load(layout.record.distanceBack, from: place) ?? 0)
    if index == 0 { return back == 0 }
    return endOfRecords(span, layout, start - 65_536).last == place - back
  }

  private func endOfRecords(_ span: RawSpan, _ layout: JournalLayout, _ start: Int) -> (
    last: Int, end: Int
  ) {
    var place = start + Int(span.load(layout.block.firstRecord, from: start) ?? 0)
    var last = place
    while place < start + 65_536 {
      let size = Int(span.load(layout.record.length, from: place) ?? 0)
      if size == 0 || size > start + 65_536 - place { break }
      last = place
      place += size
    }
    return (last, place)
  }
}
