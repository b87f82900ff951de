/// A database that records refer to by its system file number.
public struct JournalDatabase: Sendable, Hashable {
  /// The system file number that records carry.
  public var sfn: UInt32
  /// The directory, such as `/usr/iris/mgr/user/`.
  public var directory: String
  /// The mirror database name, such as `:mirror:MIRROR:USER`; empty if not mirrored.
  public var mirrorName: String

  /// An entry of the table; an empty `mirrorName` means not mirrored.
  public init(sfn: UInt32, directory: String, mirrorName: String = "") {
    self.sfn = sfn
    self.directory = directory
    self.mirrorName = mirrorName
  }
}

/// A job and the operating system's process that it was.
public struct JournalJob: Sendable, Hashable {
  /// The job id that records carry.
  public var jobID: UInt32
  /// The operating system's process id.
  public var processID: UInt32

  /// An entry of the table.
  public init(jobID: UInt32, processID: UInt32) {
    self.jobID = jobID
    self.processID = processID
  }
}

/// The tables of a journal that give meaning to the numbers in its records.
public struct JournalDirectory: Sendable, Hashable {
  /// In the order in which the journal names them.
  public private(set) var databases: [JournalDatabase] = []
  /// In the order in which the journal names them.
  public private(set) var jobs: [JournalJob] = []
  private var bySFN: [UInt32: Int] = [:]
  private var byJob: [UInt32: UInt32] = [:]

  /// A directory without entries.
  public init() {}

  /// The database of a system file number; nil when the journal does not say. O(1).
  public func database(sfn: UInt32) -> JournalDatabase? { bySFN[sfn].map { databases[$0] } }

  /// The process id of a job; nil when the journal does not say.
  public func processID(jobID: UInt32) -> UInt32? { byJob[jobID] }

  /// Adds a database; the first entry of an SFN counts.
  public mutating func add(_ database: JournalDatabase) {
    guard bySFN[database.sfn] == nil else { return }
    bySFN[database.sfn] = databases.count
    databases.append(database)
  }

  /// Adds a job; the first entry of a job counts.
  public mutating func add(_ job: JournalJob) {
    guard byJob[job.jobID] == nil else { return }
    byJob[job.jobID] = job.processID
    jobs.append(job)
  }

  /// Reads the directory block. Nil when an entry runs past its end; what was read before it stays.
  mutating func readBlock(_ block: RawSpan, layout: JournalLayout) -> Bool {
    let width = layout.directory.numberWidth
    var entries = CountedStrings(
      block, from: layout.block.headerSize, lengthWidth: layout.directory.stringLengthWidth)
    guard let databaseCount = entries.number(width: width) else { return false }
    for _ in 0..<databaseCount {
      guard let sfn = entries.number(width: width), let directory = entries.next(),
        let mirrorName = entries.next()
      else { return false }
      add(JournalDatabase(sfn: sfn, directory: directory, mirrorName: mirrorName))
    }
    guard let jobCount = entries.number(width: width) else { return false }
    for _ in 0..<jobCount {
      guard let job = entries.number(width: width), let process = entries.number(width: width)
      else { return false }
      add(JournalJob(jobID: job, processID: process))
    }
    return true
  }

  /// Takes in a `dirtab` record; false when its entry does not fit.
  mutating func take(_ record: borrowing Record, layout: JournalLayout) -> Bool {
    let width = layout.directory.numberWidth
    guard let kind = record.bytes.load(layout.record.dirtabKind) else { return false }
    var entry = CountedStrings(
      record.bytes, from: Int(layout.record.dirtabEntry),
      lengthWidth: layout.directory.stringLengthWidth)
    switch kind {
    case 1:
      guard let sfn = entry.number(width: width), let directory = entry.next(),
        let mirrorName = entry.next()
      else { return false }
      add(JournalDatabase(sfn: sfn, directory: directory, mirrorName: mirrorName))
    case 2:
      guard let job = entry.number(width: width), let process = entry.number(width: width)
      else { return false }
      add(JournalJob(jobID: job, processID: process))
    default: return false
    }
    return true
  }
}
