public import MirrorJournal

/// A profile as a plain SVG picture: bytes over time, and a bar for each of the top rows, the part of
/// each file in a shade of its own.
public struct ProfilePicture {
  private let result: ProfileResult
  private let rows: [ProfileRow]
  private let width = 960.0
  private let left = 320.0
  private let right = 150.0
  private let barHeight = 22.0
  private let timelineTop = 70.0
  private let timelineHeight = 90.0
  private static let shades = ["#1b6ca8", "#b3541e", "#3a7d44", "#7a4f9a", "#8a6d1b", "#4b5563"]

  /// - Parameters:
  ///   - result: what is drawn.
  ///   - top: the most rows that get a bar.
  ///   - order: which rows come first.
  public init(_ result: ProfileResult, top: Int = 20, sortedBy order: ProfileOrder = .bytes) {
    self.result = result
    rows = Array(result.sorted(by: order).prefix(max(0, top)))
  }

  /// Appends the picture.
  public func append(to buffer: inout TextBuffer) {
    let barsTop = timelineTop + timelineHeight + 60
    let height = barsTop + Double(rows.count) * barHeight + 40
    func add(_ line: String) {
      buffer.append(line)
      buffer.append("\n")
    }
    add(SVGText.head(width: width, height: height))
    let names = result.dimensions.map(\.rawValue).joined(separator: ", ")
    add(SVGText.text(20, 28, "Bytes by \(names)", size: 16))
    let files = result.files.count == 1 ? result.files[0] : "\(result.files.count) journals"
    add(
      SVGText.text(
        20, 46, "\(files): \(result.total.records) records, \(result.total.bytes) bytes charged"))
    timeline(add)
    for (index, row) in rows.enumerated() {
      bar(row, at: barsTop + Double(index) * barHeight, add)
    }
    let rest = result.rows.count - rows.count
    if rest > 0 {
      add(SVGText.text(left - 8, height - 22, "(\(rest) more)", anchor: "end"))
    }
    add("</svg>")
  }

  private func timeline(_ add: (String) -> Void) {
    guard let first = result.moments.first?.time, let last = result.moments.last?.time else {
      return
    }
    let amounts = result.timeline(200)
    let most = Double(max(amounts.max() ?? 0, 1))
    let bottom = timelineTop + timelineHeight
    let step = (width - 40) / Double(amounts.count)
    var points = "20,\(fixed(bottom, 1))"
    for (index, amount) in amounts.enumerated() {
      let y = fixed(bottom - Double(amount) / most * timelineHeight, 1)
      points += " \(fixed(20 + Double(index) * step, 1)),\(y)"
      points += " \(fixed(20 + Double(index + 1) * step, 1)),\(y)"
    }
    points += " \(fixed(width - 20, 1)),\(fixed(bottom, 1))"
    add("<polygon points=\"\(points)\" fill=\"#1b6ca8\" fill-opacity=\"0.35\"/>")
    add(SVGText.text(20, bottom + 18, "\(result.zone.namedText(first)), block times"))
    add(SVGText.text(width - 20, bottom + 18, result.zone.text(last), anchor: "end"))
  }

  private func bar(_ row: ProfileRow, at top: Double, _ add: (String) -> Void) {
    let most = Double(max(rows.map(\.counts.bytes).max() ?? 0, 1))
    let scale = (width - left - right) / most
    let name = row.names.joined(separator: "  ")
    let shown = name.count > 46 ? name.prefix(45) + "…" : name[...]
    add(SVGText.text(left - 8, top + barHeight - 7, String(shown), anchor: "end"))
    var x = left
    for (file, counts) in row.byFile.enumerated() where counts.bytes > 0 {
      let length = Double(counts.bytes) * scale
      add(
        "<rect x=\"\(fixed(x, 1))\" y=\"\(fixed(top + 2, 1))\" width=\"\(fixed(length, 1))\" "
          + "height=\"\(fixed(barHeight - 4, 1))\" fill=\"\(Self.shades[file % Self.shades.count])\">"
          + "<title>\(SVGText.escaped(result.files[file])): \(counts.records) records, "
          + "\(counts.bytes) bytes</title></rect>")
      x += length
    }
    let share = fixed(result.share(of: row) * 100, 1)
    add(SVGText.text(x + 6, top + barHeight - 7, "\(row.counts.bytes) (\(share) %)"))
  }
}
