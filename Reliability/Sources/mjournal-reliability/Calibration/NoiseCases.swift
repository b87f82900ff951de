import JournalSamples

/// The listings that a family is tried with.
enum NoiseCases {
  typealias Case = (name: String, form: ForeignListing, rows: [ForeignRecord], noise: ListingNoise)

  /// Those from which the layout must be found all the same.
  static func all(_ journal: ForeignJournal) -> [Case] {
    let spread = journal.sample(CalibrationSuite.listed)
    let middle = journal.records.count / 2
    let block = Array(journal.records[middle..<middle + CalibrationSuite.listed])
    var cases: [Case] = []
    func add(_ name: String, _ forms: [ForeignListing], _ change: (inout ListingNoise) -> Void) {
      var noise = ListingNoise()
      change(&noise)
      for form in forms {
        cases.append(("\(form.rawValue), \(name), spread", form, spread, noise))
        cases.append(("\(form.rawValue), \(name), consecutive", form, block, noise))
      }
    }
    add("clean", ForeignListing.allCases) { _ in }
    add("truncated", [.jrndump, .details, .csv, .json]) { $0.valueLimit = 30 }
    add("localized", [.jrndump, .details, .csv, .tsv]) { $0.isLocalized = true }
    add("wrapped", [.jrndump, .details]) { $0.lineWidth = 80 }
    add("5 % wrong", ForeignListing.allCases) { $0.wrongPercent = 5 }
    add("truncated, localized, wrapped, 5 % wrong", [.jrndump, .details, .csv]) {
      $0.valueLimit = 30
      $0.isLocalized = true
      $0.lineWidth = 80
      $0.wrongPercent = 5
    }
    return cases
  }

  /// Those that prove nothing.
  static func refused(_ journal: ForeignJournal, _ other: ForeignJournal) -> [Case] {
    let own = journal.sample(CalibrationSuite.listed)
    let foreign = other.sample(CalibrationSuite.listed)
    var cases: [Case] = []
    for form in [ForeignListing.csv, .jrndump, .details] {
      cases.append(("\(form.rawValue) of another file", form, foreign, ListingNoise()))
      for shift in [4, -4] {
        var noise = ListingNoise()
        noise.shift = shift
        cases.append(("\(form.rawValue) shifted by \(shift)", form, own, noise))
      }
      var noise = ListingNoise()
      noise.isShuffled = true
      cases.append(("\(form.rawValue) shuffled", form, own, noise))
    }
    return cases
  }
}
