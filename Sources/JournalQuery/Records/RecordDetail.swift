public import MirrorJournal

/// One record in full, with its neighbours, as `^JRNDUMP` examines it (class D).
public struct RecordDetail: Sendable {
  /// The address that was asked for.
  public let requestedAddress: JournalAddress
  /// Where the record shown starts, in bytes.
  public let address: JournalAddress
  /// The record before; nil if there is none.
  public let previousAddress: JournalAddress?
  /// The record behind; nil if there is none.
  public let nextAddress: JournalAddress?
  /// Whether values and subscripts are hidden: their lengths and types stay.
  public var redactsValues = false
  /// The zone of times.
  public var zone = ClockZone.utc

  /// The record at `address`, or with `nearest` the first one at or after it, else the last before.
  ///
  /// - Throws: `noRecord` when none starts there, `blockDamaged` when its block is damaged.
  public init(at address: JournalAddress, nearest: Bool, in journal: Journal) throws {
    var found = address
    if nearest {
      guard
        let near = try journal.recordAddress(atOrAfter: address)
          ?? journal.recordAddress(before: address)
      else {
        throw JournalError(.noRecord, "the journal has no records", in: journal.path)
      }
      found = near
    }
    try journal.withRecord(at: found) { _ in }
    requestedAddress = address
    self.address = found
    previousAddress = try journal.recordAddress(before: found)
    nextAddress = try journal.recordAddress(atOrAfter: found + 1)
  }

  /// Where the last record starts, or with a `count` of 2 the one before it, and so on. O(count).
  ///
  /// - Throws: `noRecord` when there are fewer.
  public static func address(fromEnd count: Int, in journal: Journal) throws -> JournalAddress {
    var address = journal.dataRange.upperBound
    for number in 0..<count {
      guard let before = try journal.recordAddress(before: address) else {
        throw JournalError(
          .noRecord, "the journal has \(number == 0 ? "no" : "\(number)") records", in: journal.path
        )
      }
      address = before
    }
    return address
  }

  /// Appends the record, a line a field. Values are shown whole.
  ///
  /// - Parameters:
  ///   - journal: the journal that the record is in.
  ///   - hexadecimal: whether the record's bytes follow; never when values are hidden.
  ///   - buffer: takes the lines.
  public func appendText(of journal: Journal, hexadecimal: Bool, to buffer: inout TextBuffer) throws
  {
    try journal.withRecord(at: address) { record in
      func line(_ text: StaticString, _ value: String) {
        buffer.appendLabel(text)
        buffer.append(printable: value)
        buffer.append(UInt8(ascii: "\n"))
      }
      let type = record.type
      let known = KnownFields(journal.layout)
      let unknown = "unknown"
      line("Journal", journal.path)
      line("Address", "\(record.address) (0x\(String(record.address, radix: 16)))\(nearness)")
      line("Length", "\(record.length) bytes")
      line("Type", known.type ? "\(type.name) (\(type.rawValue))" : unknown)
      line(
        "In transaction", known.transaction ? record.isInTransaction ? "Yes" : "No" : unknown)
      let process = journal.processID(jobID: record.jobID).map { "\($0)" }
      line("Process ID", known.job ? process ?? "\(record.jobID)(jid)" : unknown)
      line("Job ID", known.job ? "\(record.jobID)" : unknown)
      line("Remote system ID", known.remoteSystem ? "\(record.remoteSystemID)" : unknown)
      line(
        "ECP system ID", known.remoteSystem ? "\(record.remoteSystemID & 0x3FFF_FFFF)" : unknown)
      line("Time stamp", known.time ? "not before \(zone.namedText(record.blockTime))" : unknown)
      line(
        "Collation sequence",
        journal.layout.record.collation.isKnown ? "\(record.collation)" : unknown)
      line("Prev address", "\(previousAddress ?? 0)")
      line("Next address", "\(nextAddress ?? 0)")
      let database = journal.database(sfn: record.sfn)
      line("Database", known.database ? database?.directory ?? "sfn \(record.sfn)" : unknown)
      if let mirror = database?.mirrorName, !mirror.isEmpty { line("Mirror Database Name", mirror) }
      if record.isContinued { line("Continued", "leading value bytes stand before it") }
      if journal.header.isEncrypted {
        line("Body", "encrypted")
      } else if type.hasKey {
        buffer.appendLabel("Global")
        if let key = record.key() {
          if !key.appendReference(to: &buffer, redacted: redactsValues) {
            buffer.append("(the key does not decode)")
          }
        } else {
          buffer.append("(the key runs past the record's end)")
        }
        buffer.append(UInt8(ascii: "\n"))
      }
      if !journal.header.isEncrypted { try appendValues(of: record, in: journal, &buffer) }
      if hexadecimal, !redactsValues { buffer.appendHexDump(record.bytes, from: record.address) }
    }
  }

