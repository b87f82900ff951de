import JournalSamples
import Synchronization
import Testing

@testable import MirrorJournal

/// A compressed stream: each step back costs all bytes before. Counts, not seconds.
@Suite struct SequentialStorageTests {
  /// Bytes in memory that are read from the front, as a stream is decompressed, with one segment kept.
  private final class Stream: JournalStorage {
    let path = "stream"
    let head: [UInt8]
    let count: Int
    let segmentSize = 1 << 20
    let isSequential = true
    var sizeOnDisk: Int { count }
    private let state = Mutex((segment: -1, work: 0))

    /// - Parameter zeros: how many follow `head`.
    init(_ head: [UInt8], zeros: Int) {
      self.head = head
      count = head.count + zeros
    }

    /// How many segments were decompressed.
    var work: Int { state.withLock { $0.work } }

    func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
      let segment = range.lowerBound / segmentSize
      state.withLock {
        if segment < $0.segment { $0 = (-1, $0.work) }
        $0 = (segment, $0.work + segment - $0.segment)
      }
      var bytes = [UInt8](repeating: 0, count: range.count)
      let known = range.clamped(to: 0..<head.count)
      if !known.isEmpty { bytes.replaceSubrange(0..<known.count, with: head[known]) }
      return try body(bytes.span.bytes)
    }
  }

  @Test("Zeros behind an active journal cost what they are, not their square")
  func zeroTail() throws {
    let directory = try TemporaryDirectory()
    let sample = try SampleJournal(
      .mixed, blocks: 6, isClosed: false, seed: 3, in: directory.path + "/")
    for segments in [16, 64] {
      let stream = Stream(sample.bytes, zeros: segments << 20)
      let journal = try Journal(storage: stream)
      #expect(journal.dataLimit <= sample.bytes.count)
      #expect(stream.work <= 4 * segments)
      var shown = 0
      try journal.forEachRecordReversed(damaged: { _ in }) { _ in shown += 1 }
      #expect(shown == sample.records.count)
      #expect(stream.work <= 5 * segments)
    }
  }
}
