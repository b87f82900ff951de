internal import MirrorJournal

extension TextBuffer {
  /// Appends the raw value of `kind`: literals, so that each is a store or two.
  mutating func append(_ kind: ValueView.Kind) {
    switch kind {
    case .string: append("string")
    case .wideString: append("wideString")
    case .brokenWideString: append("brokenWideString")
    case .list: append("list")
    case .bits: append("bits")
    case .vector: append("vector")
    case .damaged: append("damaged")
    }
  }
}
