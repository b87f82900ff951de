internal import MirrorJournal

/// Writes what was found as a layout, and says of each part what bears it out.
struct LayoutBuilder {
  let framing: Framing
  let extent: DataExtent
  let table: RecordTable
  let links: [SecondLink]
  let names: NamePlace?
  let proof: ChainProof

  func build(_ bytes: RawSpan, name: String) -> (
    JournalLayout, [DiscoveredField], unreadable: [String]
  ) {
    var layout = JournalLayout.unknown
    var fields: [DiscoveredField] = []
    var unreadable: [String] = []
    layout.name = name
    layout.provenance =
      "found by mjournal discover from structure alone, \(proof.records) records; "
      + "not the vendor's specification"
    layout.signature = Self.signature(bytes)
    addBlocks(&layout, &fields, &unreadable)
    addChain(&layout, &fields, &unreadable)
    addLink(&layout, &fields)
    var taken = Set(
      framing.rule.parts.flatMap { part in
        (framing.offset + part.at)..<(framing.offset + part.at + part.width)
      })
    if let link = links.first, link.kind != .lengthAtEnd {
      taken.formUnion(Int(link.field.offset)..<link.field.end)
    }
    addKeys(&layout, &fields, &taken, bytes)
    addNumbers(&layout, &fields, bytes)
    var end = 0
    let record = layout.record
    for field in [
      record.length, record.lengthSecond, record.lengthThird, record.nextAddress,
      record.distanceBack, record.previousAddress, record.type,
      record.flags, record.valueCount, record.jobID, record.sfn,
    ] { end = max(end, field.end) }
    layout.record.headerSize = max(1, end)
    return (layout, fields, unreadable)
  }

  /// The file's first bytes: what is text of them, else four.
  private static func signature(_ bytes: RawSpan) -> [UInt8] {
    let first = (0..<8).map { bytes.loadUInt8(at: $0) ?? 0 }
    let text = first.prefix { (32..<127).contains($0) }.count
    return Array(first.prefix(text >= 3 ? 8 : 4))
  }

  private func addBlocks(
    _ layout: inout JournalLayout, _ fields: inout [DiscoveredField], _ unreadable: inout [String]
  ) {
    var size = max(framing.grid.size, framing.seenSize)
    if size == 0 {
      // Nothing in the data tells a block's size; any that the first address is a multiple of will do.
      size = 65_536
      while size > 512, framing.dataStart % size != 0 { size /= 2 }
    }
    layout.block.size = size
    layout.block.headerSize = framing.grid.header
    let gap = framing.firstRecord - framing.dataStart
    if framing.rule.goesBack, framing.grid.size == 0 {
      // Where records only lead back, blocks show in where the first of each stands.
      if framing.seenSize > 0, gap <= 64 { layout.block.headerSize = gap }
      if gap > 64 || framing.seenSize == 0, gap > 0 {
        layout.block.firstRecordAddress = framing.firstRecord
      }
    }
    layout.block.firstDataAddress = framing.dataStart
    layout.header.size = min(8192, framing.dataStart)
    layout.record.crossesBlocks =
      framing.crosses && (!framing.rule.goesBack || framing.isAtEnd || framing.seenSize == 0)
    layout.record.alignment = framing.alignment
    layout.record.maximumLength =
      layout.record.crossesBlocks
      ? 1 << 24 : size - layout.block.headerSize - framing.grid.trailer
    let place =
      framing.grid.size == 0 && framing.seenSize == 0
      ? "none: records follow each other from \(framing.dataStart) on"
      : "blocks of \(size) bytes, \(framing.grid.header) of their own, from \(framing.dataStart) on"
    fields.append(
      DiscoveredField(
        name: "block", place: place, evidence: "\(proof.closed) of \(proof.blocks) blocks"))
    fields.append(
      DiscoveredField(
        name: "record.alignment", place: "\(framing.alignment)",
        evidence: "all \(proof.records) records"))
    if framing.grid.trailer > 0 {
      fields.append(
        DiscoveredField(
          name: "block.trailer", place: "the last \(framing.grid.trailer) bytes",
          evidence: "\(proof.closed) blocks"))
      layout.block.trailerSize = framing.grid.trailer
    }
    if let used = framing.used {
      fields.append(
        DiscoveredField(
          name: "block.used", place: used.field.sentence,
          evidence: "\(proof.closed) blocks; \(proof.leftover) bytes left over behind it"))
      if used.adds == framing.offset {
        layout.block.usedLength = used.field
      } else {
        unreadable.append("a used length that does not count from the block's start")
      }
    }
    if framing.grid.size > 0,
      framing.firstRecord != framing.dataStart + framing.grid.header, !framing.rule.goesBack
    {
      fields.append(
        DiscoveredField(
          name: "block.firstRecordOfAll", place: "at \(framing.firstRecord)",
          evidence: "the chain begins there"))
      layout.block.firstRecordAddress = framing.firstRecord
    }
  }

