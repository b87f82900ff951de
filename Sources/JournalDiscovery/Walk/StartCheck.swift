internal import MirrorJournal

/// Looks for records before the first one: a chain that begins anywhere is no journal's.
struct StartCheck {
  private let candidate: FramingSearch.Candidate

  init(_ candidate: FramingSearch.Candidate) { self.candidate = candidate }

  /// Where a record stands that leads to the first one; nil where none does. O(1).
  func before(_ bytes: RawSpan) -> Int? {
    let framing = candidate.framing
    guard !framing.rule.goesBack else { return nil }
    let first = framing.firstPlace
    var place = first - 1
    while place >= max(0, first - (1 << 16)) {
      let step = framing.rule.step(bytes, from: place)
      if step > 0, place + step == first, candidate.profile.fits(bytes, at: place) {
        return place
      }
      place -= 1
    }
    return nil
  }
}
