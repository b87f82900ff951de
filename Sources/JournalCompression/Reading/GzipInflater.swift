import CISAL

/// Inflates the members of a gzip stream piece by piece, for files that stock tools made.
final class GzipInflater {
  enum Step {
    case running
    /// A member ended and its checksum was right.
    case memberEnd
    case damaged
  }

  /// Owned; large (some 80 KiB), so it never moves through the stack.
  private let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)

  init() { reset() }

  deinit { state.deallocate() }

  /// Begins with the header of a member.
  func reset() {
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
  }

  /// Inflates from `input` to `output` and says how much of each was used.
  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) -> (step: Step, read: Int, written: Int) {
    // The library does not write through next_in.
    state.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(clamping: input.count)
    state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(clamping: output.count)
    let result = isal_inflate(state)
    let read = input.count - Int(state.pointee.avail_in)
    let written = output.count - Int(state.pointee.avail_out)
    if result < 0 || result == ISAL_NEED_DICT { return (.damaged, read, written) }
    let ended = state.pointee.block_state == ISAL_BLOCK_FINISH
    return (ended ? .memberEnd : .running, read, written)
  }
}
