internal import MirrorJournal

/// Finds what block headers say: the first record, the buffer's time, the checksum.
struct BlockHeaderSearch {
  struct Found {
    var firstRecord: (field: Field, support: Int, total: Int)?
    var time: (field: Field, form: TimeForm, support: Int, total: Int, offset: Int)?
    var checksum: (field: Field, support: Int, total: Int)?
  }

  let model: BlockModel
  let table: RecordTable
  let matched: [MatchedRecord]

  func search(_ bytes: RawSpan) -> Found {
    var found = Found()
    guard model.headerSize > 0 else { return found }
    var firsts: [Int: Int] = [:]
    for row in table.rows {
      let block = row.address / model.size * model.size
      if firsts[block] == nil { firsts[block] = row.address - block }
    }
    found.firstRecord = firstRecord(firsts, bytes)
    found.time = time(bytes)
    found.checksum = checksum(firsts.keys.sorted(), bytes)
    return found
  }

  private func places(_ widths: [Int]) -> [Field] {
    widths.flatMap { width in
      stride(from: 0, through: model.headerSize - width, by: 2).flatMap { offset in
        (width == 1 ? [false] : [false, true]).map {
          Field(UInt16(offset), width: UInt8(width), isBigEndian: $0)
        }
      }
    }
  }

  /// The number that is the offset of each block's first record. In families whose records all
  /// begin at the same offset nothing can be told from a number that is always the same.
  private func firstRecord(_ firsts: [Int: Int], _ bytes: RawSpan) -> (Field, Int, Int)? {
    guard Set(firsts.values).count >= 3 else { return nil }
    var best: (Field, Int, Int)?
    for field in places([4, 2]) {
      let support = firsts.filter { block, offset in
        bytes.load(field, from: block).map { $0 == UInt64(offset) } ?? false
      }.count
      if support * 100 >= firsts.count * 97, support > best?.1 ?? 0 {
        best = (field, support, firsts.count)
      }
    }
    return best
  }

  /// The number that is the time of the block's rows, up to a zone of whole quarters of an hour.
  private func time(_ bytes: RawSpan) -> (Field, TimeForm, Int, Int, Int)? {
    let rows = matched.compactMap { row in
      row.listed.time.map {
        (row.listed.address / model.size * model.size, Int($0.milliseconds / 1000))
      }
    }
    guard rows.count >= 8, Set(rows.map(\.1)).count >= 3 else { return nil }
    var best: (Field, TimeForm, Int, Int, Int)?
    for field in places([8, 4]) {
      for form in TimeForm.allCases {
        if (form == .seconds) != (field.width == 4) { continue }
        var votes: [Int: Int] = [:]
        for (block, listed) in rows {
          guard let number = bytes.load(field, from: block) else { continue }
          let stored = Int(form.timestamp(number).milliseconds / 1000)
          let difference = listed - stored
          if abs(difference) <= 15 * 3600, difference % 900 == 0 {
            votes[difference, default: 0] += 1
          }
        }
        guard let winner = votes.max(by: { $0.value < $1.value }),
          winner.value * 100 >= rows.count * 85, winner.value > best?.2 ?? 0
        else { continue }
        best = (field, form, winner.value, rows.count, winner.key)
      }
    }
    return best
  }

  /// The number that is the CRC-32C of the block with the number as zero.
  private func checksum(_ blocks: [Int], _ bytes: RawSpan) -> (Field, Int, Int)? {
    // The last block may be unfinished.
    let sample = blocks.dropLast().prefix(24)
    guard sample.count >= 3 else { return nil }
    for offset in stride(from: 0, through: model.headerSize - 4, by: 4) {
      for isBigEndian in [false, true] {
        let field = Field(UInt16(offset), width: 4, isBigEndian: isBigEndian)
        let support = sample.filter { start in
          guard let block = bytes.slice(start, model.size), let stored = block.load(field)
          else { return false }
          return CRC32C.of(block, zeroing: offset).map(UInt64.init) == stored
        }.count
        if support * 10 >= sample.count * 9 { return (field, support, sample.count) }
      }
    }
    return nil
  }
}

/// Finds numbers and identifiers of the header page in the file's header.
struct FileHeaderSearch {
  let information: InformationPage?
  /// Just past the last record.
  let end: JournalAddress
  let size: Int
  let isBigEndian: Bool

