import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Synchronization
import Testing

/// A journal and its compressed form, by any number of threads and in either direction: one answer.
@Suite struct FormsTests {
  private static let name = "20240709.001"

  /// What a way of reading shows and tells.
  private struct Answer: Equatable {
    var addresses: [JournalAddress] = []
    var told: Set<Range<JournalAddress>> = []
  }

  /// A list as CSV, to the byte, and what was told beside it.
  private struct Listed: Equatable {
    var text: [UInt8] = []
    var told: Set<Range<JournalAddress>> = []
  }

  private func listed(_ path: String, threads: Int) throws -> Listed {
    let journal = try JournalInputs.open(path)
    var listed = Listed()
    _ = try RecordListing(.csv, threads: threads).write(
      journal, damaged: { listed.told.insert($0.range) }
    ) { listed.text += $0.copied() }
    return listed
  }

  private func walked(_ path: String) throws -> Answer {
    let journal = try JournalInputs.open(path)
    var answer = Answer()
    try journal.forEachRecord(damaged: { answer.told.insert($0.range) }) {
      if $0.type.isVisible { answer.addresses.append($0.address) }
    }
    return answer
  }

  private func backwards(_ path: String) throws -> Answer {
    let journal = try JournalInputs.open(path)
    var answer = Answer()
    try journal.forEachRecordReversed(damaged: { answer.told.insert($0.range) }) {
      if $0.type.isVisible { answer.addresses.append($0.address) }
    }
    answer.addresses.reverse()
    return answer
  }

  /// Compresses the file in chunks of 1 MiB; returns the path.
  private func compressed(_ bench: Workbench) throws -> String {
    _ = try JournalCompressor().compressJournal(bench.path(Self.name), allowingActive: true)
    return bench.path(Self.name + "z")
  }

  /// Exchanged blocks, a missing one and one that stands twice, at and near the edge of a chunk.
  @Test(arguments: ["doubled", "dropped", "exchanged"], [true, false])
  func misplaced(kind: String, isClosed: Bool) throws {
    for edge in [917_504, 983_040, 1_048_576, 1_114_112] {
      let bench = try Workbench()
      let writer = try bench.writer(Self.name)
      var dice = Dice(5)
      for step in 0..<7000 {
        let value = [UInt8](repeating: 65, count: Int.random(in: 0..<700, using: &dice))
        writer.time = Timestamp(milliseconds: writer.time.milliseconds + 3)
        try writer.append(.node(.set, "^A(\(step))", [.bytes(value)]))
      }
      if isClosed { try writer.close() } else { try writer.flush() }
      try bench.patch(Self.name) { bytes in
        let block = Array(bytes[edge..<edge + 65_536])
        switch kind {
        case "doubled": bytes.insert(contentsOf: block, at: edge)
        case "dropped": bytes.removeSubrange(edge..<edge + 65_536)
        default:
          bytes.replaceSubrange(
            edge..<edge + 65_536, with: bytes[edge + 196_608..<edge + 262_144])
          bytes.replaceSubrange(edge + 196_608..<edge + 262_144, with: block)
        }
      }
      let plain = bench.path(Self.name)
      let packed = try compressed(bench)
      let answer = try walked(plain)
      #expect(!answer.told.isEmpty && answer.addresses.count > 100)
      for path in [plain, packed] {
        // A list names its file, so that each form is compared with itself, and both in what they walk.
        let list = try listed(path, threads: 1)
        #expect(list.told == answer.told)
        for threads in 2...3 {
          // Not as operands of the expectation: megabytes are not to be printed.
          let isSame = try listed(path, threads: threads) == list
          #expect(isSame, "\(edge) \(path) \(threads)")
        }
        let isSame = try backwards(path) == answer
        #expect(isSame, "\(edge) \(path) backwards")
      }
      let isSame = try walked(packed) == answer
      #expect(isSame, "\(edge)")
    }
  }

  @Test("Behind a damaged chunk reading goes on, backwards as forwards")
  func damagedChunk() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.appendMixture(60_000, seed: 3)
    try writer.close()
    let packed = try compressed(bench)
    let frames = try #require(try CompressedStorage(path: packed)).chunks
    #expect(frames.count > 3)
    let frame = try #require(frames[2]).frame
    try bench.patch(Self.name + "z") { $0[frame.lowerBound + frame.count / 2] ^= 1 }
    let answer = try walked(packed)
    #expect(answer.told == [2 << 20..<3 << 20])
    #expect(answer.addresses.contains { $0 < 2 << 20 })
    #expect(answer.addresses.contains { $0 > 3 << 20 })
    #expect(try backwards(packed) == answer)
    let list = try listed(packed, threads: 1)
    #expect(list.told == answer.told)
    let isSame = try listed(packed, threads: 3) == list
    #expect(isSame)
    let journal = try JournalInputs.open(packed)
    // Single records are found on both sides.
    let behind = try #require(try journal.recordAddress(atOrAfter: 2 << 20 + 5000))
    #expect(answer.addresses.contains(behind) && behind >= 3 << 20)
    let before = try #require(try journal.recordAddress(before: 2 << 20 + 5000))
    #expect(answer.addresses.contains(before) && before < 2 << 20)
    #expect(throws: JournalError.self) { try journal.withRecord(at: 2 << 20 + 5000) { _ in } }
  }

  @Test("A stream is read backwards at the cost of reading it forwards")
  func backwardsStream() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.appendMixture(100_000, seed: 9)
    try writer.flush()
    let stream = FrontReader(try bench.bytes(Self.name))
    let journal = try Journal(storage: stream)
    var addresses: [JournalAddress] = []
    try journal.forEachRecord(damaged: { throw $0 }) { addresses.append($0.address) }
    let segments = stream.count >> 20
    #expect(segments > 5)
    let before = stream.work
    let copy = try JournalInputs.readableBackwards(journal)
    var reversed: [JournalAddress] = []
    try copy.forEachRecordReversed(damaged: { throw $0 }) { reversed.append($0.address) }
    #expect(reversed == addresses.reversed())
    #expect(copy.path == journal.path)
    #expect(stream.work - before <= segments + 2)
  }
}

/// Bytes that are read from the front, as a stream is decompressed, and a count of the work.
private final class FrontReader: JournalStorage {
  let path = "stream"
  let segmentSize = 1 << 20
  let isSequential = true
  let bytes: [UInt8]
  var count: Int { bytes.count }
  var sizeOnDisk: Int { bytes.count }
  private let state = Mutex((segment: -1, work: 0))

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many segments were decompressed.
  var work: Int { state.withLock { $0.work } }

  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
    let segment = range.lowerBound / segmentSize
    state.withLock {
      if segment < $0.segment { $0 = (-1, $0.work) }
      $0 = (segment, $0.work + segment - $0.segment)
    }
    let held = bytes
    return try body(held.span.bytes.extracting(range))
  }
}
