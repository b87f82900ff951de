internal import FoundationEssentials
public import MirrorJournal

/// The records of a listing, in the order in which they are listed.
///
/// A listing is what IRIS prints or exports about one journal: the list of `^JRNDUMP`, the details
/// of records one after the other, or the rows of `%SYS.Journal.Record:List` as CSV, TSV or JSON.
public struct Listing: Sendable {
  /// Which tool made the listing.
  public enum Form: String, Sendable {
    /// The list of `^JRNDUMP`.
    case list = "^JRNDUMP list"
    /// The details that `^JRNDUMP` shows of one record after the other.
    case details = "record details"
    /// `%SYS.Journal.Record:List` as CSV or TSV.
    case delimited = "table"
    /// `%SYS.Journal.Record:List` as JSON.
    case json = "JSON"
  }

  /// The most bytes of a listing: that of some 100 000 records. 200 are enough.
  public static let sizeLimit = 64 << 20
  /// The most bytes of one line that is no JSON.
  public static let lineLimit = 8 << 20

  /// Which tool made it.
  public let form: Form
  /// In the order of the lines.
  public let records: [ListedRecord]
  /// Lines that could be read as nothing, from 1.
  public let unreadLines: [Int]
  /// Headings of columns whose hashes count as labels: processes and databases.
  public let hashedLabels: [String]
  /// Headings of columns whose hashes are not read: what they stand for has bytes in the file that a hash does not
  /// tell.
  public let unreadHashes: [String]

  /// Reads the file at `path`.
  ///
  /// - Throws: `cannotOpen`; `badArgument` when it is no listing, larger than `sizeLimit`, or has a line
  ///   longer than `lineLimit`.
  public init(contentsOf path: String) throws(JournalError) {
    let data = try ListingFile.read(path, "the listing cannot be read", limit: Self.sizeLimit)
    do {
      let text = ListingFile.text(data)
      try ListingFile.check(text)
      try self.init(text: text)
    } catch {
      throw error.inFile(path)
    }
  }

  /// Reads a listing from its text.
  ///
  /// - Throws: `badArgument` when no record with an address is found in it.
  public init(text: String) throws(JournalError) {
    var text = text[...]
    if text.first == "\u{FEFF}" { text = text.dropFirst() }
    // Only these: values can hold other line ends.
    let lines = text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    let start = text.first { !$0.isWhitespace }
    var unread: [Int] = []
    let found: [ListedRecord]
    var hashed: (labels: [String], unread: [String]) = ([], [])
    // The prompt of a shell begins like a list.
    let json = start == "[" || start == "{" ? try? ListingTable(json: text) : nil
    if let json {
      form = .json
      found = json.records()
      hashed = json.hashed
    } else if let table = ListingTable(delimited: lines) {
      form = .delimited
      found = table.records()
      hashed = table.hashed
    } else if let table = ListingTable(details: lines) {
      form = .details
      found = table.records()
    } else {
      form = .list
      (found, unread) = DumpList.read(lines)
    }
    records = found
    unreadLines = unread
    (hashedLabels, unreadHashes) = hashed
    guard !found.isEmpty else {
      throw JournalError(
        .badArgument, "the listing shows no record with an address",
        advice: "docs/CALIBRATE.md tells how to make one")
    }
  }
}

/// The list of `^JRNDUMP`: address, process, operation, directory, global and value.
enum DumpList {
  static func read(_ lines: [Substring]) -> (records: [ListedRecord], unread: [Int]) {
    var records: [ListedRecord] = []
    var unread: [Int] = []
    let width = wrapWidth(lines)
    var pending: (line: Int, text: String)?
    var last = 0
    func finish() {
      guard let (line, text) = pending else { return }
      pending = nil
      if let record = record(text, line) { records.append(record) } else { unread.append(line) }
    }
    for (index, line) in lines.enumerated() {
      if startsRecord(line) {
        finish()
        pending = (index + 1, String(line))
      } else if pending != nil, last == width, !line.isEmpty, !isFurniture(line) {
        pending?.text += line
      } else {
        finish()
        if !line.allSatisfy(\.isWhitespace), !isFurniture(line), !records.isEmpty {
          unread.append(index + 1)
        }
      }
      last = line.count
    }
    finish()
    return (records, unread)
  }

