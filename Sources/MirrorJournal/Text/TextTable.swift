/// A column of a ``TextTable``.
package struct TextColumn {
  let title: String
  let count: Int
  let cell: (Int) -> String
  let isNumber: Bool
  /// Shares of the longest bar, from 0 to 1; nil in a column of text.
  let bars: [Double]?
  let barWidth: Int
  /// Where there is no room, columns of the highest rank go first; 0 stays.
  var rank = 0
  /// Where there is no room, cells are cut, but not below this width; nil where they are not.
  var least: Int?
  /// Whether the beginning is cut instead of the end, as of paths.
  var keepsEnd = false
  /// Whether the cell stands below its row where there is no room.
  var isNote = false
  /// A shorter form of the cells, for where there is no room.
  var short: ((Int) -> String)?

  /// A column whose cells may hold anything: they are made printable here.
  package init(_ title: String, _ cells: [String], isNumber: Bool = false) {
    self.init(title, count: cells.count, isNumber: isNumber) { cells[$0] }
  }

  /// The same with `count` cells that are made when they are written, and once before for their widths.
  package init(
    _ title: String, count: Int, isNumber: Bool = false, _ cell: @escaping (Int) -> String
  ) {
    self.title = printable(title)
    self.count = count
    self.cell = { printable(cell($0)) }
    self.isNumber = isNumber
    bars = nil
    barWidth = 0
  }

  /// The same with a cell for each of `rows`.
  package init<Row>(
    _ title: String, of rows: [Row], isNumber: Bool = false, _ cell: @escaping (Row) -> String
  ) {
    self.init(title, count: rows.count, isNumber: isNumber) { cell(rows[$0]) }
  }

  /// A column of bars, of at most `width` characters.
  package init(bars: [Double], width: Int = 10) {
    title = ""
    count = bars.count
    cell = { _ in "" }
    isNumber = false
    self.bars = bars
    barWidth = width
  }

  /// The same column, which goes where there is no room, the highest rank first.
  package func leaving(_ rank: Int) -> TextColumn {
    var column = self
    column.rank = rank
    return column
  }

  /// The same column, whose cells are cut where there is no room, but not below `least`.
  package func cut(to least: Int, keepingEnd: Bool = false) -> TextColumn {
    var column = self
    (column.least, column.keepsEnd) = (least, keepingEnd)
    return column
  }

  /// The same column, with cells for where there is no room.
  package func shortened(_ short: @escaping (Int) -> String) -> TextColumn {
    var column = self
    column.short = { printable(short($0)) }
    return column
  }

  /// The same column, whose cells stand below their rows where there is no room.
  package func asNote() -> TextColumn {
    var column = self
    column.isNote = true
    return column
  }
}

/// Columns of text, numbers and bars, two blanks apart, each as wide as its widest cell: the one way in which
/// tables are written. Where the style has a width, every line fits in it.
package struct TextTable {
  private let style: TextStyle

  package init(_ style: TextStyle = TextStyle()) { self.style = style }

  package init(isASCII: Bool) {
    var style = TextStyle()
    style.isASCII = isASCII
    self.style = style
  }

  /// Appends the titles, then the rows, without blanks at their ends.
  package func append(_ columns: [TextColumn], to buffer: inout TextBuffer) {
    append(columns, to: &buffer, written: { _ in })
  }

  /// The same; `written` is called behind each line.
  package func append(
    _ columns: [TextColumn], to buffer: inout TextBuffer,
    written: (inout TextBuffer) throws -> Void
  ) rethrows {
    try forEachLine(columns) {
      buffer.append($0)
      buffer.append("\n")
      try written(&buffer)
    }
  }

  /// The lines.
  package func lines(_ columns: [TextColumn]) -> [String] {
    var lines: [String] = []
    forEachLine(columns) { lines.append($0) }
    return lines
  }

  private func forEachLine(
    _ columns: [TextColumn], _ body: (String) throws -> Void
  ) rethrows {
    let fit = TableFit(columns, style)
    try body(line(fit) { fit.columns[$0].column.title })
    for row in 0..<(columns.map(\.count).max() ?? 0) {
      try body(line(fit) { fit.columns[$0].text(row, style) })
      for note in fit.notes where !note.cell(row).isEmpty {
        try body(("  " + note.cell(row)).folded(to: style.width))
      }
    }
  }

  private func line(_ fit: TableFit, _ cell: (Int) -> String) -> String {
    var text = ""
    for (index, placed) in fit.columns.enumerated() {
      let column = placed.column
      let full = cell(index)
      let cell =
        style.width == nil ? full : full.cut(to: placed.width, keepingEnd: column.keepsEnd, style)
      let padding = String(repeating: " ", count: max(0, placed.width - cell.columns))
      text += fit.gap(before: index) + (column.isNumber ? padding + cell : cell + padding)
    }
    while text.last == " " { text.removeLast() }
    return style.width.map { text.cut(to: $0, style) } ?? text
  }
}

