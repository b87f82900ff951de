import FoundationEssentials
import JournalTestSupport
import Testing

@testable import MirrorJournal

/// A directory that is gone when the test is over.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/mj-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

/// Whether the exhaustive counts are asked for: `MJOURNAL_LONG=1 swift test -c release …`.
let isLongRun = ProcessInfo.processInfo.environment["MJOURNAL_LONG"] == "1"

/// Journal bytes in memory, so that a test can damage them a million times without a file.
final class MemoryStorage: JournalStorage, @unchecked Sendable {
  // Changed only between walks, by the test's own thread.
  var bytes: [UInt8]
  let path = "memory"
  var segmentSize: Int
  var count: Int { bytes.count }
  var sizeOnDisk: Int { bytes.count }

  init(_ bytes: [UInt8], segmentSize: Int = 1 << 20) {
    self.bytes = bytes
    self.segmentSize = segmentSize
  }

  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw JournalError(.noRecord, "no such bytes")
    }
    let held = bytes
    return try body(held.span.bytes.extracting(range))
  }
}

func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(filePath: path)))
}

/// A record as a test keeps it: its place, its block's time and all its bytes.
struct SeenRecord: Hashable, Sendable, CustomStringConvertible {
  let address: JournalAddress
  let time: Timestamp
  let bytes: [UInt8]

  init(_ record: borrowing Record) {
    address = record.address
    time = record.blockTime
    bytes = record.bytes.copied()
  }

  var end: JournalAddress { address + bytes.count }
  var description: String { "\(address)+\(bytes.count)" }
}

extension Journal {
  /// All records and all damage, as a walk from the first to the last reports them.
  func everything(in range: Range<JournalAddress>? = nil) throws -> (
    records: [SeenRecord], damage: [Damage]
  ) {
    var records: [SeenRecord] = []
    var damage = structuralDamage
    try forEachRecord(in: range, damaged: { damage.append($0) }) { records.append(SeenRecord($0)) }
    return (records, damage)
  }
}

/// Recomputes the checksums of a journal's header and of its blocks, so that an edit is hostile
/// instead of damaged. Unsealed blocks stay unsealed.
func reseal(_ bytes: inout [UInt8], layout: JournalLayout = .r2) {
  if bytes.count >= layout.header.size { sealHeader(&bytes, layout: layout) }
  let inBlock = Int(layout.block.checksum.offset)
  var start = layout.block.directoryAddress
  while start + layout.block.size <= bytes.count {
    if bytes[(start + inBlock)..<(start + inBlock + 4)].contains(where: { $0 != 0 }) {
      sealBlock(&bytes, start, layout: layout)
    }
    start += layout.block.size
  }
}

/// A journal of plain SETs, `blocks` data blocks long, and its bytes.
func smallJournal(
  blocks: Int, isClosed: Bool, valueSizes: ClosedRange<Int> = 0...900, seed: UInt64 = 1
) throws -> [UInt8] {
  let directory = try TemporaryDirectory()
  let path = directory.file("20240709.001")
  var random = RandomSource(seed: seed)
  var header = JournalHeader()
  header.name = path
  header.fileCount = 1
  header.creationTime = Timestamp(milliseconds: 1_720_500_000_000)
  let writer = try JournalWriter(
    path: path, header: header, databases: [JournalDatabase(sfn: 0, directory: "/db/")],
    jobs: [JournalJob(jobID: 1, processID: 100)])
  let last = writer.layout.block.firstDataAddress + (blocks - 1) * 65536
  var number = 0
  while writer.address < last + 30_000 {
    writer.time = Timestamp(milliseconds: writer.time.milliseconds + 10)
    try writer.append(
      RecordContent(
        .set, GlobalReference("X", [Subscript(number)]),
        new: .bytes(random.bytes(random.int(valueSizes)))))
    number += 1
  }
  if isClosed { try writer.close() } else { try writer.flush() }
  return try contents(path)
}
