/// A global and its subscripts, as in `^PATIENT("visit",1)`.
public struct GlobalReference: Sendable, Hashable {
  /// The environment of an extended reference as it was written, delimiters included: `["^^/db/"]`
  /// or `|"^^/db/"|`. It is no part of the key.
  public var environment: String?
  /// The global's name without the caret.
  public var name: String
  /// From the left; empty for the global's root.
  public var subscripts: [Subscript]

  /// The reference `^name(subscripts…)`; `name` has no caret.
  public init(_ name: String, _ subscripts: [Subscript] = [], environment: String? = nil) {
    self.name = name
    self.subscripts = subscripts
    self.environment = environment
  }

  /// Parses `^NAME("sub",1)`; the caret may be missing.
  ///
  /// - Throws: `JournalError.badKey` that says at which column (from 1) the text is wrong.
  public init(parsing text: String) throws(JournalError) {
    let bytes = Array(text.utf8)
    var scanner = LiteralScanner(bytes.span.bytes, isUTF8: true)
    do {
      self = try scanner.reference(needsCaret: false)
      try scanner.expectEnd()
    } catch {
      throw JournalError(
        .badKey, "\(error.reason) at column \(error.column) of the reference",
        advice: "write a global as ^NAME(\"subscript\",1)")
    }
  }
}

extension GlobalReference: CustomStringConvertible {
  /// The canonical form, with the caret.
  public var description: String {
    var buffer = TextBuffer(capacity: 128)
    buffer.append(UInt8(ascii: "^"))
    if let environment { buffer.append(environment) }
    buffer.append(name)
    if !subscripts.isEmpty {
      buffer.append(UInt8(ascii: "("))
      for (index, element) in subscripts.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        element.append(to: &buffer)
      }
      buffer.append(UInt8(ascii: ")"))
    }
    return buffer.string
  }
}

extension GlobalReference: Comparable {
  /// By name, then by the encoded subscripts: the order of collation 5, numbers before strings.
  public static func < (left: GlobalReference, right: GlobalReference) -> Bool {
    if left.name != right.name { return left.name < right.name }
    let first = KeyEncoding.bytes(of: left.subscripts, .observed)
    let second = KeyEncoding.bytes(of: right.subscripts, .observed)
    if first != second { return first.lexicographicallyPrecedes(second) }
    return (left.environment ?? "") < (right.environment ?? "")
  }
}
