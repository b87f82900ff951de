internal import Glibc

/// The bytes of a file or pipe as lines, in one buffer of fixed size.
///
/// This is the module's unsafe room: the buffer is allocated once, only `scan` hands out views of
/// it, and each view ends with the call that got it. Invariant: `0 <= start <= end <= capacity`,
/// and the bytes in `start..<end` were filled by `read(2)`.
struct LineScanner: ~Copyable {
  /// A line's place in its file.
  struct Line {
    /// From 1.
    var number: Int
    /// True when the line was longer than the limit and only its start is shown.
    var isTruncated: Bool
    /// True when the input ended without a line feed after it.
    var isUnterminated: Bool
  }

  /// Where bytes come from.
  enum Source {
    /// A descriptor, which stays the caller's to close.
    case descriptor(CInt)
    /// Bytes at hand and how many of them have been taken.
    case memory([UInt8], taken: Int)
  }

  private var source: Source
  private let lineLimit: Int
  private let capacity: Int
  private let buffer: UnsafeMutableRawPointer
  private var start = 0
  private var end = 0
  private var number = 0
  private var skipping = false
  private(set) var byteCount = 0

  /// - Parameters:
  ///   - source: a descriptor or bytes.
  ///   - chunk: bytes asked for in one read.
  ///   - lineLimit: bytes of a line that are kept.
  init(_ source: Source, chunk: Int, lineLimit: Int) {
    self.source = source
    self.lineLimit = min(max(64, lineLimit), 1 << 30)
    capacity = min(max(chunk, 1), 1 << 30) + self.lineLimit
    buffer = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// Calls `body` with each line, without its line feed and carriage return, until it returns
  /// false.
  mutating func scan(_ body: (Span<UInt8>, Line) -> Bool) throws(LogError) {
    while true {
      while let feed = memchr(buffer + start, 10, end - start) {
        let length = UnsafeRawPointer(feed) - UnsafeRawPointer(buffer + start)
        let line = start
        start += length + 1
        if skipping {
          skipping = false
        } else if !emit(line, length, unterminated: false, body) {
          return
        }
      }
      // What is left is the start of a line: it waits for the next read, or is cut at the limit.
      if skipping {
        start = end
      } else if end - start > lineLimit {
        let line = start
        skipping = true
        start = end
        if !emit(line, end - line, unterminated: false, body) { return }
      }
      if start > 0 {
        memmove(buffer, buffer + start, end - start)
        end -= start
        start = 0
      }
      let got = try fill()
      if got == 0 {
        if end > 0 { _ = emit(0, end, unterminated: true, body) }
        return
      }
    }
  }

  private mutating func emit(
    _ offset: Int, _ length: Int, unterminated: Bool, _ body: (Span<UInt8>, Line) -> Bool
  ) -> Bool {
    number += 1
    var length = length
    let truncated = length > lineLimit
    if truncated { length = lineLimit }
    if length > 0, buffer.load(fromByteOffset: offset + length - 1, as: UInt8.self) == 13 {
      length -= 1
    }
    let bytes = UnsafeRawBufferPointer(start: buffer + offset, count: length)
    return bytes.withMemoryRebound(to: UInt8.self) {
      body(
        $0.span,
        Line(number: number, isTruncated: truncated, isUnterminated: unterminated))
    }
  }

  /// Bytes added behind `end`; 0 at the end of the input. There is always room for at least one,
  /// because what waits in the buffer is no longer than the limit.
  private mutating func fill() throws(LogError) -> Int {
    var got: Int
    switch source {
    case .memory(let bytes, let taken):
      got = min(capacity - end, bytes.count - taken)
      bytes.withUnsafeBytes { if got > 0 { memcpy(buffer + end, $0.baseAddress! + taken, got) } }
      source = .memory(bytes, taken: taken + got)
    case .descriptor(let descriptor):
      repeat {
        got = read(descriptor, buffer + end, capacity - end)
      } while got < 0 && errno == EINTR
      guard got >= 0 else {
        throw LogError(.cannotRead, "cannot read: \(String(cString: strerror(errno)))")
      }
    }
    end += got
    byteCount += got
    return got
  }
}
