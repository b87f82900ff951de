import MirrorLog

/// One failover as the logs of its members tell it: the truth is known, so is the answer.
struct HarborStory {
  enum Loss: CaseIterable {
    case none
    /// The old primary had data that the new one never got.
    case lost
    /// The old primary applies data a second time.
    case twice
  }

  /// What happened to the line that decides.
  enum Damage: CaseIterable {
    case none
    /// `current as of` ends too early.
    case cutTakeover
    /// The old primary's log ends before it comes back.
    case noReturn
  }

  struct Entry {
    /// Milliseconds since the story's first midnight.
    let time: Int
    let pid: Int
    let severity: Int
    let category: String
    let text: String
    var continuation: String?
  }

  var loss = Loss.none
  var damage = Damage.none
  /// Whether the old primary's log tells of its time as primary.
  var showsOldPrimary = false
  /// Whether an async member is in the mirror.
  var hasAsync = false

  static let bytes = 8720
  private static let takeover = 524_400
  private static let file31 = "/data/jrn/MIRROR-HARBOR-20250311.002"
  private static let file32 = "/data/jrn/MIRROR-HARBOR-20250311.003"

  private var current: Int { loss == .lost ? Self.takeover - Self.bytes : Self.takeover }
  private var resumed: Int { loss == .twice ? Self.takeover - Self.bytes : Self.takeover }

