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
    var fields: [FieldEvidence] = []
    let (walk, forward) = try findWalk(bytes)
    fields += forward
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
  }

  private typealias FoundWalk = (Walk, BlockSearch.Result, ForwardSearch.Candidate)

  /// The best of `candidates` with the blocks that suit it, and the candidate that comes after it.
  private func bestWalk(
    _ candidates: [ForwardSearch.Candidate], _ starts: [Int], _ bytes: RawSpan
  ) -> (FoundWalk?, ForwardSearch.Candidate?) {
    var best: FoundWalk?
    var second: ForwardSearch.Candidate?
    for candidate in candidates.prefix(16) {
      let blocks = BlockSearch(link: candidate.link, alignment: alignment, starts: starts)
      guard let result = blocks.best(bytes) else { continue }
      if let known = best {
        if result.score <= known.1.score {
          if second == nil { second = candidate }
          continue
        }
        second = known.2
      }
      best = (Walk(link: candidate.link, model: result.model), result, candidate)
    }
    return (best, second)
  }

  /// The link forward and the blocks: what a walk needs.
  private func findWalk(_ bytes: RawSpan) throws -> (Walk, [FieldEvidence]) {
    let starts = Set(rows.map(\.address)).sorted()
    var candidates = ForwardSearch(rows, alignment: alignment, fileSize: storage.count)
      .candidates(bytes)
    var (best, second) = bestWalk(candidates, starts, bytes)
    if best == nil, isSparse(starts) {
      candidates = candidatesFromBlocks(starts, bytes)
      (best, second) = bestWalk(candidates, starts, bytes)
    }
    guard let (walk, result, candidate) = best else {
      throw JournalError.refusal(
        candidates.isEmpty
          ? "no number in the records leads from one listed address to the next"
          : "no division into blocks lets a walk hit the listed addresses",
        "make the listing of this very file, of records that follow each other")
    }
    let rival = second.map { "\($0.link.description): \($0.hits) of \($0.hits + $0.misses)" }
    let name = walk.link.isAddress ? "record.nextAddress" : "record.length"
    return (
      walk,
      [
        FieldEvidence(
          name, walk.link.description, support: candidate.hits, contradictions: candidate.misses,
          unit: "pairs of rows", rival: rival),
        FieldEvidence(
          "block", BlockSearch.describe(walk.model), support: result.hits,
          contradictions: result.misses, rival: result.rival),
        FieldEvidence(
          "record.alignment", "\(alignment)",
          support: rows.filter { $0.address % alignment == 0 }.count,
          contradictions: rows.filter { $0.address % alignment != 0 }.count),
      ]
    )
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
    layout.block.size = model.size
    layout.block.headerSize = model.headerSize
    layout.block.firstDataAddress = model.firstDataAddress
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
