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
    // The quoted copy is made behind the field and then moved into its place.
    guard needsCSVQuotes(start..<end) else { return }
    reserve((end - start) * 2 + 32)
    let quote = UInt8(ascii: "\"")
    append(quote)
    var position = start
    while position < end {
      // In bounds: reserve made room for sixteen bytes past every step; those read past the field
      // are the copy's own.
      let quotes = mj_copy_matching(base + used, base + position, quote)
      let step = min(quotes.trailingZeroBitCount, 16, end &- position)
      used += step
      position += step
      if step < 16, position < end {
        append(quote)
        append(quote)
        position += 1
      }
    }
    append(quote)
    let length = used - end
    (base + start).update(from: base + end, count: length)
    used = start + length
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
