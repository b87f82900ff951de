import Glibc
import MirrorJournal

/// The documented exit statuses other than success and wrong usage.
enum ExitStatus: Int32, Error {
  /// Damage or findings were reported; the output is otherwise complete.
  case findings = 1
  /// An input cannot be read or an output cannot be written.
  case unusable = 2
  /// What decides is missing or cannot be read.
  case cannotTell = 3
}

/// Lines on standard error, one a problem, and the exit status that follows from them.
struct Diagnostics {
  private var status: ExitStatus?

  /// Reports damage and goes on.
  mutating func report(_ damage: Damage, in file: String) {
    Self.line("mjournal: \(file): damaged: \(damage)")
    noteFindings()
  }

  /// Reports what was found wrong when `journal` was opened.
  mutating func reportOpening(_ journal: Journal) {
    for error in journal.storage.damage {
      Self.report(error.inFile(journal.path))
      noteFindings()
    }
    for damage in journal.structuralDamage { report(damage, in: journal.path) }
  }

  /// Reports that a file is of no use and goes on with the next.
  mutating func reportUnusable(_ error: JournalError) {
    Self.report(error)
    status = .unusable
  }

  /// Reports in one line that `count` records were shown in part only.
  mutating func reportUndecodable(_ count: Int, in file: String) {
    guard count > 0 else { return }
    Self.line(
      "mjournal: \(file): \(count) \(count == 1 ? "record has" : "records have") a key or a value "
        + "that does not decode")
    noteFindings()
  }

  /// Notes that the exit status is at least 1.
  mutating func noteFindings() {
    if status == nil { status = .findings }
  }

  /// Ends the command with the status that the reports call for.
  func finish() throws {
    if let status { throw status }
  }

  static func report(_ error: JournalError) { line("mjournal: \(error)") }

  /// Writes one line to standard error.
  static func line(_ text: String) {
    var bytes = Array(FileName.printable(text).utf8)
    bytes.append(UInt8(ascii: "\n"))
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
