import MirrorJournal
import Synchronization

/// Decompressed bytes of one segment.
///
/// Invariant: whoever took the buffer from a cache by `room()` alone writes to it, until `keep` shows
/// it to others or `release` gives it back; from `keep` on it is only read, until `room()` hands it
/// out again when nobody uses it.
final class SegmentBuffer: @unchecked Sendable {
  let memory: UnsafeMutableRawBufferPointer
  /// Under the lock of the cache.
  fileprivate var users = 1

  fileprivate init(capacity: Int) {
    OutOfMemory.check(capacity)
    memory = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { memory.deallocate() }

  /// Calls `body` with the bytes of `range`, counted from the segment's start.
  func withBytes<Answer>(_ range: Range<Int>, _ body: (RawSpan) throws -> Answer) rethrows -> Answer
  {
    // Keeps `memory` alive through the call.
    try withExtendedLifetime(self) {
      let range = range.clamped(to: 0..<memory.count)
      return try body(UnsafeRawBufferPointer(rebasing: memory[range]).bytes)
    }
  }
}

/// The segments that were used last, at most `capacity` of them, and the memory of all segments that
/// are used one at a time; safe on all threads.
///
/// Memory is used again and again: given back to `malloc` after every segment it would end up in an
/// arena of each thread that ever had some.
final class SegmentCache: Sendable {
  private let capacity: Int
  private let segmentSize: Int
  private let state = Mutex(State())

  private struct State {
    /// The most recently used stands last. Few enough that searching costs nothing beside the work.
    var entries: [(index: Int, buffer: SegmentBuffer)] = []
    /// Memory without content.
    var spare: [SegmentBuffer] = []
  }

  /// Holds about 8 MiB, and two segments at the least.
  init(segmentSize: Int) {
    self.segmentSize = segmentSize
    capacity = max(2, min(8, (8 << 20) / segmentSize))
  }

  /// The segment, to be released after use; nil when it is not there.
  func buffer(_ index: Int) -> SegmentBuffer? {
    state.withLock { state in
      guard let place = state.entries.firstIndex(where: { $0.index == index }) else { return nil }
      let entry = state.entries.remove(at: place)
      state.entries.append(entry)
      entry.buffer.users += 1
      return entry.buffer
    }
  }

  /// The segment, to be released after use; `fill` makes what is not there.
  ///
  /// - Parameter toKeep: whether what was made stays for others.
  func buffer<Failure: Error>(
    _ index: Int, toKeep: Bool = true,
    filledBy fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> SegmentBuffer {
    if let buffer = buffer(index) { return buffer }
    let buffer = room(evicting: toKeep)
    do throws(Failure) {
      try fill(buffer.memory)
    } catch {
      release(buffer)
      throw error
    }
    if toKeep { keep(index, buffer) }
    return buffer
  }

  /// Memory for one segment, to be released after use.
  ///
  /// - Parameter evicting: whether it is to be kept, so that the segment used longest ago may go.
  func room(evicting: Bool) -> SegmentBuffer {
    let free = state.withLock { state -> SegmentBuffer? in
      if evicting, state.entries.count >= capacity {
        let buffer = state.entries.removeFirst().buffer
        // One that is in use becomes spare when it is released.
        if buffer.users == 0 {
          buffer.users = 1
          return buffer
        }
      }
      guard let buffer = state.spare.popLast() else { return nil }
      buffer.users = 1
      return buffer
    }
    return free ?? SegmentBuffer(capacity: segmentSize)
  }

  /// Shows what stands in the buffer to others as segment `index`; the caller goes on using it.
  func keep(_ index: Int, _ buffer: SegmentBuffer) {
    state.withLock { state in
      // Another thread may have made the same segment meanwhile.
      guard !state.entries.contains(where: { $0.index == index }) else { return }
      state.entries.append((index, buffer))
    }
  }

  func release(_ buffer: SegmentBuffer) {
    state.withLock { state in
      buffer.users -= 1
      if buffer.users == 0, !state.entries.contains(where: { $0.buffer === buffer }) {
        state.spare.append(buffer)
      }
    }
  }
}
