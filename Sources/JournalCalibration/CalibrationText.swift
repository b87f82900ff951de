public import MirrorJournal

extension Calibration {
  /// Appends what was found, a line a field, and the proof.
  public func appendText(to buffer: inout TextBuffer) {
    let found = fields.filter { $0.place != nil }
    buffer.append(
      "\(found.count) of \(fields.count) fields found; what the listing does not show stays unknown\n"
    )
    let rows = fields.map(Self.columns)
    let heads = ["field", "place", "support", "against", "nearest rival"]
    let columns = heads.enumerated().map { column, head in
      TextColumn(head, rows.map { $0[column] })
    }
    TextTable().append(columns, to: &buffer)
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

extension Listing {
  /// What hashed columns are good for, a line each with a line feed; empty where none is hashed.
  public var hashText: String {
    func line(_ names: [String], _ words: String) -> String {
      names.isEmpty ? "" : printable(names.joined(separator: ", ")) + ": " + words + "\n"
    }
    return line(hashedLabels, "as labels, of which only equality counts")
      + line(unreadHashes, "not read: a hash does not tell bytes; what they show stays unknown")
  }
}
