internal import Synchronization

/// Shares numbered pieces of work among threads.
@usableFromInline
package enum WorkShare {
  /// Whether one thread does all pieces, and may have others decompress ahead for it.
  package static func isAlone(_ count: Int, threads: Int) -> Bool { threads <= 1 || count <= 1 }

  /// The results of `work` for 0..<`count`, in order, computed by at most `threads` threads.
  ///
  /// - Throws: the error of the first piece, by number, that failed.
  @usableFromInline
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ work: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    if isAlone(count, threads: threads) { return try (0..<count).map(work) }
    let next = Atomic(0)
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let takeAll: @Sendable () -> Void = {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = Swift.Result { try work(index) }
        results.withLock { $0[index] = result }
      }
    }
    // Dispatch waits for ever where the system has no memory for a thread; the caller's is enough.
    let helpers = (1..<min(threads, count)).compactMap { _ in JoinableThread(takeAll) }
    takeAll()
    for helper in helpers { helper.join() }
    let all = results.withLock { $0 }
    return try (0..<count).compactMap { try all[$0]?.get() }
  }
}
