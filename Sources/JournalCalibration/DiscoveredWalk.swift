internal import JournalDiscovery
internal import MirrorJournal

/// The chain that discovery proves from the file alone, as a walk for calibration: what lies beyond a search
/// that starts from listed neighbours.
struct DiscoveredWalk {
  let walk: CalibrationSearch.Walk
  let evidence: [FieldEvidence]

  /// Nil where discovery proves no chain, or the listed addresses are none of its records. O(file).
  init?(path: String, addresses: [JournalAddress]) {
    guard let found = try? Discovery(path: path, addresses: addresses), found.isProved,
      found.unreadable.isEmpty, let layout = found.layout
    else { return nil }
    let record = layout.record
    let block = layout.block
    // A length at the record's end has no place in its header.
    let order = record.lengthAtEnd.isBigEndian
    let back = record.distanceBack.isKnown ? record.distanceBack : record.previousAddress
    let field =
      record.length.isKnown
      ? record.length
      : record.nextAddress.isKnown
        ? record.nextAddress
        : record.lengthAtEnd.isKnown ? Field(0, width: 0, isBigEndian: order) : back
    let link = ForwardLink(
      field: field, unit: Int(record.length.isKnown ? record.lengthUnit : record.linkUnit),
      omits: Int(record.lengthOmits), isAddress: record.nextAddress.isKnown)
    let model = BlockModel(
      size: block.size, headerSize: block.headerSize, crosses: record.crossesBlocks,
      firstRecord: .unknown, firstDataAddress: block.firstDataAddress)
    walk = CalibrationSearch.Walk(link: link, model: model, discovered: layout)
    evidence = [
      FieldEvidence(
        "record.length", "the chain that 'discover' proves: \(found.framing ?? "")",
        support: found.records, unit: "records", rival: found.rival),
      FieldEvidence(
        "block", BlockSearch.describe(model), support: found.records, unit: "records"),
    ]
  }

  /// Copies what a walk needs from `discovered`.
  static func apply(_ discovered: JournalLayout, to layout: inout JournalLayout) {
    layout.block = discovered.block
    layout.block.bufferTime = .unknown
    layout.block.firstRecord = .unknown
    layout.header.size = discovered.header.size
    let from = discovered.record
    layout.record.alignment = from.alignment
    layout.record.headerSize = max(
      1,
      [
        from.length, from.lengthSecond, from.lengthThird, from.nextAddress, from.distanceBack,
        from.previousAddress,
      ].map(\.end).max() ?? 1)
    layout.record.crossesBlocks = from.crossesBlocks
    layout.record.maximumLength = from.maximumLength
    layout.record.length = from.length
    layout.record.lengthUnit = from.lengthUnit
    layout.record.lengthOmits = from.lengthOmits
    layout.record.lengthSecond = from.lengthSecond
    layout.record.lengthThird = from.lengthThird
    layout.record.lengthRounds = from.lengthRounds
    layout.record.lengthAtEnd = from.lengthAtEnd
    layout.record.nextAddress = from.nextAddress
    layout.record.linkUnit = from.linkUnit
    // A link back that leads on is the chain itself; beside another the listing's walk finds it.
    if from.leadsBack {
      layout.record.distanceBack = from.distanceBack
      layout.record.previousAddress = from.previousAddress
    }
  }
}
