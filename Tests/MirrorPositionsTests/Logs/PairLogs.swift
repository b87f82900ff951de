import MirrorLog
import MirrorPositions

/// BETA takes over from ALPHA in #31 and serves it in #32 when it comes back; nothing is lost. Short
/// logs to change line by line.
struct PairLogs {
  var alpha: [String]
  var beta: [String]
  var others: [(name: String, lines: [String])] = []

  static let served = [
    entry("08:00:01:416", 4350, connection("BETA", 262_200, 31)),
    entry("08:00:01:465", 4350, link(262_736)),
  ]

  init(losing bytes: Int = 0) {
    alpha =
      Self.served
      + Self.back(
        "08:05:02", pid: 4400, to: "BETA", from: (524_400 + bytes, 31), next: (263_160, 32))
    beta =
      Self.start("08:00:01", pid: 4200, as: "ALPHA", at: (262_200, 31))
      + Self.takeOver("08:01:41", pid: 4300, at: 524_400, in: 31)
      + [
        Self.entry("08:05:02:268", 4350, Self.connection("ALPHA", 263_160, 32)),
        Self.entry("08:05:02:317", 4350, Self.link(263_696)),
      ]
  }

  static func entry(_ time: String, _ pid: Int, _ text: String, day: String = "03/11/25") -> String
  {
    "\(day)-\(time) (\(pid)) 0 [Utility.Event] \(text)"
  }

  static func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  static func name(_ count: Int, day: String = "20250311") -> String {
    "MIRROR-HARBOR-\(day).0\(count < 39 ? "0" : "")\(count - 29)"
  }

  static func apply(_ address: Int, _ count: Int, isStart: Bool = true) -> String {
    (isStart ? "DejournalProcessor: " : "")
      + "Applying journal data for mirror \"HARBOR\" starting at \(address) in file #\(count)"
      + "(/data/jrn/\(name(count)))"
  }

  static func client(_ address: Int, _ count: Int) -> String {
    "(HARBOR) Starting Mirror.Client(\"\(name(count))\",\(address),\(count))"
  }

  static func connected(_ name: String) -> String {
    "MirrorClient: Connected to primary: \(name)/IRIS (ver 4)"
  }

  static func connection(
    _ client: String, _ address: Int, _ count: Int, kind: String = "failover member"
  ) -> String {
    "MirrorServer: Starting connection for: \(client)/IRIS (\(kind)) (ver 4) at offset "
      + "\(hex(address)) (\(address)) in  file #\(count)"
  }

  static func link(_ address: Int) -> String {
    "MirrorServer: Client up to date, linking with journal daemon @ \(hex(address))"
  }

  static func switched(_ count: Int, _ time: String, _ pid: Int) -> String {
    entry(time, pid, "INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE\n")
      + "Journaling switched to: /data/jrn/\(name(count))"
  }

  static func current(_ address: Int, _ count: Int) -> String {
    "MirrorServer: New primary activating databases which are current as of \(address) "
      + "(\(hex(address))) in mirror journal file #\(count)"
  }

  /// A member starts as backup in the file that the primary writes.
  static func start(
    _ second: String, pid: Int, as primary: String, at: (address: Int, count: Int)
  ) -> [String] {
    [
      entry("\(second):018", pid, "Mirror manager for HARBOR starting"),
      entry("\(second):091", pid + 1, apply(0, at.count)),
      entry("\(second):100", pid + 2, apply(at.address, at.count, isStart: false)),
    ] + follow(second, pid: pid, primary, at: at)
  }

  /// A former primary comes back.
  static func back(
    _ second: String, pid: Int, to primary: String, from: (address: Int, count: Int),
    next: (address: Int, count: Int)
  ) -> [String] {
    [
      entry("\(second):010", pid, "Mirror manager for HARBOR starting"),
      entry("\(second):020", pid + 1, apply(from.address, from.count)),
      entry(
        "\(second):046", pid, "Retrieving journal file #\(next.count) for mirror HARBOR from|2188"),
      entry("\(second):060", pid + 1, apply(0, next.count)),
      entry("\(second):101", pid + 2, apply(next.address, next.count, isStart: false)),
    ] + follow(second, pid: pid, primary, at: next)
  }

  private static func follow(
    _ second: String, pid: Int, _ primary: String, at: (address: Int, count: Int)
  ) -> [String] {
    [
      entry("\(second):133", pid, "Manager initialized for HARBOR"),
      entry("\(second):149", pid, "Found \(primary)/IRIS as primary, becoming backup"),
      entry("\(second):213", pid, "(HARBOR) Becoming a backup mirror member"),
      entry("\(second):271", pid + 10, client(at.address, at.count)),
      entry("\(second):332", pid + 10, connected(primary)),
    ]
  }

  static func takeOver(_ second: String, pid: Int, at address: Int, in count: Int) -> [String] {
    [
      entry("\(second):568", pid, "Backup taking over for primary in arbiter controlled mode"),
      entry("\(second):572", pid + 1, apply(address, count, isStart: false)),
      switched(count + 1, "\(second):678", pid),
      entry("\(second):847", pid, current(address, count)),
      entry("\(second):905", pid, "Becoming primary mirror server"),
    ]
  }

  func positions(_ names: [String] = []) throws -> MirrorPositions {
    let logs = [("ALPHA", alpha), ("BETA", beta)] + others.map { ($0.name, $0.lines) }
    // Without lines there is no log of the member.
    return MirrorPositions(
      try MirrorLogs(
        bytes: logs.filter { !$0.1.isEmpty }.map { name, lines in
          (
            LogInput(path: "\(name).log", member: names.contains(name) ? name : nil),
            Array((lines.joined(separator: "\n") + "\n").utf8)
          )
        }))
  }
}
