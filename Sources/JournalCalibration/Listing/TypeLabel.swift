internal import MirrorJournal

/// What the words of listings say about types and flags.
enum TypeLabel {
  /// The letters of the list without the `T` of a transaction, and whether it was there; nil where
  /// the letters do not tell.
  static func operation(_ letters: String) -> (type: String, isInTransaction: Bool?) {
    if ["BT", "CT", "BTL", "PTL", "CTL", "RB"].contains(letters) { return (letters, nil) }
    if letters.count > 1, letters.hasSuffix("T") { return (String(letters.dropLast()), true) }
    return (letters, false)
  }

  /// The documented types that a label can mean; none for a word that is not known.
  static func types(_ label: String) -> [RecordType] {
    if let number = UInt8(label) { return [RecordType(rawValue: number)] }
    if let known = words[label.lowercased().filter { $0.isLetter || $0 == "$" }] {
      return [known]
    }
    return RecordType.all(named: label).filter { $0.isVisible }
  }

  /// The texts of `^JRNDUMP` details and of the portal (class D), letters only.
  private static let words: [String: RecordType] = [
    "set": .set, "set$i": .increment, "killnode": .kill, "kill": .kill, "killdesc": .killDescendant,
    "killdes": .killDescendant, "zkill": .zkill, "jrnmark": .marker, "marker": .marker,
    "bitset": .bitSet, "netreq": .netsyn, "netsyn": .netsyn, "begintrans": .beginTransaction,
    "committrans": .commitTransaction, "begintranswithlevel": .beginLevel,
    "committranspendingwithlevel": .commitPendingLevel, "committranswithlevel": .commitLevel,
    "mirrorset": .mirrorSet, "mirrorkill": .mirrorKill, "rollback": .rollback,
  ]

  /// Whether a word says yes, in the languages that IRIS speaks; nil if it says neither.
  static func isYes(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "1", "yes", "true", "ja", "sí", "si", "sim", "oui", "da", "да", "はい", "是": true
    case "0", "no", "false", "nein", "não", "nao", "non", "ne", "нет", "いいえ", "否", "": false
    default: nil
    }
  }
}
