/// The rows as a table for the terminal.
func terminalTable(_ rows: [Row]) -> String {
  let cells = rows.map { row in
    [
      row.suite,
      row.name + (row.note.isEmpty ? "" : " (\(row.note))")
        + (row.ownMemory > 0 ? " (own \(fixed(Double(row.ownMemory) / 1024, 1)) MiB)" : ""),
      row.input,
      duration(row.seconds) + (row.clock == .wall ? " wall" : ""),
      fixed(row.bytesPerSecond / 1e6, 0), row.recordsPerSecond.map { significant($0 / 1e6) } ?? "",
      fixed(row.spread, 0), row.ratio.map { fixed($0, 2) } ?? "",
    ]
  }
  let head = ["suite", "what", "input", "median", "MB/s", "Mrec/s", "±%", "ratio"]
  let widths = head.indices.map { column in
    max(head[column].count, cells.map { $0[column].count }.max() ?? 0)
  }
  return ([head] + cells).map { line in
    line.enumerated().map { column, cell in
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      return column < 3 ? cell + padding : padding + cell
    }.joined(separator: "  ")
  }.joined(separator: "\n") + "\n"
}
