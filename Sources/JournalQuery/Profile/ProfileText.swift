public import MirrorJournal

extension ProfileResult {
  /// The most files that get a column of their own.
  private static let columns = 2...6

  /// Appends the profile for people: totals, the course over time, the top rows with bars.
  ///
  /// Names stand first. Where the table is wider than the style allows, columns go, the least telling first, and
  /// at last names are cut, but for times.
  ///
  /// - Parameters:
  ///   - buffer: takes the lines.
  ///   - top: rows shown; the others are summed up in one line.
  ///   - order: which rows come first.
  ///   - style: width and characters.
  public func appendText(
    to buffer: inout TextBuffer, top: Int, sortedBy order: ProfileOrder = .bytes,
    style: TextStyle = TextStyle()
  ) {
    appendTitle(to: &buffer, style)
    let sorted = sorted(by: order)
    let shown = sorted.prefix(max(0, top))
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
      counts.append(sum)
      byFile.append(sums)
    }
    counts.append(total)
    byFile.append(totalByFile)
    var columns = dimensions.indices.map { index in
      names(index, count: counts.count) { row in
        if row < shown.count { return shown[row].names[index] }
        if index > 0 { return "" }
        return row + 1 < counts.count ? "(\(style.number(rest.count)) more)" : "total"
      }
    }
    func numbers(_ title: String, rank: Int, _ number: @escaping (Int) -> Int) {
      columns.append(
        TextColumn(title, count: counts.count, isNumber: true) { style.number(number($0)) }
          .leaving(rank))
    }
    numbers("Bytes", rank: 0) { counts[$0].bytes }
    columns.append(TextColumn("Share", counts.map { share($0) }, isNumber: true))
    if Self.columns.contains(files.count) {
      for file in files.indices {
        numbers("in \(file + 1)", rank: 7) { byFile[$0][file].bytes }
      }
    }
    numbers("Records", rank: 2) { counts[$0].records }
    numbers("Average", rank: 5) { counts[$0].average }
    numbers("Largest", rank: 6) { counts[$0].largest }
    numbers("SET", rank: 4) { counts[$0].sets }
    numbers("KILL", rank: 3) { counts[$0].kills }
    let most = shown.map(\.counts.bytes).max() ?? 0
    let bars = counts.indices.map { index in
      index < counts.count - 1 && most > 0 ? Double(counts[index].bytes) / Double(most) : 0
    }
    columns.append(TextColumn(bars: bars, width: 16))
    TextTable(style).append(columns, to: &buffer)
  }

  /// The column of a dimension.
  private func names(
    _ index: Int, count: Int, _ cell: @escaping (Int) -> String
  ) -> TextColumn {
    let dimension = dimensions[index]
    let title =
      dimension.rawValue.prefix(1).uppercased() + dimension.rawValue.dropFirst()
      + (dimension.isTime ? " (\(zone.heading))" : "")
    let column = TextColumn(title, count: count, cell)
    if dimension.isTime { return column }
    return column.cut(
      to: dimensions.count > 1 ? 8 : 16, keepingEnd: dimension == .database || dimension == .file)
  }

  private func share(_ counts: ProfileCounts) -> String {
    let share = total.bytes > 0 ? Double(counts.bytes) / Double(total.bytes) : 0
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private func appendTitle(to buffer: inout TextBuffer, _ style: TextStyle) {
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
