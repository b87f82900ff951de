import Dispatch
import Glibc
import JournalCompression
import MirrorJournal
import Synchronization

/// One line on standard error for work that lasts: share done, throughput and time left. There is one for the
/// process, on a terminal only. It comes after a second, and is gone whenever something else is written.
enum ProgressLine {
  /// Invariant: touched only under the lock.
  private struct State: @unchecked Sendable {
    var timer: (any DispatchSourceTimer)?
    var begin = 0.0
    /// What walks had passed then.
    var passedBefore = 0
    var addedBefore = 0
    /// Bytes to read by file, guessed by its size until it is open.
    var expected: [String: Int] = [:]
    /// How often each file is read.
    var passes = 1
    /// What the work says of itself, instead of the walks.
    var told: (done: Int, total: Int, words: String?)?
    var isShown = false
    var lastOutput = 0.0
  }

  private static let state = Mutex(State())

  /// Whether a line can be shown at all.
  private static let isPossible =
    isatty(STDERR_FILENO) == 1
    && getenv("TERM").map { !["", "dumb"].contains(String(cString: $0)) } ?? false

  /// What goes to standard output may be shown by another program on the same terminal.
  private static let outputIsPipe = {
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }()

  /// Work begins, on the files at `paths`, each of which is read `passes` times.
  static func begin(_ paths: [String] = [], passes: Int = 1) {
    guard isPossible else { return }
    state.withLock { state in
      state.passes = max(state.passes, passes)
      for path in paths where state.expected[path] == nil {
        let size = statusOfPath(resolveJournalPath(path)).map { Int($0.st_size) } ?? 0
        // Of a compressed one nothing better is known before it is open.
        let isPacked = ["z", ".gz", ".zst", ".lz4"].contains(where: path.hasSuffix)
        state.expected[path] = isPacked ? size * 4 : size
      }
      guard state.timer == nil else { return }
      state.begin = now()
      let timer = DispatchSource.makeTimerSource(queue: .global())
      timer.schedule(deadline: .now() + 1, repeating: 0.25)
      timer.setEventHandler { draw() }
      timer.resume()
      state.timer = timer
    }
  }

  /// The files are read once more than was thought.
  static func addPass() {
    guard isPossible else { return }
    state.withLock { $0.passes += 1 }
  }

  /// The file at `path` is open: so much is to be read of it.
  static func opened(_ file: JournalFile, at path: String) {
    guard isPossible else { return }
    // Blocks are walked whole.
    let block = file.journal?.layout.block.size ?? 1
    let data = ((file.journal?.dataRange.count ?? file.storage.count) + block - 1) / block * block
    // A stream has been gone through once when it is open.
    let opening = file.storage.isSequential ? file.storage.count : 0
    state.withLock { $0.expected[path] = data + opening }
  }

  /// Work that knows by itself how far it is; the unit is its own where `words` say what it does.
  static func update(_ done: Int, of total: Int, _ words: String? = nil) {
    guard isPossible else { return }
    begin()
    state.withLock { state in
      if let told = state.told, told.total != total || told.done > done { state.begin = now() }
      state.told = (done, total, words)
    }
  }

  /// The work is done: the line goes, and another work may begin.
  static func finish() {
    guard isPossible else { return }
    state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      state.told = nil
      state.expected = [:]
      state.passedBefore = WalkProgress.passedBytes
      state.addedBefore = WalkProgress.addedBytes
      hide(&state)
    }
  }

  /// Writes something else to the terminal: no line stands there meanwhile.
  static func whileHidden<Failure: Error>(
    isOutput: Bool, _ write: () throws(Failure) -> Void
  ) throws(Failure) {
    guard isPossible else { return try write() }
    let result = state.withLock { state -> Result<Void, Failure> in
      hide(&state)
      // From now on the other program has the screen.
      if isOutput, outputIsPipe {
        state.timer?.cancel()
        state.lastOutput = .infinity
      } else {
        state.lastOutput = now()
      }
      do throws(Failure) { return .success(try write()) } catch { return .failure(error) }
    }
    try result.get()
  }

  private static func draw() {
    // In the background the terminal is not ours.
    let group = tcgetpgrp(STDERR_FILENO)
    guard group < 0 || group == getpgrp() else { return }
    state.withLock { state in
      guard state.timer != nil, now() - state.lastOutput > 0.5 else { return }
      show("\r\u{1B}[K" + text(state))
      state.isShown = true
    }
  }

  private static func text(_ state: State) -> String {
    let seconds = now() - state.begin
    let done = state.told?.done ?? WalkProgress.passedBytes - state.passedBefore
    let total =
      state.told?.total
      ?? state.expected.values.reduce(0, +) * state.passes + WalkProgress.addedBytes
      - state.addedBefore
    guard done > 0, seconds > 0 else { return "\(Int(seconds)) s" }
    let rate = Double(done) / seconds
    let speed = state.told?.words ?? "\(Int(rate / 1e6)) MB/s"
    // Some blocks are counted twice.
    guard done <= total + total / 50 else { return "\(done / 1_000_000) MB, \(speed)" }
    let left = time(Double(max(0, total - done)) / rate)
    return "\(min(100, done * 100 / total)) %, \(speed), \(left) left"
  }

  private static func time(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 1e9))
    return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
  }

  private static func hide(_ state: inout State) {
    if state.isShown { show("\r\u{1B}[K") }
    state.isShown = false
  }

  private static func show(_ text: String) {
    let line = Array(text.utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
