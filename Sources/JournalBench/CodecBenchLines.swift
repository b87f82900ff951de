internal import JournalCompression
public import MirrorJournal

/// The fields of a codec report in NDJSON and CSV, in order. A line has those that its type needs;
/// in CSV the others are empty.
public enum CodecBenchField: String, Sendable, CaseIterable {
  /// `sample`, `codec`, `global` or `block`.
  case type
  /// The journal of a `block`; the number of journals is `count` of the `sample`.
  case file
  /// The setting of a `codec`; the global's name, or in parentheses what belongs to none; the
  /// heaviest global of a `block`, null if it has none.
  case name
  /// `zstd`, `lz4` or `zlib`.
  case codec
  /// The codec's own level.
  case level
  /// Journals of the `sample`, rounds of a `codec`, records of a `global`.
  case count
  /// Address of a `block`.
  case address
  /// Bytes of journal data: of all journals in the `sample`, else of what was compressed.
  case originalBytes
  /// Bytes of the `z` files of a `codec`, of the frames of a `global` or `block`; bytes measured in
  /// the `sample`.
  case compressedBytes
  /// With three decimals.
  case ratio
  /// Bytes of journal data a second of processor time, on one thread.
  case compressBytesPerSecond
  /// Bytes of journal data a second of processor time, on one thread.
  case decompressBytesPerSecond
  /// Bytes.
  case compressorMemory
  /// Bytes.
  case decompressorMemory
  /// Bytes a day: saved by a `codec`, written in the `sample`; null when the rate is not known.
  case bytesPerDay
  /// Whether no other setting compresses both faster and smaller.
  case onParetoFront
}

extension CodecBenchReport {
  /// Appends the report as lines of NDJSON: the `sample`, each `codec`, each `global`, each `block`.
  public func appendNDJSON(to buffer: inout TextBuffer) {
    for line in lines {
      var separator = "{"
      for field in CodecBenchField.allCases {
        guard let value = line[field] else { continue }
        buffer.append("\(separator)\"\(field.rawValue)\":" as String)
        separator = ","
        value.appendJSON(to: &buffer)
      }
      buffer.append("}\n")
    }
  }

  /// Appends the report as CSV with a line of field names.
  public func appendCSV(to buffer: inout TextBuffer) {
    buffer.append(CodecBenchField.allCases.map(\.rawValue).joined(separator: ","))
    buffer.append("\n")
    for line in lines {
      for (index, field) in CodecBenchField.allCases.enumerated() {
        if index > 0 { buffer.append(",") }
        line[field]?.appendCSV(to: &buffer)
      }
      buffer.append("\n")
    }
  }

  private typealias Line = [CodecBenchField: FieldValue]

  private var lines: [Line] {
    var lines: [Line] = [
      [
        .type: .text("sample"), .count: .whole(files.count), .originalBytes: .whole(bytes),
        .compressedBytes: .whole(sampledBytes), .bytesPerDay: .real(bytesPerDay, decimals: 0),
      ]
    ]
    let front = front
    lines += codecs.map { codec -> Line in
      [
        .type: .text("codec"), .name: .text(codec.setting.name),
        .codec: .text(codec.setting.codec.name), .level: .whole(codec.setting.level),
        .count: .whole(codec.rounds), .originalBytes: .whole(codec.originalBytes),
        .compressedBytes: .whole(codec.compressedBytes), .ratio: .real(codec.ratio, decimals: 3),
        .compressBytesPerSecond: .real(codec.compressRate, decimals: 0),
        .decompressBytesPerSecond: .real(codec.decompressRate, decimals: 0),
        .compressorMemory: .whole(codec.compressorMemory),
        .decompressorMemory: .whole(codec.decompressorMemory),
        .bytesPerDay: .real(savedPerDay(codec), decimals: 0),
        .onParetoFront: .flag(front.contains(codec.setting)),
      ]
    }
    guard let content else { return lines }
    lines += content.shares.map { share -> Line in
      [
        .type: .text("global"), .name: .text(share.name),
        .codec: .text(content.setting.codec.name), .level: .whole(content.setting.level),
        .count: .whole(share.records), .originalBytes: .whole(share.bytes),
        .compressedBytes: .whole(share.compressedBytes), .ratio: .real(share.ratio, decimals: 3),
      ]
    }
    lines += content.blocks.map { block -> Line in
      [
        .type: .text("block"), .file: .text(block.file), .name: .text(block.heaviestGlobal),
        .codec: .text(content.setting.codec.name), .level: .whole(content.setting.level),
        .address: .whole(block.address), .originalBytes: .whole(block.bytes),
        .compressedBytes: .whole(block.compressedBytes), .ratio: .real(block.ratio, decimals: 3),
      ]
    }
    return lines
  }
}

/// One value of a line.
private enum FieldValue {
  case text(String?)
  case whole(Int)
  case real(Double?, decimals: Int)
  case flag(Bool)

  func appendJSON(to buffer: inout TextBuffer) {
    switch self {
    case .text(let text?): buffer.appendJSONString(text)
    case .text(nil), .real(nil, _): buffer.append("null")
    default: appendPlain(to: &buffer)
    }
  }

  func appendCSV(to buffer: inout TextBuffer) {
    if case .text(let text?) = self {
      buffer.appendCSVField(text)
    } else {
      appendPlain(to: &buffer)
    }
  }

  private func appendPlain(to buffer: inout TextBuffer) {
    switch self {
    case .text: break
    case .whole(let number): buffer.append(decimal: number)
    case .real(let number, let decimals):
      if let number { buffer.append(fixed(number, decimals)) }
    case .flag(let flag): buffer.append(flag ? "true" : "false")
    }
  }
}
