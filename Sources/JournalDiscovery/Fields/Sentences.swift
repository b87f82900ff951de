internal import MirrorJournal

extension Field {
  /// `at 4, 4 bytes, little-endian`.
  var sentence: String {
    var text = "at \(offset), \(width) byte\(width == 1 ? "" : "s")"
    if width > 1 { text += isBigEndian ? ", big-endian" : ", little-endian" }
    return text
  }
}

extension ChainRule {
  /// How a record leads to another, without where the number stands.
  var sentence: String {
    let width = parts.first?.width ?? 0
    let order = width > 1 ? isBigEndian ? ", big-endian" : ", little-endian" : ""
    var text: String
    if parts.count > 1 {
      text = "the sum of \(parts.count) lengths and \(adds) bytes"
    } else if isAddress {
      text = goesBack ? "the address of the record before" : "the address of the next record"
      text += " in \(width) bytes\(order)"
      if unit > 1 { text += ", in units of \(unit) bytes" }
      return text
    } else {
      text = goesBack ? "a distance back" : "a length"
      text += " of \(width) bytes\(order)"
      if adds > 0 { text += ", \(adds) bytes not counted" }
    }
    if unit > 1 { text += ", in units of \(unit) bytes" }
    if rounds > 1 { text += ", rounded up to \(rounds)" }
    return text
  }
}

extension Framing {
  /// The whole framing in one line.
  var sentence: String {
    var text = rule.sentence
    if isAtEnd { text = text.replacingDistance }
    text += isAtEnd ? " at the record's end" : " at \(offset)"
    let size = max(grid.size, seenSize)
    text += size == 0 ? "; no blocks" : "; blocks of \(size) bytes"
    if grid.header > 0 { text += " with a header of \(grid.header)" }
    if grid.trailer > 0 { text += " and a trailer of \(grid.trailer)" }
    if grid.size > 0, crosses, !rule.goesBack || isAtEnd { text += ", crossed by records" }
    if let used { text += ", used up to the number \(used.field.sentence)" }
    return text
  }
}

extension String {
  /// A distance back from a record's end is its length.
  fileprivate var replacingDistance: String {
    hasPrefix("a distance back") ? "a length" + dropFirst("a distance back".count) : self
  }
}
