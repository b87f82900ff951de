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

  @Option(help: "Types by name (SET), op (S, BT) or code (6), with commas between them.")
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

  @Option(help: "Records that start at this address or later (decimal or 0x…).")
  var from: AddressArgument?

  @Option(help: "Records that start before this address.")
  var to: AddressArgument?

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
    if let from, let to, from.value > to.value {
      throw ValidationError("--from \(from.value) lies behind --to \(to.value)")
    }
  }

  /// The filter that all options together mean.
  ///
  /// - Parameter withAddresses: whether `--from` and `--to` belong to it.
  /// - Throws: `badArgument` for a text that makes no sense.
  func makeFilter(withAddresses: Bool = true) throws -> RecordFilter {
    var filters: [RecordFilter] = []
    if withAddresses, let from { filters.append(.address(from.value..<Int.max)) }
    if withAddresses, let to { filters.append(.address(0..<to.value)) }
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
  var addresses: Range<JournalAddress>? {
    guard from != nil || to != nil else { return nil }
    let start = from?.value ?? 0
    return start..<max(start, to?.value ?? .max)
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