/// Which columns a table shows, and how wide.
private struct TableFit {
  struct Placed {
    let column: TextColumn
    /// Of the widest cell and the title.
    var natural: Int
    var width: Int
    var isShort = false

    init(_ column: TextColumn) {
      self.column = column
      natural = column.bars == nil ? Self.natural(column, column.cell) : column.barWidth
      width = natural
    }

    static func natural(_ column: TextColumn, _ cell: (Int) -> String) -> Int {
      (0..<column.count).reduce(column.title.columns) { max($0, cell($1).columns) }
    }

    mutating func shorten() {
      guard let short = column.short else { return }
      isShort = true
      natural = Self.natural(column, short)
      width = natural
    }

    func text(_ row: Int, _ style: TextStyle) -> String {
      if let bars = column.bars {
        return Bar.text(bars[row], width: width, isASCII: style.isASCII)
      }
      return isShort ? column.short?(row) ?? "" : column.cell(row)
    }
  }

  private(set) var columns: [Placed]
  /// Those that stand below their rows.
  private(set) var notes: [TextColumn] = []

  init(_ columns: [TextColumn], _ style: TextStyle) {
    self.columns = columns.map(Placed.init)
    guard let width = style.width, total > width else { return }
    notes = columns.filter(\.isNote)
    self.columns.removeAll(where: \.column.isNote)
    if total > width { for index in self.columns.indices { self.columns[index].shorten() } }
    guard total > width else { return }
    setWidths { $0.column.bars == nil ? $0.width : min($0.width, 8) }
    // Half a name says more than the fourth number.
    let cut = self.columns.count { $0.column.least != nil && $0.natural > width / 6 }
    let wanted = width / 3 / max(1, cut)
    setWidths { $0.column.least.map { max($0, wanted) } ?? $0.width }
    while total > width, let rank = self.columns.map(\.column.rank).max(), rank > 0 {
      self.columns.removeAll { $0.column.rank == rank }
    }
    if total > width { self.columns.removeAll { $0.column.bars != nil } }
    // What is left of the room goes to the texts, evenly.
    var most = width
    repeat {
      setWidths { placed in placed.column.least.map { max($0, most) } ?? placed.width }
      most -= 1
    } while total > width && most > 0
  }

  private mutating func setWidths(_ width: (Placed) -> Int) {
    for index in columns.indices {
      columns[index].width = min(columns[index].natural, width(columns[index]))
    }
  }

  private var total: Int {
    columns.indices.reduce(0) { $0 + gap(before: $1).count + columns[$1].width }
  }

  func gap(before index: Int) -> String {
    guard index > 0 else { return "" }
    let bar = columns[index].column.bars != nil && columns[index].column.barWidth <= 10
    // A column with one character is a mark, close to what it marks.
    return columns[index - 1].width == 1 || bar ? " " : "  "
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
