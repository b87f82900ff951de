/// CSV made fit for spreadsheets, which take a cell that begins like a formula for one.
///
/// Takes CSV as this library writes it, in pieces of any size, and puts an apostrophe in front of each cell that
/// begins with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed, or with the full-width form of one of
/// the first four; each NUL, which ends a cell for many programs, becomes `␀` (U+2400). All else stays as it is.
/// What comes out is not exact any more: keep the default for programs.
///
///     var cells = SpreadsheetCSV()
///     cells.append(bytes, to: &buffer)   // =1+1,"-2" becomes '=1+1,"'-2"
public struct SpreadsheetCSV: Sendable {
  private enum Place {
    /// Before the first byte of a cell, in quotes or not.
    case start(isQuoted: Bool)
    case inside(isQuoted: Bool)
    /// Behind a quote inside quotes: the cell's end, or the first half of a quote.
    case behindQuote
  }

  private var place = Place.start(isQuoted: false)
  /// The bytes of a character that a cell may begin with, as far as they have come.
  private var lead: [UInt8] = []

  /// A filter that stands before the first cell.
  public init() {}

  /// Appends `csv`, which goes on where the last piece ended; the last piece ends a line.
  public mutating func append(_ csv: RawSpan, to buffer: inout TextBuffer) {
    for offset in 0..<csv.byteCount { take(csv.octet(at: offset), &buffer) }
  }

  private mutating func take(_ byte: UInt8, _ buffer: inout TextBuffer) {
    guard case .start(let isQuoted) = place else { return pass(byte, &buffer) }
    if !isQuoted, lead.isEmpty, byte == UInt8(ascii: "\"") {
      // Of a cell in quotes the first byte is the one behind the quote.
      place = .start(isQuoted: true)
      return buffer.append(byte)
    }
    lead.append(byte)
    if Self.fullWidthLead.starts(with: lead) { return }
    // Outside quotes a line feed ends the cell and the line.
    let isEnd = !isQuoted && byte == UInt8(ascii: "\n")
    if !isEnd, Self.isDangerous(lead) { buffer.append(UInt8(ascii: "'")) }
    place = .inside(isQuoted: isQuoted)
    for byte in lead { pass(byte, &buffer) }
    lead = []
  }

  private mutating func pass(_ byte: UInt8, _ buffer: inout TextBuffer) {
    if byte == 0 { buffer.append("\u{2400}" as String) } else { buffer.append(byte) }
    switch (place, byte) {
    case (.inside(isQuoted: true), UInt8(ascii: "\"")): place = .behindQuote
    case (.behindQuote, UInt8(ascii: "\"")): place = .inside(isQuoted: true)
    case (.inside(isQuoted: false), UInt8(ascii: ",")),
      (.inside(isQuoted: false), UInt8(ascii: "\n")),
      (.behindQuote, UInt8(ascii: ",")), (.behindQuote, UInt8(ascii: "\n")):
      place = .start(isQuoted: false)
    default: break
    }
  }

  /// How the full-width forms begin in UTF-8.
  private static let fullWidthLead: [UInt8] = [0xEF, 0xBC]

  private static func isDangerous(_ first: [UInt8]) -> Bool {
    switch first {
    case [UInt8(ascii: "=")], [UInt8(ascii: "+")], [UInt8(ascii: "-")], [UInt8(ascii: "@")],
      [UInt8(ascii: "\t")], [UInt8(ascii: "\r")], [UInt8(ascii: "\n")],
      // Full-width = + - @
      [0xEF, 0xBC, 0x9D], [0xEF, 0xBC, 0x8B], [0xEF, 0xBC, 0x8D], [0xEF, 0xBC, 0xA0]:
      true
    default: false
    }
  }
}
