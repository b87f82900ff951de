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
  /// What is sound or not cannot be said: the layout is not known.
  case unknownLayout = 4
}

/// Lines on standard error, one a problem, and the exit status that follows from them.
struct Diagnostics {
  private var status: ExitStatus?

  /// Reports damage and goes on.
  mutating func report(_ damage: Damage, in file: String) {
    Self.line("mjournal: \(file): damaged: \(damage)")
    noteFindings()
  }

  /// Reports what is wrong with `file` besides its data, and was mended.
  mutating func report(_ error: JournalError, in file: String) {
    Self.report(error.inFile(file))
    noteFindings()
  }

  /// Reports what was found wrong when `journal` was opened.
  mutating func reportOpening(_ journal: Journal) { reportOpening(.readable(journal)) }

  /// Reports what was found wrong when `file` was opened.
  mutating func reportOpening(_ file: JournalFile) {
    for error in file.storage.damage { report(error, in: file.path) }
    for damage in file.journal?.structuralDamage ?? [] { report(damage, in: file.path) }
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
    if status == nil || status == .unknownLayout { status = .findings }
  }

  /// Notes that nothing can be said of a file, whose layout is not known.
  mutating func noteUnknownLayout() {
    if status == nil { status = .unknownLayout }
  }

  /// Ends the command with the status that the reports call for.
  func finish() throws {
    if let status { throw status }
  }

  static func report(_ error: JournalError) { line("mjournal: \(error)") }

  /// Writes one line to standard error, whatever characters the names in `text` have.
  static func line(_ text: String) {
    var bytes = Array(printable(text).utf8)
    bytes.append(UInt8(ascii: "\n"))
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
