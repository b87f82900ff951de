/// Messages that name a place in a mirror journal file. All wordings are observed (class O).
enum PositionMessages {
  /// `Applying journal data for mirror "M" starting at A in file #N(PATH)`.
  static func applying(
    _ cursor: inout TextCursor, by applier: Applier = .dejournalReader
  ) -> LogEventKind? {
    guard cursor.take("Applying journal data for mirror \""),
      let mirror = cursor.takeString(upTo: "\" starting at "),
      let address = cursor.takeInteger(), cursor.take(" in file #"),
      let count = cursor.takeInteger()
    else { return nil }
    cursor.skipSpaces()
    guard cursor.take("("), let path = cursor.takeString(upToLast: ")"), !FileMessages.isTorn(path)
    else { return nil }
    return .applying(
      applier, mirror: mirror, at: MirrorPosition(fileCount: count, address: address), path: path)
  }

  /// The same from `DejournalProcessor: `, and
  /// `Dejournal stuck at A (HEX) cyclejrnend=E in file #N`.
  static func dejournal(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("DejournalProcessor: ") {
      return applying(&cursor, by: .dejournalProcessor)
    }
    guard cursor.take("Dejournal stuck at "), let offset = decimalThenHex(&cursor),
      cursor.take(" cyclejrnend="), let end = cursor.takeInteger(), cursor.take(" in file #"),
      let count = cursor.takeInteger(), cursor.isAtEnd
    else { return nil }
    return .dejournalStuck(offset, journalEnd: end, fileCount: count)
  }

  /// `Retrieving journal file #N for mirror M from PEER`.
  static func retrieving(_ cursor: inout TextCursor, repeats: Int) -> LogEventKind? {
    guard cursor.take("Retrieving journal file #"), let count = cursor.takeInteger(),
      cursor.take(" for mirror "), let mirror = cursor.takeString(upTo: " from")
    else { return nil }
    _ = cursor.take(" ")
    return .retrieving(fileCount: count, mirror: mirror, from: cursor.rest(), repeats: repeats)
  }

  /// `Starting Mirror.Client("FILE",A,N)`.
  static func client(_ cursor: inout TextCursor, mirror: String?) -> LogEventKind? {
    guard cursor.take("Starting Mirror.Client(\""), let file = cursor.takeString(upTo: "\","),
      let address = cursor.takeInteger(), cursor.take(","), let count = cursor.takeInteger(),
      cursor.take(")"), !FileMessages.isTorn(file)
    else { return nil }
    return .clientStarting(
      mirror: mirror, file: file, at: MirrorPosition(fileCount: count, address: address))
  }

  /// What a primary says of its clients and of itself, after `MirrorServer: `.
  static func server(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Client up to date, linking with journal daemon @ ") {
      // All eight digits are printed: fewer are what is left of a cut line.
      guard let hex = wholeHex(&cursor), cursor.isAtEnd else { return nil }
      return PrintedOffset(decimal: nil, hex: hex).map { .clientUpToDate($0) }
    }
    if cursor.take("New primary activating databases which are current as of ") {
      guard let offset = decimalThenHex(&cursor), cursor.take(" in mirror journal file #"),
        let count = cursor.takeInteger(), cursor.isAtEnd
      else { return nil }
      return .currentAsOf(offset, fileCount: count)
    }
    guard cursor.take("Starting connection for: "),
      let client = cursor.takeString(upTo: " ("), let role = cursor.takeString(upTo: ") (ver "),
      let version = cursor.takeInteger(), cursor.take(") at offset "),
      let hex = wholeHex(&cursor), cursor.take(" ("), let decimal = cursor.takeInteger(),
      cursor.take(") in ")
    else { return nil }
    // The observed line has two blanks here.
    cursor.skipSpaces()
    guard cursor.take("file #"), let count = cursor.takeInteger(), cursor.isAtEnd,
      let offset = PrintedOffset(decimal: decimal, hex: hex)
    else { return nil }
    return .serverConnection(
      ServerConnection(
        client: client, role: role, version: version, offset: offset, fileCount: count))
  }

  /// `Primary startup failed, REASON`, where the reason may name a file's header.
  static func startupFailed(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Primary startup failed") else { return nil }
    _ = cursor.take(", ")
    let reason = cursor.rest()
    if cursor.take("failed to read header of "),
      let path = cursor.takeString(upToLast: " (file #"), let count = cursor.takeInteger()
    {
      return .headerUnreadable(path: path, fileCount: count)
    }
    return .role(.cannotBecomePrimary(reason))
  }

  /// `382140 (0x0005d4bc)`.
  private static func decimalThenHex(_ cursor: inout TextCursor) -> PrintedOffset? {
    guard let decimal = cursor.takeInteger(), cursor.take(" ("), let hex = wholeHex(&cursor),
      cursor.take(")")
    else { return nil }
    return PrintedOffset(decimal: decimal, hex: hex)
  }

  /// A hexadecimal figure with all of the eight digits that are printed at least: fewer are what is
  /// left of a line that lost some.
  private static func wholeHex(_ cursor: inout TextCursor) -> Int? {
    let start = cursor.position
    guard let hex = cursor.takeHex(), cursor.position - start >= 10 else { return nil }
    return hex
  }
}
