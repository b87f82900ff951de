import Histories

/// Random histories of globals: states, the last record about a node, old values and scripts, spilled or not, are
/// what a plain model held.
enum HistorySuite {
  static func run(histories: Int, seed: UInt64) throws -> Figures {
    let folders = try (0..<2).map { _ in try Scratch() }
    return shared("histories", histories, threads: folders.count) { index, thread, figures in
      let folder = folders[thread]
      for difference in try HistoryCheck.differences(seed: seed &+ UInt64(index), in: folder.path) {
        figures.find(difference)
      }
      figures.add("random histories against the model")
      folder.clear()
    }
  }
}
