internal import MirrorJournal

/// Several global patterns asked of a key at once: the key's bytes are hashed once, and only those
/// patterns are tried whose literal beginning the key has.
struct GlobalMatchers {
  private let matchers: HeadTable<GlobalMatcher>

  /// - Throws: `badKey` when the layout cannot express a subscript.
  init(_ patterns: [GlobalPattern], _ layout: RecordLayout, _ scratch: CharacterScratch)
    throws(JournalError)
  {
    var pairs: [(head: PrefixHash, element: GlobalMatcher)] = []
    for pattern in Set(patterns) {
      let matcher = try GlobalMatcher(pattern, layout, scratch)
      pairs.append((PrefixHash(of: matcher.head), matcher))
    }
    matchers = HeadTable(pairs)
  }

  /// How many patterns are tried at one place of a key at most.
  static func mostTried(_ patterns: [GlobalPattern]) -> Int {
    struct Head: Hashable {
      let name: ArraySlice<UInt32>
      let subscripts: ArraySlice<GlobalPattern.Element>
    }
    var counts: [Head: Int] = [:]
    for pattern in Set(patterns) {
      let isLiteral = !pattern.name.hasWildcard
      let head = Head(
        name: pattern.name.head,
        subscripts: pattern.subscripts.prefix {
          if case .literal = $0 { isLiteral } else { false }
        })
      counts[head, default: 0] += 1
    }
    return max(1, counts.values.max() ?? 0)
  }

  /// Whether the record's node is meant by one of them; false for a record without a sound key.
  func matches(_ record: borrowing Record) -> Bool {
    guard record.type.hasKey, let key = record.keyBytes() else { return false }
    var hash = PrefixHash()
    while true {
      if let tried = matchers.at(hash) {
        for matcher in tried where matcher.matches(record) { return true }
      }
      guard hash.length < matchers.longest, let byte = key.loadUInt8(at: hash.length) else {
        return false
      }
      hash.take(UInt32(byte))
    }
  }
}
