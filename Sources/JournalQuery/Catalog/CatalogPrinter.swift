public import MirrorJournal

/// Writes a catalog as a table, or as NDJSON.
public struct CatalogPrinter {
  private let isText: Bool
  private let zone: ClockZone
  private let style: TextStyle
  private var entries: [CatalogEntry] = []

  /// - Parameters:
  ///   - isText: whether a table is written; else NDJSON.
  ///   - zone: of times.
  ///   - style: how the table looks.
  public init(isText: Bool, zone: ClockZone = .utc, style: TextStyle = TextStyle()) {
    self.isText = isText
    self.zone = zone
    self.style = style
  }

  /// Takes an entry: in NDJSON it is written, a table waits for its end.
  public mutating func append(_ entry: CatalogEntry, to buffer: inout TextBuffer) {
    guard !isText else {
      var kept = entry
      kept.header = nil
      return entries.append(kept)
    }
    buffer.beginObject()
    buffer.field("file", entry.path)
    buffer.field("state", entry.state.rawValue)
    buffer.field("compression", entry.form)
    buffer.field("firstTimeStamp", entry.firstTime.map(zone.iso8601))
    buffer.field("lastTimeStamp", entry.lastTime.map(zone.iso8601))
    buffer.field("dataSize", entry.dataSize)
    buffer.field("sizeOnDisk", entry.fileSize)
    buffer.field("records", entry.records)
    buffer.field("mirrorFileCount", entry.mirrorFileCount)
    buffer.field("gapBefore", entry.gap)
    buffer.field("reason", entry.reason)
    buffer.endObject()
  }

  /// Appends the table, if there is to be one.
  public func appendEnd(to buffer: inout TextBuffer) {
    guard isText, !entries.isEmpty else { return }
    let (entries, zone, style) = (entries, zone, style)
    func number(_ title: String, _ value: @escaping (CatalogEntry) -> Int?) -> TextColumn {
      TextColumn(title, of: entries, isNumber: true) { value($0).map(style.number) ?? "-" }
    }
    var columns = [
      TextColumn("Journal", of: entries, \.path).cut(to: 12, keepingEnd: true),
      TextColumn("State", of: entries) { entry in
        entry.form.map { "\(entry.state.rawValue), z (\($0))" } ?? entry.state.rawValue
      }.shortened { entries[$0].state.rawValue + (entries[$0].form == nil ? "" : ", z") },
      TextColumn("First (\(zone.heading))", of: entries) {
        $0.firstTime.map(zone.minuteText) ?? "-"
      },
      TextColumn("Last", of: entries) { $0.lastTime.map(zone.minuteText) ?? "-" }.shortened { row in
        // On the day of the first record the clock is enough.
        guard let last = entries[row].lastTime else { return "-" }
        let text = zone.minuteText(last)
        let isSameDay =
          entries[row].firstTime.map { zone.minuteText($0).prefix(10) } == text.prefix(10)
        return isSameDay ? String(text.dropFirst(11)) : text
      },
      number(style.title("Data", "B"), \.dataSize).leaving(1),
      number(style.title("On disk", "B"), \.fileSize).leaving(4),
      number("Records", \.records).leaving(3),
    ]
    if entries.contains(where: { $0.mirrorFileCount != nil }) {
      columns.append(
        TextColumn("Count", of: entries, isNumber: true) {
          $0.mirrorFileCount.map { "#\($0)" } ?? "-"
        }.leaving(2))
    }
    columns.append(
      TextColumn("", of: entries) { entry in
        [entry.gap.map { "gap before: \($0)" }, entry.reason].compactMap(\.self)
          .joined(separator: "; ")
      }.asNote())
    TextTable(style).append(columns, to: &buffer)
  }
}
