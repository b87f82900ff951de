/// Messages that are cut, and events on their way out.
extension EntryAssembler {
  /// Whether a text is the rest of a message that was cut.
  mutating func completes(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) -> Bool {
    guard var cut = writers[active].cut else { return false }
    // The first digits of the next stamp are no rest of a number.
    if EntryHeader.beginsStamp(line), line.count > 2 || place.isUnterminated { return false }
    let joined = cut.join(line)
    writers[active].cut = cut.isOther ? nil : cut
    guard let joined else { return false }
    writers[active].cut = nil
    if joined.kind.endsInNumber, joined.text.last.map(isDigit) ?? false {
      flush(active, onEvent)
      writers[active].held = OpenEntry.Held(
        kind: joined.kind, number: cut.number, lastLine: place.number, text: joined.text,
        header: cut.header)
    } else {
      emit(joined.kind, cut.number, header: cut.header, onEvent)
    }
    return true
  }

  /// A line before the first entry: a log that begins in the middle of an entry may have lost who
  /// reports a failure, and when.
  mutating func banner(_ line: Span<UInt8>, _ place: LineScanner.Line) {
    if garbledHeader(line, place) { return }
    guard
      case .event(let kind) = MessageRecognizer.recognize(line, startsEntry: false),
      kind.isFailure || kind.isSwitch
    else { return }
    unreadable(place.number, line, 0..<line.count)
  }

  /// Whether a line begins with a stamp and is no entry all the same: what its message says is lost.
  mutating func garbledHeader(_ line: Span<UInt8>, _ place: LineScanner.Line) -> Bool {
    if EntryHeader.isStamped(line) {
      if !place.isUnterminated || line.count > 24 {
        unreadable(place.number, line, 0..<line.count)
      }
      return true
    }
    guard EntryHeader.isNearStamp(line) else { return false }
    if let start = EntryHeader.textBehindGarbled(line), isKnown(line, start..<line.count) {
      unreadable(place.number, line, 0..<line.count)
    }
    return true
  }

  /// The message is of no use to anyone: it is counted and shown.
  mutating func settle(_ writer: Int) {
    guard let cut = writers[writer].cut else { return }
    writers[writer].cut = nil
    if cut.decides { summary.add(UnreadableMessage(line: cut.number, text: cut.beginning)) }
  }

  /// A banner whose text never came: what it said is lost.
  mutating func lose(_ writer: Int) {
    guard let awaited = writers[writer].awaited else { return }
    writers[writer].awaited = nil
    summary.add(
      UnreadableMessage(line: awaited.number, text: "JOURNALING SYSTEM MESSAGE without its text"))
  }

  mutating func unreadable(_ number: Int, _ line: Span<UInt8>, _ range: Range<Int>) {
    let end = min(range.upperBound, range.lowerBound + UnreadableMessage.limit)
    let text = TextCursor(line).string(range.lowerBound..<end)
    summary.add(UnreadableMessage(line: number, text: text))
  }

  /// Keeps a message that ends in a number until the next line: it may hold the number's other
  /// digits.
  mutating func hold(
    _ kind: LogEventKind, _ number: Int, _ line: Span<UInt8>, _ range: Range<Int>,
    _ onEvent: (LogEvent) -> Void
  ) {
    flush(active, onEvent)
    guard let header = writers[active].header else { return }
    let text = line.extracting(range).withUnsafeBufferPointer { Array($0) }
    writers[active].held = OpenEntry.Held(
      kind: kind, number: number, lastLine: number, text: text, header: header)
  }

  /// Whether a line is nothing but the other digits of the number in which the message before it
  /// ends. Where they may as well be the first ones of a stamp, nobody can tell.
  mutating func joinsHeld(
    _ line: Span<UInt8>, _ place: LineScanner.Line, _ onEvent: (LogEvent) -> Void
  ) -> Bool {
    guard let held = writers[active].held, place.number - held.lastLine <= 1 else { return false }
    var cursor = TextCursor(line)
    cursor.trimEnd()
    let digits = cursor.position
    while let byte = cursor.peek, isDigit(byte) { cursor.position += 1 }
    guard cursor.position > digits, cursor.isAtEnd || cursor.looking(at: "...(") else {
      return false
    }
    if cursor.isAtEnd, EntryHeader.beginsStamp(line) {
      if place.isUnterminated { return false }
      let first = line[0]
      if first == UInt8(ascii: "0") || first == UInt8(ascii: "1") {
        writers[active].held = nil
        unreadable(held.number, held.text.span, 0..<held.text.count)
        return true
      }
    }
    let text = held.text + line.withUnsafeBufferPointer { Array($0) }
    guard case .event(let kind) = MessageRecognizer.recognize(text.span) else { return false }
    writers[active].held = nil
    emit(kind, held.number, header: held.header, onEvent)
    return true
  }

  mutating func flush(_ writer: Int, _ onEvent: (LogEvent) -> Void) {
    guard let held = writers[writer].held else { return }
    writers[writer].held = nil
    send(held.kind, held.number, held.header, writer, onEvent)
  }

  mutating func emit(
    _ kind: LogEventKind, _ number: Int, header: EntryHeader? = nil,
    _ onEvent: (LogEvent) -> Void
  ) {
    flush(active, onEvent)
    guard let header = header ?? writers[active].header else { return }
    send(kind, number, header, active, onEvent)
  }

  mutating func send(
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
  mutating func categoryName(_ category: [UInt8]) -> String? {
    if category.isEmpty { return nil }
    if let known = categories.first(where: { $0.bytes == category }) { return known.name }
    let name = TextCursor(category.span).string(0..<category.count)
    if categories.count < 64 { categories.append((category, name)) }
    return name
  }

  mutating func writer(ofPrefix index: Int) -> Int {
    let writer = prefixes.prefixes[index].writer
    while writers.count <= writer { writers.append(OpenEntry()) }
    return writer
  }
}
