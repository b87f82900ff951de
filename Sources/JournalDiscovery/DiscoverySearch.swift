internal import MirrorJournal

/// The steps of a discovery.
struct DiscoverySearch {
  let addresses: [JournalAddress]
  let name: String

  /// What a search comes to.
  struct Result {
    var framing: Framing?
    var proof: ChainProof?
    var lacks: [String] = []
    var rival: String?
    var layout: JournalLayout?
    var fields: [DiscoveredField] = []
    var unreadable: [String] = []
    var candidates: [Discovery.Candidate] = []

    /// Reads the file by the layout as a file would hold it: a layout by which other records are read
    /// than the chain has is none. O(file).
    mutating func check(_ storage: MappedFile) {
      guard let proof, unreadable.isEmpty, let layout else { return }
      var digest: UInt64 = 0
      var records = 0
      var damage: Damage?
      do {
        let read = try JournalLayout(json: Array(layout.json.utf8))
        try Journal(storage: storage, layouts: [read]).forEachRecord(
          verifyingChecksums: false, damaged: { damage = damage ?? $0 }
        ) { record in
          digest = ChainProof.digest(digest, record.address)
          records += 1
        }
      } catch {
        unreadable.append("\(error)")
        return
      }
      if let damage { unreadable.append("by the layout that says it: \(damage)") }
      if damage == nil, digest != proof.digest || records != proof.records {
        unreadable.append("a layout that says it reads \(records) records, not \(proof.records)")
      }
    }

    func apply(to discovery: inout Discovery) {
      discovery.lacks = lacks
      discovery.rival = rival
      discovery.layout = layout
      discovery.fields = fields
      discovery.unreadable = unreadable
      discovery.candidates = candidates
      guard let framing, let proof else { return }
      discovery.framing = framing.sentence
      discovery.records = proof.records
      discovery.firstRecord = framing.firstRecord
      discovery.end = proof.end
      discovery.dataBytes = proof.bytes
      discovery.unexplainedBytes = proof.unexplained
      discovery.leftoverBytes = proof.leftover
      discovery.proofs = proof.evidence.map {
        Discovery.Proof(
          kind: $0.kind.rawValue, text: $0.text, support: $0.support, against: $0.against)
      }
    }
  }

  /// Chains that are proved at most.
  private static let mostProofs = 4
  /// Candidates that a refusal tells of.
  private static let mostTold = 8

  func run(_ bytes: RawSpan, _ extent: DataExtent, _ storage: MappedFile) -> Result {
    let judged = ChainSelection(extent: extent).search(bytes)
    guard let first = judged.first else {
      var result = Result()
      result.lacks = ["no number leads from record to record"]
      return result
    }
    // What explains the file as well as the best is proved, too, until one is proved by the reader as well.
    var results: [Result] = []
    for (index, best) in judged.enumerated() {
      guard results.count < Self.mostProofs, index == 0 || best.isNear(first) else { break }
      var result = prove(best, Array(judged[(index + 1)...]), bytes, extent)
      result.check(storage)
      if result.lacks.isEmpty, result.unreadable.isEmpty { return result }
      results.append(result)
    }
    var best = results.first { $0.lacks.isEmpty } ?? results[0]
    best.candidates = judged.prefix(Self.mostTold).map(\.told)
    return best
  }

