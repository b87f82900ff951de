/// Joins lines to entries and recognizes their messages.
///
/// Holds each writer's last entry and small caches; nothing grows with the log.
struct EntryAssembler {
  var summary: LogSummary
  let member: String
  /// The first one writes without a name before its lines.
  var writers = [OpenEntry()]
  var active = 0
  private(set) var prefixes = PrefixTable()
  private var scratch: [UInt8] = []
  var categories: [(bytes: [UInt8], name: String)] = []
  private var parts = LineParts()

  init(file: String, member: String) {
    summary = LogSummary(file: file)
    self.member = member
  }

  mutating func add(
    _ whole: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) {
    summary.lines = place.number
    if place.isTruncated { summary.truncatedLines += 1 }
    if place.isUnterminated { summary.endsUnterminated = true }
    if place.followsHole { summary.nulLines += 1 }
    if let header = EntryHeader(plain: whole) {
      entries(whole, header, place, onEvent, by: 0)
    } else if LineParts.isLikely(whole), let mark = LineParts.Mark(whole) {
      var place = place
      guard let joined = parts.add(whole, mark, &place) else { return }
      line(joined.span, place, onEvent)
    } else if place.number == 1, whole.count >= 3, whole[0] == 0xEF, whole[1] == 0xBB,
      whole[2] == 0xBF
    {
      line(whole.extracting(3..<whole.count), place, onEvent)
    } else {
      other(whole, place, onEvent)
    }
  }

  /// Ends what is open.
  mutating func finish(_ onEvent: (LogEvent) -> Void) {
    for (rest, place) in parts.finish() { line(rest.span, place, onEvent) }
    for index in writers.indices {
      flush(index, onEvent)
      settle(index)
      lose(index)
    }
    summary.writers = prefixes.writers
  }

  /// Hands over what waits for the rest of a number.
  mutating func flush(_ onEvent: (LogEvent) -> Void) {
    for index in writers.indices { flush(index, onEvent) }
  }

  /// Whether a line begins something, so that it is no rest of the line before it.
  mutating func begins(_ line: Span<UInt8>) -> Bool {
    if LogShape.isStart(line) { return true }
    guard let (index, _) = prefixes.match(line) else { return false }
    return !prefixes.prefixes[index].prefix.isBlank
  }

  private mutating func line(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) {
    if let header = EntryHeader(plain: line) {
      entries(line, header, place, onEvent, by: 0)
    } else {
      other(line, place, onEvent)
    }
  }

  /// A line that does not begin with a header.
  private mutating func other(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) {
    if structured(line, place, onEvent, by: 0) { return }
    if let (index, end) = prefixes.match(line) {
      let rest = line.extracting(end..<line.count)
      let writer = writer(ofPrefix: index)
      if let header = EntryHeader(plain: rest) {
        prefixes.count(index)
        entries(rest, header, place, onEvent, by: writer)
      } else if !structured(rest, place, onEvent, by: writer) {
        continuation(rest, place, onEvent, by: writer)
      }
    } else if let (start, header) = EntryHeader.inside(line, from: 1) {
      let head = line.extracting(0..<start)
      var writer = active
      if isText(head, place) {
        continuation(head, place, onEvent, by: active)
      } else if !completes(head, place, onEvent), let index = prefixes.learn(head) {
        prefixes.count(index)
        writer = self.writer(ofPrefix: index)
      }
      entries(line, header, place, onEvent, by: writer)
    } else {
      continuation(line, place, onEvent, by: active)
    }
  }

  /// Whether what stands before a stamp is the text of another entry, and no prefix.
  private func isText(_ head: Span<UInt8>, _ place: LineScanner.Line) -> Bool {
    if place.isRest || head.count > LinePrefix.limit { return true }
    switch MessageRecognizer.recognize(head, startsEntry: false) {
    case .event, .broken, .cut(decides: true): return true
    case .cut(decides: false), .other: return false
    }
  }

  /// An entry, and those of other writers that follow it in the same line.
  private mutating func entries(
    _ line: Span<UInt8>, _ first: EntryHeader, _ place: LineScanner.Line,
    _ onEvent: (LogEvent) -> Void, by writer: Int
  ) {
    active = writer
    var header = first
    while let next = EntryHeader.inside(line, from: header.text.lowerBound) {
      begin(header, line)
      message(line, header.text.lowerBound..<next.start, place, onEvent, isLast: false)
      header = next.header
    }
    begin(header, line)
    message(line, header.text, place, onEvent)
  }

  private mutating func structured(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void, by writer: Int
  ) -> Bool {
    guard StructuredEntry.isLikely(line) else { return false }
    if let header = StructuredEntry.header(line, scratch: &scratch) {
      active = writer
      summary.structuredEntries += 1
      begin(header, line)
      writers[active].isInsideQuotes =
        line[0] != UInt8(ascii: "{") && line[line.count - 1] != UInt8(ascii: "\"")
      withScratch { assembler, text in
        assembler.eachLine(text) { $0.message($1, $2, place, onEvent) }
      }
      return true
    }
    guard StructuredEntry.wrapped(line, scratch: &scratch) else { return false }
    withScratch { assembler, text in
      // What is wrapped twice is no log.
      guard text.count > 0, text[0] != UInt8(ascii: "{") else { return }
      assembler.eachLine(text) { $0.line($1.extracting($2), place, onEvent) }
    }
    return true
  }

  /// The lines inside one text.
  private mutating func eachLine(
    _ text: Span<UInt8>, _ body: (inout EntryAssembler, Span<UInt8>, Range<Int>) -> Void
  ) {
    var start = 0
    for index in 0...text.count where index == text.count || text[index] == 10 {
      body(&self, text, start..<index)
      start = index + 1
    }
  }

