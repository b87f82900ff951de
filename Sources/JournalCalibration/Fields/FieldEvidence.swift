/// What speaks for a field that calibration reports, and what against it.
public struct FieldEvidence: Sendable {
  /// The field's name, as in the layout file.
  public let field: String
  /// Where it was found, in words; nil if it stays unknown.
  public let place: String?
  /// Rows, records or blocks that agree with it.
  public let support: Int
  /// Those that contradict it.
  public let contradictions: Int
  /// What was counted: `rows`, `records`, `blocks`.
  public let unit: String
  /// The next best place and its support.
  public let rival: String?
  /// Why it is unknown, or what else there is to say.
  public let note: String?

  init(
    _ field: String, _ place: String?, support: Int = 0, contradictions: Int = 0,
    unit: String = "rows", rival: String? = nil, note: String? = nil
  ) {
    self.field = field
    self.place = place
    self.support = support
    self.contradictions = contradictions
    self.unit = unit
    self.rival = rival
    self.note = note
  }

  /// The same with another thing to say.
  func noting(_ words: String) -> FieldEvidence {
    FieldEvidence(
      field, place, support: support, contradictions: contradictions, unit: unit, rival: rival,
      note: note.map { "\($0); \(words)" } ?? words)
  }

  static func unknown(_ field: String, _ reason: String) -> FieldEvidence {
    FieldEvidence(field, nil, note: reason)
  }
}
