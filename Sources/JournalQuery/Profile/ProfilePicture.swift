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
    let legend = result.files.count > 1 ? Double(result.files.count) * 18 + 14 : 0
    let barsTop = timelineTop + timelineHeight + 70
    let height = barsTop + Double(rows.count) * barHeight + 40 + legend
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
        20, 46,
        "\(files): \(grouped(result.total.records)) records, \(grouped(result.total.bytes)) bytes charged"
      ))
    timeline(add)
    for (index, row) in rows.enumerated() {
      bar(row, at: barsTop + Double(index) * barHeight, add)
    }
    let end = barsTop + Double(rows.count) * barHeight
    let rest = result.rows.count - rows.count
    if rest > 0 { add(SVGText.text(left - 8, end + 16, "(\(rest) more)", anchor: "end")) }
    if legend > 0 { self.legend(from: end + 40, add) }
    add("</svg>")
  }

  /// Which colour is which journal's.
  private func legend(from top: Double, _ add: (String) -> Void) {
    for (index, file) in result.files.enumerated() {
      let y = top + Double(index) * 18
      add(
        "<path d=\"M\(fixed(left, 1)) \(fixed(y - 10, 1))h12v12h-12z\" fill=\"\(colour(index))\"/>")
      add(SVGText.text(left + 18, y, file))
    }
  }

  /// A colour for each file: those beyond the named ones are as far from each other as their number allows.
  private func colour(_ file: Int) -> String {
    if file < Self.shades.count { return Self.shades[file] }
    let hue = (file - Self.shades.count) * 137 % 360
    return "hsl(\(hue),45%,\(30 + file * 7 % 30)%)"
  }

  private func timeline(_ add: (String) -> Void) {
    guard let first = result.moments.first?.time, let last = result.moments.last?.time else {
      return
    }
    let amounts = result.course(200)
    let most = Double(max(amounts.max() ?? 0, 1))
    let bottom = timelineTop + timelineHeight
    let step = (width - 40) / Double(max(1, amounts.count))
    var points = "20,\(fixed(bottom, 1))"
    for (index, amount) in amounts.enumerated() {
      let y = fixed(bottom - Double(amount) / most * timelineHeight, 1)
      points += " \(fixed(20 + Double(index) * step, 1)),\(y)"
      points += " \(fixed(20 + Double(index + 1) * step, 1)),\(y)"
    }
    points += " \(fixed(width - 20, 1)),\(fixed(bottom, 1))"
    add("<polygon points=\"\(points)\" fill=\"#1b6ca8\" fill-opacity=\"0.35\"/>")
    peak(amounts, step, add)
    ticks(from: first, to: last, at: bottom, add)
  }

  /// What the highest column stands for.
  private func peak(_ amounts: [Int], _ step: Double, _ add: (String) -> Void) {
    guard let most = amounts.max(), let index = amounts.firstIndex(of: most) else { return }
    let x = 20 + (Double(index) + 0.5) * step
    let anchor = x > width * 0.7 ? "end" : x < width * 0.3 ? "start" : "middle"
    add(SVGText.text(x, timelineTop - 4, "\(grouped(most)) bytes", anchor: anchor))
  }

  /// Times below the course: the first, the last, and three between them.
  private func ticks(
    from first: Timestamp, to last: Timestamp, at bottom: Double, _ add: (String) -> Void
  ) {
    let parts = first < last ? 4 : 1
    for part in 0...parts {
      let share = Double(part) / Double(parts)
      let x = 20 + share * (width - 40)
      let span = Double(last.milliseconds) - Double(first.milliseconds)
      let time = Timestamp(
        milliseconds: part == parts
          ? last.milliseconds : first.milliseconds + Int64(span * share))
      let words = String(result.zone.text(time).prefix(19))
      add(
        "<path d=\"M\(fixed(x, 1)) \(fixed(bottom, 1))v5\" stroke=\"#333\"/>")
      add(
        SVGText.text(
          x, bottom + 18, words, anchor: part == 0 ? "start" : part == parts ? "end" : "middle"))
    }
    add(SVGText.text(20, bottom + 34, "block times, \(result.zone.heading)"))
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
          + "height=\"\(fixed(barHeight - 4, 1))\" fill=\"\(colour(file))\">"
          + "<title>\(SVGText.escaped(result.files[file])): \(counts.records) records, "
          + "\(counts.bytes) bytes</title></rect>")
      x += length
    }
    let share = fixed(result.share(of: row) * 100, 1)
    add(
      SVGText.text(
        x + 6, top + barHeight - 7, "\(grouped(row.counts.bytes)) bytes (\(share) %)"))
  }
}
