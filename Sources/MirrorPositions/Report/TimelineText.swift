internal import JournalCompression
internal import MirrorJournal
internal import MirrorLog

/// Draws one mirror journal file: addresses downwards, members as columns, a mark for each line
/// that names a place, and the gap where a finding says that there is one.
struct TimelineText {
  let timeline: MirrorFileTimeline
  let members: [String]
  /// What is lost or extra in the file, by the address where it begins.
  private let gaps: [Int: [Finding]]
  /// By address.
  let standing: [Int: StandingRecord]
  let style: ReportStyle
  private let clocks: LogClocks
  /// By address, nil for marks without one; compressions stand at the end.
  private let marks: [Int?: [MirrorFileTimeline.Mark]]
  /// The lowest and highest address of each member.
  private let reach: [String: ClosedRange<Int>]
  private let addressWidth = 12
  private let column: Int

  /// - Parameter findings: those about the file.
  init(
    _ timeline: MirrorFileTimeline, members: [String], findings: [Finding],
    standing: [Int: StandingRecord], clocks: LogClocks, width: Int, style: ReportStyle
  ) {
    self.timeline = timeline
    // Only members that say something of the file get a column.
    let present = Set(timeline.marks.map(\.member))
    self.members = members.filter { present.contains($0) }
    marks = Dictionary(grouping: timeline.marks.filter { !$0.role.isCompression }, by: \.address)
    reach = timeline.marks.reduce(into: [:]) { reach, mark in
      guard let address = mark.address else { return }
      let old = reach[mark.member] ?? address...address
      reach[mark.member] = min(old.lowerBound, address)...max(old.upperBound, address)
    }
    gaps = findings.reduce(into: [:]) { gaps, finding in
      guard finding.bytesLost != nil || finding.bytesExtra != nil,
        let start = finding.positions.lazy.filter({ $0.fileCount == timeline.fileCount })
          .map(\.address).min()
      else { return }
      gaps[start, default: []].append(finding)
    }
    self.standing = standing
    self.clocks = clocks
    self.style = style
    let room = max(0, width - addressWidth - 2) / max(1, self.members.count) - 2
    column = min(max(room, 12), 44)
  }

  func text() -> String {
    var text = style.paint(printable(title), .bold) + "\n"
    text += row("address", members.map { printable($0) }, .faint)
    text += rows(at: nil)
    for address in timeline.addresses {
      text += rows(at: address)
      if let found = standing[address] { text += record(found) }
      for gap in gaps(from: address) { text += gap }
    }
    text += ends()
    return text
  }

  private var title: String {
    (timeline.mirror.map { "\($0) " } ?? "") + "#\(timeline.fileCount)"
      + (timeline.path.map { "  \($0)" } ?? "")
      + (timeline.size.map { "  \($0) bytes" } ?? "")
  }

  /// The marks at one address, or those without one; a member's marks stand below each other.
  private func rows(at address: Int?) -> String {
    let here = marks[address] ?? []
    let columns = members.map { name in here.filter { $0.member == name } }
    let height = columns.map(\.count).max() ?? 0
    var text = ""
    for index in 0..<height {
      let label = index == 0 ? (address.map(String.init) ?? style.rule) : ""
      text += row(
        label,
        zip(members, columns).map { name, marks in
          marks.indices.contains(index) ? cell(marks[index]) : line(name, at: address)
        })
    }
    return text
  }

  /// What the journal holds at an address, below the marks there.
  private func record(_ found: StandingRecord) -> String {
    let words = "= " + printable(found.words)
    let room = min(
      max(60, members.count * (column + 2)), style.width.map { $0 - addressWidth - 2 } ?? .max)
    let cut = words.count > room ? fitted(words, room, style) : words
    let ink: ReportStyle.Ink = found.kind == .nothing ? .red : .faint
    return String(repeating: " ", count: addressWidth + 2) + style.paint(cut, ink) + "\n"
  }

  /// The bar of a member whose marks go on both sides of an address.
  private func line(_ member: String, at address: Int?) -> String {
    guard let address, let own = reach[member] else { return "" }
    return own.lowerBound <= address && address < own.upperBound ? style.bar : ""
  }

  private func cell(_ mark: MirrorFileTimeline.Mark) -> String {
    let time = clocks.stamp(mark.event).timeText
    let words = "\(style.mark) \(mark.role.words)"
    // The time goes first where the column is narrow: what was said matters more.
    return words.count + time.count + 2 <= column ? "\(words)  \(time)" : words
  }

  /// Stretches that findings call lost or extra, below the place where they begin.
  private func gaps(from address: Int) -> [String] {
    (gaps[address] ?? []).map { finding in
      let words =
        finding.bytesLost.map { counted($0, "byte") + " lost" }
        ?? finding.bytesExtra.map { counted($0, "byte") + " twice" } ?? ""
      let total = addressWidth + members.count * (column + 2)
      let label = " \(words) (\(finding.code)) "
      let fill = String(repeating: style.gap, count: max(2, (total - label.count) / 2))
      return style.paint(fill + label + fill, .red) + "\n"
    }
  }

  /// The size and what compression made of it.
  private func ends() -> String {
    var text = ""
    let columns = members.map { name in
      timeline.marks.compactMap { mark -> CompressionLine? in
        guard mark.member == name, case .compressed(let line) = mark.role else { return nil }
        return line
      }
    }
    for index in 0..<(columns.map(\.count).max() ?? 0) {
      text += row(
        index == 0 ? (timeline.size.map(String.init) ?? "") : "",
        columns.map { lines in
          guard lines.indices.contains(index) else { return "" }
          return "compressed to \(lines[index].to) (\(lines[index].ratioText))"
        }, .faint)
    }
    return text
  }

  private func row(_ label: String, _ cells: [String], _ ink: ReportStyle.Ink? = nil) -> String {
    var text =
      fitted(label, addressWidth, style, right: true) + "  "
      + cells.map { fitted($0, column, style) }.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return (ink.map { style.paint(text, $0) } ?? text) + "\n"
  }
}

extension MirrorFileTimeline.Mark.Role {
  var isCompression: Bool {
    if case .compressed = self { true } else { false }
  }

  /// In a few words, such as `processor applies`.
  var words: String {
    switch self {
    case .position(.processorStart): "processor applies"
    case .position(.readerStart): "reader applies"
    case .position(.clientStart): "client starts"
    case .position(.serverStart): "serves from here"
    case .position(.linked): "links client"
    case .position(.currentAsOf): "current as new primary"
    case .position(.stuck): "dejournal stuck"
    case .retrieved: "retrieves the file"
    case .switchedTo: "writes the file"
    case .scanned: "scans for rollback"
    case .compressed: "compressed"
    case .headerUnreadable: "cannot read the header"
    }
  }

  /// The name in NDJSON, such as `readerStart`.
  var name: String {
    switch self {
    case .position(let role): role.rawValue
    case .retrieved: "retrieved"
    case .switchedTo: "switchedTo"
    case .scanned: "scanned"
    case .compressed: "compressed"
    case .headerUnreadable: "headerUnreadable"
    }
  }
}