  func apply(to header: inout HeaderLayout, _ bytes: RawSpan) -> [FieldEvidence] {
    var evidence: [FieldEvidence] = []
    func take(_ name: String, _ number: Int?, _ path: WritableKeyPath<HeaderLayout, Field>) {
      guard let number, number >= 1 << 16 else { return }
      let places = places(of: UInt64(number), bytes)
      guard let first = places.first else {
        evidence.append(.unknown("header.\(name)", "its number is not in the header"))
        return
      }
      header[keyPath: path] = first
      evidence.append(
        FieldEvidence(
          "header.\(name)", "at \(first.offset), \(first.width) bytes", support: 1, unit: "number",
          rival: places.count > 1 ? "at \(places[1].offset)" : nil))
    }
    take("endAddress", end, \.endAddress)
    guard let information else { return evidence }
    take("maximumSize", information.maximumSize, \.maximumSize)
    take("openTransactionOffset", information.openTransaction?.address, \.openTransactionOffset)
    if header.openTransactionOffset.isKnown, let count = information.openTransaction?.fileCount {
      // The file count stands before the offset if it is there.
      let place = header.openTransactionOffset
      let before = Field(place.offset &- 4, width: 4, isBigEndian: place.isBigEndian)
      if place.offset >= 4, bytes.load(before) == UInt64(count) {
        header.openTransactionFile = before
        evidence.append(
          FieldEvidence(
            "header.openTransactionFile", "at \(before.offset), 4 bytes", support: 1, unit: "number"
          ))
      }
    }
    take("previousEnd", information.previousEnd, \.previousEnd)
    if let created = information.creationTime {
      for form in [TimeForm.seconds, .milliseconds] {
        for zone in stride(from: -14 * 3600, through: 14 * 3600, by: 900) {
          let moment = Timestamp(milliseconds: created.milliseconds - Int64(zone) * 1000)
          guard let place = places(of: form.number(moment), bytes).first,
            !header.creationTime.isKnown || zone == 0
          else { continue }
          header.creationTime = place
          header.timeForm = form
        }
      }
      if header.creationTime.isKnown {
        evidence.append(
          FieldEvidence(
            "header.creationTime",
            "at \(header.creationTime.offset), \(header.creationTime.width) bytes, \(header.timeForm.rawValue)",
            support: 1, unit: "number"))
      }
    }
    guids(&header, information, bytes, &evidence)
    return evidence
  }

  private func guids(
    _ header: inout HeaderLayout, _ information: InformationPage, _ bytes: RawSpan,
    _ evidence: inout [FieldEvidence]
  ) {
    let names = ["file", "previous file", "next file", "mirror", "system", "session"]
    for (index, guid) in information.guids.enumerated() {
      guard let guid else { continue }
      let mixed = [3, 2, 1, 0, 5, 4, 7, 6].map { guid[$0] } + guid[8...]
      for (pattern, isMixed) in [(guid, false), (mixed, true)] {
        guard let place = Self.find(pattern, bytes, size) else { continue }
        header.guids[index] = UInt16(place)
        header.guidsAreMixedEndian = isMixed
        evidence.append(
          FieldEvidence(
            "header.guids", "\(names[index]) at \(place)", support: 1, unit: "identifier"))
        break
      }
    }
  }

  private func places(of number: UInt64, _ bytes: RawSpan) -> [Field] {
    var found: [Field] = []
    for width in [8, 4] as [UInt8] {
      guard width == 8 || number <= UInt32.max else { continue }
      for offset in stride(from: 4, through: min(size, 8192) - Int(width), by: 4) {
        for order in [isBigEndian, !isBigEndian] {
          let field = Field(UInt16(offset), width: width, isBigEndian: order)
          if bytes.load(field) == number { found.append(field) }
        }
      }
      if !found.isEmpty { break }
    }
    return found
  }

  private static func find(_ pattern: [UInt8], _ bytes: RawSpan, _ size: Int) -> Int? {
    for offset in 1..<max(2, min(size, 8192, bytes.byteCount) - pattern.count) {
      var index = 0
      while index < pattern.count, bytes.loadUInt8(at: offset + index) == pattern[index] {
        index += 1
      }
      if index == pattern.count { return offset }
    }
    return nil
  }
}
