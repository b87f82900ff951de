/// Shares consecutive pieces of work among threads, each group of them into a numbered slot, and
/// hands the slots over in order.
///
/// The caller's thread works, too, and alone hands over. Nobody waits for the others as long as a slot
/// is free, as threads that are called together for each wave would.
package final class PageRing: Sendable {
  /// How much one group filled of its slot, which decides on the size of those after it.
  package enum Fill { case small, fitting, large }

  private let pieces: Int
  private let threads: Int
  private let groups: ClosedRange<Int>
  private let monitor = Monitor()
  private let state: State

  /// Invariant: touched only under the monitor.
  private final class State: @unchecked Sendable {
    /// The first piece that nobody has taken.
    var next = 0
    /// Pieces in a group, if the rest is large enough.
    var wanted: Int
    /// Groups that were taken and that were handed over; a group is in the slot of its number.
    var taken = 0
    var handedOver = 0
    /// By slot; nil unless it waits for being handed over.
    var results: [Result<Void, any Error>?]
    var isClosed = false

    init(wanted: Int, slots: Int) {
      self.wanted = wanted
      results = Array(repeating: nil, count: slots)
    }
  }

  package init(_ pieces: Int, threads: Int, slots: Int, groups: ClosedRange<Int>) {
    self.pieces = pieces
    self.threads = threads
    self.groups = groups
    state = State(wanted: groups.lowerBound, slots: slots)
  }

  /// Does all pieces.
  ///
  /// - Parameters:
  ///   - fill: does a group of pieces into a slot; on any thread.
  ///   - handOver: gets the slots in the order of their pieces; on the caller's thread.
  /// - Throws: the first error, in the order of pieces, after the slots before it were handed over.
  package func run(
    fill: @escaping @Sendable (Int, Range<Int>) throws -> Fill, handOver: (Int) throws -> Void
  ) throws {
    let helpers = (1..<max(1, min(threads, pieces))).compactMap { _ in
      JoinableThread { [self] in
        while case .fill(let slot, let group)? = step(handsOver: false) { work(slot, group, fill) }
      }
    }
    defer {
      monitor.locked {
        state.isClosed = true
        monitor.wakeAll()
      }
      for helper in helpers { helper.join() }
    }
    while let step = step(handsOver: true) {
      switch step {
      case .fill(let slot, let group): work(slot, group, fill)
      case .handOver(let slot, let result):
        try result.get()
        try handOver(slot)
        monitor.locked {
          state.handedOver += 1
          monitor.wakeAll()
        }
      }
    }
  }

  private enum Step {
    case fill(Int, Range<Int>)
    case handOver(Int, Result<Void, any Error>)
  }

  /// What a thread does next; nil when there is nothing left for it.
  private func step(handsOver: Bool) -> Step? {
    monitor.locked {
      while !state.isClosed {
        let oldest = state.handedOver % state.results.count
        if handsOver, let result = state.results[oldest] {
          state.results[oldest] = nil
          return .handOver(oldest, result)
        }
        let isDone = state.next == pieces
        if !isDone, state.taken < state.handedOver + state.results.count {
          let fair = (pieces - state.next) / (threads * 4)
          let group = state.next..<state.next + max(1, min(state.wanted, fair))
          let slot = state.taken % state.results.count
          state.next = group.upperBound
          state.taken += 1
          return .fill(slot, group)
        }
        if isDone, !handsOver || state.handedOver == state.taken { return nil }
        monitor.wait()
      }
      return nil
    }
  }

  private func work(_ slot: Int, _ group: Range<Int>, _ fill: (Int, Range<Int>) throws -> Fill) {
    let result = Result { try fill(slot, group) }
    monitor.locked {
      switch result {
      case .success(.small): state.wanted = min(group.count * 2, groups.upperBound)
      case .success(.large): state.wanted = max(group.count / 2, 1)
      default: break
      }
      state.results[slot] = result.map { _ in }
      monitor.wakeAll()
    }
  }
}
