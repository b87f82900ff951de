import Foundation
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// States of random histories are what a plain model of globals held at that place.
@Suite struct StateModelTests {
  /// `MJOURNAL_HISTORIES` for longer proofs: `scripts/histories`.
  static let count =
    ProcessInfo.processInfo.environment["MJOURNAL_HISTORIES"].flatMap { UInt64($0) } ?? 48
  static let parts: [UInt64] = Array(0..<8)

  static func history(
    _ bench: Workbench, seed: UInt64, _ options: ModelWorkload.Options
  ) throws -> (model: ModelWorkload, journals: [Journal]) {
    let model = try ModelWorkload.run(
      seed: seed, options, first: bench.writer("\(seed).0"),
      path: { bench.path("\(seed).\($0)") })
    let files = (model.moments.last?.file ?? 0) + 1
    return (model, try (0..<files).map { try bench.journal("\(seed).\($0)") })
  }

  static func states(
    _ reference: GlobalReference, _ journals: [Journal], _ places: [StatePlace],
    budget: Int? = nil, exact: Bool = false, early: Bool = false
  ) throws -> (nodes: [GlobalReference: [NodeState]], order: [GlobalReference], StateSummary) {
    var query = try StateQuery(reference, includesSubtree: !exact)
    if let budget { query.memoryBudget = budget }
    query.usesLastRecord = early
    var nodes: [GlobalReference: [NodeState]] = [:]
    var order: [GlobalReference] = []
    let summary = try query.run(journals, at: places, damaged: { damage, _ in throw damage }) {
      nodes[$0.reference] = $0.states
      order.append($0.reference)
    }
    return (nodes, order, summary)
  }

  static func isBelow(_ node: GlobalReference, _ reference: GlobalReference) -> Bool {
    node.name == reference.name && node.subscripts.starts(with: reference.subscripts)
  }

  @Test(arguments: Self.parts)
  func `a state is the database at that place, node for node`(part: UInt64) throws {
    for seed in part * Self.count / 8..<(part + 1) * Self.count / 8 {
      let bench = try Workbench()
      var options = ModelWorkload.Options()
      options.hasUnknownNodes = seed % 3 == 2
      let (model, journals) = try Self.history(bench, seed: seed, options)
      var dice = Dice(seed ^ 0xABCD)
      for _ in 0..<3 {
        let first = Int.random(in: 2..<model.moments.count, using: &dice)
        let second = Int.random(in: first..<model.moments.count, using: &dice)
        let reference: GlobalReference =
          [
            GlobalReference("X"), GlobalReference("C"),
            GlobalReference("X", [Subscript(Int.random(in: 0..<5, using: &dice))]),
          ].randomElement(using: &dice) ?? GlobalReference("X")
        let moments = [model.moments[first], model.moments[second]]
        let places = moments.map { StatePlace(file: $0.file, address: $0.address) }
        let (nodes, order, summary) = try Self.states(reference, journals, places)
        if seed % 8 == 0 { #expect(order == order.sorted(), "seed \(seed)") }
        #expect(nodes.count == order.count)
        for (index, moment) in moments.enumerated() {
          let truth = moment.database.filter { Self.isBelow($0.key, reference) }
          for (node, states) in nodes {
            let state = states[index]
            switch state.content {
            case .value(let value):
              #expect(truth[node] == value, "seed \(seed) at \(places[index]): \(node)")
            case .absent: #expect(truth[node] == nil, "seed \(seed) at \(places[index]): \(node)")
            case .unknown:
              #expect(options.hasUnknownNodes, "seed \(seed) at \(places[index]): \(node)")
              #expect(!state.isCertain)
            }
          }
          if !options.hasUnknownNodes {
            #expect(Set(truth.keys).isSubset(of: nodes.keys), "seed \(seed)")
            #expect(summary.completeness.first?.since[index] != nil, "seed \(seed)")
          }
        }
        // Whatever does not fit into memory changes nothing.
        let small = try Self.states(reference, journals, places, budget: 4096)
        #expect(small.nodes == nodes, "seed \(seed)")
        #expect(small.order == order)
      }
    }
  }

  @Test(arguments: Self.parts)
  func `the last record about a node answers as all records do`(part: UInt64) throws {
    for seed in part * Self.count / 8..<(part + 1) * Self.count / 8 {
      let bench = try Workbench()
      let (model, journals) = try Self.history(bench, seed: seed, .init())
      var dice = Dice(seed ^ 0x77)
      for _ in 0..<4 {
        guard let moment = model.moments.dropFirst(2).randomElement(using: &dice),
          // Sorted by its text: an order that is the same in each run.
          let node = model.moments[model.moments.count / 2].database.keys
            .sorted(by: { $0.description < $1.description }).randomElement(using: &dice)
        else { continue }
        let place = StatePlace(file: moment.file, address: moment.address)
        let all = try Self.states(node, journals, [place], exact: true)
        let last = try Self.states(node, journals, [place], exact: true, early: true)
        #expect(last.nodes[node]?.first?.content == all.nodes[node]?.first?.content, "seed \(seed)")
        if case .value(let value)? = last.nodes[node]?.first?.content {
          #expect(moment.database[node] == value, "seed \(seed)")
        } else {
          #expect(moment.database[node] == nil, "seed \(seed)")
        }
      }
    }
  }
}
