extension JournalValue: CustomStringConvertible {
  /// As ZWRITE prints it.
  public var description: String {
    let bytes = encodedBytes
    var buffer = TextBuffer(capacity: bytes.count + 16)
    ValueView(bytes.span.bytes, storageCode: storageCode).appendZWrite(to: &buffer)
    return buffer.string
  }
}
