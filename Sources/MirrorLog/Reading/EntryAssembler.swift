/// Joins lines to entries and recognizes their messages.
///
/// Holds each writer's last entry and small caches; nothing grows with the log.
struct EntryAssembler {
  var summary: LogSummary
  private let member: String
  /// The first one writes without a name before its lines.
  private var writers = [OpenEntry()]
  private var active = 0
  private(set) var prefixes = PrefixTable()
  private var scratch: [UInt8] = []
  private var categories: [(bytes: [UInt8], name: String)] = []

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
    for index in writers.indices {
      flush(index, onEvent)
      settle(index)
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
      } else if !completes(head, onEvent), let index = prefixes.learn(head) {
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
      withScratch { assembler, text in assembler.messages(text, place, onEvent) }
      return true
    }
    guard StructuredEntry.wrapped(line, scratch: &scratch) else { return false }
    withScratch { assembler, text in
      // What is wrapped twice is no log.
      if text.count > 0, text[0] != UInt8(ascii: "{") { assembler.line(text, place, onEvent) }
    }
    return true
  }

  private mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) {
    summary.entries += 1
    if summary.firstStamp == nil { summary.firstStamp = header.stamp }
    summary.lastStamp = header.stamp
    if writers[active].begin(header, line) { settle(active) }
  }

  private mutating func continuation(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void, by writer: Int
  ) {
    active = writer
    guard writers[writer].header != nil else {
      summary.bannerLines += 1
      return
    }
    if !place.isRest { summary.continuationLines += 1 }
    if completes(line, onEvent) { return }
    if joinsHeld(line, place, onEvent) { return }
    if EntryHeader.isStamped(line) {
      // A header that goes on in another way: what its message says is lost.
      if !place.isUnterminated { unreadable(place.number, line, 0..<line.count) }
      return
    }
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
    switch MessageRecognizer.recognize(
      line, from: range.lowerBound, to: range.upperBound, startsEntry: startsEntry)
    {
    case .other:
      // Another writer came in right behind the header.
      if !isLast, range.isEmpty, let header = writers[active].header {
        settle(active)
        writers[active].cut = CutMessage(
          line.extracting(range), number: place.number, decides: true, header: header)
      } else if let severity = writers[active].header?.severity, severity > .informational,
        let kind = MessageRecognizer.severe(line, range)
      {
        emit(kind, place.number, onEvent)
      }
    case .event(let kind):
      guard kind.endsInNumber, isDigit(line[range.upperBound - 1]) else {
        emit(kind, place.number, onEvent)
        break
      }
      if isLast, place.endsInHole {
        unreadable(place.number, line, range)
      } else {
        hold(kind, place.number, line, range, onEvent)
      }
    case .broken: unreadable(place.number, line, range)
    case .cut(let decides):
      guard let header = writers[active].header else { break }
      settle(active)
      writers[active].cut = CutMessage(
        line.extracting(range), number: place.number, decides: decides, header: header)
    }
  }

  /// The lines inside one structured text.
  private mutating func messages(
    _ text: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) {
    var start = 0
    for index in 0...text.count where index == text.count || text[index] == 10 {
      message(text, start..<index, place, onEvent)
      start = index + 1
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

/// Messages that are cut, and events on their way out.
extension EntryAssembler {
  /// Whether a text is the rest of a message that was cut.
  private mutating func completes(
    _ line: Span<UInt8>, _ onEvent: (LogEvent) -> Void
  ) -> Bool {
    guard var cut = writers[active].cut else { return false }
    let kind = cut.join(line)
    writers[active].cut = cut.isOther ? nil : cut
    guard let kind else { return false }
    writers[active].cut = nil
    emit(kind, cut.number, header: cut.header, onEvent)
    return true
  }

  /// The message is of no use to anyone: it is counted and shown.
  private mutating func settle(_ writer: Int) {
    guard let cut = writers[writer].cut else { return }
    writers[writer].cut = nil
    if cut.decides { summary.add(UnreadableMessage(line: cut.number, text: cut.beginning)) }
  }

  private mutating func unreadable(_ number: Int, _ line: Span<UInt8>, _ range: Range<Int>) {
    let end = min(range.upperBound, range.lowerBound + UnreadableMessage.limit)
    let text = TextCursor(line).string(range.lowerBound..<end)
    summary.add(UnreadableMessage(line: number, text: text))
  }

  /// Keeps a message that ends in a number until the next line: it may hold the number's other
  /// digits.
  private mutating func hold(
    _ kind: LogEventKind, _ number: Int, _ line: Span<UInt8>, _ range: Range<Int>,
    _ onEvent: (LogEvent) -> Void
  ) {
    flush(active, onEvent)
    guard let header = writers[active].header else { return }
    let text = line.extracting(range).withUnsafeBufferPointer { Array($0) }
    writers[active].held = OpenEntry.Held(kind: kind, number: number, text: text, header: header)
  }

  private mutating func joinsHeld(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) -> Bool {
    guard let held = writers[active].held, place.number - held.number <= 1, line.count > 0,
      isDigit(line[0])
    else { return false }
    let text = held.text + line.withUnsafeBufferPointer { Array($0) }
    guard case .event(let kind) = MessageRecognizer.recognize(text.span) else { return false }
    writers[active].held = nil
    emit(kind, held.number, header: held.header, onEvent)
    return true
  }

  private mutating func flush(_ writer: Int, _ onEvent: (LogEvent) -> Void) {
    guard let held = writers[writer].held else { return }
    writers[writer].held = nil
    send(held.kind, held.number, held.header, writer, onEvent)
  }

  private mutating func emit(
    _ kind: LogEventKind, _ number: Int, header: EntryHeader? = nil,
    _ onEvent: (LogEvent) -> Void
  ) {
    flush(active, onEvent)
    guard let header = header ?? writers[active].header else { return }
    send(kind, number, header, active, onEvent)
  }

  private mutating func send(
    _ kind: LogEventKind, _ number: Int, _ header: EntryHeader, _ writer: Int,
    _ onEvent: (LogEvent) -> Void
  ) {
    summary.events += 1
    onEvent(
      LogEvent(
        source: LogSource(
          member: member, file: summary.file, line: number, writer: prefixes.names[writer]),
        stamp: header.stamp, pid: header.pid, severity: header.severity,
        category: categoryName(writers[writer].category), kind: kind))
  }

  /// The category as a string that is made once: a log uses few.
  private mutating func categoryName(_ category: [UInt8]) -> String? {
    if category.isEmpty { return nil }
    if let known = categories.first(where: { $0.bytes == category }) { return known.name }
    let name = TextCursor(category.span).string(0..<category.count)
    if categories.count < 64 { categories.append((category, name)) }
    return name
  }

  private mutating func writer(ofPrefix index: Int) -> Int {
    let writer = prefixes.prefixes[index].writer
    while writers.count <= writer { writers.append(OpenEntry()) }
    return writer
  }
}

/// What is open of one writer's entries.
private struct OpenEntry {
  struct Held {
    let kind: LogEventKind
    let number: Int
    let text: [UInt8]
    let header: EntryHeader
  }

  private(set) var header: EntryHeader?
  /// The entry's category as bytes: only an event needs it as a string.
  private(set) var category: [UInt8] = []
  /// True while the text of a name-value entry goes on over several lines.
  var isInsideQuotes = false
  /// True when nothing stood behind the header.
  var isEmptyText = false
  var cut: CutMessage?
  var held: Held?

  /// Returns whether a cut message is now too old to be completed.
  mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) -> Bool {
    self.header = header
    isInsideQuotes = false
    isEmptyText = header.text.isEmpty
    if !isCategory(line, header.category) {
      category.removeAll(keepingCapacity: true)
      line.extracting(header.category).withUnsafeBufferPointer {
        category.append(contentsOf: $0)
      }
    }
    return ages()
  }

  mutating func ages() -> Bool {
    guard cut != nil else { return false }
    cut?.age += 1
    return (cut?.age ?? 0) > 4
  }

  private func isCategory(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count == category.count else { return false }
    var index = range.lowerBound
    for byte in category {
      if line[index] != byte { return false }
      index += 1
    }
    return true
  }
}
