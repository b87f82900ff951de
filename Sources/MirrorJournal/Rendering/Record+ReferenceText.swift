extension Record {
  /// The global reference as ZWRITE prints it; nil when there is none or it does not decode.
  package var referenceText: String? {
    guard let key = key() else { return nil }
    var buffer = TextBuffer(capacity: 128)
    return key.appendReference(to: &buffer) ? buffer.string : nil
  }
}
