internal import CJournalSupport

// Swift's own allocations end the process when they fail. Where a file or an option says how much is
// needed, the system is asked before. What it promises and then does not have (overcommitment), and
// what many small things need together, cannot be told before.

/// Asks whether there are `count` bytes, and some more for all that is small.
///
/// - Throws: `cannotRead` when there are not.
package func requireMemory(_ count: Int, _ what: String, _ file: String?) throws(JournalError) {
  guard !isAvailable(count) else { return }
  throw JournalError(
    .cannotRead, "there is no memory for \(what), \(count) bytes", in: file,
    advice: "give the process more memory, or use less at once")
}

/// What ends the process where memory is needed and no error can be thrown; without it Swift does.
package enum OutOfMemory {
  /// Gets the number of bytes. Set once, before anything else happens.
  package nonisolated(unsafe) static var end: ((Int) -> Void)?

  /// Ends the process unless there are `count` bytes.
  package static func check(_ count: Int) {
    if !isAvailable(count) { end?(count) }
  }
}

/// Whether there are `count` bytes, and 8 MiB for all that is small.
func isAvailable(_ count: Int) -> Bool {
  // Less than this comes from what the process has; asking would cost more than it tells.
  guard count >= 1 << 20 else { return true }
  let (all, isTooLarge) = count.addingReportingOverflow(8 << 20)
  return !isTooLarge && mj_has_memory(all)
}
