internal import MirrorJournal

/// Values compared with text where they stand.
struct ValueMatcher {
  enum Which { case new, old, either }

  let journal: Journal
  let which: Which
  let pattern: TextPatterns
  /// Which element of the list, from 1; nil means the whole value or any element.
  let piece: Int?
  let scratch: CharacterScratch

  /// Whether a value of the record matches; a value that cannot be read matches nothing.
  ///
  /// - Throws: what the storage throws.
  func matches(_ record: borrowing Record) throws -> Bool {
    let type = record.type
    guard type.hasKeyAndValues else { return false }
    let count = record.valueCount
    let hasNew = count > 0 && (type.isSet || count == 2)
    let hasOld = count > 0 && (!type.isSet || count == 2)
    if hasNew, which != .old, try matches(value: 0, of: record) { return true }
    return try hasOld && which != .new && matches(value: count - 1, of: record)
  }

  private func matches(value index: Int, of record: borrowing Record) throws -> Bool {
    do {
      return try journal.withValue(index, of: record) { bytes, storage in
        switch ValueStorage(rawValue: storage) {
        case .bytes:
          if BitStringView.isBitString(bytes) {
            piece == nil && scratch.matches(pattern, bitString: bytes)
          } else {
            matches(bytes)
          }
        case .wide:
          piece == nil && bytes.byteCount.isMultiple(of: 2) && pattern.matches(utf16: bytes)
        case .vector, nil: false
        }
      }
    } catch let error as JournalError where error.isAboutContent {
      return false
    }
  }

  private func matches(_ bytes: RawSpan) -> Bool {
    if let piece {
      guard let list = ListView(bytes), let element = list.element(piece) else { return false }
      return matches(element, of: bytes, depth: 1)
    }
    return pattern.matches(latin1: bytes) || matchesAnyElement(bytes, depth: 1)
  }

  /// Whether `bytes` are a list of which an element, or one of a list in it, matches.
  private func matchesAnyElement(_ bytes: RawSpan, depth: Int) -> Bool {
    guard depth <= ListView.maximumDepth, let list = ListView(bytes) else { return false }
    var cursor = list.elements()
    while let element = cursor.next() {
      if matches(element, of: bytes, depth: depth) { return true }
    }
    return false
  }

  private func matches(_ element: ListElement, of list: RawSpan, depth: Int) -> Bool {
    switch element.kind {
    case .string8:
      let content = list.extracting(element.content)
      return pattern.matches(latin1: content) || matchesAnyElement(content, depth: depth + 1)
    case .string16: return pattern.matches(utf16: list.extracting(element.content))
    case .integer, .decimal, .double: return scratch.matches(pattern, number: element, of: list)
    case .omitted, .other: return false
    }
  }
}

/// A run of bytes looked for in a record's key and values.
struct ByteMatcher {
  let journal: Journal
  let wanted: [UInt8]

  /// - Throws: what the storage throws.
  func matches(_ record: borrowing Record) throws -> Bool {
    if record.body().contains(wanted) { return true }
    guard record.isContinued else { return false }
    do {
      for index in 0..<min(record.valueCount, 2) {
        if try journal.withValue(index, of: record, { bytes, _ in bytes.contains(wanted) }) {
          return true
        }
      }
    } catch let error as JournalError where error.isAboutContent {}
    return false
  }
}
