internal import MirrorJournal

/// Looks for records before the first one: a chain that begins anywhere is no journal's.
struct StartCheck {
  private let chosen: ChainSelection.Chosen

  init(_ chosen: ChainSelection.Chosen) { self.chosen = chosen }

  /// Where a record stands that leads to the first one; nil where none does. O(1).
  func before(_ bytes: RawSpan) -> Int? {
    let framing = chosen.framing
    guard !framing.rule.goesBack else { return nil }
    let first = framing.firstPlace
    var place = first - 1
    while place >= max(0, first - (1 << 16)) {
      let step = framing.rule.step(bytes, from: place)
      if step > 0, place + step == first, chosen.candidate.profile.fits(bytes, at: place) {
        return place
      }
      place -= 1
    }
    return nil
  }
}
