import Foundation
import JournalIntegrity
import JournalTestSupport
import MirrorJournal
import Synchronization
import Testing

/// Files that claim more than they hold.
@Suite("Sparse files") struct SparseFileTests {
  private static let claimed = 100 << 30

  /// A file of 100 GB of which a few blocks are on the disk, and that counts what is looked at.
  private final class CountedFile: JournalStorage {
    let file: MappedFile
    let looks = Mutex(0)
    let bytes = Mutex(0)

    init(_ path: String) throws { file = try MappedFile(path: path) }

    var path: String { file.path }
    var count: Int { file.count }
    var sizeOnDisk: Int { file.sizeOnDisk }
    var segmentSize: Int { file.segmentSize }
    var holes: [Range<JournalAddress>] { file.holes }

    func withBytes<R>(
      _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R
    ) throws -> R {
      looks.withLock { $0 += 1 }
      bytes.withLock { $0 += range.count }
      return try file.withBytes(range, body)
    }
  }

  private func sparse(_ bench: Workbench, closed: Bool) throws -> String {
    let writer = try bench.writer("20240709.001")
    for number in 0..<3000 {
      try writer.append(.node(.set, "^A(\(number))", [.bytes([UInt8](repeating: 65, count: 100))]))
    }
    if closed { try writer.close() } else { try writer.flush() }
    let path = bench.path("20240709.001")
    try #require(truncate(path, Self.claimed) == 0)
    return path
  }

  @Test("What was never written is not looked at", arguments: [true, false])
  func unused(closed: Bool) throws {
    let bench = try Workbench()
    let storage = try CountedFile(sparse(bench, closed: closed))
    #expect(storage.holes.last?.upperBound == Self.claimed)
    let journal = try Journal(storage: storage)
    #expect(journal.dataLimit < 1 << 20)
    let report = try IntegrityCheck.run([journal])
    #expect(report.files[0].findings.isEmpty)
    #expect(report.files[0].records >= 3000)
    #expect(storage.looks.withLock { $0 } < 300)
    #expect(storage.bytes.withLock { $0 } < 8 << 20)
  }

  @Test("Blocks behind a hole are not the file's, whatever their checksums say")
  func blocksBehindHole() throws {
    let bench = try Workbench()
    let path = try sparse(bench, closed: false)
    let end = try bench.journal("20240709.001").dataLimit
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.seek(toOffset: 131_072)
    let block = try #require(try handle.read(upToCount: 65536))
    try handle.seek(toOffset: 50 << 30)
    try handle.write(contentsOf: block)
    try handle.close()
    let storage = try CountedFile(path)
    let journal = try Journal(storage: storage)
    #expect(journal.dataLimit == end)
    #expect(journal.structuralDamage.count == 1)
    #expect(storage.looks.withLock { $0 } < 300)
  }

  @Test("A hole in the middle of a closed file is told as one piece of damage in each segment")
  func holeInTheMiddle() throws {
    let bench = try Workbench()
    let path = try sparse(bench, closed: true)
    let field = try bench.journal("20240709.001").layout.header.endAddress
    try bench.doctorHeader(path, field, UInt64(1 << 30))
    let journal = try Journal(path: path)
    var damage: [Damage] = []
    var records = 0
    try journal.forEachRecord(damaged: { damage.append($0) }) { _ in records += 1 }
    #expect(records >= 3000)
    #expect(damage.count <= 70)
    #expect(damage.last?.range.upperBound == 1 << 30)
  }
}

extension Workbench {
  /// Changes a header field of a file that is too large to be read whole.
  fileprivate func doctorHeader(_ path: String, _ field: Field, _ value: UInt64) throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    defer { try? handle.close() }
    var head = [UInt8](try #require(try handle.read(upToCount: 65536)))
    put(value, field, 0, &head)
    sealHeader(&head)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data(head))
  }
}
