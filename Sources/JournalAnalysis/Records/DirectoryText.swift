internal import MirrorJournal

/// The names of databases and processes, rendered once each and then copied.
///
/// A journal names few databases and many records name the same one, so the last answer is kept
/// apart from the table.
struct DirectoryText {
  struct Entry {
    var directory: [UInt8]
    var mirrorName: [UInt8]
  }

  private let journal: Journal
  private let render: (String, inout TextBuffer) -> Void
  private var entries: [UInt32: Entry] = [:]
  private var lastSFN: UInt32 = 0
  private var last: Entry?
  private var processes: [UInt32: UInt32?] = [:]
  private var lastJob: UInt32 = 0
  private var lastProcess: UInt32??

  /// - Parameter render: writes a name in the output's form.
  init(_ journal: Journal, render: @escaping (String, inout TextBuffer) -> Void) {
    self.journal = journal
    self.render = render
  }

  /// The rendered names of a database. An SFN that the journal does not name is rendered as `sfn N`
  /// by text outputs; `isKnown` tells.
  mutating func database(_ sfn: UInt32, unknown: (UInt32) -> String) -> Entry {
    if sfn == lastSFN, let last { return last }
    let entry = entries[sfn] ?? lookUp(sfn, unknown)
    entries[sfn] = entry
    lastSFN = sfn
    last = entry
    return entry
  }

  /// The process of a job, or nil when the journal does not name it.
  mutating func process(_ job: UInt32) -> UInt32? {
    if job == lastJob, let lastProcess { return lastProcess }
    let process: UInt32?
    if let known = processes[job] {
      process = known
    } else {
      process = journal.processID(jobID: job)
      processes[job] = .some(process)
    }
    lastJob = job
    lastProcess = .some(process)
    return process
  }

  private func lookUp(_ sfn: UInt32, _ unknown: (UInt32) -> String) -> Entry {
    let database = journal.database(sfn: sfn)
    return Entry(
      directory: rendered(database?.directory ?? unknown(sfn)),
      mirrorName: rendered(database?.mirrorName ?? ""))
  }

  private func rendered(_ text: String) -> [UInt8] {
    var buffer = TextBuffer(capacity: 256)
    render(text, &buffer)
    return buffer.withBytes { $0.copied() }
  }
}

extension TextBuffer {
  mutating func append(_ bytes: [UInt8]) { append(bytes: bytes.span.bytes) }
}
