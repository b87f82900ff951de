internal import JournalCompression
public import MirrorJournal

/// How the text of a codec report looks.
public struct CodecBenchStyle: Sendable {
  /// Bars of `#` instead of block characters.
  public var isASCII = false
  /// Globals shown, those that take most room compressed.
  public var globals = 15
  /// Hard blocks shown.
  public var blocks = 5

  /// The usual number of rows.
  public init() {}
}

extension CodecBenchReport {
  /// Appends the report as tables with bars.
  public func appendText(style: CodecBenchStyle = CodecBenchStyle(), to buffer: inout TextBuffer) {
    let table = TextTable(isASCII: style.isASCII)
    let measured =
      sampledBytes == bytes ? "all of it measured" : "\(size(sampledBytes)) of it measured"
    buffer.append(
      "\(files.count) \(files.count == 1 ? "journal" : "journals"), \(size(bytes)), \(measured), "
        + "chunks of \(chunkSize >> 10) KiB, one thread\n" as String)
    if let bytesPerDay {
      buffer.append("written at \(size(bytesPerDay)) a day\n" as String)
    }
    buffer.append("\n")
    appendCodecs(table, to: &buffer)
    if let content {
      buffer.append("\n")
      appendGlobals(content, table, style.globals, to: &buffer)
      buffer.append("\n")
      appendBlocks(content, table, style.blocks, to: &buffer)
    }
  }

  private func appendCodecs(_ table: TextTable, to buffer: inout TextBuffer) {
    let front = front
    let ratios = codecs.map(\.ratio).max() ?? 0
    let rates = codecs.map(\.compressRate).max() ?? 0
    let others = codecs.map(\.decompressRate).max() ?? 0
    var columns: [TextColumn] = [
      .init("", codecs.map { front.contains($0.setting) ? "*" : "" }),
      .init("codec", codecs.map { $0.setting.name + ($0.setting.isDefault ? " (default)" : "") }),
      .init("ratio", codecs.map { $0.line.ratioText }, isNumber: true),
      .init(bars: codecs.map { $0.ratio / max(ratios, 1e-9) }),
      .init("size %", codecs.map { fixed(100 / max($0.ratio, 1e-9), 1) }, isNumber: true),
      .init("compress MB/s", codecs.map { "\(megabytes($0.compressRate))" }, isNumber: true),
      .init(bars: codecs.map { $0.compressRate / max(rates, 1e-9) }),
      .init("restore MB/s", codecs.map { "\(megabytes($0.decompressRate))" }, isNumber: true),
      .init(bars: codecs.map { $0.decompressRate / max(others, 1e-9) }),
      .init(
        "memory KiB", codecs.map { "\(($0.compressorMemory + 1023) >> 10)" }, isNumber: true),
      .init("restoring", codecs.map { "\(($0.decompressorMemory + 1023) >> 10)" }, isNumber: true),
    ]
    if bytesPerDay != nil {
      columns.append(
        .init("saved a day", codecs.map { savedPerDay($0).map(size) ?? "" }, isNumber: true))
    }
    table.append(columns, to: &buffer)
    buffer.append("* no other setting compresses both faster and smaller\n")
  }

  private func appendGlobals(
    _ content: ContentReport, _ table: TextTable, _ limit: Int, to buffer: inout TextBuffer
  ) {
    if !filesOfUnknownLayout.isEmpty {
      let count = filesOfUnknownLayout.count
      buffer.append(
        "\(count) \(count == 1 ? "journal is" : "journals are") of unknown layout: no globals\n")
    }
    guard !content.shares.isEmpty else { return }
    buffer.append("By global, each compressed alone with \(content.setting.name):\n" as String)
    let shown = content.shares.prefix(max(0, limit))
    let largest = shown.map(\.compressedBytes).max() ?? 0
    table.append(
      [
        .init("global", shown.map { printable($0.name) }),
        .init("records", shown.map { "\($0.records)" }, isNumber: true),
        .init("bytes", shown.map { "\($0.bytes)" }, isNumber: true),
        .init("compressed", shown.map { "\($0.compressedBytes)" }, isNumber: true),
        .init(bars: shown.map { Double($0.compressedBytes) / Double(max(largest, 1)) }),
        .init("ratio", shown.map { ratioText($0.bytes, $0.compressedBytes) }, isNumber: true),
      ], to: &buffer)
    let rest = content.shares.dropFirst(shown.count)
    if !rest.isEmpty {
      let bytes = rest.reduce(0) { $0 + $1.bytes }
      buffer.append("and \(rest.count) more with \(bytes) bytes together\n" as String)
    }
  }

  private func appendBlocks(
    _ content: ContentReport, _ table: TextTable, _ limit: Int, to buffer: inout TextBuffer
  ) {
    buffer.append(
      "By block of 64 KiB, each compressed alone with \(content.setting.name):\n" as String)
    let bounds = ContentReport.histogramBounds
    let names =
      ["below \(bounds[0])"] + zip(bounds, bounds.dropFirst()).map { "\($0) to \($1)" }
      + ["\(bounds[bounds.count - 1]) and more"]
    let counts = content.blockHistogram
    let rows = counts.indices.filter { counts[$0] > 0 }
    let largest = counts.max() ?? 0
    table.append(
      [
        .init("ratio", rows.map { names[$0] }),
        .init("blocks", rows.map { "\(counts[$0])" }, isNumber: true),
        .init(bars: rows.map { Double(counts[$0]) / Double(max(largest, 1)) }),
      ], to: &buffer)
    let hardest = content.hardestBlocks(limit)
    guard !hardest.isEmpty else { return }
    buffer.append("\nHardest blocks:\n")
    table.append(
      [
        .init("address", hardest.map { "\($0.address)" }, isNumber: true),
        .init("ratio", hardest.map { ratioText($0.bytes, $0.compressedBytes) }, isNumber: true),
        .init("mostly", hardest.map { printable($0.heaviestGlobal ?? "") }),
        .init("journal", hardest.map { printable($0.file) }),
      ], to: &buffer)
  }
}

/// The ratio as the log prints it.
private func ratioText(_ from: Int, _ to: Int) -> String {
  CompressionLine(path: "", from: from, to: to).ratioText
}

/// Bytes in the unit of 1024 that leaves at most four digits before the point.
private func size(_ bytes: Double) -> String {
  var value = bytes
  var unit = 0
  let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
  while abs(value) >= 10_000, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return (unit == 0 ? "\(Int(value))" : fixed(value, 1)) + " " + units[unit]
}

private func size(_ bytes: Int) -> String { size(Double(bytes)) }

private func megabytes(_ rate: Double) -> Int { Int((rate / 1e6).rounded()) }
