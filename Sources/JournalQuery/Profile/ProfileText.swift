public import MirrorJournal

/// How the text of a profile looks.
public struct ProfileStyle: Sendable {
  /// Columns of the terminal that the lines have to fit in; nil where they may be as long as they are.
  public var width: Int?
  /// Whether thousands are separated by blanks.
  public var groupsDigits = false
  /// Whether lines are drawn with ASCII characters only.
  public var isASCII = false

  /// Lines as long as they are, with plain digits.
  public init() {}
}

extension ProfileResult {
  /// The most files that get a column of their own.
  private static let columns = 2...6

  /// Appends the profile for people: totals, the course over time, the top rows with bars.
  ///
  /// Names stand first. Where the table is wider than the style allows, columns go, the least telling first, and
  /// at last names are cut.
  ///
  /// - Parameters:
  ///   - buffer: takes the lines.
  ///   - top: rows shown; the others are summed up in one line.
  ///   - order: which rows come first.
  ///   - style: width and characters.
  public func appendText(
    to buffer: inout TextBuffer, top: Int, sortedBy order: ProfileOrder = .bytes,
    style: ProfileStyle = ProfileStyle()
  ) {
    appendTitle(to: &buffer, style)
    let sorted = sorted(by: order)
    let shown = sorted.prefix(max(0, top))
    let widths = dimensions.indices.map { index in
      max(
        dimensions[index].rawValue.count,
        shown.map { printable($0.names[index]).unicodeScalars.count }.max() ?? 0)
    }
    func joined(_ texts: [String]) -> String {
      texts.enumerated().map { index, text in
        index + 1 == texts.count
          ? text
          : text
            + String(repeating: " ", count: max(0, widths[index] - text.unicodeScalars.count))
      }.joined(separator: "  ")
    }
    var names = shown.map { joined($0.names.map(printable)) }
    var counts = shown.map(\.counts)
    var byFile = shown.map(\.byFile)
    let rest = sorted.dropFirst(shown.count)
    if !rest.isEmpty {
      var sum = ProfileCounts()
      var sums = Array(repeating: ProfileCounts(), count: files.count)
      for row in rest {
        sum.add(row.counts)
        for file in files.indices { sums[file].add(row.byFile[file]) }
      }
      names.append("(\(rest.count) more)")
      counts.append(sum)
      byFile.append(sums)
    }
    names.append("total")
    counts.append(total)
    byFile.append(totalByFile)
    let most = shown.map(\.counts.bytes).max() ?? 0
    let bars = counts.indices.map { index in
      index < counts.count - 1 && most > 0 ? Double(counts[index].bytes) / Double(most) : 0
    }
    let titles = dimensions.map {
      $0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst()
        + ($0.isTime ? " (\(printable(zone.heading)))" : "")
    }
    var table = ProfileColumns(joined(titles), names, bars, style)
    table.add("Bytes", counts.map(\.bytes), rank: 0)
    table.add("Share", texts: counts.map { share($0) }, rank: 1)
    if Self.columns.contains(files.count) {
      for file in files.indices {
        table.add("in \(file + 1)", byFile.map { $0[file].bytes }, rank: 7)
      }
    }
    table.add("Records", counts.map(\.records), rank: 2)
    table.add("Average", counts.map(\.average), rank: 5)
    table.add("Largest", counts.map(\.largest), rank: 6)
    table.add("SET", counts.map(\.sets), rank: 4)
    table.add("KILL", counts.map(\.kills), rank: 3)
    table.append(to: &buffer)
  }

