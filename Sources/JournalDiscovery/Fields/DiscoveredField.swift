/// A part of the layout that discovery found, or that stays unknown.
public struct DiscoveredField: Sendable {
  /// The field's name, as in the layout file.
  public let name: String
  /// Where it is, in words; nil if it stays unknown.
  public let place: String?
  /// What bears it out, or why it is unknown.
  public let evidence: String
}
