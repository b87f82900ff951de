public import MirrorJournal

/// One thing that an integrity check found.
public struct IntegrityFinding: Sendable, Hashable {
  /// How much a finding matters, ascending.
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    /// Worth knowing; nothing is lost.
    case note
    /// Unusual: a crash or a copy can explain it.
    case warning
    /// Data are lost, contradict each other or cannot be trusted.
    case error

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  /// What does not fit. The raw value is what JSON output prints.
  public enum Kind: String, Sendable, CaseIterable {
    // Chain: what neighbouring files say about each other.
    /// The file cannot be opened.
    case unreadable
    /// The layout of the file is not known: nothing of it was checked.
    case unknownLayout
    /// A file of the chain is not there.
    case missingFile
    /// The next file names another end than this file does.
    case previousEnd
    /// The next file names another previous file.
    case previousGUID
    /// The file names another next file.
    case nextGUID
    /// The next file's count does not follow this one's, on the same system.
    case fileCount
    /// The next file's mirror file count is not greater.
    case mirrorFileCount
    /// The files name different mirrors.
    case mirrorGUID
    /// The names are not in journal order.
    case nameOrder
    /// The names skip a number although the counts do not.
    case nameSequence
    /// The file calls itself something else.
    case ownName
    /// The file is not closed although another follows.
    case unclosed

    // Structure: header and directory.
    /// The header does not match its checksum or contradicts itself.
    case header
    /// Bytes behind the header, in its blocks, that have to be zero.
    case headerTail
    /// The directory block cannot be read.
    case directory

    // Walk: blocks and records.
    /// A block does not match its checksum.
    case checksum
    /// A block's own header is impossible.
    case blockHeader
    /// A block that has to be sealed is not.
    case unsealed
    /// A record's length or place is impossible.
    case record
    /// A record does not point back to the record before it.
    case link
    /// The file ends before its data do.
    case truncated
    /// A compressed chunk cannot be restored.
    case chunk
    /// Bytes of padding that have to be zero are not.
    case padding
    /// A block before the data's end in which no record starts.
    case emptyBlock
    /// A block whose first record does not stand at its beginning.
    case firstRecord
    /// The last record does not end where the header says.
    case end
    /// Bytes behind the data that have to be zero.
    case trailing
    /// A block whose time is before that of the block before it, or before the file was begun.
    case blockTime
    /// A block that stands at another place, too, byte for byte.
    case twin

    // Values: what stands in the records.
    /// A key that does not decode.
    case key
    /// A value that does not decode.
    case value
    /// A continued value with missing parts, or parts of no value.
    case `extension`
    /// The body of a record without key and values.
    case body
    /// A transaction level above 255.
    case transactionLevel
    /// Records of types without a documented code, whose bodies are not checked.
    case unknownType
    /// The journal is encrypted; its values are not checked.
    case encrypted

    // History: what became of a node.
    /// An old value is not the last one known of its node.
    case oldValue
  }

  /// How much it matters.
  public let severity: Severity
  /// What does not fit.
  public let kind: Kind
  /// The file as the user named it.
  public let file: String
  /// The addresses that it is about; nil when it is about the whole file.
  public let range: Range<JournalAddress>?
  /// One sentence without a final stop.
  public let message: String

  /// A finding about `file`; `message` is a sentence without a final stop.
  public init(
    _ severity: Severity, _ kind: Kind, in file: String, at range: Range<JournalAddress>? = nil,
    _ message: String
  ) {
    self.severity = severity
    self.kind = kind
    self.file = file
    self.range = range
    self.message = message
  }

  /// Damage that a reader met.
  package init(_ damage: Damage, in file: String) {
    let kind: Kind =
      switch damage.kind {
      case .header: .header
      case .directory: .directory
      case .checksum: .checksum
      case .blockHeader: .blockHeader
      case .unsealed: .unsealed
      case .record: .record
      case .link: .link
      case .truncated: .truncated
      case .end: .end
      case .chunk: .chunk
      case .padding: .padding
      case .trailing: .trailing
      }
    self.init(.error, kind, in: file, at: damage.range, damage.reason)
  }
}

/// Findings in the order in which they were met, at most `limit` of each kind: a file full of zeros
/// must not fill the memory with its description.
struct FindingList: Sendable, Hashable {
  static let limit = 1000

  private(set) var findings: [IntegrityFinding] = []
  /// How many findings of a kind are left out.
  private(set) var omitted: [IntegrityFinding.Kind: Int] = [:]
  private var counts: [IntegrityFinding.Kind: Int] = [:]

  mutating func append(_ finding: IntegrityFinding) {
    let count = counts[finding.kind, default: 0]
    counts[finding.kind] = count + 1
    if count < Self.limit {
      findings.append(finding)
    } else {
      omitted[finding.kind, default: 0] += 1
    }
  }

  /// Appends the findings of a part of a file, but for `last`, that of the part before which reaches furthest:
  /// it may reach into this one.
  mutating func append(_ other: FindingList, but last: inout IntegrityFinding?) {
    for finding in other.findings where finding != last {
      append(finding)
      if let end = finding.range?.upperBound, end > last?.range?.upperBound ?? 0 { last = finding }
    }
    for (kind, count) in other.omitted { omitted[kind, default: 0] += count }
  }
}
