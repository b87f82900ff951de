public import MirrorJournal

/// Writes a catalog as a table, or as NDJSON.
public struct CatalogPrinter {
  private let isText: Bool
  private let zone: ClockZone
  private let groupsDigits: Bool
  private var rows: [[String]] = []
  private var hasMirror = false

  /// - Parameters:
  ///   - isText: whether a table is written; else NDJSON.
  ///   - zone: of times.
  ///   - groupsDigits: whether thousands are separated in the table.
  public init(isText: Bool, zone: ClockZone = .utc, groupsDigits: Bool = false) {
    self.isText = isText
    self.zone = zone
    self.groupsDigits = groupsDigits
  }

  /// Takes an entry: in NDJSON it is written, a table waits for its end.
  public mutating func append(_ entry: CatalogEntry, to buffer: inout TextBuffer) {
    guard !isText else {
      hasMirror = hasMirror || entry.mirrorFileCount != nil
      rows.append(row(entry))
      return
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

  private func row(_ entry: CatalogEntry) -> [String] {
    func number(_ value: Int?) -> String {
      value.map { groupsDigits ? grouped($0) : "\($0)" } ?? "-"
    }
    let state = entry.form.map { "\(entry.state.rawValue), z (\($0))" } ?? entry.state.rawValue
    let remarks = [entry.gap.map { "gap before: \($0)" }, entry.reason].compactMap(\.self)
    return [
      entry.path, state, entry.firstTime.map(zone.minuteText) ?? "-",
      entry.lastTime.map(zone.minuteText) ?? "-", number(entry.dataSize), number(entry.fileSize),
      number(entry.records), entry.mirrorFileCount.map { "#\($0)" } ?? "-",
      remarks.joined(separator: "; "),
    ]
  }

  /// Appends the table, if there is to be one.
  public func appendEnd(to buffer: inout TextBuffer) {
    guard isText, !rows.isEmpty else { return }
    let titles = [
      "Journal", "State", "First (\(zone.heading))", "Last", "Data", "On disk", "Records", "Count",
      "",
    ]
    let columns = titles.enumerated().compactMap { index, title -> TextColumn? in
      if title == "Count", !hasMirror { return nil }
      return TextColumn(printable(title), rows.map { $0[index] }, isNumber: (4...7).contains(index))
    }
    TextTable().append(columns, to: &buffer)
  }
}
