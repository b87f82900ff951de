/// Does numbered pieces of work on threads and hands the results on in order.
///
/// The threads run ahead of the consumer by at most the number of buffers in the ring, so memory
/// stays bounded whatever the number of pieces.
package struct OrderedWork<Worker, Output: Sendable> {
  /// The number of threads; 0 does the work on the caller's thread.
  let threads: Int
  /// The size in bytes of the buffer that each piece is worked into.
  let bufferSize: Int
  /// Makes what one thread keeps from piece to piece, such as a codec's context.
  let makeWorker: @Sendable () throws -> Worker
  /// Does one piece into the buffer.
  let work: @Sendable (Worker, Int, UnsafeMutableRawBufferPointer) throws -> Output

  package init(
    threads: Int, bufferSize: Int, makeWorker: @escaping @Sendable () throws -> Worker,
    work: @escaping @Sendable (Worker, Int, UnsafeMutableRawBufferPointer) throws -> Output
  ) {
    self.threads = threads
    self.bufferSize = bufferSize
    self.makeWorker = makeWorker
    self.work = work
  }

  /// Calls `consume` on the caller's thread for each of `pieces` in order, until it returns false
  /// or throws. The buffer is valid during the call.
  package func run(
    _ pieces: Range<Int>,
    consume: (Int, Result<Output, any Error>, UnsafeMutableRawBufferPointer) throws -> Bool
  ) throws {
    guard !pieces.isEmpty else { return }
    let threads = min(threads, pieces.count)
    let ring = Ring(pieces: pieces, slots: max(1, threads == 0 ? 1 : threads + 2), bufferSize)
    let running = (0..<threads).compactMap { _ in
      JoinableThread { [self] in
        drain(ring)
      }
    }
    defer {
      ring.close()
      for thread in running { thread.join() }
    }
    if running.isEmpty {
      let worker = try makeWorker()
      for piece in pieces {
        let buffer = ring.buffer(of: piece)
        let result = Result { try work(worker, piece, buffer) }
        guard try consume(piece, result, buffer) else { return }
      }
    } else {
      for piece in pieces {
        let result = ring.await(piece)
        guard try consume(piece, result, ring.buffer(of: piece)) else { return }
        ring.release(piece)
      }
    }
  }

  private func drain(_ ring: Ring) {
    let worker = Result { try makeWorker() }
    while let piece = ring.claim() {
      let buffer = ring.buffer(of: piece)
      ring.fill(piece, Result { try work(worker.get(), piece, buffer) })
    }
  }

  /// Invariant: `next`, `released`, `closed` and `results` are touched only under the monitor. A
  /// buffer belongs to the thread that claimed its piece until `fill`, to the consumer from `await`
  /// to `release`, and to nobody otherwise.
  private final class Ring: @unchecked Sendable {
    private let monitor = Monitor()
    private let buffers: [UnsafeMutableRawBufferPointer]
    private var results: [Result<Output, any Error>?]
    private var next: Int
    private var released: Int
    private let end: Int
    private var closed = false

    init(pieces: Range<Int>, slots: Int, _ bufferSize: Int) {
      OutOfMemory.check(slots * bufferSize)
      buffers = (0..<slots).map { _ in .allocate(byteCount: bufferSize, alignment: 64) }
      results = Array(repeating: nil, count: slots)
      next = pieces.lowerBound
      released = pieces.lowerBound
      end = pieces.upperBound
    }

    deinit {
      for buffer in buffers { buffer.deallocate() }
    }

    func buffer(of piece: Int) -> UnsafeMutableRawBufferPointer { buffers[piece % buffers.count] }

    /// The next piece to do, once a buffer is free for it; nil when nothing is left.
    func claim() -> Int? {
      monitor.locked {
        while !closed, next < end, next >= released + buffers.count { monitor.wait() }
        guard !closed, next < end else { return nil }
        defer { next += 1 }
        return next
      }
    }

    func fill(_ piece: Int, _ result: Result<Output, any Error>) {
      monitor.locked {
        results[piece % buffers.count] = result
        monitor.wakeAll()
      }
    }

    func await(_ piece: Int) -> Result<Output, any Error> {
      monitor.locked {
        while true {
          if let result = results[piece % buffers.count] {
            results[piece % buffers.count] = nil
            return result
          }
          monitor.wait()
        }
      }
    }

    func release(_ piece: Int) {
      monitor.locked {
        released = piece + 1
        monitor.wakeAll()
      }
    }

    func close() {
      monitor.locked {
        closed = true
        monitor.wakeAll()
      }
    }
  }
}
