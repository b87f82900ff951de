extension UInt8 {
  /// Two lowercase hexadecimal digits.
  package var hexText: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