  private mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) {
    summary.entries += 1
    if summary.firstStamp == nil { summary.firstStamp = header.stamp }
    summary.lastStamp = header.stamp
    if writers[active].begin(header, line) { settle(active) }
    if writers[active].awaited?.isOver ?? false { lose(active) }
  }

  private mutating func continuation(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void, by writer: Int
  ) {
    active = writer
    writers[writer].awaited = nil
    guard writers[writer].header != nil else {
      var rest = TextCursor(line)
      rest.skipSpaces()
      if rest.isAtEnd { return }
      summary.bannerLines += 1
      banner(line, place)
      return
    }
    if !place.isRest { summary.continuationLines += 1 }
    if completes(line, place, onEvent) { return }
    if joinsHeld(line, place, onEvent) { return }
    if garbledHeader(line, place) { return }
    var cursor = TextCursor(line)
    if writers[writer].isEmptyText {
      // The header itself may have been cut before its severity or its category.
      cursor.skipSpaces()
      _ = EntryHeader.takeSeverity(&cursor)
      _ = EntryHeader.takeCategory(&cursor)
      writers[writer].isEmptyText = false
    }
    var end = line.count
    if writers[writer].isInsideQuotes, end > 0, line[end - 1] == UInt8(ascii: "\"") {
      end -= 1
      writers[writer].isInsideQuotes = false
    } else if summary.structuredEntries > 0, end > 0, line[end - 1] == UInt8(ascii: "\""),
      TextCursor(line, from: 0, to: end - 1).firstIndex(of: UInt8(ascii: "\"")) == nil
    {
      // Its entry stands behind it, where a log stands newest first.
      end -= 1
    }
    message(
      line, min(cursor.position, end)..<end, place, onEvent, startsEntry: cursor.position > 0)
    if writers[writer].ages() { settle(writer) }
  }

  /// A text that may be a known message.
  private mutating func message(
    _ line: Span<UInt8>, _ range: Range<Int>, _ place: LineScanner.Line,
    _ onEvent: (LogEvent) -> Void, startsEntry: Bool = true, isLast: Bool = true
  ) {
    if let end = SystemBanner.end(line, range) {
      if end < range.upperBound {
        return message(line, end..<range.upperBound, place, onEvent, isLast: isLast)
      }
      if isLast { writers[active].awaited = OpenEntry.Awaited(number: place.number) }
    }
    let recognition: Recognition =
      if MessageRecognizer.mayMatter(line, range) {
        MessageRecognizer.recognize(
          line, from: range.lowerBound, to: range.upperBound, startsEntry: startsEntry)
      } else if MessageRecognizer.isNear(line, range.lowerBound, range.upperBound) {
        .broken
      } else {
        .other
      }
    switch recognition {
    case .other: unknown(line, range, place, onEvent, isLast: isLast)
    case .event(let kind):
      if isLast, place.endsInHole, kind.endsInFreeText || kind.endsInNumber {
        unreadable(place.number, line, range)
      } else if kind.endsInNumber, isDigit(line[range.upperBound - 1]) {
        hold(kind, place.number, line, range, onEvent)
      } else {
        emit(kind, place.number, onEvent)
      }
    case .broken: unreadable(place.number, line, range)
    case .cut(let decides):
      // A log that is being written ends anywhere; before its message an entry says nothing.
      if place.isUnterminated, isCategory(line, range) { break }
      guard let header = writers[active].header else { break }
      settle(active)
      if isLast, place.endsInHole {
        // Characters are missing: what follows is not the rest of this.
        if decides { unreadable(place.number, line, range) }
        break
      }
      writers[active].cut = CutMessage(
        line.extracting(range), number: place.number, decides: decides, header: header)
    }
  }

  /// Whether a text is the beginning of a category.
  private func isCategory(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    line[range.lowerBound] == UInt8(ascii: "[")
      && TextCursor(line, from: range.lowerBound, to: range.upperBound)
        .firstIndex(of: UInt8(ascii: "]")) == nil
  }

  /// A text that is no known message.
  private mutating func unknown(
    _ line: Span<UInt8>, _ range: Range<Int>, _ place: LineScanner.Line,
    _ onEvent: (LogEvent) -> Void, isLast: Bool
  ) {
    guard let header = writers[active].header else { return }
    if isLast, range.isEmpty, place.endsInHole {
      // All of the text may have stood there.
      unreadable(place.number, line, 0..<line.count)
    } else if !isLast, range.isEmpty {
      // Another writer came in right behind the header.
      settle(active)
      writers[active].cut = CutMessage(
        line.extracting(range), number: place.number, decides: true, header: header)
    } else if let severity = header.severity, severity > .informational,
      let kind = MessageRecognizer.severe(line, range)
    {
      emit(kind, place.number, onEvent)
    } else if header.category.isEmpty,
      let start = MessageLabel.textBehindBracket(line, range)
    {
      if isKnown(line, start..<range.upperBound) { unreadable(place.number, line, range) }
    }
  }

  /// A text behind something that cannot be read: it is counted where it is a message that decides.
  func isKnown(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch MessageRecognizer.recognize(
      line, from: range.lowerBound, to: range.upperBound, startsEntry: false)
    {
    case .event(let kind): kind.matters
    case .broken, .cut(decides: true): true
    case .cut(decides: false), .other: false
    }
  }

  private mutating func withScratch(_ body: (inout EntryAssembler, Span<UInt8>) -> Void) {
    // Taken out for the walk so that no copy of it is made.
    var text: [UInt8] = []
    swap(&text, &scratch)
    body(&self, text.span)
    swap(&text, &scratch)
  }
}
