internal import Glibc

/// Bytes in order, wherever they come from.
protocol ByteSource: AnyObject {
  /// Fills the start of `buffer`, which is not empty, and returns how many bytes were put there: 0
  /// only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int
}

/// A file or a pipe, which stays the caller's to close.
final class DescriptorSource: ByteSource {
  private let descriptor: CInt

  init(_ descriptor: CInt) { self.descriptor = descriptor }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    while true {
      let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if got >= 0 { return got }
      guard errno == EINTR else {
        throw LogError(.cannotRead, "cannot read: \(String(cString: strerror(errno)))")
      }
    }
  }
}

/// Bytes at hand.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private var taken = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - taken)
    bytes.withUnsafeBytes { source in
      let part = UnsafeRawBufferPointer(rebasing: source[taken..<taken + count])
      buffer.copyMemory(from: part)
    }
    taken += count
    return count
  }
}

/// What was read to look at, and then the rest.
final class RewoundSource: ByteSource {
  private var head: MemorySource?
  private let rest: any ByteSource

  init(_ head: [UInt8], _ rest: any ByteSource) {
    self.head = MemorySource(head)
    self.rest = rest
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    if let head {
      let count = head.read(into: buffer)
      if count > 0 { return count }
      self.head = nil
    }
    return try rest.read(into: buffer)
  }
}

extension ByteSource {
  /// At most `limit` bytes; fewer only when the source ends before.
  func take(_ limit: Int) throws(LogError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let start = count
      var failure: LogError?
      let got = bytes.withUnsafeMutableBytes { buffer in
        do throws(LogError) {
          return try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      if got == 0 { break }
      count += got
    }
    bytes.removeLast(limit - count)
    return bytes
  }
}
