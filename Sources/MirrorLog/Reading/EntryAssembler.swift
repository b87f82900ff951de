/// Joins lines to entries and recognizes their messages.
///
/// Holds the last entry's header and two small caches; nothing grows with the log.
struct EntryAssembler {
  var summary: LogSummary
  private let member: String
  private var current: (header: EntryHeader, category: String?)?
  /// True while the text of a name-value entry goes on over several lines.
  private var insideQuotes = false
  private var scratch: [UInt8] = []
  private var categories: [String] = []

  init(file: String, member: String) {
    summary = LogSummary(file: file)
    self.member = member
  }

  mutating func add(
    _ whole: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) {
    summary.lines += 1
    if place.isTruncated { summary.truncatedLines += 1 }
    if place.isUnterminated { summary.endsUnterminated = true }
    let skipped = leadingNoise(whole, place.number)
    let line = whole.extracting(skipped..<whole.count)
    if let header = EntryHeader(plain: line) {
      begin(header, category(line, header.category))
      insideQuotes = false
      recognize(line, header.text, place.number, onEvent)
    } else if StructuredEntry.isLikely(line),
      let header = StructuredEntry.header(line, scratch: &scratch)
    {
      summary.structuredEntries += 1
      begin(header, category(line, header.category))
      insideQuotes =
        line[0] != UInt8(ascii: "{") && line[line.count - 1] != UInt8(ascii: "\"")
      recognizeLines(place.number, onEvent)
    } else if current == nil {
      summary.bannerLines += 1
    } else {
      summary.continuationLines += 1
      var end = line.count
      if insideQuotes, end > 0, line[end - 1] == UInt8(ascii: "\"") {
        end -= 1
        insideQuotes = false
      }
      recognize(line, 0..<end, place.number, onEvent)
    }
  }

  private mutating func begin(_ header: EntryHeader, _ category: String?) {
    summary.entries += 1
    if summary.firstStamp == nil { summary.firstStamp = header.stamp }
    summary.lastStamp = header.stamp
    current = (header, category)
  }

  /// NULs that a crash left before a line, and the byte order mark before the first.
  private mutating func leadingNoise(_ line: Span<UInt8>, _ number: Int) -> Int {
    guard line.count > 0 else { return 0 }
    if line[0] == 0 {
      summary.nulLines += 1
      var index = 1
      while index < line.count, line[index] == 0 { index += 1 }
      return index
    }
    guard number == 1, line.count >= 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF
    else { return 0 }
    return 3
  }

  /// The category as a string that is made once: a log uses few.
  private mutating func category(_ line: Span<UInt8>, _ range: Range<Int>) -> String? {
    guard !range.isEmpty else { return nil }
    for known in categories where known.utf8.count == range.count {
      var index = range.lowerBound
      var equal = true
      for byte in known.utf8 {
        if line[index] != byte {
          equal = false
          break
        }
        index += 1
      }
      if equal { return known }
    }
    let name = TextCursor(line).string(range)
    if categories.count < 64 { categories.append(name) }
    return name
  }

  private mutating func recognize(
    _ text: Span<UInt8>, _ range: Range<Int>, _ number: Int, _ onEvent: (LogEvent) -> Void
  ) {
    guard
      let kind = MessageRecognizer.kind(text, from: range.lowerBound, to: range.upperBound),
      let current
    else { return }
    summary.events += 1
    onEvent(
      LogEvent(
        source: LogSource(member: member, file: summary.file, line: number),
        stamp: current.header.stamp, pid: current.header.pid,
        severity: current.header.severity, category: current.category, kind: kind))
  }

  /// The lines inside one structured text.
  private mutating func recognizeLines(_ number: Int, _ onEvent: (LogEvent) -> Void) {
    // Taken out for the walk so that no copy of it is made.
    var text: [UInt8] = []
    swap(&text, &scratch)
    var start = 0
    for index in 0...text.count where index == text.count || text[index] == 10 {
      recognize(text.span, start..<index, number, onEvent)
      start = index + 1
    }
    swap(&text, &scratch)
  }
}
