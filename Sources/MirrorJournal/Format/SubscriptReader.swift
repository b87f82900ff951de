/// Reads one subscript of any form out of untrusted bytes.
///
/// A subscript has one form only: what decodes encodes to the same bytes, and all else is refused.
struct SubscriptReader: ~Escapable {
  private let bytes: RawSpan
  private let layout: KeyLayout

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, _ layout: KeyLayout) {
    self.bytes = bytes
    self.layout = layout
  }

  /// The subscript at `start`; nil where none stands.
  func `subscript`(at start: Int) -> EncodedSubscript? {
    var lead = start
    if layout.subscriptStart >= 0 {
      guard byte(at: start) == layout.subscriptStart else { return nil }
      lead += 1
    }
    guard lead < bytes.byteCount else { return nil }
    return number(start, lead) ?? string(start, lead)
  }

  /// The byte at `offset` as marks are compared: -2 behind the key's end, which no mark is.
  private func byte(at offset: Int) -> Int16 {
    offset < bytes.byteCount ? Int16(bytes.octet(at: offset)) : -2
  }

  /// Whether a subscript can end at `offset`.
  private func isEnd(_ offset: Int) -> Bool {
    layout.subscriptStart < 0 || offset == bytes.byteCount
      || byte(at: offset) == layout.subscriptStart
  }

  // Numbers

  private func number(_ start: Int, _ lead: Int) -> EncodedSubscript? {
    let numbers = layout.numbers
    let mark = bytes.octet(at: lead)
    let single =
      mark == numbers.zero
      ? EncodedSubscript.Kind.zero : Int16(mark) == numbers.one ? .positive : nil
    if let single, isEnd(lead + 1) {
      return EncodedSubscript(
        kind: single, range: start..<lead + 1, content: lead + 1..<lead + 1, hasEscapes: false)
    }
    if Int16(mark) == numbers.smallPositive { return small(start, lead, isNegative: false) }
    if Int16(mark) == numbers.smallNegative { return small(start, lead, isNegative: true) }
    if mark > numbers.positiveBase, mark - numbers.positiveBase <= numbers.maximumDigits {
      return number(start, lead, digits: Int(mark - numbers.positiveBase), isNegative: false)
    }
    if mark < numbers.negativeBase, numbers.negativeBase - mark <= numbers.maximumDigits {
      return number(start, lead, digits: Int(numbers.negativeBase - mark), isNegative: true)
    }
    return nil
  }

  /// A number whose integer part is not 0, or is one digit 0 where the layout writes that.
  private func number(_ start: Int, _ lead: Int, digits count: Int, isNegative: Bool)
    -> EncodedSubscript?
  {
    let numbers = layout.numbers
    let content = lead + 1
    let zero = isNegative ? numbers.digits.upperBound : numbers.digitBase
    var end = content
    var hasFraction = false
    if numbers.fractionMark < 0 {
      end = endOfDigits(from: content)
      hasFraction = end - content > count
      guard end > content, bytes.octet(at: end - 1) != zero else { return nil }
    } else {
      end = content + count
      guard endOfDigits(from: content) >= end else { return nil }
      if byte(at: end) == numbers.fractionMark {
        hasFraction = true
        let fraction = end + 1
        end = endOfDigits(from: fraction)
        guard end > fraction, bytes.octet(at: end - 1) != zero else { return nil }
      }
    }
    if bytes.octet(at: content) == zero {
      // An integer part of 0 is one digit before a fraction, where no form of its own says it.
      guard hasFraction, count == 1,
        (isNegative ? numbers.smallNegative : numbers.smallPositive) < 0
      else { return nil }
    }
    let isOne =
      count == 1 && !hasFraction && !isNegative && bytes.octet(at: content) == numbers.digitBase + 1
    guard numbers.one < 0 || !isOne else { return nil }
    return ended(
      start, content..<end, isNegative: isNegative,
      hasEnd: numbers.fractionMark < 0 || hasFraction)
  }

  /// A number between -1 and 1: an exponent, then digits.
  private func small(_ start: Int, _ lead: Int, isNegative: Bool) -> EncodedSubscript? {
    let numbers = layout.numbers
    let content = lead + 1
    guard content < bytes.byteCount else { return nil }
    let stored = bytes.octet(at: content)
    let exponent = Int(isNegative ? 255 - stored : stored) - Int(numbers.exponentBase)
    guard exponent < 0, exponent >= Int(numbers.minimumExponent) else { return nil }
    let zero = isNegative ? numbers.digits.upperBound : numbers.digitBase
    let end = endOfDigits(from: content + 1)
    guard end > content + 1, bytes.octet(at: content + 1) != zero, bytes.octet(at: end - 1) != zero
    else { return nil }
    return ended(start, content..<end, isNegative: isNegative, hasEnd: true)
  }

  /// The number with the byte that ends it, if it has one.
  private func ended(_ start: Int, _ content: Range<Int>, isNegative: Bool, hasEnd: Bool)
    -> EncodedSubscript?
  {
    let mark = isNegative ? layout.numbers.negativeEnd : layout.numbers.positiveEnd
    var end = content.upperBound
    if hasEnd, mark >= 0 {
      guard byte(at: end) == mark else { return nil }
      end += 1
    }
    guard isEnd(end) else { return nil }
    return EncodedSubscript(
      kind: isNegative ? .negative : .positive, range: start..<end, content: content,
      hasEscapes: false)
  }

  private func endOfDigits(from start: Int) -> Int {
    let digits = layout.numbers.digits
    var offset = start
    while offset < bytes.byteCount, digits.contains(bytes.octet(at: offset)) { offset += 1 }
    return offset
  }

  // Strings

  private func string(_ start: Int, _ lead: Int) -> EncodedSubscript? {
    let strings = layout.strings
    let mark = byte(at: lead)
    if mark == strings.empty, isEnd(lead + 1) {
      return EncodedSubscript(
        kind: .latin1, range: start..<lead + 1, content: lead + 1..<lead + 1, hasEscapes: false)
    }
    if strings.utf8Mark >= 0, mark == strings.utf8Mark { return utf8String(start, lead + 1) }
    let isMarked = strings.mark >= 0 && mark == strings.mark
    let content = isMarked ? lead + 1 : lead
    var characters = KeyCharacters(content..<bytes.byteCount, layout)
    var first: UInt16?
    var isWide = false
    while let unit = characters.next(in: bytes) {
      if first == nil { first = unit }
      if unit > 0xFF { isWide = true }
    }
    guard !characters.isDamaged else { return nil }
    if let first {
      // Where all strings have the mark, or none has, the first character says nothing.
      guard strings.mark < 0 || isMarked == (first < strings.unmarkedFrom) else { return nil }
    } else {
      guard strings.empty < 0 else { return nil }
    }
    let end = characters.position
    return EncodedSubscript(
      kind: isWide ? .wide : .latin1, range: start..<(strings.end >= 0 ? end + 1 : end),
      content: content..<end, hasEscapes: characters.hasEscapes)
  }

  /// Escapes stand for ASCII characters, so UTF-8 can be walked as it is.
  private func utf8String(_ start: Int, _ content: Int) -> EncodedSubscript? {
    var characters = KeyCharacters(content..<bytes.byteCount, layout, isUTF8: true)
    while characters.next(in: bytes) != nil {}
    guard !characters.isDamaged else { return nil }
    let end = characters.position
    let text = bytes.extracting(content..<end)
    var offset = 0
    var hasWide = false
    while offset < text.byteCount {
      let (scalar, length) = UTF8Decoding.scalar(in: text, at: offset)
      guard let scalar else { return nil }
      if scalar.value > 0xFF { hasWide = true }
      offset += length
    }
    // Only then has the key one form.
    guard hasWide else { return nil }
    return EncodedSubscript(
      kind: .wide, range: start..<(layout.strings.end >= 0 ? end + 1 : end), content: content..<end,
      hasEscapes: true)
  }
}
