internal import MirrorJournal

/// The text of a restore script as it grows.
struct RestoreWriter: ~Copyable {
  private let options: RestoreScript
  private(set) var text = TextBuffer(capacity: 1 << 17)
  private(set) var summary = RestoreScript.Summary()
  private var sfn: UInt32?
  /// Characters: one that stands twice in a line leaves room for a value in 32 767.
  private static let longestReference = 15_000

  init(_ options: RestoreScript) { self.options = options }

  mutating func flush(_ write: (RawSpan) throws -> Void) throws {
    try text.withBytes(write)
    text.removeAll()
  }

  mutating func begin() {
    switch options.dialect {
    case .zwr:
      text.append("mirror-journal restore: \(options.direction.rawValue)\nZWR\n" as String)
    case .objectScript:
      comment("mirror-journal restore: \(options.direction.rawValue)")
      switch options.target {
      case .redirected(let name): comment("^X(1) is written to ^\(name)(\"X\",1)")
      case .inPlace: comment("writes in place: read it before you run it")
      }
    }
  }

  mutating func begin(_ journal: Journal) {
    comment("journal \(journal.path)")
    sfn = nil
  }

  mutating func end() {
    for (kind, count) in summary.warnings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      comment("\(count) change(s) not in this script: \(kind.rawValue)")
    }
    if summary.damage > 0 { comment("\(summary.damage) damaged range(s) could not be read") }
  }

  mutating func damaged(_ damage: Damage) {
    summary.damage += 1
    comment("WARNING damaged: \(damage)")
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
      guard let place = place(reference, journal) else {
        return note(warning(reference, "the redirected reference is too long for a key"))
      }
      let database = qualifies ? journal.database(sfn: record.sfn)?.directory : nil
      // Without its database a statement would write into whichever the reader is in.
      guard !qualifies || database?.isEmpty == false else {
        return note(warning(reference, "the journal does not name its database"))
      }
      let before = summary.lines
      switch options.dialect {
      case .objectScript:
        guard let text = ObjectScriptText.reference(place, directory: database) else {
          return note(warning(reference, "its name is none that a global can have"))
        }
        guard text.utf8.count <= Self.longestReference else {
          return note(warning(reference, "with its database it is too long for a line"))
        }
        try writeObjectScript(step, text, write)
      case .zwr:
        guard case .set(_, let value) = step else {
          return note(warning(reference, "\(record.type) has no form in ZWR"))
        }
        writeZWR(place, value)
      }
      guard summary.lines > before else { return note(warning(reference, "no form")) }
      summary.restored += 1
      return nil
    }
  }

  private mutating func note(_ warning: RestoreWarning) -> RestoreWarning {
    summary.warnings[warning.kind, default: 0] += 1
    comment(
      "WARNING \(warning.kind.rawValue): \(warning.type) at \(warning.address) "
        + "\(warning.global ?? "(key)"): \(warning.reason)")
    return warning
  }

  /// Where the statement writes; nil when no key can be that long.
  private func place(_ reference: GlobalReference, _ journal: Journal) -> GlobalReference? {
    guard case .redirected(let name) = options.target else { return reference }
    let place = GlobalReference(name, [Subscript(reference.name)] + reference.subscripts)
    return (try? place.encodedKey(journal.layout.record.keyEncoding)) == nil ? nil : place
  }

  /// Whether references name their database: ZWR has no form for it, and what is redirected has one.
  private var qualifies: Bool {
    options.qualifiesDatabase && options.target == .inPlace && options.dialect == .objectScript
  }

  private mutating func nameDatabase(_ record: borrowing Record, _ journal: Journal) {
    if record.sfn == sfn { return }
    sfn = record.sfn
    comment("database \(journal.database(sfn: record.sfn)?.directory ?? "sfn \(record.sfn)")")
  }

  private mutating func writeObjectScript(
    _ step: RestoreStep, _ reference: String, _ write: (RawSpan) throws -> Void
  ) throws {
    switch step {
    case .set(_, let value):
      let room = max(64, options.lineLimit - 2 * reference.utf8.count - 8)
      var isFirst = true
      try ObjectScriptText.forEachExpression(of: value, limit: room) { part in
        line(isFirst ? "Set \(reference)=\(part)" : "Set \(reference)=\(reference)_\(part)")
        isFirst = false
        if text.count > 1 << 16 { try flush(write) }
      }
    case .kill: line("Kill \(reference)")
    case .zkill: line("ZKill \(reference)")
    case .setBit(_, let position, let bit): line("Set $BIT(\(reference),\(position))=\(bit)")
    case .warning, .nothing: break
    }
  }

  private mutating func writeZWR(_ place: GlobalReference, _ value: JournalValue) {
    text.append(place.description)
    text.append("=")
    let bytes = value.encodedBytes
    let view = ValueView(bytes.span.bytes, storageCode: value.storageCode)
    switch view.kind {
    case .list: text.appendExactList(bytes.span.bytes)
    case .bits: text.appendCodes(bytes.span.bytes)
    default: view.appendZWrite(to: &text)
    }
    text.append("\n")
    summary.lines += 1
  }

  private mutating func line(_ statement: String) {
    text.append(" ")
    text.append(statement)
    text.append("\n")
    summary.lines += 1
  }

  /// A comment; ZWR has no place for one.
  private mutating func comment(_ words: String) {
    guard options.dialect == .objectScript else { return }
    text.append(ObjectScriptText.comment(words, limit: options.lineLimit))
    text.append("\n")
  }
}
