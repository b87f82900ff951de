internal import MirrorJournal

/// Columns of text, numbers and bars, two blanks apart.
struct BarTable {
  struct Column {
    let title: String
    let cells: [String]
    let isNumber: Bool
    /// Shares of the longest bar, from 0 to 1; nil in a column of text.
    let bars: [Double]?

    init(_ title: String, _ cells: [String], isNumber: Bool = false) {
      self.title = title
      self.cells = cells
      self.isNumber = isNumber
      bars = nil
    }

    init(bars: [Double]) {
      title = ""
      cells = []
      isNumber = false
      self.bars = bars
    }
  }

  let isASCII: Bool
  /// Characters of the longest bar.
  var barWidth = 10

  func append(_ columns: [Column], to buffer: inout TextBuffer) {
    let cells = columns.map { column in column.bars.map { $0.map(bar) } ?? column.cells }
    let widths = zip(columns, cells).map { column, cells in
      column.bars == nil
        ? max(column.title.unicodeScalars.count, cells.map(\.unicodeScalars.count).max() ?? 0)
        : barWidth
    }
    let rows = cells.map(\.count).max() ?? 0
    line(columns.map(\.title), columns, widths, to: &buffer)
    for row in 0..<rows { line(cells.map { $0[row] }, columns, widths, to: &buffer) }
  }

  private func line(
    _ cells: [String], _ columns: [Column], _ widths: [Int], to buffer: inout TextBuffer
  ) {
    var text = ""
    for (index, cell) in cells.enumerated() {
      // A column without a title and with one character is a mark, close to what it marks.
      let gap = index == 0 ? "" : widths[index - 1] == 1 || columns[index].bars != nil ? " " : "  "
      let padding = String(
        repeating: " ", count: max(0, widths[index] - cell.unicodeScalars.count))
      text += gap + (columns[index].isNumber ? padding + cell : cell + padding)
    }
    while text.last == " " { text.removeLast() }
    buffer.append(text)
    buffer.append("\n")
  }

  /// A bar of eighths of a character.
  private func bar(_ share: Double) -> String {
    let share = share.isFinite ? min(max(share, 0), 1) : 0
    if isASCII { return String(repeating: "#", count: Int((share * Double(barWidth)).rounded())) }
    let eighths = Int((share * Double(barWidth) * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
