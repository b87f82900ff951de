/// Joins the lines that a terminal or a mail broke at one width.
struct LineUnwrapper {
  private let width: Int
  private var held: [UInt8] = []
  private var place: LineScanner.Line?
  /// Columns of the last line that went into `held`.
  private var last = 0

  init(width: Int) { self.width = width }

  mutating func add(
    _ line: Span<UInt8>, _ next: LineScanner.Line, to assembler: inout EntryAssembler,
    _ onEvent: (LogEvent) -> Void
  ) {
    let columns = LogShape.characters(line)
    if var place, last >= width - LogShape.slack, !next.followsHole, !begins(line, &assembler) {
      held += [UInt8](repeating: UInt8(ascii: " "), count: max(0, width - last))
      append(line)
      place.isUnterminated = next.isUnterminated
      place.endsInHole = next.endsInHole
      self.place = place
    } else {
      finish(&assembler, onEvent)
      append(line)
      place = next
    }
    last = columns
    // A line that is shorter ends what it belongs to.
    if columns < width - LogShape.slack { finish(&assembler, onEvent) }
  }

  /// Hands over what is held.
  mutating func finish(_ assembler: inout EntryAssembler, _ onEvent: (LogEvent) -> Void) {
    guard let place else { return }
    assembler.add(held.span, place, onEvent)
    self.place = nil
    held.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ line: Span<UInt8>) {
    line.withUnsafeBufferPointer { held.append(contentsOf: $0) }
  }

  /// Whether a line is no rest of what is held: it begins an entry, or is a message of its own in an
  /// entry of several lines.
  private func begins(_ line: Span<UInt8>, _ assembler: inout EntryAssembler) -> Bool {
    if assembler.begins(line) { return true }
    switch MessageRecognizer.recognize(line, startsEntry: false) {
    case .other, .cut(decides: false): return false
    case .event, .broken, .cut(decides: true): return !isCut
    }
  }

  /// Whether what is held ends inside a known message.
  private var isCut: Bool {
    let text = held.span
    guard let header = EntryHeader(plain: text) ?? EntryHeader.inside(text, from: 1)?.header,
      case .cut = MessageRecognizer.recognize(text, from: header.text.lowerBound)
    else { return false }
    return true
  }
}
