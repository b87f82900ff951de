internal import MirrorJournal

/// What the language of a script can say.
enum ScriptLanguage {
  case objectScript
  /// GT.M and YottaDB: characters are Unicode's, `$lb` and `$BIT` do not exist.
  case m

  /// The longest string of GT.M, in bytes.
  private static let longest = 1 << 20

  /// Why no statement can set `value`; nil when one can.
  func refusal(of value: JournalValue) -> String? {
    if case .vector = value { return "the inner form of a vector is not documented" }
    guard self == .m else { return nil }
    switch value {
    case .wide(let units):
      let text = String(decoding: units, as: UTF16.self)
      if text.utf16.count != units.count || !text.utf16.elementsEqual(units) {
        return "GT.M has no half of a pair of surrogates"
      }
      return text.utf8.count > Self.longest ? "it is longer than GT.M's strings" : nil
    case .bytes(let bytes):
      return bytes.count > Self.longest ? "it is longer than GT.M's strings" : nil
    case .vector: return nil
    }
  }
}

extension RestoreScript {
  /// The language of the dialect; ZWR writes no statements.
  var language: ScriptLanguage { dialect == .m ? .m : .objectScript }
}
