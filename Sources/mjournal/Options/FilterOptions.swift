import ArgumentParser
import JournalQuery
import MirrorJournal

/// Which records count. The same on every command: see docs/FILTERS.md.
struct FilterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Records about this global or node and what lies below: ^PAT, ^PA*, ^PAT(42), ^PAT(42,*.",
      discussion:
        "Different filters must all match; of one filter that is given more than once, one must."))
  var global: [String] = []

  @Option(help: "Databases by directory; * and ? are wildcards in all texts.")
  var database: [String] = []

  @Option(help: "Databases by mirror name: :mirror:SET:DB, SET:DB or DB.")
  var mirrorDb: [String] = []

  @Option(help: "Process id.")
  var pid: [String] = []

  @Option(help: "Job id.")
  var job: [String] = []

  @Option(help: "Remote system id, or 'local'.")
  var remote: [String] = []

  @Option(
    help: "Types by name (SET), op (S, BT) or code (6), with commas between them.",
    completion: .list(RecordType.known.map(\.name).filter { !$0.contains(" ") }))
  var type: [String] = []

  @Flag(help: "Records inside transactions.")
  var inTransaction = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Blocks of this time or later; an operation is not before its block's time.",
      discussion:
        "Such as 2024-07-09, '2024-07-09 13:00', 2024-07-09T13:00+02:00, 13:00 (today), -1h, 67030,43200 ($HOROLOG) or 07/09/24-12:05:49:781."
    ))
  var since: String?

  @Option(parsing: .unconditional, help: "Blocks before this time.")
  var until: String?

  @OptionGroup var time: TimeOptions

  @Option(
    help: ArgumentHelp(
      "Records that start at this address or later (decimal, or hexadecimal behind 0x), or FILE:ADDRESS.",
      discussion: "Without FILE it is an address of the first file.", valueName: "address"))
  var from: NamedAddress?

  @Option(
    help: ArgumentHelp(
      "Records that start before this address, of the last file unless FILE:ADDRESS says of which.",
      valueName: "address"))
  var to: NamedAddress?

  @Option(help: "New value, or an element of it if it is a list; '*text*' means 'contains'.")
  var value: [String] = []

  @Option(help: "Old value, likewise.")
  var oldValue: [String] = []

  @Option(help: ArgumentHelp("Subscript N, from 1.", valueName: "N=TEXT"))
  var `subscript`: [String] = []

  @Option(help: ArgumentHelp("Element N of a list value, from 1.", valueName: "N=TEXT"))
  var piece: [String] = []

  @Option(help: ArgumentHelp("Bytes anywhere in the key or the values.", valueName: "HEX"))
  var bytes: [String] = []

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("An expression: type = KILL and not global = ^TMP*.", valueName: "EXPR"))
  var expressions: [String] = []

  @Option(help: ArgumentHelp("Leave out what this expression means.", valueName: "EXPR"))
  var exclude: [String] = []

  func validate() throws {
    do {
      try makeFilter().requireFewQuestions()
    } catch let error as JournalError {
      throw ValidationError("\(error)")
    }
    if let since, let until {
      let times = try time.reader()
      if let first = try? times.time(since), let last = try? times.time(until), first > last {
        throw ValidationError("--since \(since) lies behind --until \(until)")
      }
    }
    if let from, let to, from.file != nil, from.file == to.file, from.address > to.address {
      throw ValidationError("--from \(from.address) lies behind --to \(to.address)")
    }
  }

  /// The filter that all options together mean.
  ///
  /// - Parameter input: the files that `--from` and `--to` are about; nil to leave them out.
  /// - Throws: `badArgument` for a text that makes no sense.
  func makeFilter(in input: InputOptions? = nil) throws -> RecordFilter {
    var filters: [RecordFilter] = []
    if let input, let ranges = try ranges(in: input) { filters.append(.place(ranges)) }
    let times = try time.reader()
    if let since { filters.append(try FilterField.time.filter(since, .atLeast, times: times)) }
    if let until { filters.append(try FilterField.time.filter(until, .less, times: times)) }
    if inTransaction { filters.append(.inTransaction) }
    // An empty name is refused like any other that no type has.
    let types = type.flatMap {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    if !types.isEmpty {
      filters.append(.types(try Set(types.flatMap { try FilterField.types($0) })))
    }
    let simple: [(FilterField, [String])] = [
      (.job, job), (.remote, remote), (.process, pid), (.database, database),
      (.mirrorDatabase, mirrorDb), (.global, global), (.value, value), (.oldValue, oldValue),
      (.bytes, bytes),
    ]
    for (field, texts) in simple where !texts.isEmpty {
      filters.append(.anyOf(try texts.map { try field.filter($0) }))
    }
    filters += try numbered(.subscript, self.subscript) + numbered(.piece, piece)
    filters += try expressions.map { try RecordFilter(parsing: $0, times: times) }
    filters += try exclude.map { .not(try RecordFilter(parsing: $0, times: times)) }
    return .allOf(filters)
  }

  /// What is filtered, as it was asked for: two runs that say the same choose the same records.
  var words: [String] {
    func word(_ name: String, _ text: String?) -> String? {
      text.map { "--\(name) \(shellWord(path: $0))" }
    }
    let lists = [
      ("global", global), ("database", database), ("mirror-db", mirrorDb), ("pid", pid),
      ("job", job), ("remote", remote), ("type", type), ("value", value),
      ("old-value", oldValue), ("subscript", self.subscript), ("piece", piece), ("bytes", bytes),
      ("where", expressions), ("exclude", exclude),
    ]
    let single = [
      inTransaction ? "--in-transaction" : nil, word("since", since), word("until", until),
      word("from", from.map { ($0.file.map { $0 + ":" } ?? "") + "\($0.address)" }),
      word("to", to.map { ($0.file.map { $0 + ":" } ?? "") + "\($0.address)" }),
    ]
    return lists.flatMap { name, texts in texts.sorted().compactMap { word(name, $0) } }
      + single.compactMap(\.self)
  }

  /// One filter for each position; of several texts for one position, one must match.
  private func numbered(_ field: FilterField, _ texts: [String]) throws -> [RecordFilter] {
    var byPosition: [Int: [RecordFilter]] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "="), let number = Int(text[..<equals]),
        (1...9999).contains(number)
      else {
        throw JournalError(
          .badArgument, "--\(field.rawValue) takes N=TEXT, such as 2=SMITH*, not '\(text)'")
      }
      let value = String(text[text.index(after: equals)...])
      byPosition[number, default: []].append(try field.filter(value, number: number))
    }
    return byPosition.sorted { $0.key < $1.key }.map { .anyOf($0.value) }
  }

  /// The addresses of `--from` and `--to`; nil when neither is given.
  ///
  /// - Throws: `ValidationError` when they name no range of the files.
  func ranges(in input: InputOptions) throws -> FileRanges? {
    guard from != nil || to != nil else { return nil }
    do {
      return try FileRanges(from: from, to: to, files: try input.expanded())
    } catch let error as JournalError where error.code == .badArgument {
      throw ValidationError("--from, --to: \(error)")
    }
  }

  /// Says that nothing was found, and what there is; nothing when nothing was asked for.
  func reportNothing(_ filter: RecordFilter, in journals: [Journal]) throws {
    guard filter != .all, !journals.isEmpty else { return }
    ProgressLine.addPass()
    let found = try NothingFound(filter, in: journals)
    Diagnostics.line(
      "mjournal: "
        + found.sentence(in: try time.zone(), groupsDigits: Diagnostics.isTerminal))
  }

  /// Whether nothing is asked for but one node and databases.
  var isOnlyNodes: Bool {
    let others =
      mirrorDb + pid + job + remote + type + value + oldValue + self.subscript + piece + bytes
      + expressions + exclude
    return others.isEmpty && global.count <= 1 && !inTransaction && since == nil && until == nil
      && from == nil && to == nil
  }
}
