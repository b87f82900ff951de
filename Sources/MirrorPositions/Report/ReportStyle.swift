public import MirrorJournal

/// How a report for people looks. Whether a terminal can show it is the caller's business.
public struct ReportStyle: Sendable, Hashable {
  /// ANSI escape sequences for colour and weight.
  public var usesColour: Bool
  /// Width and characters. Addresses are names: their digits are not grouped.
  public var text: TextStyle

  /// A style; without arguments the same as `plain`.
  public init(usesColour: Bool = false, isASCII: Bool = false) {
    self.init(usesColour: usesColour, text: TextStyle())
    text.isASCII = isASCII
  }

  /// `text` with colour, or without.
  public init(usesColour: Bool, text: TextStyle) {
    self.usesColour = usesColour
    self.text = text
  }

  /// ASCII only, without the drawing characters of Unicode.
  public var isASCII: Bool {
    get { text.isASCII }
    set { text.isASCII = newValue }
  }
  var width: Int? { text.width }

  /// Text without escape sequences.
  public static let plain = ReportStyle()
  /// Text with colour.
  public static let ansi = ReportStyle(usesColour: true)

  enum Ink: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func paint(_ text: String, _ ink: Ink) -> String {
    usesColour ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }

  var mark: String { isASCII ? "*" : "●" }
  var bar: String { isASCII ? "|" : "│" }
  var rule: String { isASCII ? "-" : "─" }
  var gap: String { isASCII ? "~" : "┄" }
  var ellipsis: String { text.ellipsis }
  var arrow: String { isASCII ? " > " : " → " }
}

/// Cells padded or cut to a width, in characters.
func fitted(_ text: String, _ width: Int, _ style: ReportStyle, right: Bool = false) -> String {
  let count = text.count
  if count > width { return String(text.prefix(max(0, width - 1))) + style.ellipsis }
  let padding = String(repeating: " ", count: width - count)
  return right ? padding + text : text + padding
}

/// A table whose titles are bold.
func table(_ columns: [TextColumn], _ style: ReportStyle) -> String {
  let lines = TextTable(style.text).lines(columns)
  let head = lines.prefix(1).map { style.paint($0, .bold) }
  return (head + lines.dropFirst()).joined(separator: "\n") + "\n"
}
