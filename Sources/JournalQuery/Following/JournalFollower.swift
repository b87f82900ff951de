internal import Glibc
public import MirrorJournal

/// Hands out the records of an active journal as they are written, across switches: each record
/// once, in order.
///
/// What the writer is doing at this moment (a header half written, a next file that is not there
/// yet) looks like damage; it is reported only when it stays longer than `patience`.
public struct JournalFollower {
  /// Where to begin in the first file.
  public enum Start: Sendable, Hashable {
    /// With the first record of the file.
    case beginning
    /// With the first record at or after an address.
    case address(JournalAddress)
    /// With what is written from now on.
    case end
  }

  /// What happened besides new records.
  public enum Event: Sendable, Hashable {
    /// The writer went on to another file.
    case switched(from: String, to: String)
    /// Data are lost; following goes on behind them.
    case damaged(file: String, Damage)
    /// Something is wrong with the file besides its data, such as a compressed file's index.
    case mended(file: String, JournalError)
    /// The next file does not name this one as its previous file.
    case chainBroken(file: String)
    /// The file is closed and the next one that its header names is not there.
    case waiting(file: String, next: String)
  }

  /// What one look at the file gave.
  public enum Progress: Sendable, Hashable {
    /// So many records were handed over.
    case records(Int)
    /// Nothing new.
    case idle
    /// The file is closed, everything is handed out, and no next file is there.
    case closed
  }

  /// Milliseconds between two looks when nothing is new.
  public var interval = 100
  /// Milliseconds for which what looks like damage may be the writer's work.
  public var patience = 2000

  /// The file that is read now.
  public private(set) var path: String
  /// Where the next record is expected; nil before the first look at a file.
  public private(set) var position: JournalAddress?

  /// The journal that is read now, as it was when it was opened last.
  public var current: Journal? { journal }

  private let start: Start
  private let open: (String) throws -> Journal
  private var journal: Journal?
  private var hasOpened = false
  private var guid = GUID.zero
  /// What the file was when it was opened last; nil before.
  private var known: FollowedFile?
  /// Just past the last record that was handed out or left out on purpose.
  private var lastEnd: JournalAddress?
  private var reported: Set<Damage> = []
  private var saidWaiting = false
  private var trouble = Trouble()

  /// - Parameters:
  ///   - path: the file to begin with.
  ///   - start: where in it to begin.
  ///   - open: opens a file; the default takes plain and compressed ones.
  public init(
    path: String, from start: Start = .beginning,
    open: @escaping (String) throws -> Journal = { try JournalInputs.open($0) }
  ) {
    self.path = path
    self.start = start
    self.open = open
  }

  /// The file that `path` means: itself, or the newest one of a directory's only series.
  ///
  /// - Throws: `badArgument` when a directory holds several series, `cannotOpen` when it holds none.
  public static func file(at path: String) throws(JournalError) -> String {
    isDirectory(path) ? try NextFile.newest(in: path) : path
  }

  /// Follows until `isCancelled` answers true, or, with `stopsAtEnd`, until everything that is there
  /// now has been handed out.
  ///
  /// - Throws: what the closures throw; `JournalError` when the first file cannot be opened, or a
  ///   later one for longer than `patience`, `shrank` when records that were handed out are not there any
  ///   more, and `replaced` when another journal stands in the file's place.
  public mutating func run(
    stopsAtEnd: Bool = false, until isCancelled: () -> Bool,
    event: (Event) throws -> Void = { _ in },
    _ body: (Journal, borrowing Record) throws -> Void
  ) throws {
    while !isCancelled() {
      let progress = try poll(event: event, body)
      if case .records = progress { continue }
      if stopsAtEnd, isAtEnd { return }
      pause()
    }
  }

  /// Whether the last look found nothing new and nothing that may be the writer's work in progress.
  public var isAtEnd: Bool { trouble.isOver }

  /// Sleeps for `interval`.
  public func pause() {
    var time = timespec(tv_sec: interval / 1000, tv_nsec: interval % 1000 * 1_000_000)
    nanosleep(&time, nil)
  }