  /// The width at which lines are wrapped: that of most lines before one that begins no record.
  private static func wrapWidth(_ lines: [Substring]) -> Int {
    var counts: [Int: Int] = [:]
    for (line, next) in zip(lines, lines.dropFirst())
    where line.count >= 40 && !next.isEmpty && !startsRecord(next) && !isFurniture(next)
      && !isFurniture(line)
    {
      counts[line.count, default: 0] += 1
    }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? -1
  }

  private static func isFurniture(_ line: Substring) -> Bool {
    line.hasSuffix("=>") || line.hasSuffix("=> ") || line.hasPrefix("====")
  }

  /// Whether a line begins with two numbers and a word.
  private static func startsRecord(_ line: Substring) -> Bool {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count >= 3, ListedNumber.value(words[0]) != nil, isProcess(words[1]) else {
      return false
    }
    return words[2].count <= 4 && words[2].allSatisfy { $0.isLetter }
  }

  private static func isProcess(_ word: Substring) -> Bool {
    Int(word.hasSuffix("(jid)") ? word.dropLast(5) : word) != nil
  }

  private static func record(_ text: String, _ line: Int) -> ListedRecord? {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, let address = ListedNumber.value(words[0]) else { return nil }
    var record = ListedRecord(line: line, address: address)
    record.process = String(words[1])
    let operation = words[2].prefix { !$0.isWhitespace }
    (record.type, record.isInTransaction) = TypeLabel.operation(String(operation))
    let rest = words[2].dropFirst(operation.count).drop { $0 == " " }
    guard !rest.isEmpty else { return record }
    // Directory and global stand in columns, with blanks between.
    var pieces = (rest[...], rest[rest.endIndex...])
    if let gap = rest.firstRange(of: "  ") {
      pieces = (rest[..<gap.lowerBound], rest[gap.upperBound...].drop { $0 == " " })
    } else if let blank = rest.firstIndex(of: " ") {
      pieces = (rest[..<blank], rest[rest.index(after: blank)...])
    }
    record.database = String(pieces.0)
    let (node, value) = splitValue(pieces.1)
    record.setNode(node)
    if let value { record.newValue = ListedValue(value, isLiteral: true) }
    return record
  }

  /// Splits at the ` = ` behind the reference, quotes respected.
  private static func splitValue(_ text: Substring) -> (String, String?) {
    var inQuotes = false
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == "\"" { inQuotes.toggle() }
      if !inQuotes, text[index...].hasPrefix(" = ") {
        return (String(text[..<index]), String(text[text.index(index, offsetBy: 3)...]))
      }
      index = text.index(after: index)
    }
    return (String(text), nil)
  }
}

extension ListedRecord {
  /// Takes a reference as it is written, with or without caret and environment.
  mutating func setNode(_ written: String) {
    let text = written.drop { $0.isWhitespace }
    guard !text.isEmpty else { return }
    if let parsed = try? GlobalReference(parsing: String(text)) {
      reference = parsed
      name = parsed.name
      if let environment = parsed.environment, database == nil {
        let inner = environment.drop { "[\"|^".contains($0) }
        database = String(inner.prefix { !"\"|]".contains($0) })
      }
      return
    }
    // Cut or damaged: the name may still be whole.
    var rest = text[...]
    if rest.hasPrefix("^") { rest = rest.dropFirst() }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      rest = rest[rest.index(after: end)...]
    }
    let found = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "%" }
    if !found.isEmpty { name = String(found) }
  }
}
