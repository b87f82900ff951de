import CLimits
import Dispatch
import MirrorJournal

/// The C loops, by the addresses of a journal's data.
enum Limits {
  static func walk(_ data: UnsafePointer<UInt8>, _ range: Range<JournalAddress>, _ ahead: prefetch)
    -> Int
  {
    let result = c_walk(data, range.lowerBound, range.upperBound, ahead)
    use(result.bytes &+ result.types &+ result.addresses)
    return Int(result.records)
  }
}

extension Contest {
  static let walkLimit = "C walk, best prefetch"
  static let soundWalkLimit = "C walk and CRC-32C"
  static let memoryLimit = "memory read, 2 threads"
  static let processorLimits = ["arithmetic, 1 thread", "arithmetic, 2 threads"]

  /// Adds what two threads can read of `input` that do nothing else, and what a second thread brings
  /// where memory plays no part: with neighbours on the same machine, or two halves of one core for
  /// processors, that is less than another 100 %.
  func limitByTwoThreads(reading input: Input) {
    let range = input.journal.dataRange
    let half = range.count / 2
    limit(Self.memoryLimit, clock: .wall) {
      try input.withData { data in
        nonisolated(unsafe) let start = data + range.lowerBound
        DispatchQueue.concurrentPerform(iterations: 2) { use(c_read(start + $0 * half, half)) }
      }
    }
    limitByProcessors()
  }

  /// Adds what a second thread brings to arithmetic.
  func limitByProcessors() {
    let pieces = 32
    limit(Self.processorLimits[0], clock: .wall) {
      for _ in 0..<pieces { use(c_arithmetic(50_000)) }
    }
    limit(Self.processorLimits[1], clock: .wall) {
      DispatchQueue.concurrentPerform(iterations: pieces) { _ in use(c_arithmetic(50_000)) }
    }
  }

  /// Adds the best C walk of `input` as a limit.
  func limitByWalk(_ input: Input) {
    let range = input.journal.dataRange
    let ahead = input.ahead
    limit(Self.walkLimit) {
      try input.withData { use(Limits.walk($0, range, ahead)) }
    }
  }

  /// Adds the best C walk that verifies every block's checksum first, block by block as the library
  /// does, so that a block is in the cache when it is walked.
  func limitBySoundWalk(_ input: Input) {
    let range = input.journal.dataRange
    let ahead = input.ahead
    limit(Self.soundWalkLimit) {
      try input.withData { data in
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 65536) {
          let end = min(start + 65536, range.upperBound)
          use(c_checksums(data, start, end))
          use(Limits.walk(data, start..<end, ahead))
        }
      }
    }
  }
}
