import MirrorLog
import MirrorPositions

/// Up to three takeovers in turn, told by both members: SOUTHPIER takes over in #31, NORTHPIER in #32,
/// SOUTHPIER in #33. The truth is known, so is the answer.
struct TakeoverStory {
  /// What happened to one member's log.
  enum Damage: CaseIterable {
    case none
    /// It ends before the entry at `cut`.
    case endsEarly
    /// It begins with the entry at `cut`.
    case cutHead
    /// The lines of the takeover `cut` are gone.
    case takeoverGone
    /// It ends in the stamp of the entry behind the one at `cut`.
    case cutInStamp
    /// A hole of NULs lies in the number of a deciding line.
    case hole
  }

  /// A line by which the log of SOUTHPIER reports a failure, and what happened to it.
  enum Failure: CaseIterable {
    case none, whole, garbled, torn, cut, labelled
  }

  struct Entry {
    let text: String
    /// The takeover to which the entry belongs, from 1; 0 for what was before.
    let takeOver: Int
    /// Whether it is one of the two statements that decide.
    var decides = false
  }

  var count = 3
  /// Bytes by which the old primary resumes too late, or too early, after each takeover.
  var losses = [0, 0, 0]
  var damage = Damage.none
  var isSouthDamaged = true
  /// Which entry or takeover the damage is at, as a part of 1000.
  var cut = 0
  var failure = Failure.none
  var message = TakeoverStory.failures[0]
  /// Where the failure line is garbled, torn or cut, as a part of 1000.
  var place = 0

  static let failures = [
    "SERIOUS JOURNALING ERROR: JRNSTOP cannot open /j. Stopping journaling as cleanly as possible",
    "Write to journal file has failed", "Failed to open the latest journal file",
    "Sync of journal file failed", "Journal file '/j/MIRROR-HARBOR-20250311.002' is corrupted",
    "Unable to allocate memory for journal translation table", "Error logging in journal",
    "Too many errors restoring to /data/db/. Dismounting and skipping subsequent records",
    "Dejournal stuck at 7342380 (0x0070092c) cyclejrnend=11141120 in file #31",
    "Rollback of transaction for process id #2148 aborted at offset 984744 in /j/20230811.010.",
    "4 errors during journal restore, see console.log file for details.",
    "Primary startup failed, failed to read header of /j/MIRROR-HARBOR-20250311.002 (file #31)",
  ]

  private static func file(_ count: Int) -> String { "/data/jrn/\(name(count))" }
  private static func name(_ count: Int) -> String {
    "MIRROR-HARBOR-20250311.00\(count - 29)"
  }
  private static func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func line(_ time: String, _ pid: Int, _ text: String) -> String {
    "03/11/25-\(time) (\(pid)) 0 [Utility.Event] \(text)"
  }

  /// What the new primary and the old one write about the takeover `index`, from 1.
  private func takeOver(_ index: Int) -> (new: [Entry], old: [Entry]) {
    let names = ["SOUTHPIER", "NORTHPIER"]
    let (new, old) = (names[(index + 1) % 2], names[index % 2])
    let (count, hour) = (30 + index, 8 + 2 * index)
    let at = [524_400, 700_400, 610_000][index - 1]
    let next = 263_160
    func entry(_ minute: String, _ pid: Int, _ text: String, decides: Bool = false) -> Entry {
      let time = "\(hour < 10 ? "0" : "")\(hour):\(minute)"
      return Entry(
        text: Self.line(time, pid, text), takeOver: index, decides: decides)
    }
    let first = [
      entry("15:40:100", 4210, "MirrorClient: Primary AckDaemon failed to answer status request."),
      entry("15:40:900", 4210, "MirrorClient: Set status for HARBOR to Transition"),
      entry("15:41:000", 4101, "Backup taking over for primary in arbiter controlled mode"),
      entry(
        "15:41:040", 4301,
        "Applying journal data for mirror \"HARBOR\" starting at \(at) in file #\(count)"
          + "(\(Self.file(count)))"),
      entry("15:41:100", 4101, "INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE\n")
        .with("Journaling switched to: \(Self.file(count + 1))"),
      entry(
        "15:41:140", 4101,
        "MirrorServer: New primary activating databases which are current as of \(at) "
          + "(\(Self.hex(at))) in mirror journal file #\(count)", decides: true),
      entry("15:41:160", 4101, "Becoming primary mirror server"),
      entry(
        "19:10:000", 4350,
        "MirrorServer: Starting connection for: \(old)/IRIS (failover member) (ver 4) at offset "
          + "\(Self.hex(next)) (\(next)) in  file #\(count + 1)"),
      entry(
        "19:11:000", 4350,
        "MirrorServer: Client up to date, linking with journal daemon @ \(Self.hex(next + 536))"),
    ]
    let second = [
      entry("19:05:100", 2101, "Mirror manager for HARBOR starting"),
      entry(
        "19:06:200", 2202,
        "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at "
          + "\(at + losses[index - 1]) in file #\(count)(\(Self.file(count)))", decides: true),
      entry("19:06:210", 2101, "Retrieving journal file #\(count + 1) for mirror HARBOR from|2188"),
      entry(
        "19:07:300", 2202,
        "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at 0 in file "
          + "#\(count + 1)(\(Self.file(count + 1)))"),
      entry("19:08:700", 2101, "Found \(new)/IRIS as primary, becoming backup"),
      entry("19:08:701", 2101, "(HARBOR) Becoming a backup mirror member"),
      entry(
        "19:09:400", 2210,
        "(HARBOR) Starting Mirror.Client(\"\(Self.name(count + 1))\",\(next),\(count + 1))"),
      entry("19:09:410", 2210, "MirrorClient: Connected to primary: \(new)/IRIS (ver 4)"),
    ]
    return (first, second)
  }

