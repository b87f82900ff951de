extension TextBuffer {
  /// Appends a bit string as ZWRITE prints it.
  ///
  /// `$zwc(405,2,2,5,10)/*$bit(3,6,11)*/` is a list of positions: its bytes as little-endian 16-bit
  /// words. `$zwc(128,4)_$c(36,4,0,0)/*$bit(3,6,11)*/` is a plain one: the two words of its head, then
  /// its bytes. In the comment stand the positions of the ones, counted from 1, three and more
  /// neighbours as `first..last`.
  ///
  /// Class D: the examples of both forms in the vendor's guides and the rule of the comment; R: that
  /// bit strings of any length are printed so.
  ///
  /// - Parameter limit: words or bytes that stand behind this many bytes, and positions or ranges
  ///   behind this many, are left out, and a `+` says so.
  mutating func append(_ bits: borrowing BitStringView, limit: Int = .max) {
    let bytes = bits.bytes
    let head = BitStringView.headSize
    var isCut = false
    append("$zwc(")
    append(decimal: UInt64(bytes.utf16Unit(at: 0)))
    append(UInt8(ascii: ","))
    append(decimal: UInt64(bytes.utf16Unit(at: 2)))
    let end = min(bytes.byteCount, max(limit, head))
    if bits.form == .plain {
      append(UInt8(ascii: ")"))
      var offset = head
      while offset < end {
        append(offset == head ? "_$c(" : ",")
        append(decimal: UInt64(bytes.octet(at: offset)))
        offset += 1
      }
      if end > head { append(UInt8(ascii: ")")) }
      isCut = offset < bytes.byteCount
    } else {
      var offset = head
      while offset + 2 <= end {
        append(UInt8(ascii: ","))
        append(decimal: UInt64(bytes.utf16Unit(at: offset)))
        offset += 2
      }
      append(UInt8(ascii: ")"))
      isCut = offset < bytes.byteCount
    }
    append("/*$bit(")
    if !appendPositions(of: bits, limit: limit) { isCut = true }
    append(")*/")
    if isCut { append(UInt8(ascii: "+")) }
  }

  /// Appends `3,6,11..14`; false when there are more than `limit` positions and ranges.
  private mutating func appendPositions(of bits: borrowing BitStringView, limit: Int) -> Bool {
    var runs = bits.runs()
    var left = limit
    var isFirst = true
    while let run = runs.next() {
      guard left > 0 else { return false }
      left -= 1
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      append(decimal: run.lowerBound)
      switch run.count {
      case 1: continue
      case 2:
        guard left > 0 else { return false }
        left -= 1
        append(UInt8(ascii: ","))
      default: append("..")
      }
      append(decimal: run.upperBound)
    }
    return true
  }
}
