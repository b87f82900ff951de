/// CSV fields (RFC 4180).
extension TextBuffer {
  /// Turns the text written since byte `start` into one CSV field.
  ///
  /// A field with a comma, a quote or a line break is put in quotes with its quotes doubled; any
  /// other stays as it is. Works in place.
  public mutating func quoteCSVField(from start: Int) {
    guard start >= 0, start < used else { return }
    guard let quotes = quotesOfCSVField(from: start) else { return }
    expand(from: start, extra: quotes) {
      $0 == UInt8(ascii: "\"") ? UInt8(ascii: "\"") : 0
    }
    // The opening quote: make room at the end, then move the field by one; the bytes overlap.
    append(UInt8(ascii: "\""))
    let length = used - 1 - start
    (base + start + 1).update(from: base + start, count: length)
    base[start] = UInt8(ascii: "\"")
    append(UInt8(ascii: "\""))
  }

  /// How many quotes the text since byte `start` has; nil when it needs none around it.
  private func quotesOfCSVField(from start: Int) -> Int? {
    let field = bytes.extracting(droppingFirst: start)
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    let (newline, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    let quotes = field.count(of: quote, or: quote)
    if quotes > 0 || field.firstOffset(of: comma, or: newline, from: 0) < field.byteCount
      || field.firstOffset(of: carriageReturn, or: carriageReturn, from: 0) < field.byteCount
    {
      return quotes
    }
    return nil
  }

  /// Appends `text` as one CSV field.
  public mutating func appendCSVField(_ text: String) {
    let start = count
    append(text)
    quoteCSVField(from: start)
  }
}
