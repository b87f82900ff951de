package import MirrorJournal

/// Compares what neighbouring files of a chain say about each other. An unknown value (0, an empty
/// name) contradicts nothing.
package struct ChainCheck {
  package private(set) var findings: [IntegrityFinding] = []

  /// Checks `journals`, series by series: files of other prefixes do not interrupt a chain.
  package init(_ journals: [Journal]) {
    var last: [String: Journal] = [:]
    // Where a name stands twice, two directories hold two chains; else one chain may lie in several.
    let names = journals.compactMap { Self.name(of: $0)?.uncompressed }
    let hasCopies = Set(names).count < names.count
    for journal in journals {
      checkOwnName(journal)
      let path = journal.path
      let directory = hasCopies ? String(path.dropLast(lastComponent(path).count)) : ""
      let series = directory + (Self.name(of: journal)?.prefix ?? "")
      if let previous = last[series] { check(previous, journal) }
      last[series] = journal
    }
  }

  private static func name(of journal: Journal) -> JournalFileName? {
    let name = lastComponent(journal.path)
    if let own = JournalFileName(name) { return own }
    // What a stock tool compressed has its suffix behind the name.
    let suffix = StockSuffixes.read.first { name.hasSuffix($0) }
    return suffix.flatMap { JournalFileName(String(name.dropLast($0.count))) }
  }

  private mutating func add(
    _ severity: IntegrityFinding.Severity, _ kind: IntegrityFinding.Kind, _ journal: Journal,
    _ message: String
  ) {
    findings.append(IntegrityFinding(severity, kind, in: journal.path, message))
  }

  private mutating func checkOwnName(_ journal: Journal) {
    guard let name = Self.name(of: journal),
      let own = JournalFileName(lastComponent(journal.header.name)),
      name.uncompressed != own.uncompressed
    else { return }
    add(.note, .ownName, journal, "the file calls itself \(own)")
  }

  private mutating func check(_ first: Journal, _ second: Journal) {
    if gap(first, second) { return }
    let (left, right) = (first.header, second.header)
    if !left.isClosed {
      add(.warning, .unclosed, first, "the file is not closed although \(second.path) follows")
    } else if left.endAddress != 0, right.previousEnd != 0, left.endAddress != right.previousEnd {
      add(
        .error, .previousEnd, second,
        "the header says that the previous file ends at \(right.previousEnd), \(first.path) "
          + "ends at \(left.endAddress)")
    }
    if GUID.differ(left.guid, right.previousGUID) {
      add(
        .error, .previousGUID, second,
        "the header names \(right.previousGUID) as the previous file, \(first.path) is "
          + "\(left.guid)")
    }
    if GUID.differ(left.nextGUID, right.guid) {
      add(
        .error, .nextGUID, first,
        "the header names \(left.nextGUID) as the next file, \(second.path) is \(right.guid)")
    }
    if GUID.differ(left.mirrorGUID, right.mirrorGUID) {
      add(
        .error, .mirrorGUID, second,
        "the file is of mirror \(right.mirrorGUID), \(first.path) of \(left.mirrorGUID)")
    }
    checkNames(first, second)
  }

  /// Whether files are missing between the two, or the counts go the wrong way.
  private mutating func gap(_ first: Journal, _ second: Journal) -> Bool {
    let (left, right) = (first.header, second.header)
    var missing = 0
    if left.mirrorFileCount != 0, right.mirrorFileCount != 0 {
      missing = right.mirrorFileCount - left.mirrorFileCount - 1
      if missing < 0 {
        add(
          .error, .mirrorFileCount, second,
          "mirror file count \(right.mirrorFileCount) follows \(left.mirrorFileCount)")
      }
    }
    // The counts of two systems have nothing to do with each other.
    if left.fileCount != 0, right.fileCount != 0, left.systemGUID == right.systemGUID {
      let step = right.fileCount - left.fileCount - 1
      let isMirror = left.mirrorFileCount != 0 && right.mirrorFileCount != 0
      if step < 0 || isMirror && step != max(missing, 0) {
        add(.error, .fileCount, second, "file count \(right.fileCount) follows \(left.fileCount)")
      } else if !isMirror {
        missing = step
      }
    }
    guard missing > 0 else { return false }
    let files = missing == 1 ? "1 file is" : "\(missing) files are"
    add(.error, .missingFile, second, "\(files) missing between \(first.path) and this file")
    return true
  }

  private mutating func checkNames(_ first: Journal, _ second: Journal) {
    guard let left = Self.name(of: first)?.uncompressed,
      let right = Self.name(of: second)?.uncompressed
    else { return }
    guard left < right else {
      add(.error, .nameOrder, second, "\(right) stands after \(left) but comes before it")
      return
    }
    if left.next(on: right.date) != right {
      add(.warning, .nameSequence, second, "\(right) does not directly follow \(left)")
    }
  }
}
