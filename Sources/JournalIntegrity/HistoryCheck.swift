internal import JournalQuery
public import MirrorJournal

extension IntegrityReport {
  /// Adds a finding for each old value that is not the last one known of its node.
  ///
  /// O(bytes + n log n) for n changes, in bounded memory.
  ///
  /// - Parameters:
  ///   - journals: in journal order. Those whose keys or values cannot be read are left out.
  ///   - threads: threads that read.
  /// - Returns: how many were left out.
  /// - Throws: `cannotWrite` when there is no room for the temporary file; `JournalError` when a file cannot
  ///   be read.
  public mutating func checkHistory(of journals: [Journal], threads: Int = 1) throws -> Int {
    let readable = journals.filter {
      !$0.header.isEncrypted && (try? StateQuery.require(of: [$0])) != nil
    }
    var check = OldValueCheck()
    check.threads = threads
    let result = try check.run(readable)
    func name(_ place: StatePlace) -> String {
      readable.indices.contains(place.file)
        ? "\(place.address) of \(readable[place.file].path)" : "\(place.address)"
    }
    for found in result.breaks where readable.indices.contains(found.record.file) {
      let start = found.record.address
      let journal = readable[found.record.file]
      let end = (try? journal.withRecord(at: start) { $0.end }) ?? start + 1
      add(
        IntegrityFinding(
          .warning, .oldValue, in: journal.path, at: start..<max(start, end), found.message(name)))
    }
    if let last = result.breaks.last, readable.indices.contains(last.record.file) {
      addOmitted(.oldValue, result.omitted, in: readable[last.record.file].path)
    }
    return journals.count - readable.count
  }
}
