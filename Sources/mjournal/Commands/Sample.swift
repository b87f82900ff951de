public import ArgumentParser
import Glibc
public import JournalSamples
import MirrorJournal

/// Sample journals: those of the seed logs, large ones, or one made from real globals.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make sample journals.",
    discussion: """
      Without options, TARGET is a directory that receives the journals of the two failovers in \
      Samples/logs. With --size, TARGET is one large journal; with --from, a journal with one SET \
      for each line of a ZWR export; with --every-type, a small one with every record type; with \
      --foreign, one of a made-up foreign layout, with TARGET.csv (a listing of 200 of its records) \
      and TARGET.info (its header page) for 'mjournal calibrate'; with --disguised, a directory with \
      the mirror journals of the failovers in a layout that is not built in. The same arguments give \
      the same bytes.
      """)

  @Argument(
    help: "Directory, or file with --size, --from or --every-type.",
    completion: .file())
  var target: String

  @Option(help: "Make one journal of this size, such as 64M or 1G.")
  var size: ByteCount?

  @Option(help: "hospital, small (index records), rows ($LIST rows) or documents.")
  var mix: BulkJournal.Mix = .hospital

  @Option(
    parsing: .unconditional,
    help: "With --size, when the journal begins (see --tz); by default 2024-07-09 08:00 UTC.")
  var start: String?

  @Option(
    help: "With --size, make TARGET a directory with so many journals of that size, one a day.")
  var days: Int?

  @Option(
    help: "With --size, make TARGET a directory with the mirror journals of so many members.")
  var members: Int?

  @OptionGroup var time: TimeOptions

  @Option(help: "Seed of the random content.")
  var seed: UInt64 = 1

  @Option(help: "Make a journal from this ZWR file.", completion: .file())
  var from: String?

  @Flag(help: "Make a journal with a record of every type.")
  var everyType = false

  @Option(
    help:
      "Make a journal of this foreign family: \(ForeignFamily.all.map(\.name).joined(separator: ", ")).",
    completion: .list(ForeignFamily.all.map(\.name))
  )
  var foreign: String?

  @Option(
    help:
      "Make a journal of this structural family, for 'mjournal discover': \(StructuralFamily.all.map(\.name).joined(separator: ", ")).",
    completion: .list(StructuralFamily.all.map(\.name))
  )
  var structural: String?

  @Flag(
    help:
      "Make the mirror journals of the two failovers in a layout that is not built in, for 'mjournal discover'."
  )
  var disguised = false

  @Option(help: "How many records a foreign or structural journal has.")
  var records = 50_000

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if size == nil, start != nil || days != nil || members != nil {
      throw ValidationError("--start, --days and --members belong to --size")
    }
    guard (1...366).contains(days ?? 1), (1...16).contains(members ?? 1) else {
      throw ValidationError("--days takes 1 to 366, --members 1 to 16")
    }
    _ = try begin()
    if let foreign, !ForeignFamily.all.contains(where: { $0.name == foreign }) {
      throw ValidationError("there is no foreign family '\(foreign)'")
    }
    if let structural, !StructuralFamily.all.contains(where: { $0.name == structural }) {
      throw ValidationError("there is no structural family '\(structural)'")
    }
    guard (200...5_000_000).contains(records) else {
      throw ValidationError("--records takes 200 to 5000000")
    }
    let kinds = [
      foreign != nil, structural != nil, size != nil, from != nil, everyType, disguised,
    ]
    if kinds.count(where: { $0 }) > 1 {
      throw ValidationError(
        "--size, --from, --every-type, --foreign, --structural and --disguised exclude each other")
    }
  }

  /// - Throws: `ValidationError` when `--start` is no time.
  private func begin() throws -> Timestamp {
    guard let start else { return BulkJournal.usualStart }
    do {
      return try time.reader().time(start)
    } catch let error as JournalError {
      throw ValidationError("--start: \(error)")
    }
  }

  private func makeBulk(_ size: Int) throws -> [String] {
    let total = size * (days ?? 1) * (members ?? 1)
    let report: (Int) throws -> Void = { ProgressLine.update($0, of: total) }
    var journal = BulkJournal(mix: mix, size: size, seed: seed)
    journal.start = try begin()
    defer { ProgressLine.finish() }
    guard days == nil, members == nil else {
      return try BulkChain(journal, days: days ?? 1, members: members ?? 1)
        .write(into: target, overwriting: force, progress: report)
    }
    try journal.write(to: target, overwriting: force, progress: report)
    return [target]
  }

  private func makeTarget() throws {
    if makeDirectory(target, 0o755) != 0, errno != EEXIST {
      throw JournalError(.cannotWrite, String(cString: strerror(errno)), in: target)
    }
  }

  func run() throws {
    var output = StandardOutput()
    if let size {
      for path in try makeBulk(size.bytes) { output.append("\(printable(path))\n") }
    } else if let from {
      let result = try ZWRJournal().write(from: from, to: target, overwriting: force)
      output.append(printable("\(target): \(result.records) records from \(from)") + "\n")
    } else if let family = ForeignFamily.all.first(where: { $0.name == foreign }) {
      let journal = try ForeignJournal(family, records: records, seed: seed)
      let paths = try journal.write(to: target, listing: 200, overwriting: force)
      for path in paths { output.append("\(printable(path))\n") }
    } else if let family = StructuralFamily.all.first(where: { $0.name == structural }) {
      try StructuralJournal(family, records: records, seed: seed)
        .write(to: target, overwriting: force)
      output.append("\(printable(target))\n")
    } else if disguised {
      try makeTarget()
      for path in try DisguisedChain().write(into: target, overwriting: force) {
        output.append("\(printable(path))\n")
      }
    } else if everyType {
      try EveryType().write(to: target, overwriting: force)
      output.append("\(printable(target))\n")
    } else {
      try makeTarget()
      let mirror = try MirrorChain().write(into: target, overwriting: force)
      let local = try LocalJournals().write(into: target, overwriting: force)
      for path in mirror + local { output.append("\(printable(path))\n") }
    }
    try output.flush()
  }
}

extension BulkJournal.Mix: ExpressibleByArgument {}
