internal import MirrorJournal

/// The steps of a calibration.
struct CalibrationSearch {
  let storage: MappedFile
  let listing: Listing
  let information: InformationPage?
  let name: String
  let signatureLength: Int?

  private let rows: [ListedRecord]
  private let alignment: Int

  init(
    storage: MappedFile, listing: Listing, information: InformationPage?, name: String,
    signatureLength: Int?
  ) throws(JournalError) {
    self.storage = storage
    self.listing = listing
    self.information = information
    self.name = name
    self.signatureLength = signatureLength
    rows = listing.records.filter { $0.address > 0 && $0.address < storage.count }
    guard listing.records.count >= Calibration.minimumRows else {
      throw JournalError.refusal(
        "the listing shows \(listing.records.count) records, fewer than the "
          + "\(Calibration.minimumRows) that can prove anything",
        "list at least 200 records, of several types and processes")
    }
    guard rows.count * 10 >= listing.records.count * 8 else {
      throw JournalError.refusal(
        "\(listing.records.count - rows.count) of \(listing.records.count) listed addresses lie "
          + "outside the file", "make the listing of this very file")
    }
    let addresses = rows.map(\.address)
    alignment =
      [8, 4, 2].first { unit in
        addresses.filter { $0 % unit == 0 }.count * 100 >= addresses.count * 93
      } ?? 1
  }

  /// - Throws: `notProved`.
  func run(_ bytes: RawSpan) throws -> (JournalLayout, [FieldEvidence], CalibrationProof) {
    do {
      return try run(findWalks(bytes), bytes)
    } catch let refusal as JournalError where refusal.code == .notProved {
      // What no two listed neighbours show, the structure of the whole file may.
      guard let walk = DiscoveredWalk(path: storage.path, addresses: rows.map(\.address)) else {
        throw refusal
      }
      do { return try run([(walk.walk, walk.evidence)], bytes) } catch { throw refusal }
    }
  }

  /// The best layout with one of `walks`.
  ///
  /// - Throws: `notProved`.
  private func run(
    _ walks: [(Walk, [FieldEvidence])], _ bytes: RawSpan
  ) throws -> (JournalLayout, [FieldEvidence], CalibrationProof) {
    var best: (layout: JournalLayout, fields: [FieldEvidence], proof: CalibrationProof)?
    var refusal: JournalError?
    var asGood = 0
    // Each division that explains the file as well as the likeliest is proved, too.
    for (walk, forward) in walks.prefix(Self.mostProofs) {
      do {
        let found = try prove(walk, forward, bytes)
        if let known = best {
          let (old, new) = (known.proof, found.proof)
          if (new.unexplainedBytes, new.wrongRows.count)
            >= (old.unexplainedBytes, old.wrongRows.count)
          {
            if new.unexplainedBytes == old.unexplainedBytes,
              new.wrongRows.count == old.wrongRows.count
            {
              asGood += 1
            }
            continue
          }
          asGood = 0
        }
        best = (found.layout, found.fields, found.proof)
      } catch let error as JournalError {
        refusal = refusal ?? error
      }
    }
    guard var found = best else {
      throw refusal ?? JournalError.refusal("no division into blocks explains the file")
    }
    if asGood > 0, let place = found.fields.firstIndex(where: { $0.field == "block" }) {
      found.fields[place] = found.fields[place].noting(
        "\(asGood) other divisions explain the file as well: it has too few blocks to tell")
    }
    return (found.layout, found.fields, found.proof)
  }

  /// Divisions that are proved at most: a file of one block has some of each size.
  private static let mostProofs = 12

  /// The whole layout with one walk, and what the file says of it.
  ///
  /// - Throws: `notProved`.
  private func prove(
    _ walk: Walk, _ forward: [FieldEvidence], _ bytes: RawSpan
  ) throws -> (layout: JournalLayout, fields: [FieldEvidence], proof: CalibrationProof) {
    var fields = forward
    var layout = JournalLayout.unknown
    layout.name = name
    layout.provenance =
      "found by mjournal calibrate from \(listing.records.count) listed records; "
      + "not the vendor's specification"
    layout.signature = signature(bytes)
    apply(walk, to: &layout)
    let journal = try Journal(storage: storage, layouts: [layout])
    let wanted = Set(rows.map(\.address))
    let table = try RecordTable(journal, wanted: wanted)
    let matched = rows.compactMap { row -> MatchedRecord? in
      guard let index = table.byAddress[row.address], let bytes = table.wantedBytes[row.address]
      else { return nil }
      return MatchedRecord(
        listed: row, row: index, length: table.rows[index].length, bytes: bytes)
    }
    guard matched.count * 100 >= listing.records.count * 85 else {
      throw JournalError.refusal(
        "a walk hits only \(matched.count) of \(listing.records.count) listed addresses",
        "make the listing of this very file")
    }
    var finder = FieldFinder(
      layout: layout, table: table, matched: matched, link: walk.link,
      model: walk.model, information: information)
    finder.take(layout.record.lengthSecond)
    finder.take(layout.record.lengthThird)
    try finder.find(bytes)
    fields += finder.evidence
    layout = finder.layout
    do {
      try layout.validate()
    } catch {
      throw JournalError.refusal(
        "the fields that were found contradict each other: \(error.reason)")
    }
    let proof = try CalibrationProof(
      layout: layout, storage: storage, listing: listing, finder: finder, bytes: bytes)
    try proof.check()
    return (layout, fields, proof)
  }

