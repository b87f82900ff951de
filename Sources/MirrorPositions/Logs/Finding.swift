public import MirrorLog

/// Something that does not agree, with the log lines that prove it.
public struct Finding: Sendable, Hashable {
  /// What kind of finding it is. A string, so that other modules add kinds of their own.
  public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The code as JSON output prints it, such as `bytesLost`.
    public let rawValue: String
    /// A code of this text. Any text is one.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The same without the label, for declaring codes.
    public init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
  }

  /// How much a finding matters, ascending.
  public enum Severity: Int, Sendable, CaseIterable, Comparable {
    /// Worth knowing; the verdict stays the same.
    case note
    /// Something that decides is missing or cannot be read: the verdict cannot be YES.
    case open
    /// Data may be affected.
    case warning
    /// The logs contradict each other, or say that data was lost or skipped.
    case error

    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

    /// `note`, `open`, `warning` or `error`.
    public var name: String {
      switch self {
      case .note: "note"
      case .open: "open"
      case .warning: "warning"
      case .error: "error"
      }
    }
  }

  /// What kind of finding it is.
  public let code: Code
  /// How much it matters.
  public let severity: Severity
  /// One plain sentence without a final stop.
  public let sentence: String
  /// The lines that prove it, the most telling first.
  public let lines: [LogSource]
  /// The places it is about.
  public let positions: [MirrorPosition]
  /// The mirror, where the logs name it.
  public let mirror: String?
  /// The journal file's path or name, where known.
  public let file: String?
  /// Bytes of journal that one side has and the surviving side lacks.
  public let bytesLost: Int?
  /// Bytes of journal that are applied although they were already.
  public let bytesExtra: Int?
  /// The records that were lost or applied twice, where the journals are at hand.
  public internal(set) var gap: RecordGap?

  /// A finding; its `gap` is filled in later, from the journals.
  public init(
    _ code: Code, _ severity: Severity, _ sentence: String, lines: [LogSource],
    positions: [MirrorPosition] = [], mirror: String? = nil, file: String? = nil,
    bytesLost: Int? = nil, bytesExtra: Int? = nil
  ) {
    self.code = code
    self.severity = severity
    self.sentence = sentence
    self.lines = lines
    self.positions = positions
    self.mirror = mirror
    self.file = file
    self.bytesLost = bytesLost
    self.bytesExtra = bytesExtra
  }
}

extension Finding.Code {
  /// An offset's hexadecimal and decimal figures differ.
  public static let hexDiffers = Finding.Code("hexDiffers")
  /// A position is no multiple of 4 (every record's address is one, class D).
  public static let unaligned = Finding.Code("unaligned")
  /// A position lies beyond the size that a compression line prints for its file.
  public static let beyondFileSize = Finding.Code("beyondFileSize")
  /// An apply position lies before the one before it.
  public static let applyGoesBack = Finding.Code("applyGoesBack")
  /// An apply position enters a file, or runs ahead of what was received, with a gap before it.
  public static let applyJumps = Finding.Code("applyJumps")
  /// A file of the chain is passed over.
  public static let fileCountSkipped = Finding.Code("fileCountSkipped")
  /// A file's name and its count do not belong together.
  public static let nameDiffers = Finding.Code("nameDiffers")
  /// A client asks for another position than the server starts the connection at.
  public static let connectionDiffers = Finding.Code("connectionDiffers")
  /// A client is linked before the position its connection started at.
  public static let linkGoesBack = Finding.Code("linkGoesBack")
  /// The old primary resumes elsewhere than where the new primary's databases are current.
  public static let resumeDiffers = Finding.Code("resumeDiffers")
  /// Another member names a position behind the one that the new primary was current as of.
  public static let beyondTakeover = Finding.Code("beyondTakeover")
  /// Two members wrote the same mirror journal file as primary.
  public static let twoWriters = Finding.Code("twoWriters")
  /// A member writes a file that it, or after which it, has written already.
  public static let writtenAgain = Finding.Code("writtenAgain")
  /// A member is further in a file than anything that the member names that wrote it.
  public static let beyondWriter = Finding.Code("beyondWriter")
  /// A file is retrieved and never applied.
  public static let retrievedNotApplied = Finding.Code("retrievedNotApplied")
  /// A catch-up starts and does not complete.
  public static let catchupIncomplete = Finding.Code("catchupIncomplete")
  /// The log reports a stuck dejournal.
  public static let dejournalStuck = Finding.Code("dejournalStuck")
  /// The log reports a header that could not be read.
  public static let headerUnreadable = Finding.Code("headerUnreadable")
  /// Two members print different sizes for the same mirror journal file.
  public static let sizesDiffer = Finding.Code("sizesDiffer")
  /// A log holds the lines of several members.
  public static let mixedMembers = Finding.Code("mixedMembers")
  /// Two members' logs are the same log.
  public static let sameLog = Finding.Code("sameLog")
  /// A printed ratio does not follow from its two sizes.
  public static let ratioDiffers = Finding.Code("ratioDiffers")
}

