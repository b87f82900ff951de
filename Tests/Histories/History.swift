package import JournalExport
package import JournalQuery
package import MirrorJournal

/// A random history: what the model did, and the journals that tell it.
package struct History {
  package let seed: UInt64
  package let model: ModelWorkload
  package let journals: [Journal]

  /// Runs the workload of `seed` and writes its journals into `folder`.
  package init(seed: UInt64, _ options: ModelWorkload.Options = .init(), in folder: String) throws {
    func path(_ file: Int) -> String { "\(folder)/\(seed).\(file)" }
    var header = JournalHeader()
    header.name = path(0)
    header.fileCount = 7
    header.guid = GUID(high: 1, low: 7)
    header.creationTime = Timestamp(milliseconds: 1_700_000_000_000)
    let writer = try JournalWriter(
      path: path(0), header: header,
      databases: [JournalDatabase(sfn: 0, directory: "/iris/user/", mirrorName: ":mirror:M:USER")],
      jobs: [JournalJob(jobID: 1, processID: 4711)])
    self.seed = seed
    model = try ModelWorkload.run(seed: seed, options, first: writer, path: path)
    let files = (model.moments.last?.file ?? 0) + 1
    journals = try (0..<files).map { try Journal(path: path($0)) }
  }

  /// What the database is behind the last record.
  package var end: ModelWorkload.Database { model.moments.last?.database ?? [:] }

  /// The nodes of which `reference` tells at `places`, in the order in which they come.
  package func states(
    _ reference: GlobalReference?, at places: [StatePlace], exact: Bool = false,
    _ change: (inout StateQuery) -> Void = { _ in }
  ) throws -> (nodes: [StateNode], summary: StateSummary) {
    var query = try StateQuery(reference, includesSubtree: !exact)
    change(&query)
    var nodes: [StateNode] = []
    let summary = try query.run(journals, at: places, damaged: { damage, _ in throw damage }) {
      nodes.append($0)
    }
    return (nodes, summary)
  }

  /// The script for `reference` at `place`, which writes in place.
  package func script(
    _ reference: GlobalReference?, at place: StatePlace,
    _ change: (inout StateRestore) -> Void = { _ in }
  ) throws -> (text: String, summary: StateRestore.Summary) {
    var script = RestoreScript()
    script.target = .inPlace
    var restore = StateRestore(script)
    change(&restore)
    var text = TextBuffer()
    let summary = try restore.write(
      journals, query: StateQuery(reference), at: place, damaged: { damage, _ in throw damage }
    ) { text.append(bytes: $0) }
    return (text.string, summary)
  }

  /// The nodes with a value, by the ZWR that `state` writes.
  package func values(
    _ reference: GlobalReference?, at place: StatePlace
  ) throws -> ModelWorkload.Database {
    var printer = StatePrinter(format: .zwr, files: journals.map(\.path))
    var text = TextBuffer()
    _ = try StateQuery(reference).run(
      journals, at: [place], damaged: { damage, _ in throw damage }
    ) { printer.append($0, to: &text) }
    return try Self.values(text.string)
  }

  /// The nodes and values in lines of ZWR.
  package static func values(_ zwr: String) throws -> ModelWorkload.Database {
    var result: ModelWorkload.Database = [:]
    for line in zwr.split(separator: "\n") where line.hasPrefix("^") {
      let (node, value) = try ZWRText.parse(String(line))
      result[node] = value
    }
    return result
  }
}

extension ModelWorkload.Moment {
  package var place: StatePlace { StatePlace(file: file, address: address) }
}
