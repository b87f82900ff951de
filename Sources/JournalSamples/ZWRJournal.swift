internal import MirrorJournal

/// A journal made from real globals: one SET for each line of ZWR text, with transactions and times
/// spread over it.
public struct ZWRJournal: Sendable {
  /// Lines that a journal was made from.
  public struct Result: Sendable {
    /// SETs that were written, one for each line of data.
    public let records: Int
    /// Lines without `=` at the head of the file, which ZWR exports begin with.
    public let headerLines: Int
  }

  /// The most bytes of a line: a value of 60 million characters fits.
  public static let lineLimit = 64 << 20

  /// The generator has no choices; source and target come with `write`.
  public init() {}

  /// Writes a journal to `path` from the ZWR file at `source`, for the same readers.
  ///
  /// - Throws: `cannotOpen` when the source cannot be read, `badArgument` that names line and column
  ///   when a line is not ZWR, and when no line is a node, `targetExists`, `cannotWrite`.
  public func write(from source: String, to path: String, overwriting: Bool = false) throws
    -> Result
  {
    let text: LineText
    do { text = try LineText(source) } catch {
      throw JournalError(.cannotOpen, "the ZWR file cannot be read", in: source)
    }
    let jobs = (1...8).map { JournalJob(jobID: UInt32($0), processID: UInt32(6100 + $0)) }
    var header = JournalHeader()
    header.name = path
    header.fileCount = 1
    header.creationTime =
      Timestamp(year: 2024, month: 7, day: 9, hour: 8) ?? Timestamp(milliseconds: 0)
    let writer = try JournalWriter(
      path: path, header: header, databases: MirrorChain.databases, jobs: jobs,
      overwriting: overwriting, hidden: true, source: source)
    var records = 0
    var headerLines = 0
    var line = 0
    try text.forEachLine(longest: Self.lineLimit) { text in
      line += 1
      guard let text else {
        throw JournalError(
          .badArgument, "line \(line) is longer than \(Self.lineLimit) bytes", in: source,
          advice: "export globals with format ZWR, one node a line")
      }
      if records == 0, text.first != UInt8(ascii: "^") {
        headerLines += 1
        return
      }
      if text.isEmpty { return }
      try append(text, number: records, to: writer, line: line, source: source)
      records += 1
    }
    guard records > 0 else {
      throw JournalError(
        .badArgument, "no line of it is a node in ZWR, such as ^NAME(1)=\"value\"", in: source,
        advice: "export globals with format ZWR, or write one node a line")
    }
    if records % 16 >= 8, records % 16 < 12 { try fence(.commitTransaction, records, writer) }
    try writer.close()
    return Result(records: records, headerLines: headerLines)
  }

  /// Of each sixteen lines the ninth to the twelfth are one transaction.
  private func append(
    _ text: [UInt8], number: Int, to writer: JournalWriter, line: Int, source: String
  ) throws {
    let place = number % 16
    if place == 8 { try fence(.beginTransaction, number, writer) }
    let reference: GlobalReference
    let value: JournalValue
    do {
      (reference, value) = try ZWRText.parse(text.span.bytes)
    } catch {
      throw JournalError(
        .badArgument, "line \(line), column \(error.column): \(error.reason)", in: source)
    }
    writer.time = Timestamp(milliseconds: writer.time.milliseconds + 2)
    try writer.append(
      RecordContent(
        .set, reference, new: value, isInTransaction: (8..<12).contains(place), jobID: job(number),
        sfn: 4))
    if place == 11 { try fence(.commitTransaction, number, writer) }
  }

  private func fence(_ type: RecordType, _ number: Int, _ writer: JournalWriter) throws {
    try writer.append(
      RecordContent(type, .level(1), isInTransaction: true, jobID: job(number), sfn: 4))
  }

  private func job(_ number: Int) -> UInt32 { UInt32(1 + number / 16 % 8) }
}

/// A text that is read line by line: a file where it lies, or what a pipe delivered.
private enum LineText {
  case file(MappedFile)
  case bytes([UInt8])

  init(_ path: String) throws {
    self = try (try? MappedFile(path: path)).map { .file($0) } ?? .bytes(WholeFile.read(path))
  }

  /// Calls `body` with each line, without its line end; with nil for one that is longer than `limit`.
  func forEachLine(longest limit: Int, _ body: ([UInt8]?) throws -> Void) throws {
    switch self {
    case .file(let file): try file.withBytes(0..<file.count) { try Self.cut($0, limit, body) }
    case .bytes(let bytes): try Self.cut(bytes.span.bytes, limit, body)
    }
  }

  private static func cut(
    _ text: RawSpan, _ limit: Int, _ body: ([UInt8]?) throws -> Void
  ) throws {
    try text.withUnsafeBytes { text in
      var rest = text[...]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = rest[..<end]
        try body(
          line.count > limit ? nil : Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        )
        rest = rest[min(end + 1, rest.endIndex)...]
      }
    }
  }
}
