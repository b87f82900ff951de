/// The wording of a known message, to tell one that is cut from another one.
///
/// In `text`, `*` stands for any characters and `~` for a number, decimal or after `0x`. What stands
/// before `^`, or before the first of these two, is found in no other message.
struct MessagePattern {
  let text: StaticString
  /// Whether the message says where data are, or that something failed: without it nobody can tell
  /// that nothing was lost.
  let decides: Bool

  init(_ text: StaticString, decides: Bool = true) {
    self.text = text
    self.decides = decides
  }

  /// How a text relates to the wording.
  enum Relation {
    /// It begins in another way.
    case other
    /// It begins like the message but for a few characters.
    case near
    /// It agrees as far as it goes, and ends before the message does.
    case cut
    /// It begins like the message and goes on in another way.
    case broken
    /// It has all that the wording has.
    case complete
  }

  /// Compares `cursor`'s text with the wording. O(text).
  func relation(_ cursor: TextCursor) -> Relation {
    text.withUTF8Buffer { pattern in
      var cursor = cursor
      var index = 0
      var isInBeginning = true
      while index < pattern.count {
        switch pattern[index] {
        case UInt8(ascii: "^"):
          isInBeginning = false
          index += 1
        case UInt8(ascii: "~"):
          isInBeginning = false
          while let byte = cursor.peek, hexValue(byte) != nil || byte == UInt8(ascii: "x") {
            cursor.position += 1
          }
          index += 1
          // Digits at the end may go on.
          if cursor.isAtEnd { return .cut }
        case UInt8(ascii: "*"):
          isInBeginning = false
          index += 1
          let from = index
          // No mark stands behind the first `*`.
          while index < pattern.count, pattern[index] != UInt8(ascii: "~"),
            pattern[index] != UInt8(ascii: "*")
          {
            index += 1
          }
          if from == index { return index == pattern.count ? .complete : .cut }
          guard let found = Self.find(pattern[from..<index], cursor) else { return .cut }
          cursor.position = found + index - from
        default:
          guard let byte = cursor.peek else { return .cut }
          guard byte == pattern[index] else {
            if !isInBeginning { return .broken }
            return Self.agrees(pattern, index, cursor, cursor.position, 0) ? .near : .other
          }
          cursor.position += 1
          index += 1
        }
      }
      return .complete
    }
  }

  private static func find(_ part: Slice<UnsafeBufferPointer<UInt8>>, _ cursor: TextCursor) -> Int?
  {
    var start = cursor.position
    while start + part.count <= cursor.end {
      var length = 0
      while length < part.count, cursor.bytes[start + length] == part[part.startIndex + length] {
        length += 1
      }
      if length == part.count { return start }
      start += 1
    }
    return nil
  }
}

extension MessagePattern {
  /// The messages with which a text can have more than its first character in common.
  static func patterns(like cursor: TextCursor, _ first: UInt8) -> [MessagePattern] {
    guard first == UInt8(ascii: "M") else { return patterns(first) }
    return switch cursor.peek(ahead: 6) {
    case UInt8(ascii: "S"): servers
    case UInt8(ascii: "C"): clients
    default: mirror
    }
  }

  /// The messages whose first byte is `first`.
  static func patterns(_ first: UInt8) -> [MessagePattern] {
    switch Unicode.Scalar(first) {
    case "A": applying
    case "B": becoming
    case "D": dejournal
    case "E": errors
    case "F": partners
    case "J": journal
    case "M": mirror
    case "P": startup
    case "R": retrieving
    case "S": starting
    case "[": monitor
    case ":": databases
    default: []
    }
  }

  private static let applying = [
    MessagePattern("Applying journal data^ for mirror \"*\" starting at ~ in file #~(*)"),
    MessagePattern("AddVirtualAddress failed^, cannot become primary"),
  ]
  private static let becoming = [
    MessagePattern("Backup taking over^ for primary in *"),
    MessagePattern("Becoming primary^ mirror server"),
    MessagePattern("Becoming a backup^ mirror member"),
  ]
  private static let dejournal = [
    MessagePattern(
      "DejournalProcessor: Applying^ journal data for mirror \"*\" starting at ~ in file #~(*)"),
    MessagePattern("Dejournal stuck^ at ~ (~) cyclejrnend=~ in file #~"),
  ]
  private static let errors = [
    MessagePattern("Error in JRNRESTB: * addr=~"), MessagePattern("Error in %ROLLBACK: * addr=~"),
  ]
  private static let partners = [
    MessagePattern("Found * as primary, becoming", decides: false),
    MessagePattern("Forcing down old primary^ (\"*\")"),
  ]
  private static let journal = [
    MessagePattern(
      "Journal File Compression: Compressed^ * from ~ bytes to ~ bytes, compression ratio = ~.~"),
    MessagePattern("Journaling switched^ to: *"),
    MessagePattern("Journaling started to: *", decides: false),
  ]
  private static let mirror = servers + clients + managers
  private static let servers = [
    MessagePattern(
      "MirrorServer: Starting connection^ for: * (*) (ver ~) at offset ~ (~) in *file #~"),
    MessagePattern("MirrorServer: Client up to date^, linking with journal daemon @ ~"),
    MessagePattern(
      """
      MirrorServer: New primary activating^ databases which are current as of ~ (~) in mirror \
      journal file #~
      """),
  ]
  private static let clients = [
    MessagePattern("MirrorClient: Connected to primary:^ * (ver ~)"),
    MessagePattern("MirrorClient: Set status for * to *", decides: false),
  ]
  private static let managers = [
    MessagePattern("Mirror manager for * starting", decides: false),
    MessagePattern("Mirror '*' catchup started for ~", decides: false),
    MessagePattern("Mirror Catchup completed^ for ~"),
    MessagePattern("Manager initialized for *", decides: false),
  ]
  private static let startup = [MessagePattern("Primary startup failed*")]
  private static let retrieving = [
    MessagePattern("Retrieving journal file^ #~ for mirror * from*"),
    MessagePattern("Rollback of transaction^ for process id #~ aborted at offset ~ in *"),
  ]
  private static let starting = [
    MessagePattern("Starting Mirror.Client^(\"*\",~,~)")
  ]
  private static let monitor = [
    MessagePattern("[SYSTEM MONITOR] Mirror status changed^. Member type = *, Status = *")
  ]
  private static let databases = [
    MessagePattern(":mirror:* (sfn ~) remains inactive because *", decides: false)
  ]
}
