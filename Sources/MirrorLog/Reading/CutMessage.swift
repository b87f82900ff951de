/// A message that ended too early, and what it becomes with the lines behind it.
struct CutMessage {
  /// The line it begins in, and its beginning.
  let number: Int
  let decides: Bool
  let header: EntryHeader
  /// The texts that it may be: a blank at the end of a line that was broken there may be lost.
  private var candidates: [[UInt8]]
  /// Lines of its writer that it has survived without growing.
  var age = 0
  /// True once a line shows that a message of which nothing is left was none that matters.
  private(set) var isOther = false

  private static let limit = 4096

  init(_ text: Span<UInt8>, number: Int, decides: Bool, header: EntryHeader) {
    self.number = number
    self.decides = decides
    self.header = header
    candidates = [text.withUnsafeBufferPointer { Array($0) }]
  }

  /// Adds a line; returns the message when it is complete with it. A line that cannot belong to it
  /// changes nothing.
  mutating func join(_ line: Span<UInt8>) -> (kind: LogEventKind, text: [UInt8])? {
    let part = line.withUnsafeBufferPointer { Array($0) }
    var grown: [[UInt8]] = []
    for candidate in candidates where candidate.count + part.count < Self.limit {
      var joined = [candidate + part]
      if candidate.last != UInt8(ascii: " "), part.first != UInt8(ascii: " ") {
        joined.append(candidate + [UInt8(ascii: " ")] + part)
      }
      for text in joined {
        switch Self.recognize(text) {
        case .event(let kind): return (kind, text)
        case .cut: grown.append(text)
        case .broken, .other: break
        }
      }
    }
    isOther = grown.isEmpty && candidates == [[]]
    if !grown.isEmpty {
      candidates = Array(grown.prefix(8))
      age = 0
    }
    return nil
  }

  /// The category may have been cut, too.
  private static func recognize(_ text: [UInt8]) -> Recognition {
    var cursor = TextCursor(text.span)
    _ = EntryHeader.takeCategory(&cursor)
    return MessageRecognizer.recognize(text.span, from: cursor.position)
  }

  /// The beginning of the message, for people.
  var beginning: String {
    let text = candidates.first ?? []
    return TextCursor(text.span).string(0..<min(text.count, UnreadableMessage.limit))
  }
}
