public import ArgumentParser
import JournalCompression
import JournalQuery
import MirrorJournal

/// What fills journals.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count records and bytes by global, database, process, type, time or file.",
    discussion: """
      Bytes are charged as the vendor's profile charges them: a record from the end of the one \
      before it to its own end, block headers and padding included. 'Largest' is the most that one \
      record was charged. Lost ranges are charged to nobody and reported on standard error.

      --by takes several names with commas between them; --depth 2 counts a global by its first two \
      subscripts. NDJSON and CSV have a name for each of --by, and records, bytes, share (0 to 1), \
      averageBytes, largestBytes, sets, kills; several files add counts for each.

      The first \(JournalProfile.defaultRowLimit) different names have a row each (fewer with more than \
      16 files). What has another name is counted in one row, '(rest)'; a line on standard error says so, \
      and the exit status is 1. Totals hold all records, and threads make no difference.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    help: "global, database, process, type, minute, hour, day, file, or several with commas.",
    completion: .list(ProfileDimension.allCases.map(\.rawValue)))
  var by = "global"

  @Option(help: "How many subscripts belong to a global's name.")
  var depth = 0

  @Option(help: "Rows shown; by default 20 in text; all of time, in NDJSON and in CSV.")
  var top: Int?

  @Option(
    help:
      "bytes, records, average, largest, sets, kills or name; by default name for stretches of time."
  )
  var sort: ProfileOrder?

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var ascii: CharacterOptions

  @OptionGroup var csv: CSVOptions

  @Option(help: "Draw the profile into this SVG file, too.", completion: .file())
  var svg: String?

  @Flag(help: "Replace an existing SVG file.")
  var force = false

  @OptionGroup var threads: ThreadOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    _ = try dimensions()
    guard (0...253).contains(depth) else { throw ValidationError("--depth takes 0 to 253") }
    if let top, top < 0 { throw ValidationError("--top takes a number from 0 on") }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics, ranges: filters.ranges(in: input)) { journal, _ in
      journals.append(journal)
    }
    var profile = try JournalProfile(
      by: dimensions(), depth: depth, filter: filters.makeFilter(in: input), threads: threads.count)
    profile.zone = try filters.time.zone()
    let result = try profile.run(journals, damaged: { diagnostics.report($0, in: $1.path) })
    if !result.isComplete {
      Diagnostics.line(
        "mjournal: there are more than \(result.rows.count - 1) different names; those that come later "
          + "are counted together, as (rest); choose fewer with --global or a smaller --depth")
      diagnostics.noteFindings()
    }
    if result.total.records == 0 { try filters.reportNothing(profile.filter, in: journals) }
    let order = try sort ?? (dimensions().first?.isTime == true ? .name : .bytes)
    var output = StandardOutput(csv.cells)
    switch format {
    case .text where !journals.isEmpty:
      result.appendText(
        to: &output.buffer, top: try top ?? (dimensions().first?.isTime == true ? .max : 20),
        sortedBy: order, style: ascii.style)
    case .text: break
    case .ndjson: result.appendNDJSON(to: &output.buffer, top: top, sortedBy: order)
    case .csv: result.appendCSV(to: &output.buffer, top: top, sortedBy: order)
    }
    try output.flush()
    if let svg {
      var picture = TextBuffer()
      ProfilePicture(result, top: top ?? 20, sortedBy: order).append(to: &picture)
      try WholeFile.write(
        picture.withBytes { $0.copied() }, to: svg, force: force, files: input.files(journals))
    }
    try diagnostics.finish()
  }

  private func dimensions() throws -> [ProfileDimension] {
    let names = by.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return try names.map {
      guard let dimension = ProfileDimension(rawValue: $0) else {
        throw ValidationError(
          "--by takes \(ProfileDimension.allCases.map(\.rawValue).joined(separator: ", ")), not '\($0)'"
        )
      }
      return dimension
    }
  }
}

extension ProfileOrder: ExpressibleByArgument {}
