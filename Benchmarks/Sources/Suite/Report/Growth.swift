/// Whether cost and memory grow as the file does: the tables of the suites `growth` and `memory`.
struct Growth {
  /// One line: what was asked, and its value for each size.
  struct Line {
    let name: String
    let mix: String
    let values: [(size: String, value: Double)]
    let isKept: Bool
  }

  /// Million records a second.
  let rates: [Line]
  /// MiB.
  let memories: [Line]

  init(_ rows: [Row]) {
    rates = Self.lines(rows, "growth", { ($0.recordsPerSecond ?? 0) / 1e6 }) { values in
      values.allSatisfy { $0 >= values[0] * 0.85 }
    }
    // A page of text more or less for each thread is not growth.
    memories = Self.lines(rows, "memory", { Double($0.ownMemory) / 1024 }) { values in
      values.allSatisfy { $0 <= max(values[0] * 1.15, values[0] + 2) }
    }
  }

  private static func lines(
    _ rows: [Row], _ suite: String, _ value: (Row) -> Double, isKept: ([Double]) -> Bool
  ) -> [Line] {
    var lines: [Line] = []
    for row in rows where row.suite == suite {
      let mix = mix(row)
      guard !lines.contains(where: { $0.name == row.name && $0.mix == mix }) else { continue }
      let same = rows.filter { $0.suite == suite && $0.name == row.name && Self.mix($0) == mix }
      guard same.count > 1 else { continue }
      lines.append(
        Line(
          name: row.name, mix: mix, values: same.map { (size($0), value($0)) },
          isKept: isKept(same.map(value))))
    }
    return lines
  }

  var markdown: String {
    guard !rates.isEmpty || !memories.isEmpty else { return "" }
    var text = "\n## Growth\n"
    if !rates.isEmpty {
      text += """

        Million records a second, and percent of the smallest size's; the file in the page cache, nothing of it in the processor's
        cache, whatever its size.


        """
      text += Self.table(
        rates,
        kept: { values in
          values.allSatisfy { $0 <= values[0] * 1.15 } ? "within 15 %" : "faster"
        }
      ) { value, first in
        "\(significant(value)) (\(fixed(value / max(first, 1e-9) * 100, 0)) %)"
      }
    }
    if !memories.isEmpty {
      text += """

        MiB of memory that the process has for itself (its anonymous pages, looked at every millisecond; not the mapped
        journal, which is the page cache's). Flat: at most 15 % or 2 MiB above the smallest size's.


        """
      text += Self.table(memories, kept: { _ in "flat" }) { value, _ in fixed(value, 1) }
    }
    return text
  }

  private static func table(
    _ lines: [Line], kept: ([Double]) -> String, _ cell: (Double, Double) -> String
  ) -> String {
    let sizes = lines[0].values.map(\.size)
    var text = "| what | mix | \(sizes.joined(separator: " | ")) | |\n"
    text += "|---|---|" + String(repeating: "---:|", count: sizes.count) + "---|\n"
    for line in lines {
      let cells = line.values.map { cell($0.value, line.values[0].value) }.joined(separator: " | ")
      let verdict = line.isKept ? kept(line.values.map(\.value)) : "**NO**"
      text += "| \(line.name) | \(line.mix) | \(cells) | \(verdict) |\n"
    }
    return text
  }

  private static func mix(_ row: Row) -> String {
    row.input.split(separator: ",").first.map(String.init) ?? row.input
  }

  private static func size(_ row: Row) -> String {
    row.input.split(separator: ",").last.map { String($0).trimmed } ?? row.input
  }
}
