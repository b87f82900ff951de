import Glibc
import JournalQuery
import MirrorJournal
import Synchronization

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

  /// Reports damage and goes on. Neighbouring damage becomes one line, with what is reported next.
  mutating func report(_ damage: Damage, in file: String) {
    DamageLines.add(damage, in: file)
    noteFindings()
  }

  /// The same, if the damage touches `ranges`: elsewhere it is not the command's matter.
  mutating func report(_ damage: Damage, in file: String, within ranges: FileRanges?) {
    if ranges?.touches(damage, in: file) ?? true { report(damage, in: file) }
  }

  /// Reports what is no part of a list of committed transactions; `advice` is what helps where too many are open.
  mutating func reportLeftOut(_ left: TransactionWalk.Summary, advice: String = "") {
    if left.rolledBack + left.open > 0 {
      Self.line(
        "mjournal: left out: \(left.rolledBack) records of transactions that were rolled back, "
          + "\(left.open) of those that are open or without a recorded end")
    }
    if left.rest > 0 {
      Self.line(
        "mjournal: too many transactions are open at the same time: \(left.rest) records are left out"
          + advice)
      noteFindings()
    }
  }

  /// Reports what is wrong with `file` besides its data, and was mended.
  mutating func report(_ error: JournalError, in file: String) {
    Self.report(error.inFile(file))
    noteFindings()
  }

  /// Reports what was found wrong when `journal` was opened.
  mutating func reportOpening(_ journal: Journal) { reportOpening(.readable(journal)) }

  /// Reports what was found wrong when `file` was opened: of damaged data only what touches `range`.
  mutating func reportOpening(_ file: JournalFile, in range: Range<JournalAddress>? = nil) {
    if let journal = file.journal { DamageLines.note(journal) }
    for error in file.storage.damage { report(error, in: file.path) }
    for damage in file.journal?.structuralDamage ?? [] {
      let isOfData = damage.kind != .header && damage.kind != .directory
      if isOfData, let range, !range.overlaps(damage.range) { continue }
      report(damage, in: file.path)
    }
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
    DamageLines.flush()
    if let status { throw status }
  }

  /// Whether standard error is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func report(_ error: JournalError) { line("mjournal: \(error)") }

  /// Writes one line to standard error, whatever characters the names in `text` have.
  static func line(_ text: String) {
    DamageLines.flush()
    write(text)
  }

  fileprivate static func write(_ text: String) {
    var bytes = Array(printable(text).utf8)
    bytes.append(UInt8(ascii: "\n"))
    ProgressLine.whileHidden(isOutput: false) {
      _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
  }
}

/// Damage that is to be reported: what lies side by side in one file is one line.
enum DamageLines {
  private struct Pending {
    let file: String
    let first: Damage
    /// Kept until the line is written.
    let journal: Journal?
    var range: Range<JournalAddress>
    var count = 1
  }

  private struct State {
    var pending: Pending?
    var zone = ClockZone.utc
    // Files are named by path; the journal is there as long as a command works on it.
    var journals: [String: Weak] = [:]
  }

  /// Invariant: set once, and read under the lock of the state.
  private final class Weak: @unchecked Sendable {
    weak var journal: Journal?

    init(_ journal: Journal) { self.journal = journal }
  }

  private static let state = Mutex(State())

  /// Notes where the times around damage can be read.
  static func note(_ journal: Journal) {
    state.withLock { $0.journals[journal.path] = Weak(journal) }
  }

  /// The zone of times in lines.
  static func use(_ zone: ClockZone) { state.withLock { $0.zone = zone } }

  static func add(_ damage: Damage, in file: String) {
    let isJoined = state.withLock { state in
      guard let pending = state.pending, pending.file == file, pending.first.kind == damage.kind,
        [.checksum, .blockHeader, .unsealed, .record, .link, .chunk].contains(damage.kind),
        damage.range.lowerBound <= pending.range.upperBound,
        damage.range.lowerBound >= pending.range.lowerBound
      else { return false }
      let end = max(pending.range.upperBound, damage.range.upperBound)
      state.pending?.range = pending.range.lowerBound..<end
      state.pending?.count += 1
      return true
    }
    guard !isJoined else { return }
    flush()
    state.withLock {
      $0.pending = Pending(
        file: file, first: damage, journal: $0.journals[file]?.journal, range: damage.range)
    }
  }

  static func flush() {
    let (pending, zone) = state.withLock { state in
      defer { state.pending = nil }
      return (state.pending, state.zone)
    }
    guard let pending else { return }
    guard pending.count > 1 else {
      return Diagnostics.write("mjournal: \(pending.file): damaged: \(pending.first)")
    }
    let range = pending.range
    var text =
      "mjournal: \(pending.file): damaged: \(pending.count) neighbouring places, addresses "
      + "\(range.lowerBound)..<\(range.upperBound) (\(range.count) bytes)"
    if let times = pending.journal?.blockTimes(around: range) {
      text += ", between \(zone.text(times.lowerBound)) and \(zone.namedText(times.upperBound))"
    }
    Diagnostics.write(text + ", the first: \(pending.first.reason)")
  }
}
