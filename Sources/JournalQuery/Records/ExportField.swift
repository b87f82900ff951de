/// The fields that a stream of records can have, by the names that `--fields` takes: those of `RecordField`, and
/// those that have to be asked for.
public enum ExportField: Sendable, Hashable, CaseIterable {
  /// A field that every line has by itself.
  case record(RecordField)
  /// The GUID in the header of the file: with the address, the record's name for good, whatever the file is
  /// called and wherever it lies.
  case fileGUID
  /// The GUID and the address, with a slash between them, of the record that began the transaction; null outside
  /// of transactions, and where its beginning is not in the journals.
  case transaction
  /// The global's name without the caret.
  case global
  /// The subscripts as a JSON array.
  case subscripts
  /// The new value as `ValueView.appendTypedJSON(to:)` has it.
  case newTyped
  /// The old value likewise.
  case oldTyped

  public static let allCases: [ExportField] =
    RecordField.allCases.map { .record($0) } + [
      .fileGUID, .transaction, .global, .subscripts, .newTyped, .oldTyped,
    ]

  /// The name in NDJSON and CSV.
  public var name: String {
    switch self {
    case .record(let field): field.rawValue
    case .fileGUID: "fileGUID"
    case .transaction: "transaction"
    case .global: "global"
    case .subscripts: "subscripts"
    case .newTyped: "newTyped"
    case .oldTyped: "oldTyped"
    }
  }

  /// The field of that name; nil when there is none.
  public init?(name: String) {
    guard let field = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = field
  }
}
