import ArgumentParser
import JournalCompression
import JournalQuery
import MirrorJournal

/// One record in full.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one record in full, with the addresses before and after it.",
    discussion: """
      An address between records shows the next record, or the last one; --exact refuses it. Only \
      the blocks around the address are read.
      """)

  @Argument(
    help:
      "Journal file, or '-' for standard input; or FILE:ADDRESS, as other commands print it, and FILE:-1.",
    completion: .file())
  var file: String

  @Argument(
    help: ArgumentHelp(
      "Address of the record (decimal, or hexadecimal behind 0x); 0 for the first record, -1 for the last, -2 for the one before it."
    ))
  var address: RecordAddressArgument?

  @Flag(help: "Fail when no record starts exactly there.")
  var exact = false

  @Flag(help: "Add the record's bytes in hexadecimal.")
  var hex = false

  @Flag(help: "Hide values and subscripts: show their lengths and types only.")
  var redact = false

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var csv: CSVOptions

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var time: TimeOptions

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    if address == nil {
      guard let named = Self.named(file)?.file else {
        throw ValidationError("an address is missing: show FILE ADDRESS, or show FILE:ADDRESS")
      }
      if statusOfPath(file) != nil {
        throw ValidationError(
          "'\(file)' is a file, and an address is missing: show FILE ADDRESS; what is meant as a place in "
            + "'\(named)' is written with a blank before the address")
      }
    }
    if hex, redact { throw ValidationError("--hex and --redact exclude each other") }
  }

  /// What of a stream stays in memory once it is open, in bytes.
  private static let streamKept = 8 << 20

  /// The file and the address.
  private var place: (String, RecordAddressArgument) {
    if let address { return (file, address) }
    return Self.named(file) ?? (file, .address(0))
  }

  /// What `FILE:ADDRESS` and `FILE:-1` name.
  private static func named(_ text: String) -> (file: String, address: RecordAddressArgument)? {
    if let named = NamedAddress(text), let file = named.file {
      return (file, .address(named.address))
    }
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let count = Int(text[text.index(after: colon)...]), (-999_999_999..<0).contains(count)
    else { return nil }
    return (String(text[..<colon]), .fromEnd(-count))
  }

  func run() throws {
    let (file, address) = place
    ProgressLine.begin()
    var journal = try JournalInputs.open(file, layouts: layout.layouts())
    if journal.storage.isSequential, journal.dataLimit > Self.streamKept {
      if case .fromEnd = address {
        // Each step back would cost all bytes before.
        journal = try JournalInputs.readableBackwards(journal)
      } else {
        Diagnostics.line(
          "mjournal: \(journal.path): a stream without an index: each record that is shown costs all bytes "
            + "before it; decompress it once to look at several")
      }
    }
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    output.buffer.isASCII = format == .text && characters.isASCII
    diagnostics.reportOpening(journal)
    let wanted = try address.address(in: journal)
    var detail = try RecordDetail(at: wanted, nearest: !exact, in: journal)
    detail.redactsValues = redact
    detail.zone = try time.zone()
    if wanted < detail.address {
      // What was asked for may be lost, and another record stands for it.
      try journal.forEachRecord(
        in: wanted..<detail.address,
        damaged: { diagnostics.report($0, in: journal.path) }
      ) { _ in }
    }
    if format == .text {
      try detail.appendText(of: journal, hexadecimal: hex, to: &output.buffer)
    } else {
      var printer = RecordPrinter(journal, format: format)
      printer.redactsValues = redact
      printer.zone = detail.zone
      printer.appendHead(to: &output.buffer)
      try journal.withRecord(at: detail.address) { try printer.append($0, to: &output.buffer) }
      diagnostics.reportUndecodable(printer.undecodable, in: journal.path)
    }
    try output.flush()
    try diagnostics.finish()
  }
}

/// An address, or the number of a record counted from an end.
enum RecordAddressArgument: ExpressibleByArgument {
  case address(JournalAddress)
  case fromEnd(Int)

  /// What `MJournal` makes of a number with a minus, which would pass for an option.
  static let endPrefix = "end-"

  init?(argument: String) {
    if argument.hasPrefix(Self.endPrefix) {
      guard let count = Int(argument.dropFirst(Self.endPrefix.count)), count > 0 else { return nil }
      self = .fromEnd(count)
    } else {
      guard let value = AddressArgument(argument: argument)?.value else { return nil }
      self = .address(value)
    }
  }

  /// - Throws: `noRecord` when there are fewer records.
  func address(in journal: Journal) throws -> JournalAddress {
    switch self {
    case .address(0):
      return try journal.recordAddress(atOrAfter: journal.dataRange.lowerBound) ?? 0
    case .address(let address): return address
    case .fromEnd(let count): return try RecordDetail.address(fromEnd: count, in: journal)
    }
  }
}