/// What a log itself reports.
extension Finding.Code {
  /// Journal data were lost.
  public static let journalDataLost = Finding.Code("journalDataLost")
  /// Journaling failed, or was about to stop.
  public static let journalingFailed = Finding.Code("journalingFailed")
  /// A journal file, or the list of them, could not be used.
  public static let journalUnusable = Finding.Code("journalUnusable")
  /// Journal data could not be restored to a database.
  public static let restoreFailed = Finding.Code("restoreFailed")
  /// A transaction could not be rolled back.
  public static let rollbackAborted = Finding.Code("rollbackAborted")
  /// Dejournaling stopped.
  public static let dejournalingStopped = Finding.Code("dejournalingStopped")
  /// A member could not become primary.
  public static let startupFailed = Finding.Code("startupFailed")
  /// A member's mirror status became one of trouble, or journaling stopped.
  public static let memberStopped = Finding.Code("memberStopped")
  /// Journals are kept for a recovery that is still to be done.
  public static let journalsPreserved = Finding.Code("journalsPreserved")
}

/// What keeps the answer from being YES.
extension Finding.Code {
  /// The log of a member that decides is missing.
  public static let logMissing = Finding.Code("logMissing")
  /// The old primary's log does not show where it resumes after a takeover.
  public static let resumeMissing = Finding.Code("resumeMissing")
  /// A takeover begins, and no line says where the databases are current.
  public static let takeoverUnfinished = Finding.Code("takeoverUnfinished")
  /// A line shows a change of primary of which the new primary's log says nothing.
  public static let takeoverMissing = Finding.Code("takeoverMissing")
  /// A member serves as primary, and its log begins after it became one.
  public static let startMissing = Finding.Code("startMissing")
  /// No line says how far a member has come since the last takeover.
  public static let memberBehind = Finding.Code("memberBehind")
  /// Nothing that one log says could be compared with another log.
  public static let notCompared = Finding.Code("notCompared")
  /// A file that is a log by its name cannot be read.
  public static let logUnreadable = Finding.Code("logUnreadable")
  /// A log's lines stand newest first; they were turned round.
  public static let newestFirst = Finding.Code("newestFirst")
  /// A part of a log's lines stands elsewhere than where it was written; they were sorted.
  public static let linesRearranged = Finding.Code("linesRearranged")
  /// Messages begin like ones that decide and cannot be read.
  public static let unreadableMessages = Finding.Code("unreadableMessages")
}

extension Finding {
  /// The same as something that is not sure, with another sentence.
  func opened(_ sentence: String) -> Finding {
    Finding(
      code, .open, sentence, lines: lines, positions: positions, mirror: mirror, file: file)
  }
}

extension Finding.Code {
  /// Whether it follows from which line of a log was written before which.
  var restsOnOrder: Bool { Self.ofOrder.contains(self) }

  private static let ofOrder: Set<Finding.Code> = [
    .applyGoesBack, .applyJumps, .fileCountSkipped, .connectionDiffers, .linkGoesBack,
    .resumeDiffers, .beyondTakeover, .twoWriters, .writtenAgain, .beyondWriter,
    .retrievedNotApplied, .catchupIncomplete, .memberStopped,
  ]
}

/// Two statements of the logs that were compared and agree.
public struct Confirmation: Sendable, Hashable {
  /// One plain sentence without a final stop.
  public let sentence: String
  /// The lines that were compared.
  public let lines: [LogSource]
  /// The places it is about.
  public let positions: [MirrorPosition]
  /// The mirror, where the logs name it.
  public let mirror: String?

  /// An agreement of `lines` about `positions`.
  public init(
    _ sentence: String, lines: [LogSource], positions: [MirrorPosition], mirror: String? = nil
  ) {
    self.sentence = sentence
    self.lines = lines
    self.positions = positions
    self.mirror = mirror
  }
}

/// What the checks of one mirror write into.
struct Ledger {
  let mirror: String?
  private(set) var findings: [Finding] = []
  private(set) var confirmations: [Confirmation] = []
  /// The lines that findings beyond notes name.
  private(set) var told: Set<LogSource> = []

  init(mirror: String?) { self.mirror = mirror }

  mutating func confirm(_ sentence: String, _ events: [LogEvent], at positions: [MirrorPosition]) {
    confirmations.append(
      Confirmation(
        sentence, lines: events.map(\.source), positions: positions, mirror: mirror))
  }

  mutating func find(
    _ code: Finding.Code, _ severity: Finding.Severity, _ sentence: String, _ events: [LogEvent],
    at positions: [MirrorPosition] = [], file: String? = nil, bytesLost: Int? = nil,
    bytesExtra: Int? = nil
  ) {
    if severity > .note { told.formUnion(events.lazy.map(\.source)) }
    findings.append(
      Finding(
        code, severity, sentence, lines: events.map(\.source), positions: positions,
        mirror: mirror, file: file, bytesLost: bytesLost, bytesExtra: bytesExtra))
  }
}
