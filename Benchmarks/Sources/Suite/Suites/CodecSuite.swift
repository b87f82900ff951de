import CLimits
import JournalCompression
import JournalSamples
import MirrorJournal

/// Every codec and level on chunks of 1 MiB, against the codec's own loop in C.
enum CodecSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    let levels: [(JournalCodec, [Int])] =
      setting.isFull
      ? [(.zstd, [-5, 1, 2, 3, 4, 5, 6, 7, 9, 12]), (.lz4, [1, 4, 9]), (.zlib, [1, 4, 6, 9])]
      : [(.zstd, [-5, 1, 3, 6]), (.lz4, [1, 4]), (.zlib, [1, 6])]
    let mixes: [BulkJournal.Mix] = setting.isFull ? setting.mixes + [.hospital] : [.hospital]
    for mix in mixes {
      let input = try setting.inputs.journal(mix, 64)
      for (codec, levels) in levels {
        for level in levels { rows += try contest(input, codec, level, setting) }
      }
    }
    return rows
  }

  private static let chunkSize = 1 << 20
  private static let chunks = 16

  private static func contest(
    _ input: Input, _ codec: JournalCodec, _ level: Int, _ setting: Setting
  ) throws -> [Row] {
    let name = "\(codec.name) \(level)"
    let contest = Contest(
      "codecs", on: "\(input.label), 16 chunks", bytes: chunks * chunkSize)
    let context = c_codec_open(c_codec(UInt32(codec.rawValue)), Int32(level))!
    defer { c_codec_close(context) }
    let compressor = try ChunkCompressor(codec: codec, level: level)
    let decompressor = try ChunkDecompressor(codec: codec)
    let room = max(
      ChunkCompressor.bound(codec: codec, count: chunkSize), c_codec_bound(context, chunkSize))
    let frames = UnsafeMutableRawBufferPointer.allocate(byteCount: room * chunks, alignment: 64)
    let blocks = UnsafeMutableRawBufferPointer.allocate(byteCount: room * chunks, alignment: 64)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
    defer { frames.deallocate(); blocks.deallocate(); output.deallocate() }
    let step = (input.file.count / chunkSize - 1) / chunks

    func place(_ buffer: UnsafeMutableRawBufferPointer, _ chunk: Int)
      -> UnsafeMutableRawBufferPointer
    {
      UnsafeMutableRawBufferPointer(rebasing: buffer[chunk * room..<(chunk + 1) * room])
    }
    func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8> {
      buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
    }

    var frameSizes = [Int](repeating: 0, count: chunks)
    var blockSizes = frameSizes
    contest.limit("C \(name), frames") {
      try input.withData { data in
        for chunk in 0..<chunks {
          use(
            c_codec_frame(
              context, data + chunk * step * chunkSize, chunkSize, bytes(place(blocks, chunk)), room
            ))
        }
      }
    }
    contest.limit("C \(name), bare blocks") {
      try input.withData { data in
        for chunk in 0..<chunks {
          blockSizes[chunk] = c_codec_block(
            context, data + chunk * step * chunkSize, chunkSize, bytes(place(blocks, chunk)), room)
        }
      }
    }
    contest.limit("C \(name), bare blocks back") {
      for chunk in 0..<chunks {
        use(
          c_codec_restore_block(
            context, bytes(place(blocks, chunk)), blockSizes[chunk], bytes(output), chunkSize))
      }
    }
    contest.ours("\(name), compress", against: "C \(name), frames") {
      try input.file.withBytes(0..<input.file.count) { file in
        for chunk in 0..<chunks {
          var target = place(frames, chunk).mutableBytes
          let start = chunk * step * chunkSize
          frameSizes[chunk] = try compressor.compress(
            file.extracting(start..<start + chunkSize), into: &target)
        }
      }
    }
    contest.ours("\(name), decompress", against: "C \(name), bare blocks back") {
      for chunk in 0..<chunks {
        let frame = UnsafeRawBufferPointer(rebasing: place(frames, chunk)[..<frameSizes[chunk]])
        var target = output.mutableBytes
        use(try decompressor.decompress(frame.bytes, into: &target, checksum: .callerVerifies))
      }
    }
    var rows = try contest.run(
      rounds: setting.isFull ? max(1, setting.rounds * 3 / 5) : setting.rounds)
    let ratio = Double(chunks * chunkSize) / Double(max(1, frameSizes.reduce(0, +)))
    for index in rows.indices { rows[index].note = "ratio \(fixed(ratio, 2))" }
    return rows
  }
}

/// Whole files to containers and back, disk, checksums and reading back included.
enum CompressSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    let input = try setting.inputs.journal(.hospital, setting.goalSize)
    let contest = Contest("compress", on: input.label, bytes: input.file.count)
    let target = setting.inputs.path("compress.tmpz")
    contest.limitByProcessors()
    for level in [1, JournalCodec.zstd.defaultLevel] {
      for threads in [1, 2] {
        contest.ours(
          "zstd \(level), file to file, \(threads == 1 ? "1 thread" : "2 threads")",
          against: threads == 2 ? "zstd \(level), file to file, 1 thread" : nil, clock: .wall
        ) {
          var compressor = JournalCompressor(level: level)
          compressor.options.threads = threads
          compressor.options.force = true
          use(try compressor.compressJournal(input.path, to: target))
        }
      }
    }
    defer { use(ChildProcess.lines("rm -f \(target)")) }
    return try contest.run(rounds: setting.isFull ? 2 : 3)
  }
}
