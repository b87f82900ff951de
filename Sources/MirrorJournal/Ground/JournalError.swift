/// The byte offset of something from the start of a journal's uncompressed data.
///
/// Offsets fit in 32 bits (class D: a journal is smaller than 4096 MB), so sums and differences of
/// addresses and record lengths never overflow an `Int`.
public typealias JournalAddress = Int

/// What went wrong with a journal, a compressed file or a key, where, and what to do next.
public struct JournalError: Error, Sendable, Hashable {
  /// The kind of failure, for programs.
  public enum Code: String, Sendable, CaseIterable {
    /// The file could not be opened, is a directory, or may not be read.
    case cannotOpen
    /// The system failed to read bytes that the file has.
    case cannotRead
    /// The system failed to write, sync, rename or remove.
    case cannotWrite
    /// The target exists and overwriting was not asked for.
    case targetExists
    /// The file is empty, or is what no journal is.
    case notAJournal
    /// The signature belongs to no known layout: whether the file is sound cannot be said.
    case unknownLayout
    /// The header contradicts itself or its checksum.
    case headerDamaged
    /// A block does not match its checksum, or its header is impossible.
    case blockDamaged
    /// A record's length, distance or body is impossible.
    case recordDamaged
    /// A key does not decode.
    case badKey
    /// A value does not decode, or some of its bytes are missing.
    case badValue
    /// A compressed file's frame, index or checksum is wrong.
    case compressedDamaged
    /// No record stands at the address asked for.
    case noRecord
    /// The file became shorter while it was read.
    case shrank
    /// The path leads to another journal than before.
    case replaced
    /// A file and a listing of it prove no layout.
    case notProved
    /// A layout description is incomplete or contradicts itself.
    case badLayout
    /// An argument has a value that makes no sense.
    case badArgument
  }

  /// What kind of error it is.
  public let code: Code
  /// One sentence without a final stop: what is wrong.
  public let reason: String
  /// The address it is about, in bytes from the start of the journal data.
  public let address: JournalAddress?
  /// The file it is about.
  public let file: String?
  /// What the reader of the message can do.
  public let advice: String?

  /// An error about `file`; `reason` and `advice` are sentences without a final stop.
  public init(
    _ code: Code, _ reason: String, at address: JournalAddress? = nil, in file: String? = nil,
    advice: String? = nil
  ) {
    self.code = code
    self.reason = reason
    self.address = address
    self.file = file
    self.advice = advice
  }

  /// The same error with the file's name, for parsers that know only bytes.
  public func inFile(_ file: String) -> JournalError {
    self.file == nil
      ? JournalError(code, reason, at: address, in: file, advice: advice) : self
  }
}

extension JournalError: CustomStringConvertible {
  /// One line: `FILE: REASON at ADDRESS (0xHEX); ADVICE`.
  public var description: String {
    var line = ""
    if let file { line += "\(FileName.printable(file)): " }
    line += reason
    if let address { line += " at \(address) (0x\(String(address, radix: 16)))" }
    if let advice { line += "; \(advice)" }
    return line
  }
}

extension JournalError {
  /// Whether the error is about one record's bytes, not about the file.
  package var isAboutContent: Bool {
    switch code {
    case .recordDamaged, .badKey, .badValue, .blockDamaged, .noRecord, .compressedDamaged: true
    default: false
    }
  }

  /// What bytes say that begin as no layout at hand does.
  static let unknownLayout = JournalError(
    .unknownLayout, "the signature is not of a known journal layout", at: 0)
}
