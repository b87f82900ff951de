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

    func apply(to discovery: inout Discovery) {
      discovery.lacks = lacks
      discovery.rival = rival
      discovery.layout = layout
      discovery.fields = fields
      discovery.unreadable = unreadable
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

  func run(_ bytes: RawSpan, _ extent: DataExtent) -> Result {
    var result = Result()
    let chosen = ChainSelection(extent: extent).search(bytes)
    guard let best = chosen.first else {
      result.lacks = ["no number leads from record to record"]
      return result
    }
    let framing = best.framing
    let table = RecordTable(framing, extent, bytes)
    let links = LinkSearch(table: table, framing: framing).search(bytes)
    let names = NameSearch(table: table, isBigEndian: framing.rule.isBigEndian).search(bytes)
    var proof = ChainProof(framing, extent, bytes, link: links.first, wanted: addresses)
    if let names {
      let text =
        names.length.isKnown
        ? "names at offset \(names.key) behind a number that counts their characters"
        : "the same \(names.kinds) names at offset \(names.key)"
      proof.evidence.append(
        ChainProof.Evidence(
          kind: .names, text: text, support: names.hits, against: 0))
    }
    if let field = BlockNumberSearch.endAddress(proof.end, framing, bytes) {
      proof.evidence.append(
        ChainProof.Evidence(
          kind: .numbers, text: "the file's header names the end, \(field.sentence)", support: 1,
          against: 0))
    }
    result.framing = framing
    result.proof = proof
    result.lacks = lacks(best, proof, rival: rival(of: best, chosen))
    if let before = StartCheck(best.candidate).before(bytes) {
      result.lacks.append("the chain goes on before its first block, at \(before)")
    }
    result.rival = chosen.first { $0.isRival(of: best) }?.described
    guard result.lacks.isEmpty else { return result }
    let builder = LayoutBuilder(
      framing: framing, extent: extent, table: table, links: links, names: names, proof: proof)
    (result.layout, result.fields, result.unreadable) = builder.build(bytes, name: name)
    return result
  }

  /// A chain of other records that explains as much.
  private func rival(
    of best: ChainSelection.Chosen, _ chosen: [ChainSelection.Chosen]
  ) -> ChainSelection.Chosen? {
    chosen.first {
      $0.isRival(of: best) && $0.sample.explained >= 0.98
        && $0.sample.told * 100 >= best.sample.told * 95 && $0.sample.fit >= best.sample.fit * 0.8
    }
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
