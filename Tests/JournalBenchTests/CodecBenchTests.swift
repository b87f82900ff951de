import Foundation
import JournalBench
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// What compresses in journals, and how codecs are compared on them.
@Suite struct CodecBenchTests {
  private let bench = try? Workbench()

  /// A journal of one global that repeats and one that is noise, both some hundred KiB.
  private func mixed(_ name: String) throws -> Journal {
    let bench = try #require(bench)
    let writer = try bench.writer(name)
    var dice = Dice(3)
    for index in 0..<400 {
      writer.time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(index) * 1000)
      let key = try GlobalReference(parsing: "^NOISE(\(index))").encodedKey()
      let noise = (0..<1000).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 20) }
      try writer.append(
        RecordContent(
          .set, .node(key: key.bytes, nameLength: key.nameLength, values: [StoredValue(noise)]),
          jobID: 1))
      try writer.append(
        .node(.set, "^EVEN(\(index))", [JournalValue(String(repeating: "same ", count: 200))]))
      try writer.append(.level(.beginTransaction, 1))
    }
    try writer.append(.node(.set, "^LONG(1)", [.bytes([UInt8](repeating: 7, count: 150_000))]))
    try writer.close()
    return try bench.journal(name)
  }

  private func report(_ journals: [Journal], limit: Int = .max) throws -> CodecBenchReport {
    var codecs = CodecBench()
    codecs.settings = [CodecSetting(.zstd, level: 1), CodecSetting(.lz4, level: 1)]
    codecs.sampleLimit = limit
    codecs.chunkSize = 65536
    codecs.meter.rounds = 1
    return try codecs.run(journals)
  }

  @Test func `every record counts for its global, extension records for the global they extend`()
    throws
  {
    let journal = try mixed("20240709.001")
    var expected: [String: (records: Int, bytes: Int)] = [:]
    var pending = (records: 0, bytes: 0)
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      if record.type == .extension {
        pending = (pending.records + 1, pending.bytes + record.length)
        return
      }
      let name = try record.key()?.reference().name ?? ""
      let entry = expected[name, default: (0, 0)]
      expected[name] = (
        entry.records + 1 + pending.records, entry.bytes + record.length + pending.bytes
      )
      pending = (0, 0)
    }
    var codecs = CodecBench()
    codecs.settings = []
    codecs.meter.rounds = 1
    let content = try #require(try codecs.run([journal]).content)
    let names = ["^NOISE": "NOISE", "^EVEN": "EVEN", "^LONG": "LONG"]
    #expect(content.shares.count == 4)
    for share in content.shares {
      let entry = try #require(expected[names[share.name] ?? ""], "\(share.name)")
      #expect(share.records == entry.records, "\(share.name)")
      #expect(share.bytes == entry.bytes, "\(share.name)")
    }
    #expect(content.shares.map(\.name).first == "^NOISE")
    #expect(content.shares[0].ratio < 1.2)
    #expect(try #require(content.shares.first { $0.name == "^EVEN" }).ratio > 20)
  }

  @Test func `every block is compressed once and names its heaviest global`() throws {
    let journal = try mixed("20240709.001")
    let content = try #require(try report([journal]).content)
    #expect(
      content.blocks.map(\.address) == Array(stride(from: 0, to: journal.storage.count, by: 65536)))
    #expect(content.blockHistogram.reduce(0, +) == content.blocks.count)
    #expect(content.blocks[0].heaviestGlobal == nil)
    #expect(
      content.blocks[2].heaviestGlobal == "^EVEN" || content.blocks[2].heaviestGlobal == "^NOISE")
    let hardest = content.hardestBlocks(3)
    #expect(hardest.count == 3)
    #expect(hardest.map(\.ratio) == hardest.map(\.ratio).sorted())
    #expect(content.blocks.allSatisfy { $0.ratio >= hardest[0].ratio })
  }

  @Test func `a limited sample takes chunks from all over the files`() throws {
    let journals = [try mixed("20240709.001"), try mixed("20240709.002")]
    let sample = try ChunkSample.taken(
      from: journals.map { .readable($0) }, chunkSize: 65536, limit: 6 * 65536)
    #expect(sample.chunks.count == 6)
    #expect(sample.chunks.filter { $0.file == 0 }.count == 3)
    for chunk in sample.chunks {
      let original = try journals[chunk.file].storage.withBytes(
        chunk.address..<chunk.address + chunk.range.count
      ) { $0.copied() }
      #expect(Array(sample.bytes[chunk.range]) == original)
    }
    #expect(try ChunkSample.taken(from: journals.map { .readable($0) }, limit: 1).chunks.count == 1)
    let whole = try ChunkSample.taken(from: journals.map { .readable($0) })
    #expect(whole.bytes.count == journals.reduce(0) { $0 + $1.storage.count })
  }

  @Test func `a compressed journal is measured as the plain one`() throws {
    let journal = try mixed("20240709.001")
    var compressor = JournalCompressor()
    compressor.options.threads = 1
    _ = try compressor.compressJournal(journal.path)
    let packed = try JournalInputs.open(journal.path + "z")
    let plain = try report([journal])
    let other = try report([packed])
    #expect(plain.codecs.map(\.compressedBytes) == other.codecs.map(\.compressedBytes))
    #expect(plain.content?.shares == other.content?.shares)
  }

  @Test func `the saving follows from the files' rate`() throws {
    let journal = try mixed("20240709.001")
    let result = try report([journal])
    // The last block was begun less than 400 seconds after the file.
    let rate = try #require(result.bytesPerDay)
    #expect(rate > Double(journal.storage.count) / 400 * 86_400)
    let codec = result.codecs[0]
    let saved = try #require(result.savedPerDay(codec))
    #expect(abs(saved / rate - (1 - 1 / codec.ratio)) < 1e-9)
  }

  @Test func `an impossible chunk size is refused`() throws {
    let journal = try mixed("20240709.001")
    for size in [0, 1, 65537, 17 << 20] {
      var codecs = CodecBench()
      codecs.chunkSize = size
      #expect(throws: JournalError.self) { try codecs.run([journal]) }
    }
  }
}
