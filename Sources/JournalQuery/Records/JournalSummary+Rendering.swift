internal import JournalCompression
public import MirrorJournal

extension JournalSummary {
  /// Appends what the header says, as `^JRNDUMP` option I lays it out (class D), the databases, and
  /// what is in the data; times in `zone`.
  public func appendText(
    of journal: Journal, in zone: ClockZone = .utc, style: TextStyle = TextStyle(),
    to buffer: inout TextBuffer
  ) {
    let header = journal.header
    func line(_ label: String, _ value: String) { buffer.appendLine(label, value, style) }
    let number = style.number
    let places = journal.layout.header
    func line(_ label: String, _ value: String, if isKnown: Bool) {
      line(label, isKnown ? value : "unknown")
    }
    func guid(_ index: Int) -> Bool { index < places.guids.count && places.guids[index] != 0 }
    let knowsStrings = places.strings != 0
    func address(_ value: JournalAddress) -> String { "\(value) (0x\(String(value, radix: 16)))" }
    func position(_ value: FilePosition) -> String { "\(value.fileCount),\(value.address)" }
    buffer.append("Journal: ")
    buffer.append(printable: journal.path)
    buffer.append(UInt8(ascii: "\n"))
    line(
      "Layout",
      (places.versionMajor.isKnown
        ? "\(journal.layout.name) \(header.versionMajor).\(header.versionMinor), "
        : "\(journal.layout.name), ") + journal.layout.provenance)
    line("Own name", header.name, if: knowsStrings)
    line("File GUID", header.guid.description, if: guid(0))
    line(
      "State",
      header.isClosed
        ? "closed, data end at \(address(header.endAddress))" : "active, no end address",
      if: places.endAddress.isKnown)
    let size = journal.storage.sizeOnDisk
    line(
      "Size",
      size == journal.storage.count
        ? "\(number(size)) bytes"
        : "\(number(size)) bytes on disk, \(number(journal.storage.count)) bytes of journal")
    if let framed = journal.storage as? FramedStorage { line("Framing", framed.formName) }
    line("Max Size", number(header.maximumSize), if: places.maximumSize.isKnown)
    line("Time Created", zone.namedText(header.creationTime), if: places.creationTime.isKnown)
    line("Reason", "\(header.switchReason) \(header.reasonText)", if: places.switchReason.isKnown)
    line("File Count", "\(header.fileCount)", if: places.fileCount.isKnown)
    line(
      "Min Trans", position(header.openTransaction), if: places.openTransactionOffset.isKnown)
    line("Prev File", header.previousName, if: knowsStrings)
    line("Prev File GUID", header.previousGUID.description, if: guid(1))
    line(
      "Prev File End", header.previousEnd == 0 ? "0" : address(header.previousEnd),
      if: places.previousEnd.isKnown)
    line("Next File", header.nextName, if: knowsStrings)
    line("Next File GUID", header.nextGUID.description, if: guid(2))
    if header.isMirrorJournal {
      line("Mirror", header.mirrorName)
      line("Mirror File Count", "\(header.mirrorFileCount)")
      line("Mirror File End", header.mirrorEnd == 0 ? "0" : address(header.mirrorEnd))
      line("Mirror Min Trans", position(header.openMirrorTransaction))
      line("Mirror GUID", header.mirrorGUID.description)
    }
    line("System GUID", header.systemGUID.description, if: guid(4))
    line("Session GUID", header.sessionGUID.description, if: guid(5))
    if header.isEncrypted { line("Encryption Key", header.encryptionKeyID) }
    line("First record", firstAddress.map(address) ?? "none")
    line("Last record", lastAddress.map(address) ?? "none")
    line("End of records", end.map(address) ?? "none")
    if let firstTime, let lastTime, journal.layout.block.bufferTime.isKnown {
      line("Block times", "\(zone.text(firstTime)) to \(zone.namedText(lastTime))")
    }
    line("Data blocks", number(blocks))
    let others = internalRecords == 0 ? "" : " and \(number(internalRecords)) internal ones"
    line("Records", "\(number(records))\(others) in \(number(recordBytes)) bytes")
    let types = recordsByType.indices.filter { recordsByType[$0] > 0 }
    let names = types.map { RecordType(rawValue: UInt8($0)).name }
    let counts = types.map { number(recordsByType[$0]) }
    let (widest, longest) = (names.map(\.count).max() ?? 0, counts.map(\.count).max() ?? 0)
    for (name, count) in zip(names, counts) {
      let gap = widest + 2 + longest - name.count - count.count
      line("", name + String(repeating: " ", count: gap) + count)
    }
    let databases = journal.completeDirectory.databases
    TextTable(style).append(
      [
        TextColumn("  sfn", databases.map { "  \($0.sfn)" }),
        TextColumn("Directory or Mirror DB Name", databases.map(\.directory))
          .cut(to: 16, keepingEnd: true),
        TextColumn("", databases.map(\.mirrorName)).asNote(),
      ], to: &buffer)
  }

