internal import MirrorJournal

extension ChainRule {
  /// Every rule of one number that is a distance.
  static let distances: [ChainRule] = {
    var rules: [ChainRule] = []
    // What a length leaves out: a header of any size, or one of an even size.
    let some = Array(0...15) + Array(stride(from: 16, through: 64, by: 2))
    let few = Array(stride(from: 0, through: 64, by: 4))
    for width in [4, 2] {
      for isBigEndian in [false, true] {
        for unit in [1, 2, 4, 8] {
          for adds in unit == 1 ? some : few {
            for rounds in unit == 1 ? [1, 4, 8] : [1] {
              rules.append(
                ChainRule(
                  width: width, isBigEndian: isBigEndian, unit: unit, adds: adds, rounds: rounds))
            }
          }
          // A distance back is one between two records: nothing of it is padding.
          for adds in few {
            rules.append(
              ChainRule(
                width: width, isBigEndian: isBigEndian, goesBack: true, unit: unit, adds: adds))
          }
        }
      }
    }
    return rules
  }()

  /// The rules of one number that is an address, as far as `window` has numbers that could be one:
  /// hardly any do by chance.
  static func addresses(in window: RawSpan, at base: Int) -> [ChainRule] {
    var rules: [ChainRule] = []
    for width in [4, 8] {
      for isBigEndian in [false, true] {
        for unit in [1, 4, 8] {
          let field = Field(0, width: UInt8(width), isBigEndian: isBigEndian)
          for goesBack in [false, true]
          where hits(field, unit, goesBack, window, base) >= ChainSearch.leastRecords {
            for adds in 0...60 {
              rules.append(
                ChainRule(
                  width: width, isBigEndian: isBigEndian, goesBack: goesBack, isAddress: true,
                  unit: unit, adds: adds))
            }
          }
        }
      }
    }
    return rules
  }

  private static func hits(
    _ field: Field, _ unit: Int, _ goesBack: Bool, _ window: RawSpan, _ base: Int
  ) -> Int {
    var hits = 0
    for place in 0..<max(0, window.byteCount - Int(field.width)) {
      guard let number = window.load(field, from: place), number < 1 << 32 else { continue }
      let step = Int(number) * unit - base - place
      if goesBack ? step < 0 && step > -16_384 : step > 0 && step < 16_384 { hits += 1 }
    }
    return hits
  }
}
