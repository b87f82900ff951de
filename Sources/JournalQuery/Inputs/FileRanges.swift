internal import JournalCompression
public import MirrorJournal

/// An address, with the file that it is in where that is said: `131088`, `0x20010`, `FILE:131088`.
public struct NamedAddress: Sendable, Hashable {
  /// A name, a path, or the file's number from 1 on.
  public let file: String?
  /// Bytes from the start of the file.
  public let address: JournalAddress

  /// The address in that file.
  public init(_ address: JournalAddress, in file: String? = nil) {
    self.file = file
    self.address = address
  }

  /// Reads one; nil for what is none.
  public init?(_ text: String) {
    if let address = Self.address(text[...]) {
      self.init(address)
      return
    }
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let address = Self.address(text[text.index(after: colon)...])
    else { return nil }
    self.init(address, in: String(text[..<colon]))
  }

  private static func address(_ text: Substring) -> JournalAddress? {
    let lower = text.lowercased()
    let digits = lower.hasPrefix("0x") ? lower.dropFirst(2) : lower[...]
    guard let first = digits.first, first.isHexDigit,
      let number = Int(digits, radix: digits.count < lower.count ? 16 : 10), number <= 1 << 40
    else { return nil }
    return number
  }
}

/// The addresses between two places of files that follow each other: from an address of the first one, or of one
/// that is named, up to an address of the last one, or of one that is named.
public struct FileRanges: Sendable, Hashable {
  private let ranges: [String: Range<JournalAddress>]

  /// - Parameters:
  ///   - from: where to begin; without a file, in the first one.
  ///   - to: where to end, not included; without a file, in the last one.
  ///   - files: in journal order, as `JournalInputs.expand(_:)` gives them.
  /// - Throws: `badArgument` when a file is not among them, or the end lies before the beginning.
  public init(
    from: NamedAddress?, to: NamedAddress?, files: [String]
  ) throws(JournalError) {
    let first = try from?.file.map { name throws(JournalError) in try Self.index(name, files) } ?? 0
    let last =
      try to?.file.map { name throws(JournalError) in try Self.index(name, files) }
      ?? files.count - 1
    let (start, end) = (from?.address ?? 0, to?.address ?? .max)
    guard first < last || first == last && start <= end || files.isEmpty else {
      let (ends, begins) =
        first == last
        ? ("\(end)", "\(start)")
        : ("\(lastComponent(files[last])):\(end)", "\(lastComponent(files[first])):\(start)")
      throw JournalError(
        .badArgument, "the range ends at \(ends), before it begins at \(begins)",
        advice: first == last ? nil : "files are taken in the order of journals")
    }
    var ranges: [String: Range<JournalAddress>] = [:]
    for (index, file) in files.enumerated() {
      let isInside = (first...max(first, last)).contains(index)
      let range = isInside ? (index == first ? start : 0)..<(index == last ? end : .max) : 0..<0
      ranges[file] = range
      ranges[resolveJournalPath(file)] = range
    }
    self.ranges = ranges
  }

  /// The part of the file at `path`, as it was opened; empty for a file that lies outside.
  public func range(of path: String) -> Range<JournalAddress> { ranges[path] ?? 0..<0 }

  /// Whether `damage` in the file at `path` touches what is asked for.
  public func touches(_ damage: Damage, in path: String) -> Bool {
    range(of: path).overlaps(damage.range)
  }

  /// The index of the file called `name`: by path, last component, or number from 1 on.
  ///
  /// - Throws: `badArgument` when none or more than one is.
  public static func index(_ name: String, _ files: [String]) throws(JournalError) -> Int {
    let found = files.indices.filter { files[$0] == name || lastComponent(files[$0]) == name }
    if found.count == 1 { return found[0] }
    if found.isEmpty, let number = Int(name), files.indices.contains(number - 1) {
      return number - 1
    }
    throw JournalError(
      .badArgument, "\(found.count) of the files are named \(name)",
      advice: "write the file's path or its number, from 1 on")
  }
}
