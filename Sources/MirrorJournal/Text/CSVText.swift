internal import CJournalSupport

/// CSV fields (RFC 4180).
extension TextBuffer {
  /// Turns the text written since byte `start` into one CSV field.
  ///
  /// A field with a comma, a quote or a line break is put in quotes with its quotes doubled; any
  /// other stays as it is. Sixteen bytes a step.
  public mutating func quoteCSVField(from start: Int) {
    guard start >= 0, start < used else { return }
    let end = used
    guard needsCSVQuotes(start..<end) else { return }
    let quote = UInt8(ascii: "\"")
    append(quote)
    appendCopy(of: start..<end, marking: quote, quote, with: quote)
    append(quote)
    moveTail(from: end, to: start)
  }

  private mutating func needsCSVQuotes(_ field: Range<Int>) -> Bool {
    reserve(16)
    var position = field.lowerBound
    while position < field.upperBound {
      // In bounds: sixteen bytes past the last one are allocated.
      let marks = mj_csv_marks(base + position)
      if marks.trailingZeroBitCount < min(16, field.upperBound &- position) { return true }
      position += 16
    }
    return false
  }

  /// Appends `text` as one CSV field.
  public mutating func appendCSVField(_ text: String) {
    let start = count
    append(text)
    quoteCSVField(from: start)
  }
}
