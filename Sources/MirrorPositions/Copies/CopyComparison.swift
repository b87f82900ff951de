internal import JournalIntegrity
public import MirrorJournal
public import MirrorLog

/// Two members' directories of mirror journals, compared without any log: which files each has, which
/// is further, and where the copies first differ.
public struct CopyComparison: Sendable {
  /// How a file's two copies relate.
  public enum Relation: String, Sendable, CaseIterable {
    /// The same records up to the same end.
    case same
    /// The same records as far as the shorter one goes.
    case leftLonger, rightLonger
    /// A record differs before the shorter one's end.
    case differs
    /// Two files of one count that are not the same file.
    case otherFile
    case onlyLeft, onlyRight
    /// A copy cannot be read to its end.
    case unreadable
  }

  /// Where a copy cannot be read.
  public struct Break: Sendable, Hashable {
    /// The directory whose copy it is.
    public let directory: String
    /// From where on, in bytes.
    public let address: JournalAddress
    /// What is wrong there, in a sentence.
    public let reason: String
    /// The last record before it that both copies have: its type, and its global reference.
    public let lastRecord: String?
  }

  /// A record at which two copies part.
  public struct Difference: Sendable, Hashable {
    /// Where it starts, in bytes.
    public let address: JournalAddress
    /// Its type's name.
    public let type: String
    /// Its global reference, where it has one.
    public let reference: String?
    /// What differs, as in `MemberComparison.RecordDifference`.
    public let fields: [String]
  }

  /// One file of the chain.
  public struct Row: Sendable {
    /// The mirror's name.
    public let mirror: String
    /// The mirror file count.
    public let fileCount: Int
    /// The file's name.
    public let name: String
    /// Where each copy's data end, in bytes; nil where there is none.
    public let leftEnd: JournalAddress?
    public let rightEnd: JournalAddress?
    /// Whether each copy is closed.
    public let leftIsClosed: Bool?
    public let rightIsClosed: Bool?
    /// How the two relate.
    public let relation: Relation
    /// Where they part, when they differ.
    public let difference: Difference?
    /// Where a copy cannot be read, when one cannot.
    public let damage: Break?
    /// Up to where both have the same records, in bytes; nil when not from the beginning.
    public let commonEnd: JournalAddress?
  }

  /// Whether only checksums were compared, and no bytes.
  public let trustsChecksums: Bool
  /// The two directories, as they were named.
  public let left: String
  public let right: String
  /// Whether the two names are of one directory: then there are no two copies.
  public let isOneDirectory: Bool
  /// In the order of mirrors and counts.
  public let rows: [Row]
  /// Gaps, contradictions in the chains, files that cannot be read, copies that differ.
  public let findings: [Finding]
  /// Up to where both hold the same, from the first file that both have; by mirror.
  public let commonEnds: [String: MirrorPosition]
  /// The furthest place of each side, by mirror.
  public let leftEnds: [String: MirrorPosition]
  public let rightEnds: [String: MirrorPosition]

  /// Compares all files that both directories have. O(bytes), or O(blocks) with `trustsChecksums`.
  ///
  /// - Throws: `JournalError` when a directory cannot be read or holds no mirror journal.
  public init(
    _ left: String, _ right: String, layouts: [JournalLayout] = JournalLayout.builtIn,
    trustsChecksums: Bool = false
  ) throws {
    self.left = left
    self.right = right
    self.trustsChecksums = trustsChecksums
    isOneDirectory = FileIdentity(left).map { $0 == FileIdentity(right) } ?? false
    let first = try MemberJournals(left, layouts: layouts)
    let second = try MemberJournals(right, layouts: layouts)
    var work = CopyComparer(first, second, trustsChecksums: trustsChecksums)
    work.run()
    rows = work.rows
    findings = work.findings.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }.map(\.element)
    commonEnds = work.commonEnds
    leftEnds = Self.ends(rows, \.leftEnd)
    rightEnds = Self.ends(rows, \.rightEnd)
  }

  private static func ends(
    _ rows: [Row], _ end: (Row) -> JournalAddress?
  ) -> [String: MirrorPosition] {
    rows.reduce(into: [:]) { ends, row in
      guard let address = end(row) else { return }
      let position = MirrorPosition(fileCount: row.fileCount, address: address)
      ends[row.mirror] = max(ends[row.mirror] ?? position, position)
    }
  }

  /// How many files both have.
  public var comparisons: Int { rows.count { $0.leftEnd != nil && $0.rightEnd != nil } }

  /// Whether the copies agree as far as both go.
  public var verdict: Verdict {
    isOneDirectory || comparisons == 0 && !findings.contains { $0.severity > .open }
      ? .nothingToCompare : Verdict(findings, comparisons: comparisons)
  }

  /// The verdict and its reason in one sentence without a final stop.
  public var answer: String {
    switch verdict {
    case .yes: "YES, \(agreement)"
    case .no: "NO, " + (findings.first?.sentence ?? "")
    case .cannotTell: "CANNOT TELL: " + (findings.first { $0.severity == .open }?.sentence ?? "")
    case .nothingToCompare: "NOTHING TO COMPARE: \(reasonForNothing)"
    }
  }

  /// Why there is nothing to compare.
  public var reasonForNothing: String {
    isOneDirectory
      ? "both names are of one directory; give the directory of the other member too"
      : "no file of one mirror is in both directories"
  }

  private var agreement: String {
    let mirrors = commonEnds.keys.sorted()
    return mirrors.map { mirror in
      let end = commonEnds[mirror].map { "\($0)" } ?? ""
      let (a, b) = (leftEnds[mirror], rightEnds[mirror])
      var text =
        (mirrors.count > 1 ? "\(mirror): " : "")
        + (trustsChecksums
          ? "the checksums in both are the same up to \(end), and what they are of was not read"
          : "both hold the same up to \(end)")
      if let a, let b, a != b {
        text += a > b ? "; \(left) goes on to \(a)" : "; \(right) goes on to \(b)"
      }
      return text
    }.joined(separator: "; ")
  }
}
