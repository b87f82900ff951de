/// What a text says.
enum Recognition {
  /// A known message.
  case event(LogEventKind)
  /// The beginning of a known message, which ends too early.
  case cut(decides: Bool)
  /// A text that begins like a message that decides, and goes on in another way.
  case broken
  /// Anything else.
  case other
}

/// Turns the text of a message into what it says.
///
/// The first byte decides which phrases are compared, so a message of no interest costs a switch
/// and allocates nothing.
enum MessageRecognizer {
  /// Reads a whole message, without what the instance writes behind one that it has written before:
  /// `...(repeated 3 times)`.
  ///
  /// - Parameter startsEntry: whether the text stands behind a header, where even a single letter is
  ///   the beginning of something.
  static func recognize(
    _ text: Span<UInt8>, from: Int = 0, to: Int? = nil, startsEntry: Bool = true
  ) -> Recognition {
    var cursor = TextCursor(text, from: from, to: to)
    cursor.skipSpaces()
    cursor.trimEnd()
    let whole = cursor
    let repeats = cursor.dropRepeats()
    guard let first = cursor.peek else { return .other }
    if let kind = kind(&cursor, first, repeats: repeats) { return .event(kind) }
    return relation(whole, first, startsEntry: startsEntry)
  }

  private static func kind(
    _ cursor: inout TextCursor, _ first: UInt8, repeats: Int
  ) -> LogEventKind? {
    switch Unicode.Scalar(first) {
    case "A":
      return PositionMessages.applying(&cursor) ?? DatabaseMessages.activated(&cursor)
        ?? RoleMessages.arbiter(&cursor)
    case "B": return RoleMessages.becoming(&cursor) ?? FileMessages.externalFreeze(&cursor)
    case "C": return DatabaseMessages.changed(&cursor) ?? DatabaseMessages.catchup(cursor)
    case "D": return PositionMessages.dejournal(&cursor)
    case "E": return FileMessages.error(&cursor) ?? FileMessages.trouble(cursor)
    case "F": return RoleMessages.partner(&cursor) ?? FileMessages.trouble(cursor)
    case "J": return FileMessages.journal(&cursor) ?? FileMessages.trouble(cursor)
    case "M": return mirror(&cursor)
    case "N": return FileMessages.nothingToRollBack(cursor) ?? RoleMessages.onlyMember(cursor)
    case "P": return PositionMessages.startupFailed(&cursor) ?? FileMessages.preserving(&cursor)
    case "R":
      return PositionMessages.retrieving(&cursor, repeats: repeats)
        ?? FileMessages.rollback(&cursor)
    case "S":
      return FileMessages.scanning(&cursor) ?? PositionMessages.client(&cursor, mirror: nil)
        ?? RoleMessages.startup(cursor) ?? FileMessages.trouble(cursor)
    case "U", "W": return FileMessages.trouble(cursor)
    case "(": return RoleMessages.mirrorNamed(&cursor)
    case "[": return RoleMessages.monitored(&cursor)
    case ":": return DatabaseMessages.inactive(&cursor)
    default: return nil
    }
  }

  private static func mirror(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("MirrorServer: ") {
      return PositionMessages.server(&cursor) ?? RoleMessages.failoverMode(cursor)
    }
    if cursor.take("MirrorClient: ") { return RoleMessages.client(&cursor) }
    if cursor.looking(at: "Mounted") { return DatabaseMessages.mounted(&cursor) }
    if cursor.looking(at: "Max ") { return FileMessages.sizeLimit(&cursor) }
    return RoleMessages.manager(&cursor) ?? DatabaseMessages.catchup(cursor)
  }

  /// How a text that is no known message relates to the known ones.
  private static func relation(
    _ cursor: TextCursor, _ first: UInt8, startsEntry: Bool
  ) -> Recognition {
    var cursor = cursor
    var first = first
    if first == UInt8(ascii: "(") {
      // `(M) Starting Mirror.Client(…)`, where even `(M` may be its beginning.
      guard cursor.end - cursor.position <= 160 else { return .other }
      guard cursor.skip(past: ")") else { return .cut(decides: false) }
      cursor.skipSpaces()
      guard let next = cursor.peek else { return .cut(decides: false) }
      first = next
    }
    // A category whose bracket does not close.
    if first == UInt8(ascii: "["), cursor.find("]") == nil, cursor.end - cursor.position < 64 {
      return .cut(decides: true)
    }
    // Fragments of texts of several lines are short by nature.
    guard startsEntry || cursor.end - cursor.position >= 8 else { return .other }
    var result = Recognition.other
    for pattern in MessagePattern.patterns(first) {
      switch (pattern.relation(cursor), pattern.decides) {
      case (.other, _), (.broken, false): break
      case (.cut, true): return .cut(decides: true)
      case (.cut, false): if case .other = result { result = .cut(decides: false) }
      case (.broken, true): result = .broken
      }
    }
    return result
  }
}
