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

  /// A banner whose text stands in the next line.
  struct Awaited {
    /// The banner's line.
    let number: Int
    /// Entries that have come in between.
    var age = 0

    init(number: Int) { self.number = number }

    /// Whether the text is not to come any more.
    var isOver: Bool { age > 4 }
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
  var awaited: Awaited?

  /// Returns whether a cut message is now too old to be completed.
  mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) -> Bool {
    self.header = header
    isInsideQuotes = false
    isEmptyText = header.text.isEmpty
    awaited?.age += 1
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
