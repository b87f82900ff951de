internal import MirrorJournal

/// The text of a restore script as it grows.
struct RestoreWriter: ~Copyable {
  private var lines: ScriptLines
  private(set) var summary = RestoreScript.Summary()
  private var sfn: UInt32?
  private var options: RestoreScript { lines.options }

  init(_ options: RestoreScript) { lines = ScriptLines(options) }

  /// Bytes that wait to be written.
  var waiting: Int { lines.text.count }

  mutating func flush(_ write: (RawSpan) throws -> Void) throws { try lines.flush(write) }

  mutating func begin() {
    let words = options.direction.rawValue
    if options.dialect == .zwr { lines.beginZWR(words) } else { lines.begin(words) }
  }

  mutating func begin(_ journal: Journal) {
    lines.comment("journal \(journal.path)")
    sfn = nil
  }

  mutating func end() {
    for (kind, count) in summary.warnings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.comment("\(count) change(s) not in this script: \(kind.rawValue)")
    }
    if summary.damage > 0 { lines.comment("\(summary.damage) damaged range(s) could not be read") }
  }

  mutating func damaged(_ damage: Damage) {
    summary.damage += 1
    lines.comment("WARNING damaged: \(damage)")
  }

  /// Writes one step; returns the warning that it is or leads to. Of a long value line after line goes
  /// out through `write`.
  mutating func take(
    _ step: RestoreStep, _ record: borrowing Record, _ journal: Journal,
    _ write: (RawSpan) throws -> Void
  ) throws -> RestoreWarning? {
    func warning(_ reference: GlobalReference, _ reason: String) -> RestoreWarning {
      RestoreWarning(
        kind: .notExpressible, file: journal.path, address: record.address, type: record.type,
        global: reference.description, reason: reason)
    }
    switch step {
    case .nothing:
      summary.skipped += 1
      return nil
    case .warning(let warning):
      return note(warning)
    case .set(let reference, _), .kill(let reference), .zkill(let reference),
      .setBit(let reference, _, _):
      nameDatabase(record, journal)
      guard let place = lines.place(reference, journal.layout.record.keyEncoding) else {
        return note(warning(reference, "the redirected reference is too long for a key"))
      }
      let database = lines.qualifies ? journal.database(sfn: record.sfn)?.directory : nil
      // Without its database a statement would write into whichever the reader is in.
      guard !lines.qualifies || database?.isEmpty == false else {
        return note(warning(reference, "the journal does not name its database"))
      }
      let before = lines.count
      switch options.dialect {
      case .objectScript, .m:
        guard options.dialect != .m || !step.needsObjectScript else {
          return note(warning(reference, "GT.M has no $BIT"))
        }
        if case .set(_, let value) = step, let why = options.language.refusal(of: value) {
          return note(warning(reference, why))
        }
        guard let text = ObjectScriptText.reference(place, directory: database, options.language)
        else {
          return note(warning(reference, "its name is none that a global can have"))
        }
        guard text.utf8.count <= ScriptLines.longestReference else {
          return note(warning(reference, "with its database it is too long for a line"))
        }
        try writeObjectScript(step, text, write)
      case .zwr:
        guard case .set(_, let value) = step else {
          return note(warning(reference, "\(record.type) has no form in ZWR"))
        }
        lines.zwr(place, value)
      }
      summary.lines = lines.count
      guard lines.count > before else { return note(warning(reference, "no form")) }
      summary.restored += 1
      return nil
    }
  }

  private mutating func note(_ warning: RestoreWarning) -> RestoreWarning {
    summary.warnings[warning.kind, default: 0] += 1
    lines.comment(
      "WARNING \(warning.kind.rawValue): \(warning.type) at \(warning.address) "
        + "\(warning.global ?? "(key)"): \(warning.reason)")
    return warning
  }

  private mutating func nameDatabase(_ record: borrowing Record, _ journal: Journal) {
    if record.sfn == sfn { return }
    sfn = record.sfn
    lines.comment("database \(journal.database(sfn: record.sfn)?.directory ?? "sfn \(record.sfn)")")
  }

  private mutating func writeObjectScript(
    _ step: RestoreStep, _ reference: String, _ write: (RawSpan) throws -> Void
  ) throws {
    switch step {
    case .set(_, let value): try lines.set(reference, value, write)
    case .kill: lines.line("Kill \(reference)")
    case .zkill: lines.line("ZKill \(reference)")
    case .setBit(_, let position, let bit): lines.line("Set $BIT(\(reference),\(position))=\(bit)")
    case .warning, .nothing: break
    }
  }
}
