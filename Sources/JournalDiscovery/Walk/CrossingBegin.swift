internal import MirrorJournal

/// Finds where the records of a file begin whose records cross blocks, or lead back only.
struct CrossingBegin {
  let candidate: FramingSearch.Candidate
  let extent: DataExtent
  /// Each goes through the whole file.
  private static let mostWalks = 96

  init(_ candidate: FramingSearch.Candidate, extent: DataExtent) {
    self.candidate = candidate
    self.extent = extent
  }

  /// The candidate with its first record; nil where no walk joins the records that are known.
  func begin(_ bytes: RawSpan) -> FramingSearch.Candidate? {
    candidate.scored.rule.goesBack ? beginBackwards(bytes) : beginForwards(bytes)
  }

  private func beginForwards(_ bytes: RawSpan) -> FramingSearch.Candidate? {
    let framing = candidate.framing
    let known = framing.firstPlace
    let unit = framing.grid.size == 0 ? 512 : framing.grid.size
    var places: [Int64] = []
    var later: FramingSearch.Candidate?
    // The documented place first, then any.
    var starts = [131_072, 65_536, 8192, 4096].filter { $0 % unit == 0 }
    starts += stride(
      from: max(unit, 4096), through: min(known, 1 << 20), by: max(unit, 4096)
    ).filter {
      !starts.contains($0)
    }
    var walks = 0
    for start in starts where start <= known {
      for lead in 0..<124 where start + lead <= known {
        let place = start + lead
        guard candidate.profile.begins(framing.rule, bytes, at: place) || place == known else {
          continue
        }
        walks += 1
        guard walks <= Self.mostWalks else { return later }
        let count = framing.rule.walk(
          bytes, from: place, to: known + 1, grid: framing.grid,
          most: (known - place) / ChainRule.steps.lowerBound + 2, into: &places)
        guard count > 0, Int(places[count - 1]) == known,
          candidate.profile.share(bytes, places[0..<count]) >= 0.8
        else { continue }
        let result = finished(start, earliest(place, start, bytes))
        // Any block's first record joins as well: before the first of all there is none.
        guard StartCheck(result).before(bytes) != nil else { return result }
        later = later ?? result
        break
      }
    }
    return later
  }

  /// Records before `place`, up to `start`, that the walk from a later one had left out.
  private func earliest(_ place: Int, _ start: Int, _ bytes: RawSpan) -> Int {
    for other in start..<place
    where candidate.profile.fits(bytes, at: other)
      && other + candidate.framing.rule.step(bytes, from: other) == place
    {
      return other
    }
    return place
  }

  private func finished(_ start: Int, _ place: Int) -> FramingSearch.Candidate {
    var result = candidate
    result.framing.dataStart = start
    result.framing.firstPlace = place
    result.framing.lead = place - start
    return result
  }

  /// From the last record that leads to the known one back to the first.
  private func beginBackwards(_ bytes: RawSpan) -> FramingSearch.Candidate? {
    let framing = candidate.framing
    let known = framing.firstPlace
    var places: [Int64] = []
    var from = extent.end + 8
    let lowest = max(known, extent.end - (1 << 17))
    var walks = 0
    while from >= lowest, walks < Self.mostWalks {
      from -= 1
      guard candidate.profile.begins(framing.rule, bytes, at: from) else { continue }
      walks += 1
      let most = min(from / ChainRule.steps.lowerBound + 2, 1 << 24)
      let count = framing.rule.walk(
        bytes, from: from, to: 0, grid: framing.grid, most: most, into: &places)
      guard count > ChainSearch.leastRecords,
        places[0..<count].contains(Int64(known)),
        candidate.profile.share(bytes, places[0..<count], most: 256) >= 0.8
      else { continue }
      var first = count - 1
      // What stands before the records is none.
      while first > 0, !candidate.profile.fits(bytes, at: Int(places[first])) { first -= 1 }
      var result = candidate
      result.framing.lead = from
      result.framing.firstPlace = Int(places[first])
      let unit = framing.grid.size == 0 ? 512 : framing.grid.size
      result.framing.dataStart = Int(places[first]) / unit * unit
      markEnd(&result.framing, places[max(0, first - 2)..<count])
      if !result.framing.isAtEnd, first + 1 < count {
        // The first record of all leads nowhere, and is often like no other.
        let before = Int(places[first + 1])
        if framing.rule.step(bytes, from: before, grid: framing.grid) == 0 {
          result.framing.firstPlace = before
          result.framing.dataStart = before / unit * unit
        }
      }
      if framing.grid.size == 0, !result.framing.isAtEnd {
        result.framing.seenSize = Self.size(places[0..<count], above: result.framing.firstPlace)
        if result.framing.seenSize > 0 {
          let size = result.framing.seenSize
          result.framing.dataStart = result.framing.firstPlace / size * size
        }
      }
      return result
    }
    return nil
  }

  /// The smallest size of blocks each of which begins with a record at the same place; 0: none.
  private static func size(_ places: ArraySlice<Int64>, above first: Int) -> Int {
    for size in GridSearch.sizes.sorted() {
      var leads: [Int: Int] = [:]
      var lowest: [Int: Int] = [:]
      for place in places where Int(place) >= first {
        lowest[Int(place) / size] = Int(place) % size
      }
      guard lowest.count >= 4 else { continue }
      for lead in lowest.values where lead < 124 { leads[lead, default: 0] += 1 }
      // The first of all may stand later.
      if let most = leads.values.max(), most + 1 >= lowest.count { return size }
    }
    return 0
  }

  /// Notes when the number ends its record: a further one would end where records begin.
  private func markEnd(_ framing: inout Framing, _ places: ArraySlice<Int64>) {
    guard !framing.rule.isAddress else { return }
    let unit = framing.grid.size == 0 ? 512 : framing.grid.size
    for place in places {
      let start = framing.grid.advance(Int(place), by: framing.rule.reach)
      // One block's records cross nothing: the documented first place tells as much.
      let isDocumented = framing.grid.size == 0 && start % 65_536 == 16
      guard start % unit == framing.grid.header || isDocumented else { continue }
      framing.isAtEnd = true
      framing.dataStart = start / unit * unit
      framing.firstPlace = start
    }
  }
}
