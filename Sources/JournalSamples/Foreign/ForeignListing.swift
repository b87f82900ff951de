import MirrorJournal

/// The ways in which an owner of an IRIS instance gets a list of a journal's records.
public enum ForeignListing: String, Sendable, CaseIterable {
  /// The list of `^JRNDUMP`.
  case jrndump
  /// The details that `^JRNDUMP` shows of one record after the other.
  case details
  /// `%SYS.Journal.Record:List`, with commas.
  case csv
  /// The same, with tabs.
  case tsv
  /// The same, as an array of objects.
  case json
}

/// What a listing has suffered.
public struct ListingNoise: Sendable {
  /// Values longer than this are cut and marked with `+`; nil: never.
  public var valueLimit: Int?
  /// The width at which lines are wrapped; nil: never.
  public var lineWidth: Int?
  /// Whether headings and words are German.
  public var isLocalized = false
  /// Of a hundred rows, how many are wrong: their address, name and process are of nothing.
  public var wrongPercent = 0
  /// Added to every address.
  public var shift = 0
  /// Whether the addresses stand beside rows that they do not belong to.
  public var isShuffled = false

  /// A complete and correct listing.
  public init() {}
}

extension ForeignListing {
  /// The listing of `records`, with the numbers (from 0) of the rows that were made wrong.
  public func text(
    of records: [ForeignRecord], noise: ListingNoise = ListingNoise(), seed: UInt64 = 5
  ) -> (text: String, wrong: Set<Int>) {
    var random = SeededRandom(seed: seed)
    var rows = records.map { Row($0, noise) }
    if noise.isShuffled {
      var places = rows.map { ($0.address, $0.previous, $0.next) }
      for index in places.indices.reversed() {
        places.swapAt(index, random.below(index + 1))
      }
      for index in rows.indices {
        (rows[index].address, rows[index].previous, rows[index].next) = places[index]
      }
    }
    var wrong: Set<Int> = []
    for index in rows.indices where random.below(100) < noise.wrongPercent {
      wrong.insert(index)
      rows[index].address += 4 * (3 + random.below(40))
      rows[index].next += 8 * (1 + random.below(40))
      rows[index].process = "\(70_000 + random.below(999))"
      rows[index].node = "^WRONG\(random.below(99))(1)"
    }
    let text =
      switch self {
      case .jrndump: list(rows, noise)
      case .details: details(rows, noise)
      case .csv: delimited(rows, ",", noise)
      case .tsv: delimited(rows, "\t", noise)
      case .json: json(rows)
      }
    return (text, wrong)
  }

  private struct Row {
    var address: Int
    var previous: Int
    var next: Int
    var process: String
    var type: RecordType
    var inTransaction: Bool
    var directory: String
    var node: String
    var new: String?
    var old: String?
    /// As ZWRITE prints them.
    var newText: String?
    var oldText: String?
    var values: Int
    var time: String

    init(_ record: ForeignRecord, _ noise: ListingNoise) {
      func plain(_ value: JournalValue?) -> String? {
        guard let value else { return nil }
        var text = value.description
        if text.hasPrefix("\"") {
          let bytes = value.encodedBytes
          var buffer = TextBuffer()
          ValueView(bytes.span.bytes, storageCode: value.storageCode).appendPlain(to: &buffer)
          text = buffer.string
        }
        return cut(text)
      }
      func cut(_ text: String) -> String {
        guard let limit = noise.valueLimit, text.count > limit else { return text }
        return text.prefix(limit) + "+"
      }
      address = record.address + noise.shift
      previous = record.previous == 0 ? 0 : record.previous + noise.shift
      next = record.next == 0 ? 0 : record.next + noise.shift
      process = "\(record.processID)"
      type = record.content.type
      inTransaction = record.content.isInTransaction
      directory = record.reference == nil ? "" : record.directory
      node = record.reference?.description ?? ""
      new = plain(record.new)
      old = plain(record.old)
      newText = record.new.map { cut($0.description) }
      oldText = record.old.map { cut($0.description) }
      values = (record.new == nil ? 0 : 1) + (record.old == nil ? 0 : 1)
      time = String(record.time.description.prefix(19))
    }
  }

