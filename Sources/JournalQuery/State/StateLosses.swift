internal import MirrorJournal

/// Where records may be missing: damaged ranges, files that are not there.
struct StateLosses {
  private var places: [(from: StateSequence, to: StateSequence)] = []
  private var isSorted = true

  var isEmpty: Bool { places.isEmpty }

  mutating func add(from: StateSequence, to: StateSequence) {
    places.append((from, max(from, to)))
    isSorted = false
  }

  /// To be called before questions.
  mutating func sort() {
    guard !isSorted else { return }
    places.sort { $0.from < $1.from }
    // United, so that one search answers.
    var united: [(from: StateSequence, to: StateSequence)] = []
    for place in places {
      if let last = united.last, place.from <= last.to {
        united[united.count - 1].to = max(last.to, place.to)
      } else {
        united.append(place)
      }
    }
    places = united
    isSorted = true
  }

  /// Whether a record between the two places may be missing.
  func isBetween(_ first: StateSequence, _ second: StateSequence) -> Bool {
    if places.isEmpty || first >= second { return false }
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].to <= first { low = middle + 1 } else { high = middle }
    }
    return low < places.count && places[low].from < second
  }
}
