import Foundation
import JournalCalibration
import JournalCompression
import JournalExport
import JournalIntegrity
import JournalQuery
import MirrorJournal

/// Targets that take a file, or a part of one.
enum FileTargets {
  /// R2 with blocks of 1 KiB, so that a fuzzer's few bytes make several blocks.
  static let small: JournalLayout = {
    var layout = JournalLayout.r2
    layout.header.size = 512
    layout.block.size = 1024
    layout.block.directoryAddress = 1024
    layout.block.firstDataAddress = 2048
    layout.record.maximumLength = 1024 - 16
    return layout
  }()

  static func header(_ bytes: [UInt8]) {
    guard let flags = bytes.first else { return }
    var file = Array(bytes.dropFirst())
    if flags & 1 != 0 { reseal(&file, .r2) }
    guard let journal = try? Journal(storage: Storage(file)) else { return }
    var text = TextBuffer()
    if let summary = try? JournalSummary(of: journal) {
      summary.appendText(of: journal, to: &text)
      summary.appendJSON(of: journal, to: &text)
    }
    readEverything(journal, file)
  }

  static func blocks(_ bytes: [UInt8]) {
    guard let flags = bytes.first else { return }
    var file = Array(bytes.dropFirst())
    if flags & 1 != 0 { reseal(&file, small) }
    guard let journal = try? Journal(storage: Storage(file), layouts: [small]) else { return }
    readEverything(journal, file)
  }

  static func layout(_ bytes: [UInt8]) {
    guard let layout = try? JournalLayout(json: bytes) else { return }
    promise((try? layout.validate()) != nil, "a layout that was read does not validate")
    let sample = Seeds.smallJournal
    guard layout.signature.count <= sample.count else { return }
    // The same bytes by another layout: hostile, but with the signature that it asks for.
    let file = layout.signature + sample.dropFirst(layout.signature.count)
    guard let journal = try? Journal(storage: Storage(file), layouts: [layout]) else { return }
    readEverything(journal, file)
  }

  static func listing(_ bytes: [UInt8]) {
    _ = InformationPage(text: String(decoding: bytes, as: UTF8.self))
    guard let listing = try? Listing(text: String(decoding: bytes, as: UTF8.self)) else { return }
    for record in listing.records { promise(record.line > 0, "a record of line \(record.line)") }
    guard listing.records.count >= Calibration.minimumRows else { return }
    guard let found = try? Calibration(path: Seeds.smallJournalPath, listing: listing) else {
      return
    }
    promise((try? found.layout.validate()) != nil, "a layout that was found does not validate")
  }

  static func container(_ bytes: [UInt8]) {
    // A file without a name, in memory.
    let descriptor = open("/dev/shm", 0o20_000_000 | O_DIRECTORY | O_RDWR, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      start += count
    }
    guard let storage = try? openStorage(descriptor: descriptor, path: "fuzz", threads: 1) else {
      return
    }
    var position = 0
    // A file of a few kilobytes may claim gigabytes; what it really gives is bounded by its chunks.
    let limit = min(storage.count, 64 << 20)
    try? storage.forEachSegment(
      in: 0..<limit,
      damaged: { _, range in
        promise(range.lowerBound == position && !range.isEmpty, "damage \(range) at \(position)")
        position = range.upperBound
      }
    ) { bytes, address in
      promise(address == position, "a segment at \(address), not \(position)")
      position = address + bytes.byteCount
      return true
    }
    if let journal = try? Journal(storage: storage) {
      var count = 0
      try? journal.forEachRecord(damaged: { _ in }) { _ in count += 1 }
    }
  }

  // MARK: Reading

