/// A number as people's tools print it: with marks between groups of three digits, or without.
enum ListedNumber {
  /// Commas, points, apostrophes, low lines, blanks of all kinds.
  private static let marks: Set<Unicode.Scalar> = [
    ",", ".", "'", "_", " ", "\u{A0}", "\u{2009}", "\u{202F}", "\u{2019}",
  ]

  /// The number; nil for other text, and for marks that do not stand between groups of three.
  static func value(_ text: some StringProtocol) -> Int? {
    if let number = Int(text) { return number }
    return plain(text).flatMap { Int($0) }
  }

  /// The digits of a grouped number without its marks; nil for other text.
  static func plain(_ text: some StringProtocol) -> String? {
    var groups: [String] = [""]
    var mark: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if ("0"..."9").contains(scalar) {
        groups[groups.count - 1].unicodeScalars.append(scalar)
      } else {
        guard marks.contains(scalar), mark == nil || mark == scalar else { return nil }
        mark = scalar
        groups.append("")
      }
    }
    guard groups.count > 1, (1...3).contains(groups[0].count), groups[0] != "0",
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    return groups.joined()
  }
}
