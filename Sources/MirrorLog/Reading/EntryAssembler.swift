/// Joins lines to entries and recognizes their messages.
///
/// Holds the last entry's header and two small caches; nothing grows with the log.
struct EntryAssembler {
  var summary: LogSummary
  private let member: String
  private var current: EntryHeader?
  /// The current entry's category as bytes: only an event needs it as a string.
  private var category: [UInt8] = []
  /// True while the text of a name-value entry goes on over several lines.
  private var insideQuotes = false
  private var scratch: [UInt8] = []
  private var categories: [(bytes: [UInt8], name: String)] = []

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
      begin(header, line)
      insideQuotes = false
      recognize(line, header.text, place.number, onEvent)
    } else if StructuredEntry.isLikely(line),
      let header = StructuredEntry.header(line, scratch: &scratch)
    {
      summary.structuredEntries += 1
      begin(header, line)
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

  private mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) {
    summary.entries += 1
    if summary.firstStamp == nil { summary.firstStamp = header.stamp }
    summary.lastStamp = header.stamp
    current = header
    category.removeAll(keepingCapacity: true)
    line.extracting(header.category).withUnsafeBufferPointer { category.append(contentsOf: $0) }
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
  private mutating func categoryName() -> String? {
    if category.isEmpty { return nil }
    if let known = categories.first(where: { $0.bytes == category }) { return known.name }
    let name = TextCursor(category.span).string(0..<category.count)
    if categories.count < 64 { categories.append((category, name)) }
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
        stamp: current.stamp, pid: current.pid,
        severity: current.severity, category: categoryName(), kind: kind))
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
