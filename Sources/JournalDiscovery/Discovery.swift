public import MirrorJournal

/// The chain of records of a journal whose layout is not known, found from its structure alone.
///
/// Hypotheses about how one record leads to the next are tried on samples, and what they find is walked
/// through the whole file. It is proved when nearly every byte is explained and at least two things agree
/// that chance would not make agree. It says what was observed in one file: it is nobody's specification.
public struct Discovery: Sendable {
  /// One thing that agrees with the chain.
  public struct Proof: Sendable {
    /// `blocks`, `link`, `names`, `numbers` or `addresses`.
    public let kind: String
    /// What agrees, in words.
    public let text: String
    /// How many records, blocks or addresses agree.
    public let support: Int
    /// How many do not.
    public let against: Int
  }

  /// One of the best chains of a file, told where none is proved. It holds nothing of what is in the file.
  public struct Candidate: Sendable {
    /// How the records would hang together, in words.
    public let framing: String
    /// Of the sampled data, the share from 0 to 1 that the chain explains.
    public let explained: Double
    /// Records in the sampled data.
    public let records: Int
    /// What agrees with it, or speaks against it, in words.
    public let agrees: [String]
    /// A few places at which its walk stops before a block ends.
    public let stops: [JournalAddress]
  }

  /// The file.
  public let path: String
  /// Bytes of the file.
  public let size: Int
  /// Behind the last byte of the file that is not zero.
  public let dataEnd: Int
  /// How the records hang together, in words; nil where no chain was found.
  public internal(set) var framing: String?
  /// Records of the chain.
  public internal(set) var records = 0
  /// Address of the first record.
  public internal(set) var firstRecord = 0
  /// Where the last record ends.
  public internal(set) var end = 0
  /// Bytes from the first block with records to the last byte that is not zero.
  public internal(set) var dataBytes = 0
  /// Of these, bytes that nothing explains.
  public internal(set) var unexplainedBytes = 0
  /// Of these, bytes that stand behind the used part of their blocks.
  public internal(set) var leftoverBytes = 0
  /// What agrees with the chain.
  public internal(set) var proofs: [Proof] = []
  /// What the proof lacks; empty when the chain is proved.
  public internal(set) var lacks: [String] = []
  /// The next best chain and what it explains.
  public internal(set) var rival: String?
  /// The best chains, best first, where none is proved and read.
  public internal(set) var candidates: [Candidate] = []
  /// What was found of the layout, and what was not.
  public internal(set) var fields: [DiscoveredField] = []
  /// What the readers of this toolkit cannot follow; empty when they can walk the file.
  public internal(set) var unreadable: [String] = []
  /// The layout, as far as structure shows it; nil where the chain is not proved.
  public internal(set) var layout: JournalLayout?

  /// Whether the chain is proved.
  public var isProved: Bool { framing != nil && lacks.isEmpty }

  /// Of the data, the share from 0 to 1 that the chain explains.
  public var explainedShare: Double {
    dataBytes == 0 ? 0 : 1 - Double(unexplainedBytes) / Double(dataBytes)
  }

  /// Journals are smaller (class D).
  public static let sizeLimit = 1 << 32

  /// Looks for the chain of the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the file, not compressed and not encrypted.
  ///   - addresses: addresses in it that logs name.
  ///   - name: the name that the layout gets.
  /// - Throws: `cannotOpen`, `cannotRead`, `shrank`. A file in which nothing is found is no error.
  public init(path: String, addresses: [JournalAddress] = [], name: String = "discovered") throws {
    let storage = try MappedFile(path: path)
    self.path = path
    size = storage.count
    guard storage.count <= Self.sizeLimit else {
      dataEnd = 0
      lacks = ["the file is larger than a journal can be (4 GB)"]
      return
    }
    let written = storage.written(of: 0..<storage.count)
    let search = DiscoverySearch(addresses: addresses, name: name)
    var extent = DataExtent.nothing
    var result: DiscoverySearch.Result?
    try storage.withBytes(0..<storage.count) { bytes in
      extent = DataExtent(bytes, written: written)
      result = search.run(bytes, extent, storage)
    }
    dataEnd = extent.end
    result?.apply(to: &self)
  }
}
