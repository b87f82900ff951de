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
  /// Whether a text begins with two characters with which a known message begins: what most lines of
  /// a log fail.
  static func mayMatter(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound, text[index] == UInt8(ascii: " ") { index += 1 }
    guard index + 1 < range.upperBound else { return index < range.upperBound }
    let second = text[index + 1]
    func either(_ seconds: StaticString) -> Bool {
      seconds.withUTF8Buffer { $0.contains(second) }
    }
    switch Unicode.Scalar(text[index]) {
    case "A": return either("pcrd")
    case "B": return either("ea")
    case "C": return either("hao")
    case "D": return either("ea")
    case "E": return either("rR")
    case "F": return either("oa")
    case "G": return second == UInt8(ascii: "U")
    case "I", "U": return second == UInt8(ascii: "n")
    case "J", "N": return second == UInt8(ascii: "o")
    case "M": return either("ioa")
    case "P": return second == UInt8(ascii: "r")
    case "R": return either("eo")
    case "S": return either("ctTEy")
    case "T": return either("oh")
    case "W": return either("ra")
    case "(", "[", ":", "0"..."9": return true
    default: return false
    }
  }

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
    let repeats = dropRepeats(&cursor)
    guard let first = cursor.peek else { return .other }
    if let kind = kind(&cursor, first, repeats: repeats) { return .event(kind) }
    let relation = relation(whole, first, startsEntry: startsEntry)
    guard case .other = relation else { return relation }
    if let inner = MessageLabel.textBehind(whole, first) {
      return recognize(text, from: inner, to: to, startsEntry: false)
    }
    // Nothing is wrong with a beginning that has been compared, and these lines are many.
    if whole.looking(at: "MirrorClient: ") || whole.looking(at: "MirrorServer: ") { return .other }
    return isNear(whole, isCompared: true) ? .broken : .other
  }

  /// Whether a text is a known message but for a few characters, the first ones too.
  static func isNear(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var cursor = TextCursor(text, from: start, to: end)
    cursor.skipSpaces()
    cursor.trimEnd()
    return isNear(cursor, isCompared: false)
  }

  private static func isNear(_ cursor: TextCursor, isCompared: Bool) -> Bool {
    NearGate.all.isNear(cursor, isCompared: isCompared) || TroubleMessages.isNearCount(cursor)
      || RoleMessages.isNearPartner(cursor)
  }

  /// Moves the end before `...(repeated N times)`, be it cut; returns N, or 0 where nothing is
  /// repeated.
  private static func dropRepeats(_ cursor: inout TextCursor) -> Int {
    var mark = TextCursor(cursor.bytes, from: max(cursor.position, cursor.end - 40), to: cursor.end)
    guard mark.firstIndex(of: UInt8(ascii: "(")) != nil, let start = mark.findLast("...(") else {
      return 0
    }
    mark.position = start
    switch repeatMark.relation(mark) {
    case .other, .near, .broken: return 0
    case .cut, .complete: break
    }
    cursor.end = start
    return mark.take("...(repeated ") ? mark.takeInteger() ?? 0 : 0
  }

  private static let repeatMark = MessagePattern("...(repeated ~ times)")

  private static func kind(
    _ cursor: inout TextCursor, _ first: UInt8, repeats: Int
  ) -> LogEventKind? {
    switch Unicode.Scalar(first) {
    case "A":
      return PositionMessages.applying(&cursor) ?? DatabaseMessages.activated(&cursor)
        ?? RoleMessages.arbiter(&cursor)
    case "B":
      return RoleMessages.becoming(&cursor) ?? FileMessages.externalFreeze(&cursor)
        ?? TroubleMessages.trouble(cursor)
    case "C":
      return DatabaseMessages.changed(&cursor) ?? DatabaseMessages.catchup(cursor)
        ?? TroubleMessages.trouble(cursor)
    case "D": return PositionMessages.dejournal(&cursor) ?? TroubleMessages.trouble(cursor)
    case "E": return FileMessages.error(&cursor) ?? TroubleMessages.trouble(cursor)
    case "F": return RoleMessages.partner(&cursor) ?? TroubleMessages.trouble(cursor)
    case "J": return FileMessages.journal(&cursor) ?? TroubleMessages.trouble(cursor)
    case "M": return mirror(&cursor)
    case "N":
      return FileMessages.nothingToRollBack(cursor) ?? RoleMessages.onlyMember(cursor)
        ?? TroubleMessages.trouble(cursor)
    case "P": return PositionMessages.startupFailed(&cursor) ?? FileMessages.preserving(&cursor)
    case "R":
      return PositionMessages.retrieving(&cursor, repeats: repeats)
        ?? FileMessages.rollback(&cursor)
    case "S":
      return FileMessages.scanning(&cursor) ?? PositionMessages.client(&cursor, mirror: nil)
        ?? RoleMessages.startup(cursor) ?? TroubleMessages.trouble(cursor)
    case "U", "W", "G", "I", "T", "0"..."9": return TroubleMessages.trouble(cursor)
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
      ?? TroubleMessages.trouble(cursor)
  }

  /// What an entry says that the instance itself calls a warning or worse, when it is no other known
  /// message.
  static func severe(_ text: Span<UInt8>, _ range: Range<Int>) -> LogEventKind? {
    var cursor = TextCursor(text, from: range.lowerBound, to: range.upperBound)
    cursor.trimEnd()
    _ = dropRepeats(&cursor)
    return TroubleMessages.inside(cursor)
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
    if first == UInt8(ascii: "F") {
      switch RoleMessages.partnerRelation(cursor) {
      case .cut: return .cut(decides: true)
      case .near: return .broken
      case .other, .broken, .complete: break
      }
    }
    for pattern in MessagePattern.patterns(like: cursor, first) {
      switch (pattern.relation(cursor), pattern.decides) {
      case (.other, _), (.near, false), (.broken, false), (.complete, false): break
      case (.cut, true): return .cut(decides: true)
      case (.cut, false): if case .other = result { result = .cut(decides: false) }
      case (.near, true), (.broken, true), (.complete, true): result = .broken
      }
    }
    // A few letters begin many texts.
    let isLongEnough = cursor.end - cursor.position >= (startsEntry ? 6 : 12)
    for (pattern, _) in TroubleMessages.messages(first) {
      // A number alone is no beginning of anything.
      if isDigit(first) {
        if case .cut = pattern.relation(cursor), cursor.find(" errors d") != nil {
          return .cut(decides: true)
        }
        if pattern.isNear(cursor) { result = .broken }
        continue
      }
      switch pattern.relation(cursor) {
      case .other, .complete: break
      case .cut: if isLongEnough { return .cut(decides: true) }
      case .near, .broken: result = .broken
      }
    }
    return result
  }
}
