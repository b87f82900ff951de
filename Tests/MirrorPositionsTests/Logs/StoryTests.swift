import Foundation
import MirrorLog
import MirrorPositions
import Testing

/// SplitMix64: the same tellings on every machine.
private struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A story in one of the forms in which logs come.
private struct Telling: CustomStringConvertible {
  enum Logs: CaseIterable { case both, onlySouth, onlyNorth, bothAndAsync }
  enum Prefix: CaseIterable {
    case none, blank, compose, composeTime, cri, kubectl, syslog, grep, json, half
  }
  enum Rotation: CaseIterable { case none, numbered, dated, reversed, olderMissing, newerMissing }
  enum Names: CaseIterable { case given, prefixes, hosts, arbitrary }
  enum Clock: CaseIterable { case same, zones, setBack, newYear }
  enum Repeats: CaseIterable { case none, some, all }
  enum Form: CaseIterable { case usual, noCategory, oldest, crlf }

  var loss = HarborStory.Loss.none
  var damage = HarborStory.Damage.none
  var showsOldPrimary = false
  var logs = Logs.both
  var prefix = Prefix.none
  var width = 0
  var rotation = Rotation.none
  var cut = 0
  var names = Names.given
  var clock = Clock.same
  var repeats = Repeats.none
  var form = Form.usual

  static let widths = [0, 0, 72, 80, 100, 132]

  init(_ random: inout SeededRandom) {
    loss = HarborStory.Loss.allCases.randomElement(using: &random)!
    if Int.random(in: 0..<8, using: &random) == 0 {
      damage = HarborStory.Damage.allCases.randomElement(using: &random)!
    }
    showsOldPrimary = .random(using: &random)
    logs = Logs.allCases.randomElement(using: &random)!
    prefix = Prefix.allCases.randomElement(using: &random)!
    width = Self.widths.randomElement(using: &random)!
    rotation = Rotation.allCases.randomElement(using: &random)!
    cut = Int.random(in: 3...18, using: &random)
    names = Names.allCases.randomElement(using: &random)!
    clock = Clock.allCases.randomElement(using: &random)!
    repeats = Repeats.allCases.randomElement(using: &random)!
    form = Form.allCases.randomElement(using: &random)!
  }

  var description: String {
    "\(loss) \(damage) shown:\(showsOldPrimary) \(logs) \(prefix) \(width) \(rotation)@\(cut) "
      + "\(names) \(clock) \(repeats) \(form)"
  }

  private var story: HarborStory {
    var story = HarborStory()
    story.loss = loss
    story.damage = damage
    story.showsOldPrimary = showsOldPrimary
    story.hasAsync = logs == .bothAndAsync
    return story
  }

  /// Which of the new primary's entries are there.
  private var range: Range<Int> {
    let count = story.south.count
    return switch rotation {
    case .olderMissing: cut..<count
    case .newerMissing: 0..<cut
    default: 0..<count
    }
  }

  /// The answer that follows from what is told, whatever its form.
  var expected: Verdict {
    guard logs == .both || logs == .bothAndAsync, damage == .none else { return .cannotTell }
    // Where the new primary was current, and where the old one resumed: both have to be told.
    let current = story.south.firstIndex { $0.text.contains("which are current as of") }!
    guard range.contains(current) else { return .cannotTell }
    return loss == .none ? .yes : .no
  }

  // MARK: Lines

  private func stamp(_ time: Int, isSouth: Bool) -> String {
    var time = time
    var (month, day, year) = (3, 11, 25)
    switch clock {
    case .same: break
    case .zones: if isSouth { time += 5 * 3600 * 1000 }
    case .setBack:
      // The end of summer time, shortly after the takeover.
      if isSouth, time > 10 * 3_600_000 + 15 * 60_000 + 41_120 { time -= 3600 * 1000 }
    case .newYear:
      // The night before, and the first day.
      (month, day, year) = time < 9 * 3_600_000 ? (12, 31, 24) : (1, 1, 25)
    }
    func two(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }
    let seconds = time / 1000
    let milli = String("00\(time % 1000)".suffix(3))
    let date = two(month) + "/" + two(day) + (form == .oldest ? "" : "/" + two(year))
    return date + "-" + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":"
      + two(seconds % 60) + ":" + milli
  }

  private func lines(_ entries: ArraySlice<HarborStory.Entry>, isSouth: Bool) -> [String] {
    var lines: [String] = []
    for (index, entry) in entries.enumerated() {
      let isRepeated =
        repeats == .all || repeats == .some && index % 5 == 2
      let mark =
        isRepeated && !entry.text.hasSuffix("(524") ? "...(repeated \(index + 1) times)" : ""
      let stamp = stamp(entry.time, isSouth: isSouth)
      let head =
        switch form {
        case .usual, .crlf: "\(stamp) (\(entry.pid)) \(entry.severity) [\(entry.category)] "
        case .noCategory: "\(stamp) (\(entry.pid)) \(entry.severity) "
        case .oldest: "\(stamp) ( \(entry.pid)) "
        }
      let isCut = damage == .cutTakeover && entry.text.contains("activating databases")
      let text = entry.text + (entry.continuation == nil && !isCut ? mark : "")
      lines.append(head + text)
      if let continuation = entry.continuation { lines.append(continuation + mark) }
    }
    return lines
  }

