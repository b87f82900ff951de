import Synchronization

/// Decompressed bytes of one segment, written once before anybody else sees them.
final class SegmentBuffer: @unchecked Sendable {
  /// Invariant: written only inside `init(capacity:_:)`, read-only afterwards.
  private let memory: UnsafeMutableRawBufferPointer
  let count: Int

  init(capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    do {
      count = min(try fill(memory), capacity)
    } catch {
      memory.deallocate()
      throw error
    }
    self.memory = memory
  }

  deinit { memory.deallocate() }

  /// Calls `body` with the bytes of `range`, counted from the segment's start.
  func withBytes<Answer>(_ range: Range<Int>, _ body: (RawSpan) throws -> Answer) rethrows -> Answer
  {
    // Keeps `memory` alive through the call.
    try withExtendedLifetime(self) {
      let range = range.clamped(to: 0..<count)
      return try body(UnsafeRawBufferPointer(rebasing: memory[range]).bytes)
    }
  }
}

/// The segments that were used last, at most `capacity` of them; safe on all threads.
final class SegmentCache: Sendable {
  private let capacity: Int
  /// The most recently used stands last. Few enough that searching costs nothing beside the work.
  private let entries = Mutex<[(index: Int, buffer: SegmentBuffer)]>([])

  /// Holds about 8 MiB, and two segments at the least.
  init(segmentSize: Int) {
    capacity = max(2, min(8, (8 << 20) / segmentSize))
  }

  func buffer(_ index: Int) -> SegmentBuffer? {
    entries.withLock { entries in
      guard let place = entries.firstIndex(where: { $0.index == index }) else { return nil }
      let entry = entries.remove(at: place)
      entries.append(entry)
      return entry.buffer
    }
  }

  func insert(_ index: Int, _ buffer: SegmentBuffer) {
    entries.withLock { entries in
      entries.removeAll { $0.index == index }
      if entries.count == capacity { entries.removeFirst() }
      entries.append((index, buffer))
    }
  }
}
