internal import MirrorJournal

/// Finds the fields of records one after the other; a place that one has taken is no other's.
struct FieldFinder {
  var layout: JournalLayout
  let table: RecordTable
  private(set) var matched: [MatchedRecord]
  let link: ForwardLink
  let model: BlockModel
  let information: InformationPage?

  private(set) var evidence: [FieldEvidence] = []
  /// What each value of the number of the job and of the database goes with in the listing.
  private(set) var processes: [UInt64: String] = [:]
  private(set) var databases: [UInt64: String] = [:]
  private var taken: Set<Int> = []
  private var isBigEndian: Bool
  /// Fields of the header end here at the latest.
  private var limit: Int

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
    limit = min(RecordTable.headSize, table.minimumLength)
    take(link.field)
  }

  private mutating func take(_ field: Field) {
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
    }
    findHeaders(bytes)
    try ShiftCheck(table: table, matched: matched, model: model, layout: layout).check(bytes)
    var end = link.field.end
    let record = layout.record
    for field in [
      record.distanceBack, record.previousAddress, record.type, record.flags, record.collation,
      record.valueCount, record.jobID, record.remoteSystemID, record.sfn,
    ] { end = max(end, field.end) }
    let aligned = record.aligned(end)
    layout.record.headerSize = aligned <= table.minimumLength ? aligned : end
  }

  private func place(_ field: Field, extra: Int = 0) -> String {
    var text = "at \(field.offset), \(field.width) byte\(field.width == 1 ? "" : "s")"
    if field.width > 1 { text += field.isBigEndian ? ", big-endian" : ", little-endian" }
    if extra != 0 { text += ", \(extra > 0 ? "plus" : "minus") \(abs(extra))" }
    return text
  }

  private mutating func findLinkBack() {
    let search = LinkBackSearch(table: table, taken: taken, limit: limit)
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
        found.isAddress ? "record.previousAddress" : "record.distanceBack", place(found.field) + unit,
        support: found.support, contradictions: found.contradictions, unit: "records",
        rival: found.rival))
  }

  /// - Throws: `notProved` when the records do not hold their listed names.
  private mutating func findKey() throws(JournalError) -> KeySearch.Found? {
    let search = KeySearch(
      table: table, matched: matched, limit: max(limit, 16), isBigEndian: isBigEndian)
    let named = matched.filter { $0.listed.name?.utf8.count ?? 0 >= 2 }.count
    guard let found = search.search(taken: taken) else {
      if named >= 8 {
        throw CalibrationSearch.refusal(
          "the records at the listed addresses do not hold the listed names",
          "make the listing of this very file, and keep each row whole")
      }
      evidence.append(.unknown("record.key", "the listing shows too few names"))
      return nil
    }
    taken = found.taken
    layout.record.key = UInt16(found.key)
    layout.record.keyEncoding = found.encoding
    evidence.append(
      FieldEvidence(
        "record.key", "at \(found.key)", support: found.nameSupport,
        contradictions: found.nameContradictions, rival: found.keyRival))
    if let length = found.nameLength {
      layout.record.nameLength = length.field
      report("record.nameLength", length)
    } else {
      evidence.append(.unknown("record.nameLength", "a name ends where no name can go on"))
    }
    if found.encoding.knowsSubscripts {
      let marks = found.encoding
      evidence.append(
        FieldEvidence(
          "record.keyEncoding",
          "strings \(marks.latin1Mark) … \(marks.stringEnd), numbers \(marks.numberBase) + digits"
            + (marks.nameEnd >= 0 ? ", name ends with \(marks.nameEnd)" : ""),
          support: found.subscriptSupport, contradictions: found.subscriptContradictions))
    } else {
      evidence.append(
        .unknown("record.keyEncoding", "subscripts are spelled in a way that is not known"))
    }
    if let length = found.keyLength {
      layout.record.keyLength = length.field
      layout.record.keyLengthExtra = Int16(length.extra)
      report("record.keyLength", length)
    }
    return found
  }

  /// Whether the record at a row's address has another name: the row is about another record, and
  /// its other labels say nothing of this one.
  private func contradictsName(_ row: MatchedRecord) -> Bool {
    guard let name = row.listed.name else { return false }
    return !row.bytes.dropFirst(Int(layout.record.key)).starts(with: KeySearch.latin1(name))
  }

  private mutating func report(_ name: String, _ found: NumberSearch.Found) {
    evidence.append(
      FieldEvidence(
        name, place(found.field, extra: found.extra), support: found.support,
        contradictions: found.contradictions, rival: found.rival))
  }

  private func labels(_ taken: Set<Int>) -> LabelSearch {
    LabelSearch(
      table: table, matched: matched, taken: taken, limit: headerLimit, isBigEndian: isBigEndian)
  }

  /// Header fields end before the key does begin.
  private var headerLimit: Int {
    layout.record.knowsKeys ? min(limit, Int(layout.record.key)) : limit
  }

  private mutating func findType(masks: [UInt8] = [0xFF, 0x7F, 0x3F, 0x1F]) {
    let found = labels(taken).search(
      widths: [1], masks: masks,
      meanings: { max(1, TypeLabel.types($0).count) }, label: \.type)
    switch found {
    case .failure(let reason): evidence.append(.unknown("record.type", reason.text))
    case .success(let found):
      layout.record.type = found.field
      layout.record.typeMask = found.mask
      take(found.field)
      let (codes, note) = typeCodes(found)
      layout.typeCodes = codes
      evidence.append(
        FieldEvidence(
          "record.type",
          place(found.field) + (found.mask == 0xFF ? "" : ", bits \(found.mask)"),
          support: found.support, contradictions: found.contradictions, rival: found.rival,
          note: note))
    }
  }

  /// What the codes stand for, by the labels of their rows; empty if they are the documented ones.
  private func typeCodes(_ found: LabelSearch.Found) -> ([TypeCode], String?) {
    var codes: [TypeCode] = []
    var unclear: [String] = []
    var isDocumented = true
    for (value, label) in found.labels.sorted(by: { $0.key < $1.key }) {
      let code = UInt8(truncatingIfNeeded: value)
      let types = TypeLabel.types(label)
      guard let first = types.first else {
        unclear.append(label)
        continue
      }
      if types.contains(RecordType(rawValue: code)) {
        codes.append(TypeCode(code: code, type: RecordType(rawValue: code)))
        continue
      }
      isDocumented = false
      var type = first
      if types.count > 1 {
        // KILLdes is part of a KILL in a transaction, so that other rows are of another type.
        let isFree = matched.contains { row in
          table.number(row.row, found.field) & UInt64(found.mask) == value
            && row.listed.isInTransaction == false
        }
        if isFree, let other = types.first(where: { $0 != .killDescendant }) { type = other }
        unclear.append(label)
      }
      codes.append(TypeCode(code: code, type: type))
    }
    let note = unclear.isEmpty ? nil : "unclear: \(Set(unclear).sorted().joined(separator: ", "))"
    return (isDocumented ? [] : codes, note)
  }

  private mutating func findTransaction() {
    let bits = (0..<8).map { UInt8(1) << UInt8($0) }
    func label(_ record: ListedRecord) -> String? {
      record.isInTransaction.map { $0 ? "yes" : "no" }
    }
    var result = labels(taken).search(widths: [1], masks: bits, label: label)
    let type = layout.record.type
    if type.isKnown, layout.record.typeMask != 0xFF {
      let free = bits.filter { $0 & layout.record.typeMask == 0 }
      let others = Set(0..<headerLimit).subtracting([Int(type.offset)])
      let inType = labels(others).search(widths: [1], masks: free, label: label)
      if case .success(let found) = inType {
        if case .success(let other) = result, other.strength >= found.strength {} else {
          result = .success(found)
        }
      }
    }
    if case .failure = result, type.isKnown, layout.record.typeMask == 0xFF {
      // Where each label has two numbers for its two meanings, a flag may stand behind one of them.
      let others = Set(0..<headerLimit).subtracting([Int(type.offset)])
      let inType = labels(others).search(widths: [1], masks: [0x80, 0x40, 0x20], label: label)
      if case .success(let found) = inType {
        var other = self
        other.evidence.removeAll { $0.field == "record.type" }
        other.taken.remove(Int(type.offset))
        other.findType(masks: [found.mask - 1])
        if other.layout.record.type == type {
          self = other
          result = inType
        }
      }
    }
    switch result {
    case .failure(let reason): evidence.append(.unknown("record.transactionFlag", reason.text))
    case .success(let found):
      guard found.labels[UInt64(found.mask)] == "yes" else {
        evidence.append(.unknown("record.transactionFlag", "no bit is set in transactions only"))
        return
      }
      layout.record.flags = found.field
      layout.record.transactionFlag = found.mask
      take(found.field)
      evidence.append(
        FieldEvidence(
          "record.transactionFlag", "\(place(found.field)), bit \(found.mask.trailingZeroBitCount)",
          support: found.support, contradictions: found.contradictions, rival: found.rival))
    }
  }

  /// Job and database: numbers that go with a process and a directory.
  private mutating func findLabelled() {
    switch labels(taken).search(widths: [4, 2, 1], label: { $0.process ?? $0.jobID.map { "\($0)" } }) {
    case .failure(let reason): evidence.append(.unknown("record.jobID", reason.text))
    case .success(let found):
      layout.record.jobID = found.field
      take(found.field)
      processes = found.labels
      let equal = found.labels.filter { Int($0.value) == Int(clamping: $0.key) }.count
      layout.record.jobIsProcess = equal * 10 >= found.labels.count * 8
      evidence.append(
        FieldEvidence(
          "record.jobID", place(found.field), support: found.support,
          contradictions: found.contradictions, rival: found.rival,
          note: layout.record.jobIsProcess
            ? "it is the process id" : "\(found.labels.count) jobs, each one process"))
    }
    switch labels(taken).search(widths: [4, 2, 1], label: \.database) {
    case .failure(let reason): evidence.append(.unknown("record.sfn", reason.text))
    case .success(let found):
      layout.record.sfn = found.field
      take(found.field)
      databases = found.labels
      evidence.append(
        FieldEvidence(
          "record.sfn", place(found.field), support: found.support,
          contradictions: found.contradictions, rival: found.rival,
          note: "\(found.labels.count) databases"))
    }
  }

  /// Fields that equal a number of the listing.
  private mutating func findNumbers() {
    let searches:
      [(String, [Int], WritableKeyPath<RecordLayout, Field>, (ListedRecord) -> Int?)] = [
        ("record.valueCount", [1], \.valueCount, { $0.valueCount }),
        ("record.remoteSystemID", [4], \.remoteSystemID, { $0.remoteSystem }),
        ("record.collation", [1], \.collation, { $0.collation }),
      ]
    for (name, widths, path, number) in searches {
      let search = NumberSearch(
        table: table, matched: matched, taken: taken, limit: headerLimit, isBigEndian: isBigEndian)
      switch search.search(widths: widths, number: { number($0.listed) }) {
      case .failure(let reason): evidence.append(.unknown(name, reason.text))
      case .success(let found):
        layout.record[keyPath: path] = found.field
        take(found.field)
        report(name, found)
      }
    }
  }

  private mutating func findValues(_ key: KeySearch.Found?) {
    guard let key else {
      evidence.append(.unknown("record.values", "the place of keys is not known"))
      return
    }
    let valueCount = layout.record.valueCount
    let search = ValueSearch(table: table, matched: matched, isBigEndian: isBigEndian, key: key)
    guard
      let found = search.search(
        valueCount: valueCount.isKnown ? valueCount : nil, taken: taken, limit: headerLimit)
    else {
      evidence.append(.unknown("record.values", "too few values are found behind their keys"))
      if key.keyLength == nil {
        evidence.append(.unknown("record.keyLength", "nothing goes with the length of the key"))
      }
      return
    }
    if let length = found.keyLength {
      layout.record.keyLength = length.field
      layout.record.keyLengthExtra = Int16(length.extra)
      take(length.field)
      report("record.keyLength", length)
    }
    guard found.width > 0 else {
      evidence.append(.unknown("record.values", found.note ?? "their place is not known"))
      return
    }
    layout.record.valueWordWidth = UInt8(found.width)
    layout.record.valueWordIsBigEndian = found.isBigEndian
    layout.record.valueCountBits = UInt8(found.countBits)
    layout.record.valueAlignment = UInt8(found.alignment)
    layout.record.valuesAreInterleaved = found.isInterleaved
    evidence.append(
      FieldEvidence(
        "record.values",
        "behind the key, \(found.width) bytes count them"
          + (found.alignment > 1 ? ", at multiples of \(found.alignment)" : "")
          + (found.isInterleaved ? ", each before its value" : ""),
        support: found.support, contradictions: found.contradictions, note: found.note))
  }

  private mutating func findHeaders(_ bytes: RawSpan) {
    let blocks = BlockHeaderSearch(model: model, table: table, matched: matched).search(bytes)
    if let (field, support, total) = blocks.firstRecord {
      layout.block.firstRecord = field
      evidence.append(
        FieldEvidence(
          "block.firstRecord", place(field), support: support, contradictions: total - support,
          unit: "blocks"))
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
