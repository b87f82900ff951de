internal import Foundation
public import MirrorJournal

/// A sound journal whose records are of a certain size, and what was written to each address.
public struct SampleJournal: Sendable {
  /// How large the records are, on disk.
  public enum RecordSize: String, Sendable, CaseIterable {
    /// Of few sizes: one link in ten fits by chance.
    case small
    case mixed
    /// A few in a block.
    case large
    /// Values of several blocks, in extensions.
    case long
    /// All of one size: the links of full blocks fit everywhere.
    case equal
  }

  public let bytes: [UInt8]
  public let isClosed: Bool
  public let end: JournalAddress
  /// What stands at each address at which a record starts.
  public let records: [JournalAddress: Range<Int>]
  public let times: [JournalAddress: Timestamp]

  /// - Parameters:
  ///   - folder: with a final slash; the file is written there and removed.
  ///   - creation: when the file was begun; each record comes a few milliseconds later.
  public init(
    _ size: RecordSize, blocks: Int, isClosed: Bool, seed: UInt64,
    creation: Int64 = 1_720_500_000_000, in folder: String
  ) throws {
    let path = folder + "20240709.001-\(size)-\(isClosed)-\(seed)"
    var random = Numbers(state: seed)
    var header = JournalHeader()
    header.name = "20240709.001"
    header.fileCount = 1
    header.creationTime = Timestamp(milliseconds: creation)
    let writer = try JournalWriter(
      path: path, header: header, databases: [JournalDatabase(sfn: 0, directory: "/db/")],
      jobs: [JournalJob(jobID: 1, processID: 100)])
    defer { try? FileManager.default.removeItem(atPath: path) }
    var number = 1_000_000
    while writer.address < 131_072 + (blocks - 1) * 65_536 + 20_000 {
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + Int64(random.below(20)) + 1)
      let count =
        switch size {
        case .small: random.below(40)
        case .mixed: random.below(900)
        case .large: 4_000 + random.below(26_000)
        case .long: random.below(200_000)
        case .equal: 8
        }
      try writer.append(
        RecordContent(
          .set, GlobalReference("X", [Subscript(number)]), new: .bytes(random.bytes(count))))
      number += 1
    }
    if isClosed { try writer.close() } else { try writer.flush() }
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    self.bytes = bytes
    self.isClosed = isClosed
    var records: [JournalAddress: Range<Int>] = [:]
    var times: [JournalAddress: Timestamp] = [:]
    let journal = try Journal(storage: BytesStorage(bytes))
    var last = 0
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      records[record.address] = record.address..<record.end
      times[record.address] = record.blockTime
      last = record.end
    }
    self.records = records
    self.times = times
    end = last
  }

  /// Whether `record` is what was written to its address.
  func has(_ record: borrowing Record) -> Bool {
    guard let place = records[record.address], times[record.address] == record.blockTime,
      place.count == record.length
    else { return false }
    return record.bytes.withUnsafeBytes { left in
      bytes[place].withUnsafeBytes { right in
        left.count == right.count
          && (left.count == 0 || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0)
      }
    }
  }
}

/// Journal bytes in memory, a few blocks at a time, as a compressed file gives them.
final class BytesStorage: JournalStorage {
  let bytes: [UInt8]
  let path = "memory"
  let segmentSize: Int
  var count: Int { bytes.count }
  var sizeOnDisk: Int { bytes.count }

  init(_ bytes: [UInt8], segmentSize: Int = 1 << 20) {
    self.bytes = bytes
    self.segmentSize = segmentSize
  }

  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count,
      range.isEmpty || range.lowerBound / segmentSize == (range.upperBound - 1) / segmentSize
    else { throw JournalError(.noRecord, "no bytes \(range) of \(bytes.count) in one segment") }
    let held = bytes
    return try body(held.span.bytes.extracting(range))
  }
}

/// SplitMix64.
struct Numbers {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() >> 11) % max(1, bound) }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
  }
}
