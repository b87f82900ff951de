public import MirrorJournal

/// What an integrity check found in one file.
public struct FileIntegrity: Sendable, Hashable {
  /// As the user named it.
  public let path: String
  /// Whether the layout is known; if not, nothing was checked.
  public internal(set) var isReadable = true
  /// Findings in order: header and directory, then by address.
  public internal(set) var findings: [IntegrityFinding] = []
  /// How many findings of a kind were left out because there were too many.
  public internal(set) var omitted: [IntegrityFinding.Kind: Int] = [:]
  /// The addresses of the journal's data.
  public internal(set) var dataRange: Range<JournalAddress> = 0..<0
  /// Whether the file is still being written.
  public internal(set) var isActive = false
  /// Sound records that the vendor's lists show.
  public internal(set) var records = 0
  /// Sound records that they do not: directory additions and extensions.
  public internal(set) var internalRecords = 0
  /// Bytes of all of these records.
  public internal(set) var recordBytes = 0
  /// Blocks with a matching checksum and a sound chain of records.
  public internal(set) var soundBlocks = 0
  /// Just past the last sound record; nil if there is none.
  public internal(set) var lastRecordEnd: JournalAddress?
  /// The parts of the data that are lost, in order, without overlap.
  public internal(set) var lost: [Range<JournalAddress>] = []

  /// Bytes of the data that are lost.
  public var bytesLost: Int { lost.reduce(0) { $0 + $1.count } }

  /// The gravest severity, or nil when nothing was found.
  public var severity: IntegrityFinding.Severity? { findings.map(\.severity).max() }

  init(path: String) { self.path = path }

  mutating func take(_ list: FindingList) {
    findings += list.findings
    omitted.merge(list.omitted, uniquingKeysWith: +)
  }

  /// Notes `ranges`, in any order and overlapping, as lost as far as they are data.
  mutating func lose(_ ranges: [Range<JournalAddress>]) {
    lost = Damage.united(lost + ranges, in: dataRange)
  }
}

/// What an integrity check found in a set of files.
public struct IntegrityReport: Sendable, Hashable {
  /// How deep the check went.
  public let level: IntegrityCheck.Level
  /// What the files say about each other.
  public internal(set) var chain: [IntegrityFinding] = []
  /// One for each file, in the order given.
  public internal(set) var files: [FileIntegrity] = []

  init(level: IntegrityCheck.Level) { self.level = level }

  /// All findings: the chain's, then each file's.
  public var findings: [IntegrityFinding] { chain + files.flatMap(\.findings) }

  /// The gravest severity, or nil when nothing was found.
  public var severity: IntegrityFinding.Severity? { findings.map(\.severity).max() }

  /// Whether nothing worse than a note was found, in files that could all be read.
  public var isSound: Bool { (severity ?? .note) == .note }

  /// Whether nothing worse than a note was found in the files that could be read.
  public var isSoundWhereReadable: Bool {
    findings.allSatisfy { $0.severity == .note || $0.kind == .unknownLayout }
  }

  /// Files whose layout is not known: nobody can say whether they are sound.
  public var unreadableFiles: Int { files.count { !$0.isReadable } }

  /// Records in all files that the vendor's lists show.
  public var records: Int { files.reduce(0) { $0 + $1.records } }
  /// Records in all files that they do not.
  public var internalRecords: Int { files.reduce(0) { $0 + $1.internalRecords } }
  /// Bytes of the records in all files.
  public var recordBytes: Int { files.reduce(0) { $0 + $1.recordBytes } }
  /// Bytes that could not be read in all files.
  public var bytesLost: Int { files.reduce(0) { $0 + $1.bytesLost } }

  /// Notes what another check found in one of the files, behind what was found in it before.
  mutating func add(_ finding: IntegrityFinding) {
    guard let index = files.firstIndex(where: { $0.path == finding.file }) else { return }
    files[index].findings.append(finding)
  }

  /// Notes that `count` findings of a kind in `file` are left out because there were too many.
  mutating func addOmitted(_ kind: IntegrityFinding.Kind, _ count: Int, in file: String) {
    guard count > 0, let index = files.firstIndex(where: { $0.path == file }) else { return }
    files[index].omitted[kind, default: 0] += count
  }

  /// Notes a file that could not be opened, so that it counts as found and bad.
  public mutating func addUnreadable(_ path: String, _ error: JournalError) {
    var file = FileIntegrity(path: path)
    if error.code == .unknownLayout {
      file.isReadable = false
      file.findings = [
        IntegrityFinding(.warning, .unknownLayout, in: path, "not readable: unknown layout")
      ]
      files.append(file)
      return
    }
    file.findings = [
      IntegrityFinding(
        .error, .unreadable, in: path, at: error.address.map { $0..<$0 + 1 }, error.reason)
    ]
    files.append(file)
  }
}