  private func prefixed(_ lines: [String], _ member: String) -> [String] {
    lines.enumerated().map { index, line in
      let second = String("0\(index % 60)".suffix(2))
      switch prefix {
      case .none: return line
      case .blank: return " " + line
      case .compose: return "\(member)-1  | " + line
      case .composeTime: return "\(member)-1  | 2025-03-11T10:15:\(second).\(100 + index)Z " + line
      case .cri: return "2025-03-11T10:15:\(second).123456789Z stdout F " + line
      case .kubectl: return "[pod/\(member)-data-0-1/iris] " + line
      case .syslog: return "Mar 11 10:15:\(second) \(member) iris[\(4000)]: " + line
      case .grep: return "messages.log:\(index + 1):" + line
      case .json:
        let text = line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "{\"log\":\"\(text)\\n\",\"stream\":\"stdout\"}"
      case .half:
        return index < lines.count / 2 ? line : "2025-03-11T10:15:\(second)Z stdout F " + line
      }
    }
  }

  private func bytes(_ lines: [String], _ member: String) -> [UInt8] {
    var bytes: [UInt8] = []
    let end: [UInt8] = form == .crlf ? [13, 10] : [10]
    for line in prefixed(lines, member) {
      let line = Array(line.utf8)
      var start = 0
      // Whole numbers of columns: the width has to hold a prefix and a header.
      while width > 0, line.count - start > width {
        bytes += line[start..<start + width] + end
        start += width
      }
      bytes += line[start...] + end
    }
    return bytes
  }

  // MARK: Files

  func inputs() -> [(input: LogInput, bytes: [UInt8])] {
    let south = story.south
    func lines(_ range: Range<Int>) -> [String] { self.lines(south[range], isSouth: true) }
    var parts: [(suffix: String, bytes: [UInt8])] = []
    let older = bytes(lines(0..<cut), "southpier")
    let newer = bytes(lines(cut..<south.count), "southpier")
    switch rotation {
    case .none: parts = [("", bytes(lines(0..<south.count), "southpier"))]
    case .numbered: parts = [(".1", older), ("", newer)]
    case .dated: parts = [(".old_20250311", older), ("", newer)]
    case .reversed: parts = [("", newer), (".1", older)]
    case .olderMissing: parts = [("", newer)]
    case .newerMissing: parts = [(".1", older)]
    }
    var all: [(input: LogInput, bytes: [UInt8])] = []
    if logs != .onlyNorth {
      all += parts.map { (input("SOUTHPIER", "hostb", "one", $0.suffix), $0.bytes) }
    }
    if logs != .onlySouth {
      let text = bytes(self.lines(story.north[...], isSouth: false), "northpier")
      all.append((input("NORTHPIER", "hosta", "two", ""), text))
    }
    if logs == .bothAndAsync {
      let text = bytes(self.lines(story.async[...], isSouth: false), "drpier")
      all.append((input("DRPIER", "hostc", "three", ""), text))
    }
    return all
  }

  private func input(_ member: String, _ host: String, _ file: String, _ suffix: String) -> LogInput
  {
    func rotated(_ name: String) -> String {
      suffix.hasPrefix(".old") ? name + suffix : name + ".log" + suffix
    }
    return switch names {
    case .given: LogInput(path: "logs/\(file).txt\(suffix)", member: member)
    case .prefixes: LogInput(path: "logs/" + rotated("\(member).messages"))
    case .hosts: LogInput(path: "logs/\(host)/" + rotated("messages"))
    case .arbitrary: LogInput(path: "logs/" + rotated("from-the-\(file)"))
    }
  }
}

@Suite("A story told in every form")
struct StoryTests {
  /// 2400 tellings, in eight parts that run side by side.
  @Test("the answer follows from what happened, never from the form of the logs", arguments: 0..<8)
  func everyForm(part: Int) throws {
    var random = SeededRandom(seed: 20_250_311 + UInt64(part))
    var counts: [Verdict: Int] = [:]
    var wrong: [String] = []
    for _ in 0..<300 {
      let telling = Telling(&random)
      let result = MirrorPositions(try MirrorLogs(bytes: telling.inputs()))
      counts[telling.expected, default: 0] += 1
      if result.verdict != telling.expected {
        wrong.append("\(telling): \(result.answer)")
      } else if telling.expected == .no {
        let finding = result.findings.first { $0.code == .resumeDiffers }
        let bytes = telling.loss == .lost ? finding?.bytesLost : finding?.bytesExtra
        if bytes != HarborStory.bytes { wrong.append("\(telling): \(result.answer)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(12).joined(separator: "\n"))")
    // Every answer is there often.
    for verdict in [Verdict.yes, .no, .cannotTell] { #expect(counts[verdict, default: 0] > 30) }
  }

  @Test("two members in one file are told apart by what stands before their lines")
  func oneFile() throws {
    var random = SeededRandom(seed: 7)
    for loss in HarborStory.Loss.allCases {
      for width in Telling.prefixWidths {
        var story = HarborStory()
        story.loss = loss
        let result = MirrorPositions(
          try MirrorLogs(bytes: [Telling.compose(story, width: width, &random)]))
        #expect(result.verdict == (loss == .none ? .yes : .no), "\(result.answer)")
        #expect(Set(result.members) == ["SOUTHPIER", "NORTHPIER"])
      }
    }
  }
}

extension Telling {
  fileprivate static let prefixWidths = [0, 80, 120]

  /// Both logs as `docker compose logs` prints them.
  fileprivate static func compose(
    _ story: HarborStory, width: Int, _ random: inout SeededRandom
  ) -> (input: LogInput, bytes: [UInt8]) {
    var telling = Telling(&random)
    telling.form = .usual
    telling.clock = .same
    telling.repeats = .none
    telling.damage = .none
    telling.prefix = .compose
    telling.width = width
    let lines = [("southpier", story.south, true), ("northpier", story.north, false)]
      .flatMap { name, entries, isSouth in
        entries.map { entry in
          (entry.time, telling.bytes(telling.lines([entry], isSouth: isSouth), name))
        }
      }
      .sorted { $0.0 < $1.0 }
    return (LogInput(path: "compose.log"), lines.flatMap(\.1))
  }
}
