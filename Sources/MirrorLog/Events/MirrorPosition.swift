/// A place in a mirror's journal: which file of the chain and how far into it.
public struct MirrorPosition: Sendable, Hashable {
  /// The mirror file count: `7` for `#7`.
  public let fileCount: Int
  /// Bytes from the start of the uncompressed file. 0 means "from the file's beginning".
  public let address: Int

  /// The address, in bytes, in the file of that mirror file count.
  public init(fileCount: Int, address: Int) {
    self.fileCount = fileCount
    self.address = address
  }
}

extension MirrorPosition: Comparable, CustomStringConvertible {
  /// By file count, then by address.
  public static func < (a: MirrorPosition, b: MirrorPosition) -> Bool {
    (a.fileCount, a.address) < (b.fileCount, b.address)
  }

  /// `356088 in #7`.
  public var description: String { "\(address) in #\(fileCount)" }
}

/// An offset as a log prints it: in decimal, in hexadecimal, or in both.
public struct PrintedOffset: Sendable, Hashable {
  /// Bytes, from the decimal figure; nil where none is printed.
  public let decimal: Int?
  /// Bytes, from the figure after `0x`; nil where none is printed.
  public let hex: Int?

  /// Nil when neither is given.
  public init?(decimal: Int?, hex: Int?) {
    guard decimal != nil || hex != nil else { return nil }
    self.decimal = decimal
    self.hex = hex
  }

  /// The decimal figure, else the hexadecimal one.
  public var address: Int { decimal ?? hex ?? 0 }

  /// True unless both are printed and differ.
  public var isConsistent: Bool { decimal == nil || hex == nil || decimal == hex }

  /// True when either figure is the address: where the two differ, that is one finding, and no
  /// second one follows from it.
  public func admits(_ address: Int) -> Bool { decimal == address || hex == address }
}
