import JournalExport
import JournalQuery
import JournalSamples
import MirrorJournal

/// Compares what is said of a random history with the model that made it.
package struct HistoryCheck {
  private let history: History
  private let hasUnknownNodes: Bool
  private var dice: SeededRandom
  private var differences: [String] = []

  /// What differs for the history of `seed`, whose journals are written into `folder`; empty when nothing does.
  package static func differences(seed: UInt64, in folder: String) throws -> [String] {
    var options = ModelWorkload.Options()
    options.hasUnknownNodes = seed % 3 == 2
    options.mixesIncrements = seed % 4 == 1
    var check = HistoryCheck(try History(seed: seed, options, in: folder), options)
    for _ in 0..<3 { try check.compareStates() }
    try check.compareOldValues()
    guard !options.hasUnknownNodes else { return check.differences }
    for _ in 0..<4 { try check.compareLastRecord() }
    guard !options.mixesIncrements else { return check.differences }
    try check.carryOutUndo()
    try check.carryOutRedo()
    return check.differences
  }

  private init(_ history: History, _ options: ModelWorkload.Options) {
    self.history = history
    hasUnknownNodes = options.hasUnknownNodes
    dice = SeededRandom(seed: history.seed ^ 0xABCD)
  }

  private mutating func expect(_ isTrue: Bool, _ text: @autoclosure () -> String) {
    if !isTrue { differences.append("seed \(history.seed): \(text())") }
  }

  private mutating func moment(from first: Int = 2) -> Int {
    Int.random(in: first..<history.model.moments.count, using: &dice)
  }

  /// A state is the database at that place, node for node.
  private mutating func compareStates() throws {
    let first = moment()
    let moments = [first, moment(from: first)].map { history.model.moments[$0] }
    let places = moments.map(\.place)
    let reference =
      [
        GlobalReference("X"), GlobalReference("C"),
        GlobalReference("X", [Subscript(Int.random(in: 0..<5, using: &dice))]),
      ].randomElement(using: &dice) ?? GlobalReference("X")
    let (nodes, summary) = try history.states(reference, at: places)
    let order = nodes.map(\.reference)
    expect(order == order.sorted() && Set(order).count == order.count, "the order of nodes")
    for (index, moment) in moments.enumerated() {
      let truth = moment.database.filter {
        $0.key.name == reference.name && $0.key.subscripts.starts(with: reference.subscripts)
      }
      for node in nodes {
        let state = node.states[index]
        let value = truth[node.reference]
        let isRight =
          switch state.content {
          case .value(let told): value == told
          case .absent: value == nil
          case .unknown:
            !state.isCertain
              && (hasUnknownNodes
                || state.source == .rollback && history.model.incremented.contains(node.reference))
          }
        expect(isRight, "\(node.reference) at \(places[index]): \(state.content)")
      }
      guard !hasUnknownNodes else { continue }
      expect(Set(truth.keys).isSubset(of: order), "nodes are missing at \(places[index])")
      expect(summary.completeness.first?.since[index] != nil, "complete at \(places[index])")
    }
    // Whatever does not fit into memory changes nothing.
    let small = try history.states(reference, at: places) { $0.memoryBudget = 4096 }
    expect(small.nodes == nodes, "spilled states of \(reference) at \(places)")
  }

  /// Old values are those that the records before them left.
  private mutating func compareOldValues() throws {
    let breaks = try OldValueCheck().run(history.journals).breaks
    expect(breaks.isEmpty, "\(breaks.count) old values")
  }

  /// The last record about a node answers as all records do.
  private mutating func compareLastRecord() throws {
    let moments = history.model.moments
    let moment = moments[moment()]
    // Sorted: an order that is the same in each run.
    guard let node = moments[moments.count / 2].database.keys.sorted().randomElement(using: &dice)
    else { return }
    func content(_ isEarly: Bool) throws -> NodeState.Content? {
      try history.states(node, at: [moment.place], exact: true) { $0.usesLastRecord = isEarly }
        .nodes.first { $0.reference == node }?.states.first?.content
    }
    let all = try content(false)
    expect(try content(true) == all, "the last record of \(node) at \(moment.place)")
    let isRight: Bool =
      if case .value(let value)? = all {
        moment.database[node] == value
      } else if all == .unknown {
        history.model.incremented.contains(node)
      } else {
        moment.database[node] == nil
      }
    expect(isRight, "\(node) alone at \(moment.place)")
  }

  private static func units(_ value: JournalValue) -> [UInt16] {
    switch value {
    case .bytes(let bytes), .vector(let bytes): bytes.map(UInt16.init)
    case .wide(let units): units
    }
  }

  /// Undo gives the database at the place, and so does a second run after a stop.
  private mutating func carryOutUndo() throws {
    let moment = history.model.moments[moment()]
    let seed = history.seed
    let (text, summary) = try history.script(nil, at: moment.place) {
      $0.isTransaction = seed % 2 == 0
      if seed % 5 == 0 { $0.script.dialect = .m }
    }
    expect(summary.leftOut == 0, "\(summary.leftOut) left out of the script")
    var database = ObjectScriptEvaluator()
    database.globals = history.end.mapValues(Self.units)
    let lines = text.split(separator: "\n")
    let stop = Int.random(in: 0...lines.count, using: &dice)
    try database.run(lines.prefix(stop).joined(separator: "\n"))
    try database.run(text)
    expect(database.globals == moment.database.mapValues(Self.units), "undo to \(moment.place)")
    let statements = try ScriptParser.statements(Array(text.utf8)).filter {
      $0.verb == .set || $0.verb == .zkill
    }
    expect(
      statements.count == Set(statements.map { "\($0.name) \($0.subscripts)" }).count,
      "a node stands twice in the script")
  }

  /// Redo gives the database at the place from an empty one, as ZWR does.
  private mutating func carryOutRedo() throws {
    let moment = history.model.moments[moment()]
    let truth = moment.database.mapValues(Self.units)
    var database = ObjectScriptEvaluator()
    try database.run(
      history.script(nil, at: moment.place) { $0.script.direction = .redo }.text)
    expect(database.globals == truth, "redo to \(moment.place)")
    var read: ModelWorkload.Database = [:]
    for name in ["X", "C"] {
      let script = try history.script(GlobalReference(name), at: moment.place) {
        $0.script.dialect = .zwr
        $0.script.direction = .redo
      }
      let values = try History.values(script.text)
      expect(
        try values == history.values(GlobalReference(name), at: moment.place),
        "ZWR of ^\(name) at \(moment.place)")
      read.merge(values) { first, _ in first }
    }
    expect(read.mapValues(Self.units) == truth, "ZWR at \(moment.place)")
  }
}
