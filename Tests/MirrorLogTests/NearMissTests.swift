import Foundation
import JournalTestSupport
import MirrorLog
import Testing

@Suite("Messages that are close to known ones")
struct NearMissTests {
  static let head = "07/09/24-15:00:00:000 (1) 0 [Utility.Event] "
  static let good = head + "Starting TASKMGR\n"
  /// Each of another wording, with every character that has to be right.
  static let messages = [
    "SERIOUS JOURNALING ERROR", "Write to journal file has failed",
    "Failed to open the latest journal file", "Sync of journal file failed",
    "Unable to allocate memory for journal translation table", "Error logging in journal",
    "Bad directory in journal record", "Journaling will be disabled in ",
    "Failed to open journal log for mirror ", "Too many errors restoring to ",
    "4 errors during journal restore", "Warning! Dejournaling is stopped",
    "Backup taking over for primary in arbiter controlled mode", "Becoming primary mirror server",
    "Found UBUNTU/IRIS as primary, becoming backup",
    "MirrorServer: New primary activating databases which are current as of 356088 (0x00056ef8) in "
      + "mirror journal file #",
    "MirrorServer: Client up to date, linking with journal daemon @ 0x000310a4",
    "Primary startup failed", "Dejournal stuck at 7342380 (0x0070092c) cyclejrnend=1 in file #",
  ]

  /// Whether anything shows that the message was there.
  private func isTold(_ text: String) throws -> Bool {
    let found = try events(of: text)
    return !found.events.isEmpty || found.summary.unreadableCount > 0
  }

  @Test("one character that is wrong, missing or too many is told", arguments: messages.indices)
  func oneCharacter(index: Int) throws {
    let message = Self.messages[index]
    let text = Array(
      (message + (message.hasSuffix(" ") ? "x" : message.hasSuffix("#") ? "7" : "")).utf8)
    for place in 0..<message.utf8.count {
      for change in 0..<3 {
        var changed = text
        switch change {
        case 0: changed[place] = UInt8(ascii: "~")
        case 1: changed.insert(UInt8(ascii: "~"), at: place)
        default: changed.remove(at: place)
        }
        let line = String(decoding: changed, as: UTF8.self)
        #expect(try isTold(Self.good + Self.head + line + "\n" + Self.good), "\(line)")
      }
    }
  }

  @Test("a message that is cut or torn is told", arguments: messages.indices)
  func cutAndTorn(index: Int) throws {
    let message = Self.messages[index] + (Self.messages[index].hasSuffix("#") ? "7" : "x")
    for place in 8..<Self.messages[index].utf8.count {
      let start = String(message.prefix(place))
      let rest = String(message.dropFirst(place))
      for line in [
        Self.head + start, Self.head + start + "\n" + Self.good,
        Self.head + start + Self.good + rest + "\n", Self.head + start + "\n" + rest + "\n",
      ] {
        // `Found NAME` and `4 errors` begin other messages, too.
        if index == 14, place < 21 { continue }
        if index == 10, place < 10 { continue }
        #expect(try isTold(Self.good + line), "\(line)")
      }
    }
  }

  @Test("a message behind a header that is garbled is told")
  func garbledHeader() throws {
    let message = "Write to journal file has failed"
    let line = Array((Self.head + message).utf8)
    for place in 0..<Self.head.utf8.count {
      var changed = line
      changed[place] = UInt8(ascii: "~")
      let text = String(decoding: changed, as: UTF8.self)
      #expect(try isTold(Self.good + text + "\n" + Self.good), "\(text)")
    }
  }

  @Test("a label before a failure hides nothing")
  func labels() throws {
    for label in ["ERROR: ", "ERROR #1180: ", "Error: ", "Warning: "] {
      for message in [
        "Dejournal stuck at 7342380 (0x0070092c) cyclejrnend=11141120 in file #9",
        "Write to journal file has failed", "Primary startup failed, no license",
      ] {
        for severity in [0, 2] {
          let head = "07/09/24-15:00:00:000 (1) \(severity) [Utility.Event] "
          #expect(try events(of: head + label + message + "\n").events.count == 1, "\(label)")
        }
      }
    }
  }

  static let current =
    "MirrorServer: New primary activating databases which are current as of 356088 (0x00056ef8) in "
    + "mirror journal file #7"

  @Test("the beginning of the next stamp is no part of a number", arguments: 0...23)
  func nextStamp(count: Int) throws {
    let next = "07/09/24-14:33:12:391 (6362) 0 [Utility.Event] x".prefix(count)
    for text in [Self.current + "\n" + next, Self.current + "\n" + next + "\n"] {
      let found = try events(of: Self.head + text)
      let counts = found.events.compactMap { event -> Int? in
        if case .currentAsOf(_, let count) = event.kind { count } else { nil }
      }
      // A line of its own that is nothing but `0` or `07` may be either.
      let isOpen = text.hasSuffix("\n") && (1...2).contains(count)
      #expect(counts == (isOpen ? [] : [7]), "\(text)")
      #expect(!isOpen || found.summary.unreadableCount == 1)
    }
    // What follows a number and is no digit belongs to somebody else.
    for other in ["5 databases", "07~09/24-14:33:12:391 (6362) 0 x"] {
      let found = try events(of: Self.head + Self.current + "\n" + other + "\n")
      #expect(found.events.count == 1)
    }
  }

  @Test("NULs in the place of digits make a message unreadable")
  func holeInNumber() throws {
    let apply =
      "Applying journal data for mirror \"M\" starting at 524400 in file #7(/j/MIRROR-M-20240709.007)"
    for message in [Self.current, apply] {
      let bytes = Array((Self.head + message + "\n").utf8)
      for place in 44..<bytes.count - 1 {
        var holed = Array(Self.good.utf8) + bytes
        let at = Self.good.utf8.count + place
        for index in at..<min(at + 4, holed.count - 1) { holed[index] = 0 }
        let found = try events(of: holed + Array(Self.good.utf8))
        #expect(found.events.isEmpty, "\(place) of \(message)")
        #expect(found.summary.unreadableCount > 0, "\(place) of \(message)")
      }
    }
  }

  @Test("a log that begins in a failure's entry has not lost it")
  func banner() throws {
    let found = try events(of: "Write to journal file has failed\n" + Self.good)
    #expect(found.summary.unreadable.map(\.line) == [1])
  }
}
