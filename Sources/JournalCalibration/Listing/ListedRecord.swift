public import MirrorJournal

/// One record as a listing shows it. What the listing does not show is nil.
public struct ListedRecord: Sendable {
  /// The line of the listing on which the record begins, from 1.
  public var line: Int
  /// Bytes from the start of the file.
  public var address: JournalAddress
  /// 0 in the first record of the file.
  public var previous: JournalAddress?
  /// 0 in the last record of the file.
  public var next: JournalAddress?
  /// The process as it is written, such as `2980` or `12(jid)`.
  public var process: String?
  /// The type as it is written: a name, a letter of the list, a number.
  public var type: String?
  /// Whether the operation is part of a transaction; nil if not listed.
  public var isInTransaction: Bool?
  /// The directory or mirror name of the database.
  public var database: String?
  /// The global's name, without the caret.
  public var name: String?
  /// The whole reference, if it was listed whole.
  public var reference: GlobalReference?
  /// Whether a node was listed by a hash only: the record has one, and what it is called is not known.
  var hasHashedNode = false
  /// How many values the record has; nil if not listed.
  public var valueCount: Int?
  /// The value after; nil if not listed.
  public var newValue: ListedValue?
  /// The value before; nil if not listed.
  public var oldValue: ListedValue?
  /// In the zone of the instance that made the listing.
  public var time: Timestamp?
  /// The job; nil if not listed.
  public var jobID: Int?
  /// The raw remote system id; nil if not listed.
  public var remoteSystem: Int?
  /// The key's collation; nil if not listed.
  public var collation: Int?

  /// A record of which only line and address are known.
  public init(line: Int, address: JournalAddress) {
    self.line = line
    self.address = address
  }
}

/// A value as a listing shows it: perhaps its beginning only.
public struct ListedValue: Sendable, Hashable {
  /// The bytes that the value can have in a record, by the ways to read its text.
  public let candidates: [[UInt8]]
  /// Those of `candidates` that are UTF-16 with the least, and with the most significant byte first.
  let wide: (little: [[UInt8]], big: [[UInt8]])
  /// Whether the listing cut the value.
  public let isCut: Bool
  /// What is written, without the mark of a cut value.
  let text: String

  /// Reads a value as it is written; a trailing `+` says that it may be cut.
  ///
  /// - Parameter isLiteral: whether strings are in quotes.
  init(_ written: String, isLiteral: Bool) {
    var text = written
    isCut = text.hasSuffix("+")
    if isCut { text.removeLast() }
    self.text = text
    var found: [[UInt8]] = []
    var wide: (little: [[UInt8]], big: [[UInt8]]) = ([], [])
    func add(_ value: JournalValue) {
      let bytes = value.encodedBytes
      found.append(bytes)
      if case .wide = value {
        let swapped = stride(from: 0, to: bytes.count - 1, by: 2).flatMap {
          [bytes[$0 + 1], bytes[$0]]
        }
        found.append(swapped)
        wide.little.append(bytes)
        wide.big.append(swapped)
      }
    }
    if let parsed = try? ZWRText.parse("^A=" + text) { add(parsed.value) }
    if found.isEmpty, text.hasPrefix("\"") {
      // Cut inside the quotes.
      var inner = text.dropFirst()
      if inner.hasSuffix("\"") { inner = inner.dropLast() }
      add(
        JournalValue(
          inner.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")))
    }
    if !isLiteral || found.isEmpty, !Self.isExpression(text) { add(JournalValue(text)) }
    if isCut, !isLiteral { add(JournalValue(written)) }
    var unique: [[UInt8]] = []
    for bytes in found where !unique.contains(bytes) { unique.append(bytes) }
    candidates = unique
    self.wide = wide
  }

  /// By what is written.
  public static func == (left: ListedValue, right: ListedValue) -> Bool {
    left.text == right.text && left.isCut == right.isCut && left.candidates == right.candidates
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(isCut)
  }

  /// Whether a list or a bit string is written, or the beginning of one.
  private static func isExpression(_ text: String) -> Bool {
    text.hasPrefix("$lb(") || text.hasPrefix("$zwc(")
  }

  /// How a value that was read goes with the one that is listed.
  enum Likeness {
    case equal, different
    /// The bytes are those of the characters, and nothing in the record says that they are wide: they would be
    /// shown as something else.
    case wideWithoutMark
  }

  /// Compares with a value as `Journal.withValue` has it.
  func likeness(_ bytes: [UInt8], _ storageCode: UInt8) -> Likeness {
    func isAmong(_ list: [[UInt8]]) -> Bool {
      list.contains { isCut ? bytes.starts(with: $0) : bytes == $0 }
    }
    if storageCode == ValueStorage.wide.rawValue {
      return isAmong(wide.little) ? .equal : .different
    }
    let isWide = isAmong(wide.little) || isAmong(wide.big)
    let plain = candidates.filter { !wide.little.contains($0) && !wide.big.contains($0) }
    if isAmong(plain) || matches(bytes) && !isWide { return .equal }
    return isWide ? .wideWithoutMark : .different
  }

  /// Whether `bytes` can be the value: they are, or are printed as, what is listed.
  ///
  /// The same list can be encoded in several ways, which are printed alike; of a bit string that is cut
  /// the text alone tells.
  func matches(_ bytes: [UInt8]) -> Bool {
    if candidates.contains(where: { isCut ? bytes.starts(with: $0) : bytes == $0 }) { return true }
    guard Self.isExpression(text) else { return false }
    var buffer = TextBuffer(capacity: 256)
    ValueView(bytes.span.bytes, storageCode: 0).appendZWrite(to: &buffer)
    return isCut ? buffer.string.hasPrefix(text) : buffer.string == text
  }
}
