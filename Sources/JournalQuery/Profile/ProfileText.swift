public import MirrorJournal

extension ProfileResult {
  /// The most files that get a column of their own.
  private static let columns = 2...6

  /// Appends the profile for people: totals, the course over time, the top rows with bars.
  ///
  /// - Parameters:
  ///   - buffer: takes the lines.
  ///   - top: rows shown; the others are summed up in one line.
  ///   - order: which rows come first.
  ///   - width: of the terminal, in characters.
  public func appendText(
    to buffer: inout TextBuffer, top: Int, sortedBy order: ProfileOrder = .bytes, width: Int = 100
  ) {
    appendTitle(to: &buffer, width)
    let sorted = sorted(by: order)
    let shown = sorted.prefix(max(0, top))
    var table = ProfileColumns(
      files: Self.columns.contains(files.count) ? files.count : 0, total: total,
      most: shown.map(\.counts.bytes).max() ?? 0)
    table.appendHead(dimensions, zone, to: &buffer)
    for row in shown {
      table.append(row.counts, row.byFile, to: &buffer)
      buffer.append(printable: row.names.joined(separator: "  "))
      buffer.append(UInt8(ascii: "\n"))
    }
    let rest = sorted.dropFirst(shown.count)
    if !rest.isEmpty {
      var counts = ProfileCounts()
      var byFile = Array(repeating: ProfileCounts(), count: files.count)
      for row in rest {
        counts.add(row.counts)
        for file in files.indices { byFile[file].add(row.byFile[file]) }
      }
      table.append(counts, byFile, to: &buffer)
      buffer.append("(\(rest.count) more)\n" as String)
    }
    table.append(total, totalByFile, to: &buffer, showsBar: false)
    buffer.append("total\n")
  }

  private func appendTitle(to buffer: inout TextBuffer, _ width: Int) {
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
    let line = Sparkline.text(timeline(min(60, max(8, width - 48))))
    buffer.append(
      "\(zone.minuteText(first)) \(line) \(zone.minuteText(last)) \(printable(zone.heading)), "
        + "block times\n")
  }
}

/// Amounts as blocks of eighths of a line.
enum Sparkline {
  private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// One character an amount, its height the share of the greatest; a blank for 0.
  static func text(_ amounts: [Int]) -> String {
    let most = max(amounts.max() ?? 0, 1)
    return String(
      amounts.map { amount in
        amount <= 0 ? " " : heights[min(7, Int(Double(amount) / Double(most) * 7.999))]
      })
  }
}

/// The columns of a profile's table.
private struct ProfileColumns {
  private static let barWidth = 16

  let files: Int
  let total: ProfileCounts
  /// Bytes of the longest bar.
  let most: Int
  private let byteWidth: Int
  private let countWidth: Int

  init(files: Int, total: ProfileCounts, most: Int) {
    self.files = files
    self.total = total
    self.most = most
    byteWidth = max(9, String(total.bytes).count)
    countWidth = max(8, String(total.records).count)
  }

  func appendHead(_ dimensions: [ProfileDimension], _ zone: ClockZone, to buffer: inout TextBuffer)
  {
    buffer.append("Bytes", rightAlignedIn: byteWidth)
    buffer.append("Share", rightAlignedIn: 8)
    for file in 0..<files { buffer.append("in \(file + 1)", rightAlignedIn: byteWidth + 1) }
    buffer.append("Records", rightAlignedIn: countWidth + 1)
    buffer.append("Average", rightAlignedIn: 9)
    buffer.append("Largest", rightAlignedIn: 9)
    buffer.append("SET", rightAlignedIn: countWidth + 1)
    buffer.append("KILL", rightAlignedIn: countWidth + 1)
    buffer.append(repeating: UInt8(ascii: " "), count: Self.barWidth + 4)
    let names = dimensions.map {
      $0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst()
        + ($0.isTime ? " (\(printable(zone.heading)))" : "")
    }
    buffer.append(names.joined(separator: "  "))
    buffer.append(UInt8(ascii: "\n"))
  }

  mutating func append(
    _ counts: ProfileCounts, _ byFile: [ProfileCounts], to buffer: inout TextBuffer,
    showsBar: Bool = true
  ) {
    buffer.append(decimal: counts.bytes, rightAlignedIn: byteWidth)
    let share = total.bytes > 0 ? Double(counts.bytes) / Double(total.bytes) : 0
    let tenths = Int((share * 1000).rounded())
    buffer.append("\(tenths / 10).\(tenths % 10) %", rightAlignedIn: 8)
    for file in 0..<files {
      buffer.append(decimal: byFile[file].bytes, rightAlignedIn: byteWidth + 1)
    }
    buffer.append(decimal: counts.records, rightAlignedIn: countWidth + 1)
    buffer.append(decimal: counts.average, rightAlignedIn: 9)
    buffer.append(decimal: counts.largest, rightAlignedIn: 9)
    buffer.append(decimal: counts.sets, rightAlignedIn: countWidth + 1)
    buffer.append(decimal: counts.kills, rightAlignedIn: countWidth + 1)
    buffer.append("  ")
    let length = most > 0 && showsBar ? Double(counts.bytes) / Double(most) : 0
    let start = buffer.count
    buffer.append(Bar.text(length, width: Self.barWidth))
    buffer.padRight(from: start, to: Self.barWidth)
    buffer.append("  ")
  }
}
