import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a flag, for work that has to tidy up before it ends.
final class Interruption: @unchecked Sendable {
  private let flag = Atomic<Bool>(false)
  // Kept so that the signals stay watched; never read.
  private let sources: [any DispatchSourceSignal]

  var isRequested: Bool { flag.load(ordering: .relaxed) }

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
      source.setEventHandler { [unowned self] in flag.store(true, ordering: .relaxed) }
      source.resume()
    }
  }
}

/// Ctrl-C or SIGTERM: the work ends without a word, and what it has begun is removed.
struct Interrupted: Error {}
