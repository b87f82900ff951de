internal import Glibc

/// Memory that one thread reads pieces of a file into, again and again.
package final class WorkBuffer {
  private let memory: UnsafeMutableRawBufferPointer

  package init(_ size: Int) {
    OutOfMemory.check(size)
    memory = .allocate(byteCount: size, alignment: 64)
  }

  deinit { memory.deallocate() }

  /// The bytes of `range`, which is not longer than the buffer, valid until the next call.
  ///
  /// - Throws: `cannotRead`; `shrank` if the file does not have them.
  package func fill(
    from file: SystemFile, _ range: Range<Int>
  ) throws(JournalError) -> UnsafeRawBufferPointer {
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<range.count])
    guard try file.read(into: part, at: range.lowerBound) == range.count else {
      throw JournalError(
        .shrank, "the file became shorter while it was read", at: range.lowerBound, in: file.path)
    }
    return UnsafeRawBufferPointer(part)
  }

  /// The bytes that `make` writes to the start of the buffer, valid until the next call.
  package func fill(
    _ make: (UnsafeMutableRawBufferPointer) throws(JournalError) -> Int
  ) throws(JournalError) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[..<(try make(memory))])
  }
}

extension UnsafeRawBufferPointer {
  /// Whether `other` holds the same bytes.
  package func elementsEqual(of other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let here = baseAddress, let there = other.baseAddress else { return true }
    return memcmp(here, there, count) == 0
  }
}
