/// CSV fields (RFC 4180).
extension TextBuffer {
  /// Turns the text written since byte `start` into one CSV field.
  ///
  /// A field with a comma, a quote or a line break is put in quotes with its quotes doubled; any
  /// other stays as it is. Works in place.
  public mutating func quoteCSVField(from start: Int) {
    guard start >= 0, start <= used else { return }
    var quotes = 0
    var needed = false
    for position in start..<used {
      switch base[position] {
      case UInt8(ascii: "\""):
        quotes += 1
        needed = true
      case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        needed = true
      default: break
      }
    }
    guard needed else { return }
    expand(from: start, extra: quotes) {
      $0 == UInt8(ascii: "\"") ? UInt8(ascii: "\"") : 0
    }
    // The opening quote: make room at the end, then move the field by one.
    append(UInt8(ascii: "\""))
    var position = used - 1
    while position > start {
      base[position] = base[position - 1]
      position -= 1
    }
    base[start] = UInt8(ascii: "\"")
    append(UInt8(ascii: "\""))
  }

  /// Appends `text` as one CSV field.
  public mutating func appendCSVField(_ text: String) {
    let start = count
    append(text)
    quoteCSVField(from: start)
  }
}