  private func list(_ rows: [Row], _ noise: ListingNoise) -> String {
    var lines =
      noise.isLocalized
      ? [
        "Journal: /usr/iris/mgr/journal/20240709.001",
        "   Adresse   Proz ID Op Verzeichnis      Global & Wert",
      ]
      : [
        "Journal: /usr/iris/mgr/journal/20240709.001",
        "   Address   Proc ID Op Directory        Global & Value",
      ]
    lines.append(String(repeating: "=", count: 79))
    for (index, row) in rows.enumerated() {
      let op = row.type.op + (row.inTransaction ? "T" : "")
      var line = pad("\(row.address)", 9) + " " + pad(row.process, 9) + " " + op
      line += String(repeating: " ", count: max(1, 3 - op.count))
      if !row.node.isEmpty {
        line += row.directory + "   " + row.node.dropFirst()
        if let new = row.newText { line += " = " + new }
      }
      lines += wrapped(line, noise)
      if index % 20 == 19 { lines += ["(N)ext,(P)rev,(G)oto,(F)ind,(E)xamine,(Q)uit =>", ""] }
    }
    lines.append("Last record: \(rows.last?.address ?? 0); Max size: 1073741824")
    return lines.joined(separator: "\n") + "\n"
  }

  private func wrapped(_ line: String, _ noise: ListingNoise) -> [String] {
    guard let width = noise.lineWidth else { return [line] }
    var result: [String] = []
    var rest = line[...]
    while rest.count > width {
      result.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    return result + [String(rest)]
  }

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func details(_ rows: [Row], _ noise: ListingNoise) -> String {
    var lines = ["Journal: /usr/iris/mgr/journal/20240709.001"]
    let yes = noise.isLocalized ? "Ja" : "Yes"
    let no = noise.isLocalized ? "Nein" : "No"
    for row in rows {
      let labels =
        noise.isLocalized
        ? [
          "Adresse", "Typ", "In Transaktion", "Prozess-ID", "Zeitstempel", "Vorige Adresse",
          "Nächste Adresse",
        ]
        : [
          "Address", "Type", "In transaction", "Process ID", "Time stamp", "Prev address",
          "Next address",
        ]
      let texts = [
        "\(row.address)", row.type.name, row.inTransaction ? yes : no, row.process, row.time,
        "\(row.previous)", "\(row.next)",
      ]
      for (label, text) in zip(labels, texts) {
        lines.append(label + ":" + String(repeating: " ", count: max(1, 24 - label.count)) + text)
      }
      lines.append("")
      if !row.node.isEmpty {
        lines += wrapped("Global:    ^[\"^^\(row.directory)\"]\(row.node.dropFirst())", noise)
        if let new = row.newText {
          lines += wrapped((noise.isLocalized ? "Neuer Wert: " : "New Value: ") + new, noise)
        }
        if let old = row.oldText {
          lines += wrapped((noise.isLocalized ? "Alter Wert: " : "Old Value: ") + old, noise)
        }
      }
      lines.append("(N)ext,(P)rev,(Q)uit =>")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let columns = [
    "Address", "TimeStamp", "ProcessID", "TypeName", "InTransaction", "GlobalNode", "DatabaseName",
    "NumberOfValues", "NewValue", "OldValue", "PrevAddress", "NextAddress",
  ]
  private static let germanColumns = [
    "Adresse", "Zeitstempel", "Prozess-ID", "Typ", "In Transaktion", "Globaler Knoten",
    "Datenbank", "Anzahl Werte", "Neuer Wert", "Alter Wert", "Vorige Adresse", "Nächste Adresse",
  ]

  private func fields(_ row: Row) -> [String] {
    [
      "\(row.address)", row.time, row.process, row.type.name, row.inTransaction ? "1" : "0",
      row.node, row.directory, "\(row.values)", row.new ?? "", row.old ?? "", "\(row.previous)",
      "\(row.next)",
    ]
  }

  private func delimited(_ rows: [Row], _ separator: Character, _ noise: ListingNoise) -> String {
    func quoted(_ text: String) -> String {
      guard text.contains(where: { $0 == separator || $0 == "\"" || $0.isNewline }) else {
        return text
      }
      return "\""
        + text.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\""
    }
    let head = noise.isLocalized ? Self.germanColumns : Self.columns
    let lines = [head] + rows.map(fields)
    return lines.map { $0.map(quoted).joined(separator: String(separator)) }
      .joined(separator: "\n") + "\n"
  }

  private func json(_ rows: [Row]) -> String {
    var buffer = TextBuffer()
    buffer.append("[")
    for (index, row) in rows.enumerated() {
      buffer.append(index == 0 ? "{" : ",\n{")
      for (place, (name, text)) in zip(Self.columns, fields(row)).enumerated() {
        if place > 0 { buffer.append(",") }
        buffer.appendJSONString(name)
        buffer.append(":")
        if ["Address", "ProcessID", "NumberOfValues", "PrevAddress", "NextAddress"].contains(name) {
          buffer.append(text)
        } else if name == "InTransaction" {
          buffer.append(text == "1" ? "true" : "false")
        } else {
          buffer.appendJSONString(text)
        }
      }
      buffer.append("}")
    }
    buffer.append("]\n")
    return buffer.string
  }
}
