/// How text for people looks. What a terminal can show is the caller's business.
public struct TextStyle: Sendable, Hashable {
  /// Columns of the terminal that lines have to fit in; nil where they may be as long as they are.
  public var width: Int?
  /// Whether thousands are separated by blanks, and titles of columns name units.
  public var groupsDigits = false
  /// Whether lines are drawn with ASCII characters only. What the data hold stays as it is.
  public var isASCII = false

  /// Lines as long as they are, with plain digits.
  public init() {}

  /// What stands where a text was cut.
  package var ellipsis: String { isASCII ? "~" : "…" }

  /// A number in a table.
  package func number(_ number: Int) -> String { groupsDigits ? grouped(number) : "\(number)" }

  /// The title of a column of numbers that have a unit.
  package func title(_ title: String, _ unit: String) -> String {
    groupsDigits ? "\(title) (\(unit))" : title
  }
}
