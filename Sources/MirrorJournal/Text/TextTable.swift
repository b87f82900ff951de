/// A column of a ``TextTable``.
package struct TextColumn {
  let title: String
  let cells: [String]
  let isNumber: Bool
  /// Shares of the longest bar, from 0 to 1; nil in a column of text.
  let bars: [Double]?

  /// A column whose cells may hold anything: they are made printable here.
  package init(_ title: String, _ cells: [String], isNumber: Bool = false) {
    self.title = title
    self.cells = cells.map(printable)
    self.isNumber = isNumber
    bars = nil
  }

  package init(bars: [Double]) {
    title = ""
    cells = []
    isNumber = false
    self.bars = bars
  }
}

/// Columns of text, numbers and bars, two blanks apart, each as wide as its widest cell.
package struct TextTable {
  private let isASCII: Bool
  /// Characters of the longest bar.
  private let barWidth = 10

  package init(isASCII: Bool = false) { self.isASCII = isASCII }

  package func append(_ columns: [TextColumn], to buffer: inout TextBuffer) {
    for line in lines(columns) {
      buffer.append(line)
      buffer.append("\n")
    }
  }

  /// The titles, then the rows, without blanks at their ends.
  package func lines(_ columns: [TextColumn]) -> [String] {
    let cells = columns.map { column in
      column.bars.map { $0.map { Bar.text($0, width: barWidth, isASCII: isASCII) } }
        ?? column.cells
    }
    let widths = zip(columns, cells).map { column, cells in
      column.bars == nil
        ? max(column.title.unicodeScalars.count, cells.map(\.unicodeScalars.count).max() ?? 0)
        : barWidth
    }
    let rows = cells.map(\.count).max() ?? 0
    return [line(columns.map(\.title), columns, widths)]
      + (0..<rows).map { row in line(cells.map { $0[row] }, columns, widths) }
  }

  private func line(_ cells: [String], _ columns: [TextColumn], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      // A column without a title and with one character is a mark, close to what it marks.
      let gap = index == 0 ? "" : widths[index - 1] == 1 || columns[index].bars != nil ? " " : "  "
      let padding = String(
        repeating: " ", count: max(0, widths[index] - cell.unicodeScalars.count))
      text += gap + (columns[index].isNumber ? padding + cell : cell + padding)
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// Shares as bars.
package enum Bar {
  /// A bar of `share` (0 to 1) of `width` characters, in eighths of a character or in `#`.
  package static func text(_ share: Double, width: Int, isASCII: Bool = false) -> String {
    let share = share.isFinite ? min(max(share, 0), 1) : 0
    if isASCII { return String(repeating: "#", count: Int((share * Double(width)).rounded())) }
    let eighths = Int((share * Double(width * 8)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
