internal import MirrorJournal

/// The lines of a script as it grows: statements that nothing foreign can become a part of, and comments.
struct ScriptLines: ~Copyable {
  let options: RestoreScript
  private(set) var text = TextBuffer(capacity: 1 << 17)
  /// Lines of statements.
  private(set) var count = 0
  /// Characters: one that stands twice in a line leaves room for a value in 32 767.
  static let longestReference = 15_000

  init(_ options: RestoreScript) { self.options = options }

  mutating func flush(_ write: (RawSpan) throws -> Void) throws {
    try text.withBytes(write)
    text.removeAll()
  }

  /// Where the statement about `reference` writes; nil when no key can be that long.
  func place(_ reference: GlobalReference, _ encoding: KeyLayout = .observed) -> GlobalReference? {
    guard case .redirected(let name) = options.target else { return reference }
    let place = GlobalReference(name, [Subscript(reference.name)] + reference.subscripts)
    return (try? place.encodedKey(encoding)) == nil ? nil : place
  }

  /// Whether references name their database: ZWR has no form for it, and what is redirected has one.
  var qualifies: Bool {
    options.qualifiesDatabase && options.target == .inPlace && options.dialect == .objectScript
  }

  /// `Set` of a value, piece by piece where it is long.
  mutating func set(
    _ target: String, _ value: JournalValue, _ write: (RawSpan) throws -> Void
  ) throws {
    let room = max(64, options.lineLimit - 2 * target.utf8.count - 8)
    var isFirst = true
    try ObjectScriptText.forEachExpression(
      of: value, limit: room, options.language
    ) { part in
      line(isFirst ? "Set \(target)=\(part)" : "Set \(target)=\(target)_\(part)")
      isFirst = false
      if text.count > 1 << 16 { try flush(write) }
    }
  }

  /// Lines that say whether the node has this value, or none, and set nothing but a local variable.
  mutating func compare(
    _ reference: String, named name: String, with value: JournalValue?,
    _ write: (RawSpan) throws -> Void
  ) throws {
    let text = ObjectScriptText.string(name, options.language)
    guard let value else {
      return line("If $Data(\(reference))#2 Write \"to be killed: \",\(text),!")
    }
    try set("mjvalue", value, write)
    line("If '($Data(\(reference))#2) Write \"to be set: \",\(text),!")
    line("If $Data(\(reference))#2,\(reference)'=mjvalue Write \"to be changed: \",\(text),!")
  }

  mutating func zwr(_ place: GlobalReference, _ value: JournalValue) {
    text.append(place.description)
    text.append("=")
    text.appendZWRValue(value)
    text.append("\n")
    count += 1
  }

  /// A statement.
  mutating func line(_ statement: String) {
    text.append(" ")
    text.append(statement)
    text.append("\n")
    count += 1
  }

  /// The comments that begin a script.
  mutating func begin(_ words: String) {
    comment("mirror-journal restore: \(words)")
    switch options.target {
    case .redirected(let name): comment("^X(1) is written to ^\(name)(\"X\",1)")
    case .inPlace: comment("writes in place: read it before you run it")
    }
  }

  /// The two lines that begin a file of ZWR.
  mutating func beginZWR(_ words: String) {
    text.append("mirror-journal restore: ")
    text.append(printable: words)
    text.append("\nZWR\n")
  }

  /// A comment; ZWR has no place for one.
  mutating func comment(_ words: String) {
    guard options.dialect != .zwr else { return }
    text.append(ObjectScriptText.comment(words, limit: options.lineLimit))
    text.append("\n")
  }
}
