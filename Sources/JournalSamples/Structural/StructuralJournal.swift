internal import MirrorJournal

/// One file of a structural family with the activity of the imaginary hospital.
public struct StructuralJournal: Sendable {
  /// One record as it was written.
  public struct Row: Sendable {
    public let address: Int
    /// Bytes of the record, padding included, headers of blocks between left out.
    public let length: Int
    /// The vendor's code of the operation; 0 padding, 240 internal.
    public let type: UInt8
    /// The global's name, empty where there is none.
    public let name: String
    /// Whether the file keeps the whole name in this record.
    public let hasWholeName: Bool
  }

  public let family: StructuralFamily
  public let bytes: [UInt8]
  public let rows: [Row]
  /// What a list of the file says: the records that the vendor's lists show.
  public let listed: [ForeignRecord]

  /// Makes a file with at least `count` records.
  public init(_ family: StructuralFamily, records count: Int, seed: UInt64 = 1) throws {
    var builder = StructuralBuilder(family, seed: seed)
    var activity = HospitalActivity(
      seed: seed, streamsPerThousand: 2, jobs: (1...9).map { $0 * 7 }, sfn: 4)
    activity.allowsDocuments = false
    while builder.rows.count < count {
      for content in try activity.next() {
        try builder.append(content)
        activity.wrote(content, at: builder.rows.last?.address ?? 0)
      }
    }
    builder.finish()
    self.family = family
    bytes = builder.bytes
    rows = builder.rows
    listed = builder.listed
  }

  /// `count` of the listed records, evenly spread.
  public func sample(_ count: Int) -> [ForeignRecord] {
    guard count < listed.count else { return listed }
    return (0..<count).map { listed[$0 * listed.count / count] }
  }

  /// Writes `bytes` to `path`.
  ///
  /// - Throws: `targetExists` unless `overwriting`, `cannotWrite`.
  public func write(to path: String, overwriting: Bool = false) throws {
    if !overwriting, PendingName.exists(path) {
      throw JournalError(
        .targetExists, "the file exists", in: path, advice: "choose another name or use --force")
    }
    try WholeFile.write(bytes, to: path, force: overwriting, files: RunFiles())
  }
}
