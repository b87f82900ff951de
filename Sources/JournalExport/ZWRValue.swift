internal import MirrorJournal

extension TextBuffer {
  /// Appends `value` as a line of ZWR has it.
  mutating func appendZWRValue(_ value: JournalValue) {
    appendZWRValue(value.encodedBytes.span.bytes, storageCode: value.storageCode)
  }

  /// Appends the value in `bytes` as a line of ZWR has it.
  mutating func appendZWRValue(_ bytes: RawSpan, storageCode: UInt8) {
    let view = ValueView(bytes, storageCode: storageCode)
    switch view.kind {
    case .list: appendExactList(bytes)
    // No reader of ZWR knows `$zwc`.
    case .bits: appendCodes(bytes)
    default: view.appendZWrite(to: &self)
    }
  }

  /// Appends the `$lb(…)` that builds exactly the list `bytes`, or, when another encoding of its
  /// elements would come of it, the characters of its bytes.
  private mutating func appendExactList(_ bytes: RawSpan) {
    let start = count
    append("^a=")
    ValueView(bytes, storageCode: ValueStorage.bytes.rawValue).appendZWrite(to: &self)
    let isExact = withBytes { text in
      guard let line = text.slice(start, text.byteCount - start),
        let parsed = try? ZWRText.parse(line), case .bytes(let rebuilt) = parsed.value
      else { return false }
      return rebuilt.span.bytes.isEqual(to: bytes)
    }
    truncate(to: start)
    if isExact {
      ValueView(bytes, storageCode: ValueStorage.bytes.rawValue).appendZWrite(to: &self)
    } else {
      appendZWriteString(latin1: bytes)
    }
  }

  /// Appends the string of `bytes`, at least one, as `$c(…)`: no reader's character set changes one.
  private mutating func appendCodes(_ bytes: RawSpan) {
    for offset in 0..<bytes.byteCount {
      append(offset == 0 ? "$c(" : ",")
      append(decimal: UInt64(bytes.loadUInt8(at: offset) ?? 0))
    }
    append(UInt8(ascii: ")"))
  }
}
