public import MirrorJournal

extension Calibration {
  /// Appends what was found, a line a field, and the proof.
  public func appendText(to buffer: inout TextBuffer) {
    let found = fields.filter { $0.place != nil }
    buffer.append(
      "\(found.count) of \(fields.count) fields found; what the listing does not show stays unknown\n")
    let rows = fields.map(Self.columns)
    let heads = ["field", "place", "support", "against", "nearest rival"]
    var widths = heads.map(\.count)
    for row in rows {
      for (index, text) in row.enumerated() { widths[index] = max(widths[index], text.count) }
    }
    for row in [heads] + rows {
      var line = ""
      for (index, text) in row.enumerated() {
        line += text
        if index < row.count - 1 {
          line += String(repeating: " ", count: widths[index] - text.count + 2)
        }
      }
      while line.hasSuffix(" ") { line.removeLast() }
      buffer.append(line + "\n")
    }
    buffer.append("\n")
    proof.appendText(to: &buffer)
  }

  private static func columns(_ field: FieldEvidence) -> [String] {
    guard let place = field.place else {
      return [field.field, "unknown: \(field.note ?? "")", "", "", ""]
    }
    let note = field.note.map { " (\($0))" } ?? ""
    return [
      field.field, place + note, "\(field.support) \(field.unit)", "\(field.contradictions)",
      field.rival ?? "none",
    ]
  }
}