  private func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func at(
    _ time: String, _ pid: Int, _ text: String, severity: Int = 0,
    category: String = "Utility.Event", continuation: String? = nil
  ) -> Entry {
    let parts = time.split(separator: ":").compactMap { Int($0) }
    return Entry(
      time: ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3], pid: pid,
      severity: severity, category: category, text: text, continuation: continuation)
  }

  /// The member that takes over.
  var south: [Entry] {
    let whole =
      "MirrorServer: New primary activating databases which are current as of \(current) "
      + "(\(hex(current))) in mirror journal file #31"
    var entries = [
      at("08:00:01:100", 4101, "Mirror manager for HARBOR starting"),
      at(
        "08:00:02:200", 4202,
        "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at 0 in file "
          + "#31(\(Self.file31))"),
      at(
        "08:00:03:010", 4203,
        "Applying journal data for mirror \"HARBOR\" starting at 262200 in file #31(\(Self.file31))"
      ),
      at("08:00:03:200", 4101, "Retrieving journal file #31 for mirror HARBOR from|2188"),
      at("08:00:03:201", 4101, "Manager initialized for HARBOR"),
      at("08:00:03:300", 4101, "Found NORTHPIER/IRIS as primary, becoming backup"),
      at("08:00:03:301", 4101, "(HARBOR) Becoming a backup mirror member"),
      at(
        "08:00:03:700", 4210,
        "(HARBOR) Starting Mirror.Client(\"MIRROR-HARBOR-20250311.002\",262200,31)"),
      at("08:00:03:710", 4210, "MirrorClient: Connected to primary: NORTHPIER/IRIS (ver 4)"),
      at(
        "10:15:40:100", 4210, "MirrorClient: Primary AckDaemon failed to answer status request.",
        severity: 1, category: "Generic.Event"),
      at("10:15:40:900", 4210, "MirrorClient: Set status for HARBOR to Transition"),
      at("10:15:41:000", 4101, "Backup taking over for primary in arbiter controlled mode"),
      at(
        "10:15:41:040", 4301,
        "Applying journal data for mirror \"HARBOR\" starting at \(current) in file "
          + "#31(\(Self.file31))"),
      at("10:15:41:070", 4101, "Manager initialized for HARBOR"),
      at(
        "10:15:41:100", 4101, "INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE",
        category: "Generic.Event", continuation: "Journaling switched to: \(Self.file32)"),
      at("10:15:41:110", 4101, "  Scanning \(Self.file31)"),
      at("10:15:41:130", 4101, "No open transactions to roll back"),
      at(
        "10:15:41:140", 4101, damage == .cutTakeover ? String(whole.prefix(82)) : whole,
        category: "Generic.Event"),
      at("10:15:41:160", 4101, "Becoming primary mirror server", severity: 2),
      at(
        "10:15:42:500", 4302,
        "Journal File Compression: Compressed \(Self.file31) from 589824 bytes to 118784 bytes, "
          + "compression ratio = 5.0"),
      at(
        "10:19:10:000", 4350,
        "MirrorServer: Starting connection for: NORTHPIER/IRIS (failover member) (ver 4) at offset "
          + "\(hex(263_160)) (263160) in  file #32", category: "Generic.Event"),
      at(
        "10:19:11:000", 4350,
        "MirrorServer: Client up to date, linking with journal daemon @ \(hex(263_696))",
        category: "Generic.Event"),
    ]
    if hasAsync {
      entries.append(
        at(
          "10:16:00:705", 4340,
          "MirrorServer: Starting connection for: DRPIER/IRIS (async member) (ver 4) at offset "
            + "\(hex(131_088)) (131088) in  file #32", category: "Generic.Event"))
    }
    return entries.sorted { $0.time < $1.time }
  }

  /// The old primary.
  var north: [Entry] {
    var entries: [Entry] = []
    if showsOldPrimary {
      entries = [
        at("07:50:00:000", 1101, "Mirror manager for HARBOR starting"),
        at(
          "07:50:01:000", 1101, "INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE",
          category: "Generic.Event", continuation: "Journaling switched to: \(Self.file31)"),
        at("07:50:02:000", 1101, "Becoming primary mirror server", severity: 2),
        at(
          "08:00:03:705", 1350,
          "MirrorServer: Starting connection for: SOUTHPIER/IRIS (failover member) (ver 4) at "
            + "offset \(hex(262_200)) (262200) in  file #31", category: "Generic.Event"),
        at(
          "08:00:04:000", 1350,
          "MirrorServer: Client up to date, linking with journal daemon @ \(hex(262_736))",
          category: "Generic.Event"),
      ]
    }
    if damage == .noReturn {
      return entries
        + [
          at("10:19:05:100", 2101, "Mirror manager for HARBOR starting"),
          at("10:19:06:210", 2101, "Retrieving journal file #32 for mirror HARBOR from|2188"),
          at("10:19:08:700", 2101, "Found SOUTHPIER/IRIS as primary, becoming backup"),
        ]
    }
    return entries
      + [
        at("10:19:05:100", 2101, "Mirror manager for HARBOR starting"),
        at(
          "10:19:06:200", 2202,
          "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at \(resumed) "
            + "in file #31(\(Self.file31))"),
        at("10:19:06:210", 2101, "Retrieving journal file #32 for mirror HARBOR from|2188"),
        at(
          "10:19:07:300", 2202,
          "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at 0 in file "
            + "#32(\(Self.file32))"),
        at(
          "10:19:08:400", 2203,
          "Applying journal data for mirror \"HARBOR\" starting at 263160 in file "
            + "#32(\(Self.file32))"),
        at("10:19:08:600", 2101, "Manager initialized for HARBOR"),
        at("10:19:08:700", 2101, "Found SOUTHPIER/IRIS as primary, becoming backup"),
        at("10:19:08:701", 2101, "(HARBOR) Becoming a backup mirror member"),
        at(
          "10:19:09:400", 2210,
          "(HARBOR) Starting Mirror.Client(\"MIRROR-HARBOR-20250311.003\",263160,32)"),
        at("10:19:09:410", 2210, "MirrorClient: Connected to primary: SOUTHPIER/IRIS (ver 4)"),
        at(
          "10:19:15:000", 2230,
          "Journal File Compression: Compressed \(Self.file31) from 589824 bytes to 118784 bytes, "
            + "compression ratio = 5.0"),
      ]
  }

  /// The async member, when there is one.
  var async: [Entry] {
    [
      at("10:16:00:690", 911, "Mirror manager for HARBOR starting"),
      at(
        "10:16:00:700", 911,
        "(HARBOR) Starting Mirror.Client(\"MIRROR-HARBOR-20250311.003\",131088,32)"),
      at("10:16:00:710", 911, "MirrorClient: Connected to primary: SOUTHPIER/IRIS (ver 4)"),
    ]
  }
}