  private func addChain(
    _ layout: inout JournalLayout, _ fields: inout [DiscoveredField], _ unreadable: inout [String]
  ) {
    let rule = framing.rule
    let field = Field(
      UInt16(clamping: framing.offset), width: UInt8(clamping: rule.parts.first?.width ?? 4),
      isBigEndian: rule.isBigEndian)
    let evidence = "\(proof.records) records"
    var name = "record.length"
    if rule.goesBack {
      name = framing.isAtEnd ? "record.lengthAtEnd" : "record.distanceBack"
      if rule.adds > 0, !rule.isAddress { unreadable.append("links back that leave out bytes") }
      if framing.isAtEnd {
        layout.record.lengthAtEnd = Field(0, width: field.width, isBigEndian: field.isBigEndian)
        layout.record.lengthUnit = UInt8(rule.unit)
      } else {
        layout.record.linkUnit = UInt8(rule.unit)
        if rule.isAddress {
          name = "record.previousAddress"
          layout.record.previousAddress = field
        } else {
          layout.record.distanceBack = field
        }
      }
    } else if rule.isAddress {
      name = "record.nextAddress"
      layout.record.nextAddress = field
      layout.record.linkUnit = UInt8(rule.unit)
    } else {
      layout.record.length = field
      layout.record.lengthUnit = UInt8(rule.unit)
      layout.record.lengthOmits = UInt8(clamping: rule.adds)
      layout.record.lengthRounds = UInt8(clamping: rule.rounds)
      let others = rule.parts.dropFirst().map { part in
        Field(
          UInt16(clamping: framing.offset + part.at), width: UInt8(clamping: part.width),
          isBigEndian: rule.isBigEndian)
      }
      layout.record.lengthSecond = others.first ?? .unknown
      layout.record.lengthThird = others.dropFirst().first ?? .unknown
    }
    var place = rule.sentence
    if rule.parts.count > 1 {
      place +=
        ": "
        + rule.parts.map { "\($0.width) bytes at \(framing.offset + $0.at)" }
        .joined(separator: ", ")
    } else if !framing.isAtEnd {
      place += " at \(framing.offset)"
    }
    if !framing.otherOffsets.isEmpty {
      place +=
        "; the start of records is ambiguous: "
        + framing.otherOffsets.map { "\(framing.offset - $0)" }.joined(separator: ", ")
        + " bytes on would do as well"
    }
    fields.append(DiscoveredField(name: name, place: place, evidence: evidence))
  }

  private func addLink(_ layout: inout JournalLayout, _ fields: inout [DiscoveredField]) {
    let back = links.filter { $0.kind == .distanceBack || $0.kind == .previousAddress }.first
    guard let back, !framing.rule.goesBack else {
      fields.append(
        DiscoveredField(
          name: "record.distanceBack", place: nil,
          evidence: framing.rule.goesBack ? "it is the chain itself" : "no number leads back"))
      return
    }
    let name = "record.\(back.kind == .distanceBack ? "distanceBack" : "previousAddress")"
    var place = back.field.sentence
    if back.unit > 1 { place += ", in units of \(back.unit) bytes" }
    let support = "\(back.hits) of \(back.hits + back.misses) records sampled"
    if back.inFirst != .previous {
      // The readers take a block's first record to lead to the one before, too.
      fields.append(
        DiscoveredField(
          name: name, place: nil,
          evidence: "\(place): a block's first record names \(back.inFirst.rawValue), "
            + "which the readers do not check (\(support))"))
      return
    }
    if framing.rule.isAddress, back.unit != framing.rule.unit { return }
    layout.record.linkUnit = UInt8(back.unit)
    if back.kind == .distanceBack {
      layout.record.distanceBack = back.field
    } else {
      layout.record.previousAddress = back.field
    }
    fields.append(DiscoveredField(name: name, place: place, evidence: support))
  }

  private func addNumbers(
    _ layout: inout JournalLayout, _ fields: inout [DiscoveredField], _ bytes: RawSpan
  ) {
    let search = BlockNumberSearch(framing: framing, table: table)
    if let (field, form) = search.time(bytes) {
      layout.block.bufferTime = field
      layout.block.timeForm = form
      fields.append(
        DiscoveredField(
          name: "block.bufferTime", place: "\(field.sentence), \(form.rawValue)",
          evidence: "\(table.blocks.count) blocks, never going back"))
    } else {
      fields.append(
        DiscoveredField(
          name: "block.bufferTime", place: nil, evidence: "no number goes up like a clock"))
    }
    if let field = search.firstRecord(bytes) {
      layout.block.firstRecord = field
      fields.append(
        DiscoveredField(
          name: "block.firstRecord", place: field.sentence, evidence: "\(table.blocks.count) blocks"
        ))
    }
    let ends = BlockNumberSearch.endAddresses(proof.end, framing, bytes)
    if ends.count > 1 {
      fields.append(
        DiscoveredField(
          name: "header.endAddress", place: nil,
          evidence:
            "\(ends.count) numbers of the header name the end: another file, or a header page, tells which"
        ))
    }
    if ends.count == 1, let field = ends.first {
      layout.header.endAddress = field
      fields.append(
        DiscoveredField(name: "header.endAddress", place: field.sentence, evidence: "1 number"))
    }
    for name in ["record.jobID", "record.sfn", "record.transactionFlag"] {
      fields.append(
        DiscoveredField(name: name, place: nil, evidence: "calibrate with a listing that shows it"))
    }
  }
}
