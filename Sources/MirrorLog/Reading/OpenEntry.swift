/// What is open of one writer's entries.
struct OpenEntry {
  struct Held {
    let kind: LogEventKind
    let number: Int
    /// The last line that belongs to it.
    let lastLine: Int
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
