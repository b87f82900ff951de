/// Turns the text of a message into what it says.
///
/// The first byte decides which phrases are compared, so a message of no interest costs a switch
/// and allocates nothing. A message that starts like a known one but does not go on like it is not
/// an event: it is counted with the others.
enum MessageRecognizer {
  static func kind(_ text: Span<UInt8>, from: Int = 0, to: Int? = nil) -> LogEventKind? {
    var cursor = TextCursor(text, from: from, to: to)
    cursor.skipSpaces()
    guard let first = cursor.peek else { return nil }
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
    case "R": return PositionMessages.retrieving(&cursor) ?? FileMessages.rollback(&cursor)
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
}
