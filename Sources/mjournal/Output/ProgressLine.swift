import Glibc

/// One line on standard error for long work: share done, throughput and time left. Silent unless
/// standard error is a terminal.
final class ProgressLine {
  private let total: Int
  private let isShown = isatty(STDERR_FILENO) == 1
  private let begin = ProgressLine.now()
  private var lastShown = 0.0

  /// - Parameter total: bytes of the whole work.
  init(total: Int) { self.total = total }

  /// Shows how far the work is, a few times a second at most.
  func update(_ done: Int) {
    guard isShown else { return }
    let now = Self.now()
    guard now - lastShown > 0.2, now - begin > 0.5 else { return }
    lastShown = now
    let rate = Double(done) / (now - begin)
    let left = rate > 0 ? Double(max(0, total - done)) / rate : 0
    let share = total > 0 ? done * 100 / total : 100
    show("\(min(100, share)) %, \(Int(rate / 1e6)) MB/s, \(Int(left)) s left")
  }

  /// Removes the line.
  func finish() {
    if isShown, lastShown > 0 { show("") }
  }

  private func show(_ text: String) {
    let line = Array("\r\u{1B}[K\(text)".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
