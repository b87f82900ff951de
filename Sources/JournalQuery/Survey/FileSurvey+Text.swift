public import MirrorJournal

extension FileSurvey {
  /// Appends what is known, what the bytes show, and what to do next.
  public func appendText(style: TextStyle = TextStyle(), to buffer: inout TextBuffer) {
    func line(_ label: String, _ value: String) { buffer.appendLine(label, value, style) }
    let number = style.number
    buffer.append("Journal: ")
    buffer.append(printable: path)
    buffer.append(UInt8(ascii: "\n"))
    line("Layout", "unknown: the first bytes are of no layout at hand")
    line("Name", nameText)
    line(
      "Size",
      sizeOnDisk == size
        ? "\(number(size)) bytes"
        : "\(number(sizeOnDisk)) bytes on disk, \(number(size)) bytes of journal")
    line("Blocks", blocksText)
    line("State", stateText)
    line("Compressed", compressionText)
    let width = (style.width ?? .max) < 90 ? 8 : 16
    for start in stride(from: 0, to: firstBytes.count, by: width) {
      let row = firstBytes.dropFirst(start).prefix(width)
      let hex = row.map(\.hexText).joined(separator: " ")
      let text = String(
        String.UnicodeScalarView(
          row.map { (0x20..<0x7F).contains($0) ? Unicode.Scalar($0) : "." }))
      let gap = String(repeating: " ", count: (width - row.count) * 3)
      if start == 0 {
        line("First bytes", "\(hex)\(gap)  \(text)")
      } else {
        line("", "\(hex)\(gap)  \(text)")
      }
    }
    line("Block grid", gridText)
    if !texts.isEmpty {
      buffer.append("Text in the first block:\n")
      TextTable(style).append(
        [
          TextColumn("  offset", texts.map { "\($0.offset)" }, isNumber: true),
          TextColumn("text", texts.map(\.text)).cut(to: 16),
          TextColumn("what it is", texts.map { Self.words($0.role) }).cut(to: 16),
        ], to: &buffer)
    }
    buffer.append("Bits of information in a byte (8: random):\n")
    TextTable(style).append(
      [
        TextColumn("    from", regions.map { "\($0.range.lowerBound)" }, isNumber: true),
        TextColumn("to", regions.map { "\($0.range.upperBound)" }, isNumber: true),
        TextColumn("part", regions.map(\.name)),
        TextColumn("bits", regions.map { fixed($0.entropy, 2) }, isNumber: true),
        TextColumn(bars: regions.map { $0.entropy / 8 }),
        TextColumn("zeros %", regions.map { fixed($0.zeroShare * 100, 1) }, isNumber: true),
      ], to: &buffer)
    buffer.append("Next:\n")
    for step in nextSteps {
      buffer.append(("  " + printable(step)).folded(to: style.width))
      buffer.append("\n")
    }
  }

  private static func words(_ role: HeaderText.Role?) -> String {
    switch role {
    case .ownName: "this file's name"
    case .previousFile: "a file before"
    case .nextFile: "a file behind"
    case .journalName: "a journal's name"
    case nil: ""
    }
  }

  private var nameText: String {
    guard let name else { return "not that of a journal" }
    let kind = name.mirrorName.map { "mirror \($0)" } ?? "local journal"
    let day =
      "\(padded(name.date.year, 4))-\(padded(name.date.month, 2))-"
      + padded(name.date.day, 2)
    return "\(kind), \(day), number \(name.sequence) of the day"
      + (name.isCompressed ? ", compressed" : "")
  }

  private var blocksText: String {
    let whole = size / ObservedGrid.blockSize
    let rest = size % ObservedGrid.blockSize
    let data = max(0, whole - 2)
    return "\(whole) of \(ObservedGrid.blockSize) bytes" + (rest > 0 ? " and \(rest) bytes" : "")
      + (whole >= 2 ? "; usually 2 before the data, so \(data) of data" : "")
  }

  private var stateText: String {
    switch state {
    case .headerOnly: "no block of data behind the header"
    case .whole: "whole blocks, data up to the last one"
    case .zerosBehind:
      "whole blocks, the last \(zerosAtEnd) bytes are zero: active, or allocated and not filled"
    case .cut: "no whole number of blocks: cut while it was copied, or of another block size"
    }
  }

  private var compressionText: String {
    if let compression { return compression }
    switch content {
    case .plain: return "no"
    case .dense:
      return "in a way that is not known: the bytes are as dense as compressed ones"
    case .encrypted:
      return "no; encrypted: the header can be read, and the bytes behind it are as good as random"
    }
  }

  private var gridText: String {
    guard let grid else { return "no distance stands out at which bytes begin alike" }
    return "every \(grid.size) bytes begin alike (\(fixed(grid.likeness * 100, 0)) %, elsewhere "
      + "\(fixed(grid.likenessElsewhere * 100, 0)) %; \(grid.beginnings) compared)"
  }

  /// The commands that lead on, as they can be given to a shell.
  public var nextSteps: [String] {
    switch content {
    case .encrypted:
      return ["without its key it cannot be read: take a journal that is not encrypted"]
    case .dense where compression == nil:
      return ["have IRIS decompress a copy (%SYS.Journal.File, Decompress), and look at that"]
    default: break
    }
    let word = shellWord(path: compression == nil ? path : Self.plainPath(path))
    return (compression == nil ? [] : ["mjournal decompress \(shellWord(path: path))"]) + [
      "mjournal discover \(word) -o layout.json",
      "mjournal calibrate \(word) --listing listing.csv -o layout.json",
      "mjournal layouts add layout.json",
    ]
  }

  private static func plainPath(_ path: String) -> String {
    for suffix in StockSuffixes.read + ["z"] where path.hasSuffix(suffix) {
      return String(path.dropLast(suffix.count))
    }
    return path
  }
}

extension FileSurvey {
  /// Appends the same as one line of NDJSON.
  public func appendJSON(to buffer: inout TextBuffer) {
    buffer.beginObject()
    buffer.field("file", path)
    buffer.key("layout")
    buffer.append("null")
    buffer.field("mirrorName", name?.mirrorName)
    buffer.field("date", name.map { "\($0.date)" })
    buffer.field("sequence", name?.sequence)
    buffer.field("sizeOnDisk", sizeOnDisk)
    buffer.field("dataSize", size)
    buffer.field("blocks", blocks)
    buffer.field("state", "\(state)")
    buffer.field("zerosAtEnd", zerosAtEnd)
    buffer.field("compression", compression)
    buffer.field("content", "\(content)")
    buffer.field("firstBytes", firstBytes.map(\.hexText).joined())
    buffer.field("blockGrid", grid?.size)
    buffer.field("texts", texts) { text, buffer in
      buffer.field("offset", text.offset)
      buffer.field("text", text.text)
      buffer.field("role", text.role?.rawValue)
    }
    buffer.field("regions", regions) { region, buffer in
      buffer.field("from", region.range.lowerBound)
      buffer.field("to", region.range.upperBound)
      buffer.field("entropy", region.entropy, decimals: 3)
      buffer.field("zeroShare", region.zeroShare, decimals: 3)
    }
    buffer.field("next", nextSteps)
    buffer.endObject()
  }
}