  /// Says that the record is not the one asked for.
  private var nearness: String {
    address == requestedAddress
      ? ""
      : ", the \(address > requestedAddress ? "first after" : "last before") \(requestedAddress)"
  }

  private func appendValues(
    of record: borrowing Record, in journal: Journal, _ buffer: inout TextBuffer
  ) throws {
    let type = record.type
    guard type.hasKeyAndValues else {
      buffer.appendLabel("Detail")
      let known = KnownFields(journal.layout)
      if !record.appendDetail(of: journal, known, redacted: redactsValues, to: &buffer) {
        buffer.append("(the body does not decode)")
      }
      buffer.append(UInt8(ascii: "\n"))
      return
    }
    guard KnownFields(journal.layout).values else {
      buffer.appendLabel("Nbr of values")
      buffer.append("unknown\n")
      return
    }
    let places = ValuePlaces(type: type, count: record.valueCount)
    buffer.appendLabel("Nbr of values")
    buffer.append(decimal: places.count)
    buffer.append(UInt8(ascii: "\n"))
    if type.isSet {
      buffer.appendLabel("New Value")
      try appendValue(places.new, of: record, in: journal, &buffer)
    }
    buffer.appendLabel("Old Value")
    try appendValue(places.old, of: record, in: journal, &buffer)
  }

  private func appendValue(
    _ index: Int?, of record: borrowing Record, in journal: Journal, _ buffer: inout TextBuffer
  ) throws {
    if let index {
      do {
        try journal.withValue(index, of: record) { bytes, storage in
          let view = ValueView(bytes, storageCode: storage)
          if redactsValues {
            view.appendRedacted(to: &buffer)
          } else {
            view.appendZWrite(to: &buffer)
          }
        }
      } catch let error as JournalError where error.isAboutContent {
        buffer.append(printable: "(\(error.reason))")
      }
    } else {
      buffer.append("not recorded")
    }
    buffer.append(UInt8(ascii: "\n"))
  }
}

extension TextBuffer {
  /// Appends a field's name, padded to the column of the values.
  mutating func appendLabel(_ text: StaticString) {
    let start = count
    append(text)
    append(UInt8(ascii: ":"))
    padRight(from: start, to: 25)
  }

  /// Appends bytes as lines of sixteen, each with its address and its printable characters.
  public mutating func appendHexDump(_ bytes: RawSpan, from address: JournalAddress) {
    var offset = 0
    while offset < bytes.byteCount {
      let count = min(16, bytes.byteCount - offset)
      append(hex: UInt64(clamping: address + offset), digits: 8)
      append("  ")
      for index in 0..<16 {
        if index < count {
          append(hex: UInt64(bytes.loadUInt8(at: offset + index) ?? 0), digits: 2)
        } else {
          append("  ")
        }
        append(index == 7 ? "  " : " ")
      }
      append(" |")
      for index in 0..<count {
        let byte = bytes.loadUInt8(at: offset + index) ?? 0
        append((0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: "."))
      }
      append("|\n")
      offset += count
    }
  }
}
