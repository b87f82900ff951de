internal import MirrorJournal

/// Journals of several days, a file a day, for one system or for each member of a mirror.
public struct BulkChain: Sendable {
  /// What a file holds; its `size` is that of each file, its `start` that of the first.
  public var journal: BulkJournal
  /// Files, a day apart.
  public var days: Int
  /// Members of the mirror; 1 means local journals of a single system.
  public var members: Int

  /// A recipe; nothing is written yet.
  public init(_ journal: BulkJournal, days: Int, members: Int) {
    (self.journal, self.days, self.members) = (journal, days, members)
  }

  /// Writes the journals into `directory`, those of several members into `member1` and so on below it.
  ///
  /// - Parameter progress: called now and then with the bytes written so far.
  /// - Throws: `targetExists`, `cannotWrite`, `badArgument` for files of 4 GiB or more.
  /// - Returns: the paths.
  public func write(
    into directory: String, overwriting: Bool = false,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [String] {
    guard journal.size < 4_294_000_000 else {
      throw JournalError(.badArgument, "a journal is smaller than 4 GiB", in: directory)
    }
    // Until the files have their names.
    var made = [try PendingDirectory(directory)]
    defer { made.removeAll() }
    var paths: [String] = []
    for member in 0..<members {
      let folder = members > 1 ? "\(directory)/member\(member + 1)" : directory
      made.append(try PendingDirectory(folder))
      let done = member * days * journal.size
      paths += try write(folder, overwriting) { try progress(done + $0) }
    }
    return paths
  }

  /// The chain of one member: the same bytes for each.
  private func write(
    _ folder: String, _ overwriting: Bool, progress: (Int) throws -> Void
  ) throws -> [String] {
    var random = SeededRandom(seed: journal.seed)
    var writer: JournalWriter?
    var paths: [String] = []
    for day in 0..<days {
      let begin = Timestamp(
        milliseconds: journal.start.milliseconds + Int64(day) * 86_400_000)
      let name = try name(begin)
      let path = "\(folder)/\(name)"
      let guid = GUID(high: random.next(), low: random.next())
      if let last = writer {
        last.time = begin
        writer = try last.switchFile(
          to: path, name: MirrorChain.directory + name, guid: guid, overwriting: overwriting)
      } else {
        var header = JournalHeader()
        header.name = MirrorChain.directory + name
        header.fileCount = 1
        header.maximumSize = 1_073_741_824
        header.guid = guid
        header.systemGUID = GUID(high: random.next(), low: random.next())
        header.creationTime = begin
        if members > 1 {
          header.isMirrorJournal = true
          header.mirrorName = "SAMPLE"
          header.mirrorFileCount = 1
          header.mirrorGUID = GUID(high: random.next(), low: random.next())
        }
        writer = try JournalWriter(
          path: path, header: header, databases: MirrorChain.databases, jobs: BulkJournal.jobs,
          overwriting: overwriting, hidden: true)
      }
      paths.append(path)
      guard let writer else { continue }
      let first = Double(writer.address)
      let size = max(1, Double(journal.size) - first)
      var own = journal
      own.seed = journal.seed &+ UInt64(day)
      try own.fill(
        writer, &random,
        time: { address in
          let share = min(1, max(0, (Double(address) - first) / size))
          return Timestamp(milliseconds: begin.milliseconds + Int64(share * 86_300_000))
        },
        progress: { try progress(day * journal.size + $0) })
    }
    try writer?.close()
    return paths
  }

  private func name(_ begin: Timestamp) throws(JournalError) -> String {
    let civil = begin.civil
    let name = CalendarDate(year: civil.year, month: civil.month, day: civil.day).flatMap {
      members > 1
        ? JournalFileName(mirror: "SAMPLE", date: $0, sequence: 1)
        : JournalFileName(date: $0, sequence: 1)
    }
    guard let name else {
      throw JournalError(.badArgument, "journals are of the years 1 to 9999")
    }
    return name.description
  }
}