  /// Looks at the file once and hands out what is new; never waits.
  ///
  /// - Throws: as `run`.
  public mutating func poll(
    event: (Event) throws -> Void = { _ in },
    _ body: (Journal, borrowing Record) throws -> Void
  ) throws -> Progress {
    guard let journal = try reopened() else { return .idle }
    var from: JournalAddress
    if let position {
      from = position
    } else {
      switch hasOpened ? .beginning : start {
      case .beginning: from = journal.dataRange.lowerBound
      case .address(let address): from = address
      case .end:
        from = try journal.endOfRecords()
        lastEnd = from
      }
      position = from
      for error in journal.storage.damage { try event(.mended(file: path, error)) }
    }
    hasOpened = true
    guid = journal.header.guid
    for damage in journal.structuralDamage where !reported.contains(damage) {
      // What stands behind the end of a closed file stays there.
      guard damage.kind == .trailing || trouble.hasLasted(patience) else { return .idle }
      reported.insert(damage)
      try event(.damaged(file: path, damage))
    }
    var count = 0
    while let damage = try walk(journal, from, &count, body) {
      // In a closed file nothing changes any more, nor far before the block that is being filled.
      guard Self.isSettled(damage, in: journal) || trouble.hasLasted(patience) else {
        return count > 0 ? .records(count) : .idle
      }
      from = max(damage.range.upperBound, position ?? 0)
      position = from
      trouble.clear()
      try event(.damaged(file: path, damage))
    }
    trouble.clear()
    if count > 0 { return .records(count) }
    return journal.header.isClosed ? try goOn(after: journal, event) : .idle
  }

  /// Whether `damage` stays as it is, whatever the writer is doing.
  private static func isSettled(_ damage: Damage, in journal: Journal) -> Bool {
    guard !journal.header.isClosed else { return true }
    let tail = journal.tailBlock ?? journal.dataLimit
    // The block before may be about to get its checksum.
    return damage.range.upperBound <= tail - journal.layout.block.size
  }

  /// Hands out the records from `from` on; returns the damage that it stopped at, which ends behind `from`, so
  /// that each look comes to an end whatever a reader says.
  private mutating func walk(
    _ journal: Journal, _ from: JournalAddress, _ count: inout Int,
    _ body: (Journal, borrowing Record) throws -> Void
  ) throws -> Damage? {
    guard from < journal.dataLimit else { return nil }
    do {
      try journal.forEachRecord(
        in: from..<journal.dataLimit,
        damaged: { if $0.range.upperBound > from { throw $0 } }
      ) { record in
        try body(journal, record)
        position = record.end
        lastEnd = record.end
        count += 1
      }
      return nil
    } catch let damage as Damage {
      // What stands before has been told, or was not asked for.
      let start = min(max(damage.range.lowerBound, from), damage.range.upperBound)
      return Damage(damage.kind, start..<damage.range.upperBound, damage.reason)
    }
  }

  /// The file as it is now, or nil when it cannot be read at this moment.
  private mutating func reopened() throws -> Journal? {
    if let journal, let known, known.isStill(journal) { return journal }
    let opened: Journal
    do {
      opened = try open(path)
    } catch let error as JournalError where hasOpened {
      journal = nil
      if trouble.hasLasted(patience) { throw error }
      return nil
    }
    let now = try FollowedFile(opened)
    do throws(JournalError) {
      try known?.check(now)
    } catch {
      throw error.inFile(path)
    }
    if let lastEnd, lastEnd > opened.dataLimit {
      throw JournalError(
        .shrank,
        "the file became shorter while it was followed: records up to \(lastEnd) were listed, its data "
          + "end at \(opened.dataLimit)", in: path, advice: "look who writes to it")
    }
    known = now
    journal = opened
    return opened
  }

  /// Goes on to the file after `journal`, which is closed and read.
  private mutating func goOn(after journal: Journal, _ event: (Event) throws -> Void) throws
    -> Progress
  {
    guard let next = NextFile.path(after: journal) else {
      if !saidWaiting, !journal.header.nextName.isEmpty {
        saidWaiting = true
        try event(.waiting(file: path, next: journal.header.nextName))
      }
      return .closed
    }
    let opened: Journal
    do {
      opened = try open(next)
    } catch let error as JournalError {
      // Its writer may be about to write the header.
      if trouble.hasLasted(patience) { throw error }
      return .idle
    }
    let previousPath = path
    let isBroken = GUID.differ(guid, opened.header.previousGUID)
    path = next
    position = nil
    lastEnd = nil
    known = try FollowedFile(opened)
    self.journal = opened
    reported = []
    saidWaiting = false
    trouble.clear()
    try event(.switched(from: previousPath, to: next))
    if isBroken { try event(.chainBroken(file: next)) }
    return .records(0)
  }
}

/// How long something has been wrong.
private struct Trouble {
  private var since: Int?
  private(set) var isOver = true

  mutating func clear() {
    since = nil
    isOver = true
  }

  /// Whether it has been wrong for `patience` milliseconds without a `clear()` in between.
  mutating func hasLasted(_ patience: Int) -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    let begin = since ?? now
    since = begin
    isOver = now - begin >= patience
    return isOver
  }
}