  private func prove(
    _ best: ChainJudgement, _ others: [ChainJudgement], _ bytes: RawSpan, _ extent: DataExtent
  ) -> Result {
    var result = Result()
    let framing = best.chosen.framing
    var proof = ChainProof(framing, extent, bytes, link: best.links.first, wanted: addresses)
    if let names = best.names {
      let text =
        names.length.isKnown
        ? "names at offset \(names.key) behind a number that counts their characters"
        : "the same \(names.kinds) names at offset \(names.key)"
      proof.evidence.append(
        ChainProof.Evidence(
          kind: .names, text: text, support: names.hits, against: 0))
    }
    if let field = BlockNumberSearch.endAddresses(proof.end, framing, bytes).first {
      proof.evidence.append(
        ChainProof.Evidence(
          kind: .numbers, text: "the file's header names the end, \(field.sentence)", support: 1,
          against: 0))
    }
    result.framing = framing
    result.proof = proof
    result.lacks = lacks(
      best.chosen, proof, rival: others.first { best.isRivalled(by: $0) }?.chosen)
    if let before = best.before {
      result.lacks.append("the chain goes on before its first record, at \(before)")
    } else if best.hasWrongStart {
      result.lacks.append("the first record leads back to what is no record")
    }
    if framing.rule.parts.count > 1, best.links.isEmpty, proof.records < 500 {
      // A part that is zero in all but a few records does not show in fewer.
      result.lacks.append("the lengths of parts in only \(proof.records) records")
    }
    if best.hidesRecords { result.lacks.append("records seem to stand inside others") }
    if framing.alignment == 1, framing.firstRecord % 65_536 != 16,
      let other = framing.otherOffsets.map({ abs(framing.offset - $0) }).max()
    {
      result.lacks.append(
        "the start of records is ambiguous by \(other) bytes: logs that name addresses decide")
    }
    result.rival = others.first { $0.chosen.isRival(of: best.chosen) }?.chosen.described
    guard result.lacks.isEmpty else { return result }
    let builder = LayoutBuilder(
      framing: framing, extent: extent, table: best.table, links: best.links, names: best.names,
      proof: proof)
    (result.layout, result.fields, result.unreadable) = builder.build(bytes, name: name)
    return result
  }

  private func lacks(
    _ best: ChainSelection.Chosen, _ proof: ChainProof, rival: ChainSelection.Chosen?
  ) -> [String] {
    var lacks: [String] = []
    if proof.records < 24 { lacks.append("only \(proof.records) records") }
    let share = proof.bytes == 0 ? 0 : Double(proof.unexplained) / Double(proof.bytes)
    if share > 0.01 {
      lacks.append("\(proof.unexplained) of \(proof.bytes) bytes of data are not explained")
    }
    if proof.leftover * 3 > proof.bytes {
      lacks.append("\(proof.leftover) of \(proof.bytes) bytes would be left over from before")
    }
    if best.sample.fit < 0.7 { lacks.append("the records are not alike") }
    let found = Set(proof.evidence.filter { $0.support > 0 }.map(\.kind))
    if found.count < 2 {
      let one = found.isEmpty ? "nothing agrees" : "only one thing agrees"
      lacks.append("\(one) with the chain: two have to")
    } else if found.isDisjoint(with: [.link, .names, .addresses]) {
      lacks.append("neither a second link nor names agree with the chain")
    }
    if let addresses = proof.evidence.first(where: { $0.kind == .addresses }),
      addresses.against > addresses.support
    {
      lacks.append("\(addresses.against) addresses that logs name are no records' starts")
    }
    if let rival { lacks.append("other records explain the file as well: \(rival.described)") }
    return lacks
  }
}

extension ChainSelection.Chosen {
  /// Whether it is another division into records, not the same one told otherwise: by another number,
  /// or from another place in the same records.
  func isRival(of other: Self) -> Bool {
    // The same lengths without one of them.
    let parts = other.framing.rule.parts.map { $0.at + other.framing.offset }
    if parts.count > 1, framing.rule.parts.count > 1,
      framing.rule.parts.allSatisfy({ parts.contains($0.at + framing.offset) })
    {
      return false
    }
    guard let from = other.sample.starts.first, let to = other.sample.starts.last else {
      return false
    }
    let starts = Set(other.sample.starts)
    let near = sample.starts.filter { $0 >= from && $0 <= to }
    guard let first = near.dropFirst(near.count / 2).first else { return false }
    let shifts = starts.map { $0 - first }.filter { abs($0) <= 64 }
    return shifts.allSatisfy { shift in
      near.count { starts.contains($0 + shift) } * 2 < near.count
    }
  }

  var described: String {
    let share = Int(sample.explained * 1000)
    return "\(framing.rule.sentence): \(share / 10).\(share % 10) % explained"
  }
}

extension ChainJudgement {
  /// What a refusal tells of it.
  var told: Discovery.Candidate {
    Discovery.Candidate(
      framing: chosen.framing.sentence, explained: 1 - min(1, chosen.sample.loss),
      records: chosen.sample.records, agrees: words, stops: chosen.sample.stops)
  }
}
