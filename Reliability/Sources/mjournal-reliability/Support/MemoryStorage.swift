import Foundation
import MirrorJournal

/// Journal bytes in memory, so that they can be damaged a million times without a file.
final class MemoryStorage: JournalStorage, @unchecked Sendable {
  // Changed between walks only, by the thread that owns it.
  var bytes: [UInt8]
  let path = "memory"
  let segmentSize: Int
  var count: Int { bytes.count }
  var sizeOnDisk: Int { bytes.count }

  init(_ bytes: [UInt8], segmentSize: Int = 1 << 20) {
    self.bytes = bytes
    self.segmentSize = segmentSize
  }

  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw JournalError(.noRecord, "no bytes \(range) of \(bytes.count)")
    }
    let held = bytes
    return try body(held.span.bytes.extracting(range))
  }
}