  /// Appends the same as one line of NDJSON.
  public func appendJSON(
    of journal: Journal, in zone: ClockZone = .utc, to buffer: inout TextBuffer
  ) {
    let header = journal.header
    let places = journal.layout.header
    func known<T>(_ field: Field, _ value: T) -> T? { field.isKnown ? value : nil }
    func guid(_ index: Int, _ guid: GUID) -> String? {
      index < places.guids.count && places.guids[index] != 0 ? guid.description : nil
    }
    func text(_ text: String) -> String? { places.strings != 0 ? text : nil }
    buffer.beginObject()
    buffer.field("file", journal.path)
    buffer.field("layout", journal.layout.name)
    buffer.field("name", text(header.name))
    buffer.field("fileGUID", guid(0, header.guid))
    buffer.field("closed", header.isClosed)
    buffer.field("encrypted", header.isEncrypted)
    buffer.field("end", header.isClosed ? header.endAddress : nil)
    buffer.field("sizeOnDisk", journal.storage.sizeOnDisk)
    buffer.field("dataSize", journal.storage.count)
    buffer.field("maxSize", known(places.maximumSize, header.maximumSize))
    buffer.field("creationTime", known(places.creationTime, zone.iso8601(header.creationTime)))
    buffer.field("reason", text(header.reasonText))
    buffer.field("fileCount", known(places.fileCount, header.fileCount))
    buffer.field(
      "minTransFileCount", known(places.openTransactionFile, header.openTransaction.fileCount))
    buffer.field(
      "minTransFileIndex", known(places.openTransactionOffset, header.openTransaction.address))
    buffer.field("prevFile", text(header.previousName))
    buffer.field("prevFileGUID", guid(1, header.previousGUID))
    buffer.field("prevFileEnd", known(places.previousEnd, header.previousEnd))
    buffer.field("nextFile", text(header.nextName))
    buffer.field("nextFileGUID", guid(2, header.nextGUID))
    buffer.field("mirrorFileCount", known(places.mirrorFileCount, header.mirrorFileCount))
    buffer.field("mirrorFileEnd", known(places.mirrorEnd, header.mirrorEnd))
    buffer.field("mirrorGUID", guid(3, header.mirrorGUID))
    buffer.field("systemGUID", guid(4, header.systemGUID))
    buffer.field("sessionGUID", guid(5, header.sessionGUID))
    buffer.field("encryptionKeyID", text(header.encryptionKeyID))
    buffer.field("firstRecordAddress", firstAddress)
    buffer.field("lastRecordAddress", lastAddress)
    buffer.field("endOfRecords", end)
    buffer.field("firstTimeStamp", journal.layout.knows(.time) ? firstTime.map(zone.iso8601) : nil)
    buffer.field("lastTimeStamp", journal.layout.knows(.time) ? lastTime.map(zone.iso8601) : nil)
    buffer.field("blocks", blocks)
    buffer.field("records", records)
    buffer.field("internalRecords", internalRecords)
    buffer.field("recordBytes", recordBytes)
    buffer.key("recordsByType")
    buffer.append("{")
    var separator: StaticString = "\""
    for (code, count) in recordsByType.enumerated() where count > 0 {
      buffer.append(separator)
      separator = ",\""
      buffer.append(RecordType(rawValue: UInt8(code)).name)
      buffer.append("\":")
      buffer.append(decimal: count)
    }
    buffer.append("}")
    buffer.field("databases", journal.completeDirectory.databases) { database, buffer in
      buffer.field("sfn", Int(database.sfn))
      buffer.field("databaseName", database.directory)
      buffer.field("mirrorDatabaseName", database.mirrorName)
    }
    buffer.field("damagedRanges", damage.count)
    buffer.field("bytesLost", bytesLost)
    buffer.endObject()
  }
}