  /// Both members' entries, without any damage.
  private var whole: (south: [Entry], north: [Entry]) {
    var south = [
      Entry(
        text: Self.line("08:00:01:100", 4101, "Mirror manager for HARBOR starting"), takeOver: 0),
      Entry(
        text: Self.line("08:00:03:300", 4101, "Found NORTHPIER/IRIS as primary, becoming backup"),
        takeOver: 0),
      Entry(
        text: Self.line(
          "08:00:03:700", 4210,
          "(HARBOR) Starting Mirror.Client(\"\(Self.name(31))\",262200,31)"), takeOver: 0),
      Entry(
        text: Self.line(
          "08:00:03:710", 4210, "MirrorClient: Connected to primary: NORTHPIER/IRIS (ver 4)"),
        takeOver: 0),
    ]
    var north: [Entry] = []
    for index in 1...count {
      let both = takeOver(index)
      south += index % 2 == 1 ? both.new : both.old
      north += index % 2 == 1 ? both.old : both.new
    }
    return (south, north)
  }

  /// The entry or the takeover that the damage is at.
  private func damagedPlace(_ entries: [Entry]) -> Int {
    damage == .takeoverGone ? 1 + cut * count / 1000 : 1 + cut * (entries.count - 1) / 1000
  }

  private func kept(_ entries: [Entry]) -> [Entry] {
    let place = damagedPlace(entries)
    return switch damage {
    case .none, .hole: entries
    case .endsEarly: Array(entries[..<place])
    case .cutInStamp: Array(entries[..<place])
    case .cutHead: Array(entries[place...])
    case .takeoverGone: entries.filter { $0.takeOver != place }
    }
  }

  /// The answers that are right.
  var expected: Set<Verdict> {
    let (south, north) = whole
    let damaged = kept(isSouthDamaged ? south : north)
    let other = isSouthDamaged ? north : south
    var verdict = Verdict.yes
    for index in 1...count {
      let holed = damage == .hole && index == 1
      let isDecided =
        !holed && damaged.contains { $0.takeOver == index && $0.decides }
        && other.contains { $0.takeOver == index && $0.decides }
      if !isDecided {
        // The whole log tells of each takeover.
        if verdict == .yes { verdict = .cannotTell }
      } else if losses[index - 1] != 0 {
        verdict = .no
      }
    }
    return switch failure {
    case .none: [verdict]
    case .whole, .labelled: [.no]
    // Where the rest of the line was found, or the end says nothing of its own, it is read.
    case .garbled, .torn, .cut: verdict == .no ? [.no] : [.no, .cannotTell]
    }
  }

  // MARK: Bytes

  private var failureLines: [String] {
    let head = "03/11/25-16:17:30:100 (4302) 2 [Utility.Event] "
    let other = "03/11/25-16:17:31:100 (4302) 0 [Utility.Event] Enabling logons"
    let text = Array(message.utf8)
    // Behind the first words, where it begins like what it is.
    let at = 12 + place * (text.count - 13) / 1000
    let (start, end) = (String(decoding: text[..<at], as: UTF8.self), text[at...])
    return switch failure {
    case .none: []
    case .whole: [head + message]
    case .labelled: [head + "ERROR: " + message]
    case .garbled: [head + start + "~" + String(decoding: end.dropFirst(), as: UTF8.self)]
    case .torn: [head + start + other, String(decoding: end, as: UTF8.self)]
    case .cut: [head + start, other]
    }
  }

  private func bytes(_ entries: [Entry], isSouth: Bool) -> [UInt8] {
    let isDamaged = isSouth == isSouthDamaged
    let kept = isDamaged ? kept(entries) : entries
    var lines = kept.map(\.text)
    if isDamaged, damage == .hole,
      let index = kept.firstIndex(where: { $0.takeOver == 1 && $0.decides })
    {
      let number = "\(524_400 + (isSouth ? 0 : losses[0]))"
      lines[index] = lines[index].replacing(number, with: number.prefix(2) + "\0\0\0\0")
    }
    if isSouth { lines += failureLines }
    if lines.isEmpty { return [] }
    var text = lines.joined(separator: "\n") + "\n"
    if isDamaged, damage == .cutInStamp { text += "03/11/25-1".prefix(1 + cut % 10) }
    return Array(text.utf8)
  }

  func inputs() -> [(input: LogInput, bytes: [UInt8])] {
    let (south, north) = whole
    return [
      (LogInput(path: "SOUTHPIER.messages.log"), bytes(south, isSouth: true)),
      (LogInput(path: "NORTHPIER.messages.log"), bytes(north, isSouth: false)),
    ]
  }
}

extension TakeoverStory.Entry {
  fileprivate func with(_ continuation: String) -> Self {
    Self(text: text + continuation, takeOver: takeOver, decides: decides)
  }
}
