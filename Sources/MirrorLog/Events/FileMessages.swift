internal import MirrorJournal

/// Messages that name a journal file, and journal trouble. Wordings of class D and O.
enum FileMessages {
  static func journal(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Journaling switched to: ") { return file(.switched, cursor) }
    if cursor.take("Journaling started to: ") { return file(.started, cursor) }
    if cursor.take("Journaling selected globals to ") {
      return cursor.takeString(upToLast: " started.").map { .journalFile(.started, path: $0) }
    }
    return PrintedCompression(&cursor).map { .compressed($0) }
  }

  static func scanning(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Scanning ") { return file(.scanning, cursor) }
    if cursor.take("START: ") { return file(.started, cursor) }
    if cursor.take("STOP: ") { return file(.stopped, cursor) }
    return nil
  }

  static func preserving(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Preserving journal files "),
      let path = cursor.takeString(upToLast: " and later for journal recovery")
    else { return nil }
    return .journalFile(.preserved, path: path)
  }

  static func externalFreeze(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Backup.General.ExternalFreeze: "),
      cursor.take("Start a journal restore for this backup with journal file: ")
    else { return nil }
    return file(.restoreStart, cursor)
  }

  static func sizeLimit(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Max Journal Size: "), let size = cursor.takeInteger() else { return nil }
    return .journalSizeLimit(size)
  }

  /// `Error in JRNRESTB: <DATABASE>restore+49^JRNRESTB PATH addr=977220 REFERENCE`.
  static func error(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Error in "), let routine = cursor.takeString(upTo: ": "),
      let error = cursor.takeString(upTo: " "), let path = cursor.takeString(upTo: " addr="),
      let address = cursor.takeInteger()
    else { return nil }
    cursor.skipSpaces()
    return .recoveryError(
      routine: routine, error: error, path: path, address: address, reference: cursor.rest())
  }

  /// `Rollback of transaction for process id #2148 aborted at offset 984744 in PATH.`
  static func rollback(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Rollback of transaction for process id #"),
      let process = cursor.takeInteger(), cursor.take(" aborted at offset "),
      let address = cursor.takeInteger(), cursor.take(" in ")
    else { return nil }
    let path = cursor.rest()
    return .rollbackAborted(
      process: process, address: address, path: path.hasSuffix(".") ? String(path.dropLast()) : path
    )
  }

  static func nothingToRollBack(_ cursor: TextCursor) -> LogEventKind? {
    cursor.looking(at: "No open transactions to roll back") ? .nothingToRollBack : nil
  }

  private static func file(_ use: JournalFileUse, _ cursor: TextCursor) -> LogEventKind? {
    guard !cursor.isAtEnd else { return nil }
    let path = cursor.rest()
    return isTorn(path) ? nil : .journalFile(use, path: path)
  }

  /// Whether a path begins like that of a mirror journal and does not end in a number of three digits at
  /// least: a part of the name was lost, or another text stands in it.
  static func isTorn(_ path: String) -> Bool {
    let name = lastComponent(path)
    guard name.hasPrefix("MIRROR-") else { return false }
    let number = (name.hasSuffix("z") ? name.dropLast() : name[...]).utf8.reversed()
      .prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    return number.count < 3
  }
}

/// Messages about databases and their catch-up. Wordings of class O.
enum DatabaseMessages {
  /// `Mounted database PATH (SFN 5) read-only.`
  static func mounted(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Mounted database "), let place = path(&cursor) else { return nil }
    return .database(
      .mounted(readOnly: cursor.looking(at: "read-only")), path: place.path, sfn: place.sfn)
  }

  /// `Activated database PATH (SFN 5) in mirror 'M' for use on this mirror member; …`.
  static func activated(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Activated database "), let place = path(&cursor),
      cursor.take("in mirror '"), let mirror = cursor.takeString(upTo: "'")
    else { return nil }
    return .database(.activated(mirror: mirror), path: place.path, sfn: place.sfn)
  }

  /// `Changed database PATH (SFN 5) to read-write due to becoming primary.`
  static func changed(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("Changed database "), let place = path(&cursor), cursor.take("to "),
      let state = cursor.takeString(upTo: " due to")
    else { return nil }
    return .database(.changed(to: state), path: place.path, sfn: place.sfn)
  }

  /// `:mirror:M:DB (sfn 5) remains inactive because REASON`.
  static func inactive(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.looking(at: ":mirror:"), let name = cursor.takeString(upTo: " (sfn "),
      let sfn = cursor.takeInteger(), cursor.take(") remains inactive because ")
    else { return nil }
    return .databaseInactive(name: name, sfn: sfn, reason: cursor.rest())
  }

  /// A line with `catchup started for` or `atchup completed for`, the two marks that the vendor's
  /// alert of March 2019 names (class D); the first is observed in full.
  static func catchup(_ cursor: TextCursor) -> LogEventKind? {
    guard cursor.find("atchup ") != nil else { return nil }
    var cursor = cursor
    var mirror: String?
    if cursor.take("Mirror '") { mirror = cursor.takeString(upTo: "'") }
    if cursor.skip(past: "catchup started for ") || cursor.skip(past: "Catchup started for ") {
      return .catchupStarted(mirror: mirror, databases: cursor.takeInteger())
    }
    if cursor.skip(past: "atchup completed for ") {
      return .catchupCompleted(mirror: mirror, databases: cursor.takeInteger())
    }
    return nil
  }

  private static func path(_ cursor: inout TextCursor) -> (path: String, sfn: Int)? {
    guard let path = cursor.takeString(upTo: " (SFN "), let sfn = cursor.takeInteger(),
      cursor.take(")")
    else { return nil }
    cursor.skipSpaces()
    return (path, sfn)
  }
}
