internal import FoundationEssentials
public import JournalQuery
public import MirrorJournal

/// How far a stream of records has been written to a file: enough to go on behind the last record, whatever
/// happened to the process that wrote it.
public struct Checkpoint: Sendable, Hashable, Codable {
  /// A place in a journal: the file by its GUID, and an address.
  public struct Place: Sendable, Hashable, Codable {
    /// As the header says it; where that is unknown, the file's last path component stands for it.
    public var fileGUID: String
    /// Bytes from the start of the file.
    public var address: JournalAddress
  }

  /// Behind the last record that was written.
  public var next: Place
  /// The path of that journal when it was read.
  public var file: String
  /// Where the oldest transaction begins that was open there; of exports in the order of commits.
  public var open: Place?
  /// Bytes of the output that are of records before `next`.
  public var outputBytes: Int
  /// What the stream is: it goes on in the same form only.
  public var form: String

  /// The beginning of a stream of this form.
  public init(form: String) {
    next = Place(fileGUID: "", address: 0)
    file = ""
    outputBytes = 0
    self.form = form
  }

  /// Whether nothing was written yet.
  public var isStart: Bool { next.fileGUID.isEmpty }

  private static let sizeLimit = 1 << 16

  /// The checkpoint in the file at `path`; nil when there is no file.
  ///
  /// - Throws: `badArgument` when the file is none, or of a stream of another form.
  public static func read(_ path: String, form: String) throws(JournalError) -> Checkpoint? {
    guard statusOfLink(path) != nil else { return nil }
    let bytes = try WholeFile.read(path, limit: sizeLimit)
    guard let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(bytes)),
      checkpoint.outputBytes >= 0, checkpoint.next.address >= 0
    else {
      throw JournalError(
        .badArgument, "the file is no checkpoint", in: path,
        advice: "name another, or remove it to begin anew")
    }
    guard checkpoint.form == form else {
      throw JournalError(
        .badArgument, "the checkpoint is of '\(checkpoint.form)', not of '\(form)'", in: path,
        advice: "go on with the same options, or name another checkpoint and another output")
    }
    return checkpoint
  }

  /// Writes the checkpoint; a crash leaves the one before it or this one.
  ///
  /// - Throws: `cannotWrite`.
  func write(to path: String) throws(JournalError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw JournalError(.cannotWrite, "the checkpoint cannot be written", in: path)
    }
    // Not of the run's files: those are made once. That it is no input was asked before the first one.
    try WholeFile.write(
      Array(data) + [UInt8(ascii: "\n")], to: path, force: true, files: RunFiles())
  }

  /// What a journal is called by in checkpoints.
  static func name(of journal: Journal) -> String {
    journal.header.guid.isZero
      ? lastComponent(journal.path) : journal.header.guid.description
  }

  /// The place in `journals`; nil when the checkpoint is at the start.
  ///
  /// - Throws: `badArgument` when its journal is not among them.
  public func place(in journals: [Journal]) throws(JournalError) -> ExportPlace? {
    guard !isStart else { return nil }
    let names = journals.map(Self.name)
    func index(_ place: Place) -> Int? { names.firstIndex(of: place.fileGUID) }
    guard let file = index(next) else {
      throw JournalError(
        .badArgument,
        "the checkpoint is in \(FileName.printable(file)) (\(next.fileGUID)), which is none of the files",
        advice: "give that file and those behind it")
    }
    var found = ExportPlace(
      next: JournalTransaction.Position(file: file, address: next.address))
    if let open {
      guard let file = index(open) else {
        throw JournalError(
          .badArgument,
          "a transaction that is open at the checkpoint begins in \(open.fileGUID), which is none of the files",
          advice: "give the files from there on")
      }
      found.open = JournalTransaction.Position(file: file, address: open.address)
    }
    return found
  }

  /// Where following goes on: the journal of the checkpoint, at its own path or at `path`; nil at the start.
  ///
  /// - Throws: `badArgument` when it is at neither.
  public func start(
    from path: String, open: (String) throws -> Journal
  ) throws -> (path: String, address: JournalAddress)? {
    guard !isStart else { return nil }
    for candidate in [file, path] {
      if let journal = try? open(candidate), Self.name(of: journal) == next.fileGUID {
        return (candidate, next.address)
      }
    }
    throw JournalError(
      .badArgument,
      "the checkpoint is in \(next.fileGUID), and neither \(FileName.printable(file)) nor this file is that",
      in: path, advice: "give the path of that journal")
  }

  /// The checkpoint moved to `place` of `journals`.
  mutating func move(to place: ExportPlace, in journals: [Journal]) {
    func named(_ position: JournalTransaction.Position) -> Place? {
      guard journals.indices.contains(position.file) else { return nil }
      return Place(fileGUID: Self.name(of: journals[position.file]), address: position.address)
    }
    guard let reached = named(place.next) else { return }
    next = reached
    file = journals[place.next.file].path
    open = place.open.flatMap(named)
  }
}

/// How far an export is: behind the last record that was written, and where the oldest open transaction begins.
public struct ExportPlace: Sendable, Hashable {
  /// Records that start before it are written, or not wanted.
  public var next: JournalTransaction.Position
  /// Nil where no transaction is open, or their order does not matter.
  public var open: JournalTransaction.Position?

  /// The place before the record at `next`.
  public init(next: JournalTransaction.Position, open: JournalTransaction.Position? = nil) {
    self.next = next
    self.open = open
  }
}
