import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a flag, for work that has to tidy up before it ends.
final class Interruption: @unchecked Sendable {
  /// The signal that came first; 0 for none.
  private let number = Atomic<Int32>(0)
  // Kept so that the signals stay watched; never read.
  private let sources: [any DispatchSourceSignal]

  var isRequested: Bool { number.load(ordering: .relaxed) != 0 }

  /// - Throws: `Interrupted` once a signal has come.
  func check() throws {
    let number = number.load(ordering: .relaxed)
    if number != 0 { throw Interrupted(number: number) }
  }

  /// From now on the signals set the flag instead of ending the process.
  init() {
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      sources.append(
        DispatchSource.makeSignalSource(signal: number, queue: .global()))
    }
    self.sources = sources
    for source in sources {
      let came = Int32(truncatingIfNeeded: source.handle)
      source.setEventHandler { [unowned self] in
        _ = number.compareExchange(expected: 0, desired: came, ordering: .relaxed)
      }
      source.resume()
    }
  }
}

/// Ctrl-C or SIGTERM: the work ends without a word, and what it has begun is removed.
struct Interrupted: Error {
  let number: Int32

  /// Ends the process by the signal, as it would have ended without being watched.
  func end() -> Never {
    signal(number, SIG_DFL)
    raise(number)
    _exit(128 + number)
  }
}
