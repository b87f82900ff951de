import JournalSamples
package import MirrorJournal

/// A plain model of globals under a random workload, which is written as a journal at the same time: what the
/// database was before each record is known.
///
/// Jobs lock what their transactions touch, as applications do: the first subscript of `^X`. Counters, `^C`, are
/// incremented by everybody.
package struct ModelWorkload {
  package typealias Database = [GlobalReference: JournalValue]

  /// A command as an engine of M would be given it.
  package enum Command: Sendable, Hashable {
    case set(GlobalReference, JournalValue)
    case kill(GlobalReference)
    case zkill(GlobalReference)
    case increment(GlobalReference)
    case begin, commit, rollback
  }

  package struct Options: Sendable {
    /// Nodes that are there before the journal begins; without any, a KILL of each global begins it.
    package var hasUnknownNodes = false
    /// Rollbacks without records of what they undo, besides those with them.
    package var hasSilentRollbacks = true
    /// Whether a rollback takes back `$INCREMENT`: GT.M does, IRIS does not (class D).
    package var undoesIncrements = false
    /// Several jobs at the same time, and levels of transactions.
    package var isConcurrent = true
    package var steps = 60
    /// Nothing but SETs, increments and transactions that are committed: what is recorded adds up to the database.
    package var onlyGrows = false
    /// Increments of nodes that are set and killed, too.
    package var mixesIncrements = false

    package init() {}
  }

  package struct Moment {
    package var file: Int
    package var address: JournalAddress
    package var database: Database
    /// How many commands have been carried out.
    package var commands: Int
  }

  private struct Undo {
    var node: GlobalReference
    var before: JournalValue?
    var level: Int
    var isIncrement: Bool
  }

  private struct Transaction {
    var level = 1
    var isSilent: Bool
    var rows: Set<Int> = []
    var log: [Undo] = []
  }

  package private(set) var database: Database = [:]
  package private(set) var moments: [Moment] = []
  package private(set) var commands: [Command] = []
  /// Nodes that were set or killed, too, and incremented in a transaction: a record that looks like its undoing
  /// may be a change of its own.
  package private(set) var incremented: Set<GlobalReference> = []
  private let options: Options
  private var dice: SeededRandom
  private var open: [UInt32: Transaction] = [:]
  private var writer: JournalWriter
  private var file = 0
  private var number = 0
  private let nextFile: (Int) -> String

  /// Runs a workload that writes journals `path(0)`, `path(1)` and so on.
  package static func run(
    seed: UInt64, _ options: Options = Options(), first: JournalWriter,
    path: @escaping (Int) -> String
  ) throws -> ModelWorkload {
    var model = ModelWorkload(options, seed, first, path)
    try model.run()
    return model
  }

  private init(
    _ options: Options, _ seed: UInt64, _ writer: JournalWriter, _ path: @escaping (Int) -> String
  ) {
    self.options = options
    dice = SeededRandom(seed: seed)
    self.writer = writer
    nextFile = path
  }

  private mutating func below(_ count: Int) -> Int {
    Int.random(in: 0..<max(1, count), using: &dice)
  }

  private mutating func once(in count: Int) -> Bool { below(count) == 0 }

  private mutating func run() throws {
    if options.hasUnknownNodes {
      for row in 0..<5 {
        for node in [nodeIn(row), nodeIn(row), nodeIn(row)] { database[node] = unique() }
      }
      database[GlobalReference("C", [1])] = "5"
    } else {
      for name in ["X", "C"] {
        try write(.kill, GlobalReference(name), nil, nil, job: 1)
        commands.append(.kill(GlobalReference(name)))
      }
    }
    for step in 0..<options.steps {
      if once(in: 50), step > 5 {
        file += 1
        writer = try writer.switchFile(
          to: nextFile(file), guid: GUID(high: 1, low: UInt64(100 + file)))
      }
      if once(in: 30) { try writer.endBlock() }
      try act(job: options.isConcurrent ? UInt32(1 + below(3)) : 1)
    }
    for job in open.keys.sorted() {
      // Some stay open: what they did is there.
      if options.isConcurrent, once(in: 3) { continue }
      try end(job, rollsBack: once(in: 2) && !options.onlyGrows)
    }
    note()
    try writer.close()
  }

  private mutating func act(job: UInt32) throws {
    switch below(20) {
    case 0..<3 where open[job] == nil:
      open[job] = Transaction(isSilent: options.hasSilentRollbacks && once(in: 3))
      commands.append(.begin)
      try control(.beginTransaction, 1, job)
    case 0..<2 where options.isConcurrent && (open[job]?.level ?? 9) < 4:
      let level = (open[job]?.level ?? 0) + 1
      open[job]?.level = level
      try control(.beginLevel, UInt32(level), job)
    case 0..<6 where open[job] != nil:
      try end(job, rollsBack: once(in: 3) && !options.onlyGrows)
    case 6..<8 where !options.onlyGrows: try kill(job)
    case 8..<10 where !options.onlyGrows: try zkill(job)
    case 10..<13: try increment(job)
    default: try set(job)
    }
  }

  private mutating func unique() -> JournalValue {
    number += 1
    switch below(6) {
    case 0: return JournalValue("\(number)")
    case 1: return JournalValue("it's \"quoted\" #\(number)")
    case 2: return JournalValue("long \(number) " + String(repeating: "x", count: below(300)))
    default: return JournalValue("v\(number)")
    }
  }

  private mutating func nodeIn(_ row: Int) -> GlobalReference {
    let names: [Subscript] = ["a", "b", 1, 10, "1.5", "a b", "é"]
    var node = GlobalReference("X", [Subscript(row)])
    for _ in 0..<below(3) { node.subscripts.append(names[below(names.count)]) }
    return node
  }

  /// A row that no other job's transaction has locked.
  private mutating func row(_ job: UInt32) -> Int? {
    let row = below(5)
    for (other, transaction) in open where other != job && transaction.rows.contains(row) {
      return nil
    }
    open[job]?.rows.insert(row)
    return row
  }

  private mutating func set(_ job: UInt32) throws {
    guard let row = row(job) else { return }
    let node = nodeIn(row)
    let value = unique()
    commands.append(.set(node, value))
    try change(node, to: value, job: job, .set)
  }

  private mutating func zkill(_ job: UInt32) throws {
    guard let row = row(job) else { return }
    let node = nodeIn(row)
    commands.append(.zkill(node))
    log(node, job, isKill: true)
    // No old value is ever recorded of it.
    try write(.zkill, node, nil, nil, job: job)
    database[node] = nil
  }

  private mutating func increment(_ job: UInt32) throws {
    // GT.M takes increments back, and its records would look like none of IRIS's.
    if options.undoesIncrements, open[job] != nil { return }
    var node = GlobalReference("C", [Subscript(1 + below(3))])
    if options.mixesIncrements, once(in: 2) {
      guard let row = row(job) else { return }
      node = nodeIn(row)
      if open[job] != nil { incremented.insert(node) }
    }
    let old = database[node]
    var number = 1
    if case .bytes(let bytes)? = old { number += Int(String(decoding: bytes, as: UTF8.self)) ?? 0 }
    let value = JournalValue("\(number)")
    commands.append(.increment(node))
    log(node, job, isIncrement: true)
    let isOldKept = open[job] != nil && once(in: 2)
    try write(.increment, node, value, isOldKept ? old : nil, job: job)
    database[node] = value
  }

  private mutating func kill(_ job: UInt32) throws {
    var node = GlobalReference("X")
    if once(in: 8) {
      // All rows: nobody else may hold one.
      guard !open.contains(where: { $0.key != job && !$0.value.rows.isEmpty }) else { return }
      if open[job] != nil { open[job]?.rows = [0, 1, 2, 3, 4] }
    } else {
      guard let row = row(job) else { return }
      node = nodeIn(row)
    }
    commands.append(.kill(node))
    let below = database.keys.sorted().filter {
      $0 != node && $0.name == node.name && $0.subscripts.starts(with: node.subscripts)
    }
    let isInside = open[job] != nil
    let old = isInside ? database[node] : nil
    let comesFirst = once(in: 2)
    log(node, job, isKill: true)
    for other in below { log(other, job) }
    if comesFirst { try write(.kill, node, nil, old, job: job) }
    if comesFirst {
      database[node] = nil
      for other in below { database[other] = nil }
    }
    if isInside {
      for other in below {
        try write(.killDescendant, other, nil, killed[other], job: job)
        database[other] = nil
      }
    }
    if !comesFirst {
      try write(.kill, node, nil, old, job: job)
      database[node] = nil
      for other in below { database[other] = nil }
    }
    killed = [:]
  }

  /// What a KILL has just taken away.
  private var killed: Database = [:]

  private mutating func change(
    _ node: GlobalReference, to value: JournalValue, job: UInt32, _ type: RecordType
  ) throws {
    log(node, job)
    try write(type, node, value, open[job] == nil ? nil : database[node], job: job)
    database[node] = value
  }

  private mutating func log(
    _ node: GlobalReference, _ job: UInt32, isIncrement: Bool = false, isKill: Bool = false
  ) {
    killed[node] = database[node]
    guard let level = open[job]?.level, !isKill || database[node] != nil else { return }
    open[job]?.log.append(
      Undo(node: node, before: database[node], level: level, isIncrement: isIncrement))
  }

  private mutating func end(_ job: UInt32, rollsBack: Bool) throws {
    guard var transaction = open[job] else { return }
    let level = transaction.level
    // Sometimes all levels at once.
    let ended = rollsBack && once(in: 2) ? 1 : level
    if rollsBack {
      commands.append(.rollback)
      try undo(&transaction, from: ended, job)
      try control(.rollback, UInt32(ended), job)
      if transaction.isSilent { silently(transaction, from: ended) }
      transaction.log.removeAll { $0.level >= ended }
    } else {
      commands.append(.commit)
      try control(
        level == 1 ? .commitTransaction : .commitPendingLevel, UInt32(level), job)
      for index in transaction.log.indices where transaction.log[index].level == level {
        transaction.log[index].level = level - 1
      }
    }
    transaction.level = ended - 1
    open[job] = transaction.level > 0 ? transaction : nil
  }

  /// The records of a rollback that tell what it undoes, last first.
  private mutating func undo(
    _ transaction: inout Transaction, from level: Int, _ job: UInt32
  ) throws {
    guard !transaction.isSilent else { return }
    for entry in transaction.log.reversed() where entry.level >= level {
      if entry.isIncrement, !options.undoesIncrements { continue }
      let now = database[entry.node]
      if let before = entry.before {
        try write(.set, entry.node, before, now, job: job)
      } else if now != nil {
        try write(.zkill, entry.node, nil, nil, job: job)
      }
      database[entry.node] = entry.before
    }
  }

  private mutating func silently(_ transaction: Transaction, from level: Int) {
    for entry in transaction.log.reversed() where entry.level >= level && !entry.isIncrement {
      database[entry.node] = entry.before
    }
  }

  private mutating func note() {
    moments.append(
      Moment(file: file, address: writer.address, database: database, commands: commands.count))
  }

  private mutating func control(_ type: RecordType, _ level: UInt32, _ job: UInt32) throws {
    let place = moments.count
    note()
    let content = RecordContent(type, .level(level), isInTransaction: type != .rollback, jobID: job)
    moments[place].address = try writer.append(content)
  }

  private mutating func write(
    _ type: RecordType, _ node: GlobalReference, _ new: JournalValue?, _ old: JournalValue?,
    job: UInt32
  ) throws {
    let place = moments.count
    note()
    moments[place].address = try writer.append(
      RecordContent(
        type, node, new: new, old: old, isInTransaction: open[job] != nil, jobID: job))
  }
}