  /// Reads the journal in every way and compares what the ways say.
  static func readEverything(_ journal: Journal, _ file: [UInt8]) {
    var forwards: [Int] = []
    var lost: [Range<Int>] = []
    var text = TextBuffer()
    var list = RecordPrinter(journal, format: .text)
    var json = RecordPrinter(journal, format: .ndjson)
    var csv = RecordPrinter(journal, format: .csv)
    var hidden = RecordPrinter(journal, format: .ndjson)
    hidden.redactsValues = true
    let range = journal.dataRange
    do {
      try journal.forEachRecord(damaged: { lost.append($0.range) }) { record in
        promise(range.contains(record.address), "a record at \(record.address) outside \(range)")
        promise(record.end <= file.count, "a record ends at \(record.end) of \(file.count)")
        promise(record.address > forwards.last ?? -1, "records go backwards")
        forwards.append(record.address)
        try list.append(record, to: &text)
        try json.append(record, to: &text)
        try csv.append(record, to: &text)
        try hidden.append(record, to: &text)
        if text.count > 1 << 20 { text.removeAll() }
      }
    } catch { return }
    for range in lost { promise(!range.isEmpty && range.lowerBound >= 0, "damage \(range)") }

    // Records of the damaged block before the damage count in both directions.
    var backwards: [Int] = []
    try? journal.forEachRecordReversed(damaged: { _ in }) { backwards.append($0.address) }
    if lost.isEmpty { promise(backwards.reversed() == forwards, "backwards is not forwards") }
    let parts = try? journal.reduce(threads: 2, into: { _ in [Int]() }) { addresses, record in
      addresses.append(record.address)
    }
    if let parts, lost.isEmpty {
      promise(parts.flatMap(\.value) == forwards, "the parts are not the whole")
    }
    for address in [0, 1, file.count / 2, file.count, forwards.first ?? 0, forwards.last ?? 0] {
      _ = try? journal.withRecord(at: address) { $0.length }
      _ = try? journal.recordAddress(before: address)
      _ = try? journal.recordAddress(atOrAfter: address)
      _ = try? journal.isPosition(address)
      if var detail = try? RecordDetail(at: address, nearest: true, in: journal) {
        try? detail.appendText(of: journal, hexadecimal: true, to: &text)
        detail.redactsValues = true
        try? detail.appendText(of: journal, hexadecimal: false, to: &text)
      }
    }
    if let report = try? IntegrityCheck.run([journal]), lost.isEmpty {
      // Of a block whose first record points back wrong, a walk believes the block behind it or the
      // header's end address; verify believes nothing.
      let isStricter = report.findings.contains { $0.kind == .link && $0.severity == .error }
      let counted = report.files.reduce(0) { $0 + $1.records + $1.internalRecords }
      promise(
        counted == forwards.count || (isStricter && counted < forwards.count),
        "verify counts \(counted), not \(forwards.count)")
    }
    for format in RecordExport.Format.allCases {
      _ = try? RecordExport(format).write([journal]) { _ in }
    }
    _ = try? JournalProfile(by: [.global, .type], depth: 1).run([journal]) { _, _ in }
    _ = try? RestoreScript().write(
      [journal], selecting: everyRecord, warned: { _ in }
    ) { _ in }
    for direction in RestoreDirection.allCases {
      var script = RestoreScript()
      script.direction = direction
      if let query = try? StateQuery(nil) {
        _ = try? StateRestore(script).write(
          [journal], query: query,
          at: StatePlace(file: 0, address: journal.dataRange.lowerBound + 65_536)
        ) { _ in }
      }
    }
    _ = try? OldValueCheck().run([journal])
  }

  /// Makes the checksums of the header and of every whole block right.
  static func reseal(_ file: inout [UInt8], _ layout: JournalLayout) {
    func put(_ range: Range<Int>, at place: Int) {
      for offset in place..<place + 4 { file[offset] = 0 }
      var checksum = CRC32C()
      checksum.update(file.span.bytes.extracting(range))
      for index in 0..<4 {
        file[place + index] = UInt8(truncatingIfNeeded: checksum.value >> UInt32(8 * index))
      }
    }
    if file.count >= layout.header.size {
      put(0..<layout.header.size, at: Int(layout.header.checksum.offset))
    }
    var start = layout.block.directoryAddress
    while start + layout.block.size <= file.count {
      let place = start + Int(layout.block.checksum.offset)
      // A block without a checksum stays one that is being filled.
      if file[place..<place + 4].contains(where: { $0 != 0 }) {
        put(start..<start + layout.block.size, at: place)
      }
      start += layout.block.size
    }
  }
}

/// A journal in memory.
final class Storage: JournalStorage, @unchecked Sendable {
  // Never changed.
  private let bytes: [UInt8]
  let path = "20240709.001"
  var segmentSize: Int { 1 << 20 }
  var count: Int { bytes.count }
  var sizeOnDisk: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw JournalError(.noRecord, "no bytes \(range) of \(bytes.count)")
    }
    // Exactly the bytes asked for, so that the sanitizer sees a read outside of them.
    let part = Array(bytes[range])
    return try body(part.span.bytes)
  }
}
