internal import Glibc

/// The bytes of a source as lines, in one buffer of fixed size.
///
/// This is the module's unsafe room: the buffer is allocated once, only `scan` hands out views of
/// it, and each view ends with the call that got it. Invariant: `0 <= start <= end <= capacity`,
/// the bytes in `start..<end` came from the source, and no two NULs among them stand side by side.
///
/// A crash leaves holes of NULs in a file. A hole of any length ends a line, as what follows it was
/// written by somebody else.
struct LineScanner: ~Copyable {
  /// A line's place in its file, and which part of it this is.
  struct Line {
    /// From 1.
    var number: Int
    /// True when this is the first part of a line that is longer than the limit.
    var isTruncated = false
    /// True when this is a later part of such a line.
    var isRest = false
    /// True when the input ended without a line feed after it.
    var isUnterminated = false
    /// True when NULs stand before it.
    var followsHole = false
    /// True when NULs stand behind it.
    var endsInHole = false
  }

  private let source: any ByteSource
  private let lineLimit: Int
  private let terminator: UInt8
  private let capacity: Int
  private let buffer: UnsafeMutableRawPointer
  private var start = 0
  private var end = 0
  private var number = 0
  private var isInsideLine = false
  private var hasHoles = false
  private(set) var byteCount = 0

  /// - Parameters:
  ///   - chunk: bytes asked for in one read.
  ///   - lineLimit: bytes of a line that are handed out at once.
  ///   - terminator: the byte that ends a line.
  init(_ source: any ByteSource, chunk: Int, lineLimit: Int, terminator: UInt8 = 10) {
    self.source = source
    self.terminator = terminator
    self.lineLimit = min(max(64, lineLimit), 1 << 30)
    capacity = min(max(chunk, 1), 1 << 30) + self.lineLimit
    buffer = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// Calls `body` with each line, without its line feed and carriage return, until it returns
  /// false.
  ///
  /// - Parameter keepsTail: whether what follows the last line feed waits for a later call, when the
  ///   source has more to give.
  mutating func scan(
    keepsTail: Bool = false, _ body: (Span<UInt8>, Line) -> Bool
  ) throws(LogError) {
    while true {
      while let feed = memchr(buffer + start, CInt(terminator), end - start) {
        let length = UnsafeRawPointer(feed) - UnsafeRawPointer(buffer + start)
        let line = start
        start += length + 1
        if !emit(line, length, body) { return }
        isInsideLine = false
      }
      // What is left is the start of a line: it waits for the next read, or is cut at the limit.
      while end - start > lineLimit {
        if !emitPart(body) { return }
      }
      if start > 0 {
        memmove(buffer, buffer + start, end - start)
        end -= start
        start = 0
      }
      if try !fill() {
        if keepsTail { return }
        if end > 0 {
          let length = end
          start = end
          _ = emit(0, length, isUnterminated: true, body)
          isInsideLine = false
        }
        return
      }
    }
  }

  /// A whole line, or the last part of one that is longer than the limit.
  private mutating func emit(
    _ offset: Int, _ length: Int, isUnterminated: Bool = false,
    _ body: (Span<UInt8>, Line) -> Bool
  ) -> Bool {
    var offset = offset
    var length = length
    while length > lineLimit {
      let part = cut(offset)
      if !hand(offset, part, Line(number: next(), isTruncated: !isInsideLine), body) {
        return false
      }
      isInsideLine = true
      offset += part
      length -= part
    }
    if length > 0, buffer.load(fromByteOffset: offset + length - 1, as: UInt8.self) == 13 {
      length -= 1
    }
    let isRest = isInsideLine
    return hand(
      offset, length, Line(number: next(), isRest: isRest, isUnterminated: isUnterminated), body)
  }

  /// The first part of what waits in the buffer.
  private mutating func emitPart(_ body: (Span<UInt8>, Line) -> Bool) -> Bool {
    let part = cut(start)
    let line = Line(number: next(), isTruncated: !isInsideLine, isRest: isInsideLine)
    isInsideLine = true
    let offset = start
    start += part
    return hand(offset, part, line, body)
  }

  private mutating func next() -> Int {
    if !isInsideLine { number += 1 }
    return number
  }

  /// How much of a line that is too long is its next part: up to the limit, or to a stamp shortly
  /// before it, so that an entry in the middle of a line stays whole.
  private func cut(_ offset: Int) -> Int {
    func byte(_ index: Int) -> UInt8 { buffer.load(fromByteOffset: offset + index, as: UInt8.self) }
    let lowest = max(8, lineLimit - 600)
    var index = lineLimit - 2
    while index > lowest {
      if byte(index) == UInt8(ascii: "/"), isDigit(byte(index - 1)), isDigit(byte(index - 2)),
        isDigit(byte(index + 1))
      {
        return index - 2
      }
      index -= 1
    }
    return lineLimit
  }

  /// Hands out a part, in pieces where there are holes in it.
  private func hand(
    _ offset: Int, _ length: Int, _ line: Line, _ body: (Span<UInt8>, Line) -> Bool
  ) -> Bool {
    var line = line
    guard hasHoles else { return show(offset, length, line, body) }
    var from = offset
    let to = offset + length
    var isFirst = true
    while let hole = memchr(buffer + from, 0, to - from) {
      let at = UnsafeRawPointer(hole) - UnsafeRawPointer(buffer)
      if at > from {
        line.endsInHole = true
        let isLast = line.isUnterminated
        line.isUnterminated = false
        if !show(from, at - from, line, body) { return false }
        line.isUnterminated = isLast
        line.endsInHole = false
        isFirst = false
      }
      line.followsHole = true
      from = at + 1
    }
    return from < to || isFirst ? show(from, to - from, line, body) : true
  }

  private func show(
    _ offset: Int, _ length: Int, _ line: Line, _ body: (Span<UInt8>, Line) -> Bool
  ) -> Bool {
    let bytes = UnsafeRawBufferPointer(start: buffer + offset, count: length)
    return bytes.withMemoryRebound(to: UInt8.self) { body($0.span, line) }
  }

  /// Adds bytes behind `end`; false at the end of the input. There is always room for at least one,
  /// because what waits in the buffer is no longer than the limit.
  private mutating func fill() throws(LogError) -> Bool {
    while true {
      let room = UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end)
      let got = try source.read(into: room)
      byteCount += got
      if got == 0 { return false }
      let kept = shrinkHoles(got)
      end += kept
      if kept > 0 { return true }
    }
  }

  /// Makes one NUL of each hole in the `count` bytes behind `end`; returns what is left of them.
  private mutating func shrinkHoles(_ count: Int) -> Int {
    guard let first = memchr(buffer + end, 0, count) else { return count }
    hasHoles = true
    var to = UnsafeRawPointer(first) - UnsafeRawPointer(buffer)
    var from = to
    let limit = end + count
    func byte(_ index: Int) -> UInt8 { buffer.load(fromByteOffset: index, as: UInt8.self) }
    while from < limit {
      let value = byte(from)
      from += 1
      if value == 0, to > start, byte(to - 1) == 0 { continue }
      buffer.storeBytes(of: value, toByteOffset: to, as: UInt8.self)
      to += 1
    }
    return to - end
  }
}
