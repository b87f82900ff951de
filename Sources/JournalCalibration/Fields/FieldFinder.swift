internal import MirrorJournal

/// Finds the fields of records one after the other; a place that one has taken is no other's.
struct FieldFinder {
  var layout: JournalLayout
  let table: RecordTable
  private(set) var matched: [MatchedRecord]
  let link: ForwardLink
  let model: BlockModel
  let information: InformationPage?

  var evidence: [FieldEvidence] = []
  /// What each value of the number of the job and of the database goes with in the listing.
  var processes: [UInt64: String] = [:]
  var databases: [UInt64: String] = [:]
  /// Offsets of bytes that belong to a field that was found.
  var taken: Set<Int> = []
  let isBigEndian: Bool
  /// Fields of the header end here at the latest: those of most records, as some types have less of one.
  let limit: Int

  init(
    layout: JournalLayout, table: RecordTable, matched: [MatchedRecord],
    link: ForwardLink, model: BlockModel, information: InformationPage?
  ) {
    self.layout = layout
    self.table = table
    self.matched = matched
    self.link = link
    self.model = model
    self.information = information
    isBigEndian = link.field.isBigEndian
    let named = matched.filter { $0.listed.name != nil }.map(\.length).min()
    limit = min(RecordTable.headSize, named ?? table.minimumLength)
    take(link.field)
  }

  mutating func take(_ field: Field) {
    taken.formUnion(Int(field.offset)..<field.end)
  }

  /// Looks for every field, and makes sure that the listing is not shifted.
  ///
  /// - Throws: `notProved`.
  mutating func find(_ bytes: RawSpan) throws(JournalError) {
    findLinkBack()
    let key = try findKey()
    if key != nil { matched.removeAll(where: contradictsName) }
    findType()
    findTransaction()
    findLabelled()
    findNumbers()
    findValues(key)
    if !layout.record.keyLength.isKnown {
      // Without the key's end only the name can be read, and that ends by itself.
      layout.record.keyEncoding = KeyLayout()
      layout.record.keyEncoding.knowsSubscripts = false
      layout.record.keyEncoding.knowsEnd = false
    }
    findHeaders(bytes)
    try ShiftCheck(table: table, matched: matched, model: model, layout: layout).check(bytes)
    var end = link.field.end
    let record = layout.record
    for field in [
      record.lengthSecond, record.lengthThird, record.distanceBack, record.previousAddress,
      record.type, record.flags, record.collation,
      record.valueCount, record.jobID, record.remoteSystemID, record.sfn,
    ] { end = max(end, field.end) }
    let aligned = record.aligned(end)
    // A record of a type without the last fields is a whole one, too.
    layout.record.headerSize = min(
      aligned <= table.minimumLength ? aligned : end, table.minimumLength)
  }

  func place(_ field: Field, extra: Int = 0) -> String {
    var text = "at \(field.offset), \(field.width) byte\(field.width == 1 ? "" : "s")"
    if field.width > 1 { text += field.isBigEndian ? ", big-endian" : ", little-endian" }
    if extra != 0 { text += ", \(extra > 0 ? "plus" : "minus") \(abs(extra))" }
    return text
  }

  mutating func report(_ name: String, _ found: NumberSearch.Found) {
    evidence.append(
      FieldEvidence(
        name, place(found.field, extra: found.extra), support: found.support,
        contradictions: found.contradictions, rival: found.rival))
  }

  func labels(_ taken: Set<Int>) -> LabelSearch {
    LabelSearch(
      table: table, matched: matched, taken: taken, limit: headerLimit, isBigEndian: isBigEndian)
  }

  /// Header fields end before the key does begin.
  var headerLimit: Int {
    layout.record.knowsKeys ? min(limit, Int(layout.record.key)) : limit
  }

  private mutating func findLinkBack() {
    let search = LinkBackSearch(
      table: table, taken: taken, limit: min(limit, table.minimumLength),
      blockSize: model.crosses ? nil : model.size)
    guard let found = search.search(), !link.isAddress || found.unit == link.unit else {
      evidence.append(.unknown("record.distanceBack", "no number leads back"))
      return
    }
    take(found.field)
    layout.record.linkUnit = UInt8(found.unit)
    if found.isAddress {
      layout.record.previousAddress = found.field
    } else {
      layout.record.distanceBack = found.field
    }
    let unit = found.unit > 1 ? ", in units of \(found.unit) bytes" : ""
    evidence.append(
      FieldEvidence(
        found.isAddress ? "record.previousAddress" : "record.distanceBack",
        place(found.field) + unit,
        support: found.support, contradictions: found.contradictions, unit: "records",
        rival: found.rival))
  }

  private mutating func findHeaders(_ bytes: RawSpan) {
    let blocks = BlockHeaderSearch(model: model, table: table, matched: matched).search(bytes)
    if let (field, support, total) = blocks.firstRecord {
      layout.block.firstRecord = field
      evidence.append(
        FieldEvidence(
          "block.firstRecord", place(field), support: support, contradictions: total - support,
          unit: "blocks"))
    } else if layout.block.firstRecord.isKnown {
      evidence.append(
        FieldEvidence(
          "block.firstRecord", place(layout.block.firstRecord), support: 0, unit: "blocks",
          note: "without it the walk ends in the first block"))
    } else {
      evidence.append(.unknown("block.firstRecord", "no number tells it, or it is always the same"))
    }
    if let (field, form, support, total, offset) = blocks.time {
      layout.block.bufferTime = field
      layout.block.timeForm = form
      evidence.append(
        FieldEvidence(
          "block.bufferTime", "\(place(field)), \(form.rawValue)", support: support,
          contradictions: total - support,
          note: offset == 0 ? nil : "the listing's zone is \(offset / 60) minutes from the file's"))
    } else {
      evidence.append(.unknown("block.bufferTime", "no number goes with the listed times"))
    }
    if let (field, support, total) = blocks.checksum {
      layout.block.checksum = field
      evidence.append(
        FieldEvidence(
          "block.checksum", "\(place(field)), CRC-32C", support: support,
          contradictions: total - support, unit: "blocks"))
    } else {
      evidence.append(.unknown("block.checksum", "no number is the CRC-32C of its block"))
    }
    let search = FileHeaderSearch(
      information: information, end: table.end, size: layout.header.size, isBigEndian: isBigEndian)
    evidence += search.apply(to: &layout.header, bytes)
  }
}
