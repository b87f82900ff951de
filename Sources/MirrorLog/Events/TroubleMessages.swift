/// What a message about trouble with journals says.
public enum JournalTrouble: String, Sendable, CaseIterable {
  /// Journal data were lost.
  case dataLost
  /// Journaling failed, or is about to stop.
  case journalingFailed
  /// A journal file, or the list of them, cannot be used.
  case fileUnusable
  /// Journal data could not be restored to a database.
  case restoreFailed
  /// Dejournaling has stopped.
  case dejournalingStopped
}

/// The messages by which an instance reports trouble with journals: those that the vendor's log
/// monitor watches, and status texts (class D).
enum TroubleMessages {
  /// A text that begins with one of them, behind `ERROR #1234: ` or not.
  static func trouble(_ cursor: TextCursor) -> LogEventKind? {
    var cursor = cursor
    if cursor.take("ERROR #"), cursor.takeInteger() != nil { _ = cursor.take(": ") }
    guard let first = cursor.peek else { return nil }
    for (pattern, trouble) in messages(first) where pattern.relation(cursor) == .complete {
      return .journalTrouble(trouble, text: cursor.rest())
    }
    return nil
  }

  /// The same anywhere in a text, for entries that the instance itself calls severe.
  static func inside(_ cursor: TextCursor) -> LogEventKind? {
    var probe = cursor
    while let first = probe.peek {
      if probe.position == cursor.position || isEdge(probe) {
        if !messages(first).isEmpty, case .journalTrouble(let trouble, _) = trouble(probe) {
          return .journalTrouble(trouble, text: cursor.rest())
        }
        if let failure = failure(probe, first) { return failure }
      }
      probe.position += 1
    }
    return nil
  }

  /// The other messages that report a failure.
  private static func failure(_ cursor: TextCursor, _ first: UInt8) -> LogEventKind? {
    var cursor = cursor
    switch Unicode.Scalar(first) {
    case "A":
      guard cursor.looking(at: "AddVirtualAddress failed") else { return nil }
      return RoleMessages.arbiter(&cursor)
    case "D":
      guard cursor.looking(at: "Dejournal stuck") else { return nil }
      return PositionMessages.dejournal(&cursor)
    case "E": return FileMessages.error(&cursor)
    case "P": return PositionMessages.startupFailed(&cursor)
    case "R": return FileMessages.rollback(&cursor)
    default: return nil
    }
  }

  private static func isEdge(_ cursor: TextCursor) -> Bool {
    let before = cursor.bytes[cursor.position - 1]
    return before == UInt8(ascii: " ") || before == UInt8(ascii: ":") || before == UInt8(ascii: "(")
      || before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")
  }

  /// Whether a text is `4 errors during journal restore` with something wrong before the second word.
  static func isNearCount(_ cursor: TextCursor) -> Bool {
    guard let first = cursor.peek, !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first) else {
      return false
    }
    var rest = TextCursor(
      cursor.bytes, from: cursor.position, to: min(cursor.end, cursor.position + 16))
    guard let word = rest.find("error") else { return false }
    rest.position = word
    rest.end = cursor.end
    return restoreErrors.isNear(rest)
  }

  private static let restoreErrors = MessagePattern("errors during journal restore")

  typealias Message = (pattern: MessagePattern, trouble: JournalTrouble)

  static func messages(_ first: UInt8) -> [Message] {
    switch Unicode.Scalar(first) {
    case "B": bad
    case "C": collation
    case "D": dejournaling
    case "E": errors
    case "F": failed
    case "G": guids
    case "I": invalid
    case "J": journal
    case "M": mirror
    case "N": none
    case "S": serious
    case "T": restoring
    case "U": unable
    case "W": writing
    case "0"..."9": counted
    default: []
    }
  }

  private static let bad: [Message] = [
    (MessagePattern("Bad directory in journal record"), .fileUnusable),
    (MessagePattern("Bad global node in journal record"), .fileUnusable),
  ]
  private static let collation: [Message] = [
    (MessagePattern("Collation of global * has changed, unrecoverable error"), .restoreFailed),
    (MessagePattern("Corruption between offsets ~ and ~ of journal file "), .fileUnusable),
  ]
  private static let dejournaling: [Message] = [
    (MessagePattern("Dejournaling is stopped"), .dejournalingStopped),
    (
      MessagePattern("Database server and shadow server have incompatible journal versions"),
      .fileUnusable
    ),
  ]
  private static let errors: [Message] = [
    (MessagePattern("Error logging in journal"), .journalingFailed)
  ]
  private static let failed: [Message] = [
    (MessagePattern("Failed to open the latest journal file"), .journalingFailed),
    (MessagePattern("Failed to read header of journal file "), .fileUnusable),
    (MessagePattern("Failed to open journal log for mirror "), .fileUnusable),
    (MessagePattern("Failed to open mirror journal file "), .fileUnusable),
    (MessagePattern("Failed to create or join mirror set"), .fileUnusable),
  ]
  private static let guids: [Message] = [
    (MessagePattern("GUID mismatch in journal files from mirror members "), .fileUnusable)
  ]
  private static let invalid: [Message] = [
    (MessagePattern("Invalid address ~ in journal file "), .fileUnusable),
    (MessagePattern("Invalid journal EOF at offset ~"), .fileUnusable),
  ]
  private static let journal: [Message] = [
    (MessagePattern("Journal file has reached its maximum size of "), .journalingFailed),
    (MessagePattern("Journaling will be disabled in "), .journalingFailed),
    (MessagePattern("Journaling Error "), .journalingFailed),
    (MessagePattern("Journal file '*' is corrupted"), .fileUnusable),
    (
      MessagePattern("Journal file '*' is expected to be followed by another file"), .fileUnusable
    ),
    (
      MessagePattern("Journal file #~ for database '*' not found in mirror journal log"),
      .fileUnusable
    ),
  ]
  private static let mirror: [Message] = [
    (MessagePattern("Mirror journal log file '*' not found"), .fileUnusable)
  ]
  private static let none: [Message] = [
    (MessagePattern("No valid record in journal file "), .fileUnusable)
  ]
  private static let serious: [Message] = [
    (MessagePattern("SERIOUS JOURNALING ERROR"), .dataLost),
    (MessagePattern("Sync of journal file failed"), .journalingFailed),
  ]
  private static let restoring: [Message] = [
    (MessagePattern("Too many errors restoring to "), .restoreFailed),
    (MessagePattern("The first record of journal file '*' is invalid"), .fileUnusable),
  ]
  private static let unable: [Message] = [
    (
      MessagePattern("Unable to allocate memory for journal translation table"), .journalingFailed
    ),
    (MessagePattern("UnHandled Journal record type "), .fileUnusable),
  ]
  private static let writing: [Message] = [
    (MessagePattern("Write to journal file has failed"), .journalingFailed),
    (MessagePattern("Warning! Dejournaling is stopped"), .dejournalingStopped),
  ]
  private static let counted: [Message] = [
    (MessagePattern("~ errors during journal restore"), .restoreFailed),
    (MessagePattern("~ error during journal restore"), .restoreFailed),
  ]
}
