import CLimits
import JournalCompression
import MirrorJournal

/// Every record of a compressed journal, against nothing but decompressing its chunks.
enum CompressedReadingSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let path = try setting.inputs.compressed(input)
      guard let storage = try CompressedStorage(path: path, threads: 1) else {
        throw ChildProcess.Failure(description: "\(path) is no container")
      }
      let container = try MappedFile(path: path)
      let context = c_codec_open(C_ZSTD, 1)!
      defer { c_codec_close(context) }
      let output = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
      defer { output.deallocate() }
      let frames = storage.chunks.compactMap { $0?.frame }

      let contest = input.contest("z")
      contest.limit("C decompression of all chunks") {
        try container.withBytes(0..<container.count) { bytes in
          bytes.withUnsafeBytes { raw in
            let data = raw.baseAddress!.assumingMemoryBound(to: UInt8.self)
            for frame in frames {
              use(
                c_codec_restore_block(
                  context, data + frame.lowerBound, frame.count, output, 1 << 20))
            }
          }
        }
      }
      contest.ours("walk through z, 1 thread", against: "C decompression of all chunks") {
        use(try walk(path, threads: 1))
      }
      contest.limitByProcessors()
      contest.ours("walk through z, 1 thread, wall", against: nil, clock: .wall) {
        use(try walk(path, threads: 1))
      }
      contest.ours(
        "walk through z, 2 threads", against: "walk through z, 1 thread, wall", clock: .wall
      ) {
        use(try walk(path, threads: 2))
      }
      rows += try contest.run(rounds: setting.rounds(on: input))
    }
    return rows
  }

  private static func walk(_ path: String, threads: Int) throws -> Int {
    let storage = try CompressedStorage(path: path, threads: threads)!
    var records = 0
    // The chunk's checksum was verified already.
    try Journal(storage: storage).forEachRecord(
      verifyingChecksums: false, damaged: { throw $0 }
    ) { _ in records &+= 1 }
    return records
  }
}

/// Single records by their addresses, in an order that no cache helps.
enum AccessSuite {
  private static let lookups = 200

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let path = try setting.inputs.compressed(input)
      let addresses = try chosen(input)
      let plain = Contest("access", on: input.label, bytes: lookups << 16, records: lookups)
      let block = input.journal.layout.block.size
      plain.limit("C CRC-32C of the record's block") {
        try input.withData { data in
          for address in addresses {
            let start = address / block * block
            use(c_checksums(data, start, start + block))
          }
        }
      }
      plain.ours("record by address", against: "C CRC-32C of the record's block") {
        for address in addresses { use(try input.journal.withRecord(at: address) { $0.length }) }
      }
      rows += try plain.run(rounds: setting.rounds)

      guard let storage = try CompressedStorage(path: path, threads: 1) else { continue }
      let journal = try Journal(storage: storage)
      let container = try MappedFile(path: path)
      let context = c_codec_open(C_ZSTD, 1)!
      defer { c_codec_close(context) }
      let output = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
      defer { output.deallocate() }
      let packed = Contest(
        "access", on: input.label + ", z", bytes: lookups << 20, records: lookups)
      packed.limit("C decompression of the record's chunk") {
        try container.withBytes(0..<container.count) { bytes in
          bytes.withUnsafeBytes { raw in
            let data = raw.baseAddress!.assumingMemoryBound(to: UInt8.self)
            for address in addresses {
              guard let frame = storage.chunks[address >> 20]?.frame else { continue }
              use(
                c_codec_restore_block(
                  context, data + frame.lowerBound, frame.count, output, 1 << 20))
            }
          }
        }
      }
      packed.ours("record by address", against: "C decompression of the record's chunk") {
        for address in addresses { use(try journal.withRecord(at: address) { $0.length }) }
      }
      packed.process(
        "mjournal show, whole process", against: nil, clock: .wall,
        "\(setting.tool) show \(path) \(addresses[lookups / 2])")
      rows += try packed.run(rounds: setting.rounds)
    }
    return rows
  }

  /// Addresses of records from all over the file, neighbours far apart.
  private static func chosen(_ input: Input) throws -> [JournalAddress] {
    let range = input.journal.dataRange
    // A prime number of steps that visits each place once.
    return try (0..<lookups).map { index in
      let place = range.lowerBound + range.count / lookups * (index * 83 % lookups)
      return try input.journal.recordAddress(atOrAfter: place) ?? range.lowerBound
    }
  }
}
