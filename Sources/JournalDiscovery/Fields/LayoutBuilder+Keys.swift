internal import MirrorJournal

extension LayoutBuilder {
  /// Names, keys, types and values, as far as each shows the next.
  func addKeys(
    _ layout: inout JournalLayout, _ fields: inout [DiscoveredField], _ taken: inout Set<Int>,
    _ bytes: RawSpan
  ) {
    func note(_ name: String, _ place: String?, _ evidence: String) {
      fields.append(DiscoveredField(name: name, place: place, evidence: evidence))
    }
    guard let names else {
      return note("record.key", nil, "no place has names in enough records")
    }
    layout.record.key = UInt16(names.key)
    layout.record.keyEncoding.knowsSubscripts = false
    note(
      "record.key", "at \(names.key)",
      "\(names.hits) of \(names.records) records sampled, \(names.kinds) names")
    if names.length.isKnown {
      layout.record.nameLength = names.length
      taken.formUnion(Int(names.length.offset)..<names.length.end)
      note("record.nameLength", names.length.sentence, "\(names.hits) records")
    } else {
      note("record.nameLength", nil, "no number counts a name's characters")
    }
    let order = framing.rule.isBigEndian
    let key = KeyLengthSearch(table: table, names: names, isBigEndian: order).search(bytes)
    let values = ValueTiling(
      table: table, names: names, alignment: framing.alignment, isBigEndian: order
    ).search(bytes, keyLength: key?.field)
    if let field = key?.field ?? values?.keyLength {
      layout.record.keyLength = field
      taken.formUnion(Int(field.offset)..<field.end)
      note(
        "record.keyLength", field.sentence,
        key.map { "\($0.hits) of \($0.records) keys decode" } ?? "with it, values fill the records")
    } else {
      note("record.keyLength", nil, "keys of no length are of the observed spelling")
    }
    if key != nil {
      layout.record.keyEncoding = .observed
      note("record.keyEncoding", "as observed in databases", "the same keys")
    } else {
      note("record.keyEncoding", nil, "calibrate with a listing that shows subscripts")
    }
    addType(&layout, names, taken, bytes, note)
    guard let values, let count = valueCount(values, layout, bytes) else {
      return note("record.values", nil, "no words behind the key fill the records")
    }
    layout.record.valueWordWidth = UInt8(values.wordWidth)
    layout.record.valueWordIsBigEndian = values.isBigEndian
    layout.record.valueCountBits = UInt8(values.countBits)
    layout.record.valuesAreInterleaved = values.isInterleaved
    layout.record.valueCount = count
    note("record.valueCount", count.sentence, "\(values.counts.count) records")
    note(
      "record.values", "behind the key, \(values.wordWidth) bytes count them",
      "\(values.hits) of \(values.records) records are filled")
  }

  private func addType(
    _ layout: inout JournalLayout, _ names: NamePlace, _ taken: Set<Int>, _ bytes: RawSpan,
    _ note: (String, String?, String) -> Void
  ) {
    guard let found = TypeSearch(table: table, names: names, taken: taken).search(bytes) else {
      return note("record.type", nil, "no byte tells records with a name from others")
    }
    let codes = found.codes.map { "\($0)" }.joined(separator: " ")
    let support = "\(found.hits) of \(found.records) records sampled"
    if found.isDocumented {
      layout.record.type = found.field
      note("record.type", found.field.sentence, "documented codes \(codes): \(support)")
    } else {
      note(
        "record.type", nil,
        "the byte at \(found.field.offset) tells kinds apart (\(codes)): \(support); what they mean, "
          + "a listing says")
    }
  }

  /// The byte that counts a record's values.
  private func valueCount(_ values: ValueTiling.Found, _ layout: JournalLayout, _ bytes: RawSpan)
    -> Field?
  {
    guard Set(values.counts.map(\.count)).count > 1 else { return nil }
    for offset in 0..<Int(layout.record.key) {
      let field = Field(UInt16(offset), width: 1)
      let hits = values.counts.count { bytes.load(field, from: $0.row.start) == UInt64($0.count) }
      if hits * 50 >= values.counts.count * 49 { return field }
    }
    return nil
  }
}