  struct Walk {
    var link: ForwardLink
    var model: BlockModel
    /// The layout that discovery found, where the walk is its.
    var discovered: JournalLayout?
  }

  private typealias FoundWalk = ([BlockSearch.Result], ForwardSearch.Candidate)

  /// The best of `candidates` with the blocks that suit it, and the candidate that comes after it.
  private func bestWalk(
    _ candidates: [ForwardSearch.Candidate], _ starts: [Int], _ bytes: RawSpan
  ) -> (FoundWalk?, ForwardSearch.Candidate?) {
    var best: FoundWalk?
    var second: ForwardSearch.Candidate?
    for candidate in candidates.prefix(16) {
      let blocks = BlockSearch(link: candidate.link, alignment: alignment, starts: starts)
      let results = blocks.best(bytes)
      guard let result = results.first else { continue }
      if let known = best {
        if result.score <= known.0[0].score {
          if second == nil { second = candidate }
          continue
        }
        second = known.1
      }
      best = (results, candidate)
    }
    return (best, second)
  }

  /// The link forward and the blocks: what a walk needs. All walks that are as good as the best.
  private func findWalks(_ bytes: RawSpan) throws -> [(Walk, [FieldEvidence])] {
    let starts = Set(rows.map(\.address)).sorted()
    var candidates = ForwardSearch(rows, alignment: alignment, fileSize: storage.count)
      .candidates(bytes)
    var (best, second) = bestWalk(candidates, starts, bytes)
    if best == nil, isSparse(starts) {
      candidates = candidatesFromBlocks(starts, bytes)
      (best, second) = bestWalk(candidates, starts, bytes)
    }
    guard let (results, candidate) = best else {
      throw JournalError.refusal(
        candidates.isEmpty
          ? "no number in the records leads from one listed address to the next: the listing is of another "
            + "file, or this family links its records in a way that is not looked for"
          : "no division into blocks lets a walk hit the listed addresses (the best link is "
            + "\(candidates[0].link.description), \(candidates[0].hits) of "
            + "\(candidates[0].hits + candidates[0].misses) pairs of rows): this family divides its "
            + "blocks in a way that is not looked for, or rows are of another file",
        "a listing of 30 records that follow each other, made of this very file, decides which")
    }
    let rival = second.map { "\($0.link.description): \($0.hits) of \($0.hits + $0.misses)" }
    let link = candidate.link
    let name = link.isAddress ? "record.nextAddress" : "record.length"
    return results.map { result in
      (
        Walk(link: link, model: result.model),
        [
          FieldEvidence(
            name, link.description, support: candidate.hits, contradictions: candidate.misses,
            unit: "pairs of rows", rival: rival),
          FieldEvidence(
            "block", BlockSearch.describe(result.model), support: result.hits,
            contradictions: result.misses, rival: result.rival),
          FieldEvidence(
            "record.alignment", "\(alignment)",
            support: rows.filter { $0.address % alignment == 0 }.count,
            contradictions: rows.filter { $0.address % alignment != 0 }.count),
        ]
      )
    }
  }

  /// Whether most rows state no next address and lie so far apart that hardly two share a small block.
  private func isSparse(_ starts: [Int]) -> Bool {
    let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }.sorted()
    let stated = rows.filter { $0.next ?? 0 > $0.address }.count
    return stated * 2 < rows.count && gaps.count > 1 && gaps[gaps.count / 2] > 2048
  }

  /// Links that lead from the begin of each row's block to the row, best first.
  private func candidatesFromBlocks(_ starts: [Int], _ bytes: RawSpan) -> [ForwardSearch.Candidate]
  {
    var all: [ForwardLink: ForwardSearch.Candidate] = [:]
    for shift in 9...20 {
      for headerSize in stride(from: 0, through: 64, by: alignment) {
        let search = ForwardSearch(
          fromBlocksOf: 1 << shift, headerSize: headerSize, starts: starts, alignment: alignment)
        for candidate in search.candidates(bytes)
        where candidate.hits > all[candidate.link]?.hits ?? 0 { all[candidate.link] = candidate }
      }
    }
    return ForwardSearch.sorted(Array(all.values))
  }

  private func apply(_ walk: Walk, to layout: inout JournalLayout) {
    let model = walk.model
    if let discovered = walk.discovered {
      return DiscoveredWalk.apply(discovered, to: &layout)
    }
    layout.block.size = model.size
    layout.block.headerSize = model.headerSize
    layout.block.firstDataAddress = model.firstDataAddress
    layout.block.firstRecord = model.firstRecord
    layout.header.size = min(8192, model.firstDataAddress)
    layout.record.alignment = alignment
    layout.record.headerSize = walk.link.field.end
    layout.record.crossesBlocks = model.crosses
    layout.record.maximumLength = model.crosses ? 1 << 24 : model.size - model.headerSize
    walk.link.apply(to: &layout.record)
  }

  /// The file's first bytes: what is text of them, else four.
  private func signature(_ bytes: RawSpan) -> [UInt8] {
    var length = signatureLength ?? 0
    if signatureLength == nil {
      let first = (0..<8).map { bytes.loadUInt8(at: $0) ?? 0 }
      let text = first.prefix { (32..<127).contains($0) }.count
      length = text >= 3 ? 8 : 4
    }
    return (0..<min(max(length, 1), 64, storage.count)).map { bytes.loadUInt8(at: $0) ?? 0 }
  }
}