  private func share(_ counts: ProfileCounts) -> String {
    let share = total.bytes > 0 ? Double(counts.bytes) / Double(total.bytes) : 0
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private func appendTitle(to buffer: inout TextBuffer, _ style: ProfileStyle) {
    if files.count == 1 {
      buffer.append("Journal: \(printable(files[0]))\n" as String)
    } else if Self.columns.contains(files.count) {
      for (index, file) in files.enumerated() {
        buffer.append("Journal \(index + 1): \(printable(file))\n" as String)
      }
    } else {
      buffer.append("Journals: \(files.count)\n" as String)
    }
    guard let first = moments.first?.time, let last = moments.last?.time else { return }
    let ends = [zone.minuteText(first), zone.minuteText(last)]
    let end = " \(ends[1]) \(printable(zone.heading)), block times"
    let room = (style.width ?? 100) - ends[0].count - 1 - end.count
    if room >= 8 {
      let line = Sparkline.text(timeline(min(60, room)), isASCII: style.isASCII)
      buffer.append("\(ends[0]) \(line)\(end)\n" as String)
    } else {
      buffer.append("\(ends[0]) to\(end)\n" as String)
    }
  }
}

/// Amounts as blocks of eighths of a line.
enum Sparkline {
  private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let ascii: [Character] = [".", ".", ":", ":", "-", "=", "+", "#"]

  /// One character an amount, its height the share of the greatest; a blank for 0.
  static func text(_ amounts: [Int], isASCII: Bool = false) -> String {
    let most = max(amounts.max() ?? 0, 1)
    let heights = isASCII ? ascii : heights
    return String(
      amounts.map { amount in
        amount <= 0 ? " " : heights[min(7, Int(Double(amount) / Double(most) * 7.999))]
      })
  }
}

/// The columns of a profile's table: a name, numbers and a bar.
private struct ProfileColumns {
  private struct Column {
    let title: String
    let cells: [String]
    /// Columns of a higher rank go first where there is no room.
    let rank: Int
    var width: Int { max(title.count, cells.map(\.count).max() ?? 0) }
  }

  private let title: String
  private let names: [String]
  private let bars: [Double]
  private let style: ProfileStyle
  private var columns: [Column] = []
  private static let barWidth = 16
  /// Names are not cut below this.
  private static let leastName = 16

  init(_ title: String, _ names: [String], _ bars: [Double], _ style: ProfileStyle) {
    (self.title, self.names, self.bars, self.style) = (title, names, bars, style)
  }

  mutating func add(_ title: String, _ numbers: [Int], rank: Int) {
    add(title, texts: numbers.map { style.groupsDigits ? grouped($0) : "\($0)" }, rank: rank)
  }

  mutating func add(_ title: String, texts: [String], rank: Int) {
    columns.append(Column(title: title, cells: texts, rank: rank))
  }

  func append(to buffer: inout TextBuffer) {
    var shown = columns
    let longest = max(title.unicodeScalars.count, names.map(\.unicodeScalars.count).max() ?? 0)
    var nameWidth = longest
    var bar = Self.barWidth
    func total() -> Int {
      nameWidth + shown.reduce(0) { $0 + $1.width + 2 } + (bar > 0 ? bar + 2 : 0)
    }
    if let width = style.width {
      // Half a name says more than the fourth number.
      let wanted = min(longest, max(Self.leastName, width / 3))
      nameWidth = wanted
      if total() > width { bar = 8 }
      while total() > width, let rank = shown.map(\.rank).max(), rank > 1 {
        shown.removeAll { $0.rank == rank }
      }
      if total() > width { bar = 0 }
      nameWidth = max(Self.leastName, min(longest, width - (total() - nameWidth)))
    }
    line(title, shown.map { ($0.title, $0.width) }, "", nameWidth, to: &buffer)
    for (index, name) in names.enumerated() {
      let text = bar > 0 ? Bar.text(bars[index], width: bar, isASCII: style.isASCII) : ""
      line(name, shown.map { ($0.cells[index], $0.width) }, text, nameWidth, to: &buffer)
    }
  }

  private func line(
    _ name: String, _ cells: [(text: String, width: Int)], _ bar: String, _ nameWidth: Int,
    to buffer: inout TextBuffer
  ) {
    let scalars = name.unicodeScalars
    var text = name
    if scalars.count > nameWidth {
      text = String(String.UnicodeScalarView(scalars.prefix(nameWidth - 1)))
      text += style.isASCII ? "~" : "…"
    }
    text += String(repeating: " ", count: max(0, nameWidth - scalars.count))
    for cell in cells {
      text += String(repeating: " ", count: max(0, cell.width - cell.text.count) + 2) + cell.text
    }
    if !bar.isEmpty { text += "  " + bar }
    while text.last == " " { text.removeLast() }
    buffer.append(text)
    buffer.append("\n")
  }
}
