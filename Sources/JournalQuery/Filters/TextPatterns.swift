internal import MirrorJournal

/// Several patterns asked of a text at once: the text is walked once, whatever their number, and only
/// those patterns are tried whose characters before the first wildcard the text begins with.
struct TextPatterns {
  private let wildcards: HeadTable<TextPattern>
  private let literals: HeadTable<TextPattern>
  /// Nil unless there is one pattern, which is asked as it is.
  private let only: TextPattern?
  /// Whether one of them matches every text.
  let matchesEverything: Bool

  init(_ patterns: [TextPattern]) {
    var seen: Set<[UInt32]> = []
    let patterns = patterns.filter { seen.insert($0.elements).inserted }
    matchesEverything = patterns.contains(where: \.matchesEverything)
    only = patterns.count == 1 ? patterns.first : nil
    func table(_ patterns: [TextPattern]) -> HeadTable<TextPattern> {
      HeadTable(patterns.map { (PrefixHash(of: $0.head), $0) })
    }
    wildcards = table(patterns.filter(\.hasWildcard))
    literals = table(patterns.filter { !$0.hasWildcard })
  }

  /// How many patterns are tried at one place of a text at most.
  static func mostTried(_ patterns: [TextPattern]) -> Int {
    var counts: [ArraySlice<UInt32>: Int] = [:]
    // Of literals one at most has the characters of the whole text.
    for elements in Set(patterns.lazy.filter(\.hasWildcard).map(\.elements)) {
      counts[TextPattern.head(of: elements), default: 0] += 1
    }
    return max(1, counts.values.max() ?? 0)
  }

  @inline(__always)
  private func matches<Text: CharacterSource & ~Escapable>(_ text: borrowing Text) -> Bool {
    if matchesEverything { return true }
    if let only { return text.isMatched(by: only) }
    let longest = max(wildcards.longest, literals.longest)
    var hash = PrefixHash()
    var position = 0
    let end = text.end
    while true {
      if let tried = wildcards.at(hash) {
        for pattern in tried where text.isMatched(by: pattern) { return true }
      }
      if position >= end { break }
      // A longer text is none of the literals.
      if hash.length >= longest { return false }
      let (scalar, next) = text.character(at: position)
      hash.take(scalar)
      position = next
    }
    for literal in literals.at(hash) ?? [] where text.isMatched(by: literal) { return true }
    return false
  }

  /// Whether text of one byte a character matches one of them.
  func matches(latin1 bytes: RawSpan) -> Bool { matches(LatinCharacters(bytes: bytes)) }

  /// Whether text in UTF-16LE matches one of them.
  func matches(utf16 bytes: RawSpan) -> Bool { matches(WideCharacters(bytes: bytes)) }

  /// Whether text in UTF-8 matches one of them.
  func matches(utf8 bytes: RawSpan) -> Bool { matches(UTF8Characters(bytes: bytes)) }

  /// Whether `text` matches one of them.
  func matches(_ text: String) -> Bool { matches(utf8: Array(text.utf8).span.bytes) }
}
