import Glibc
import JournalCompression
import MirrorJournal
import Synchronization
import Testing

/// What compressing and decompressing leave on disk, whatever happens.
@Suite struct JobTests {
  private static let original = material(10 * 65536 + 5)

  /// True from the call after the `allowed`th on.
  private final class Countdown: Sendable {
    private let left: Mutex<Int>
    init(_ allowed: Int) { left = Mutex(allowed) }
    func isCancelled() -> Bool {
      left.withLock {
        $0 -= 1
        return $0 < 0
      }
    }
  }

  private func compressor(_ change: (inout CompressionOptions) -> Void = { _ in })
    -> JournalCompressor
  {
    var options = CompressionOptions()
    change(&options)
    return JournalCompressor(codec: .zstd, level: 1, chunkSize: 65536, options: options)
  }

  @Test(
    "cancelled at any chunk: nothing remains and the original is untouched", arguments: [1, 2, 3])
  func cancelled(threads: Int) throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    var finished = false
    var allowed = 0
    while !finished {
      let countdown = Countdown(allowed)
      let job = compressor {
        $0.threads = threads
        $0.removeOriginal = true
        $0.isCancelled = { countdown.isCancelled() }
      }
      do {
        _ = try job.compress(source)
        finished = true
      } catch {
        #expect(error is CancellationError)
        #expect(try scratch.names() == ["j"], "after \(allowed)")
        allowed += 1
      }
    }
    // Once per chunk and phase, and at both ends.
    #expect(allowed >= 2 * 11)
    #expect(try scratch.names() == ["jz"])
  }

  @Test("a cancelled decompression leaves nothing behind")
  func cancelledDecompression() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    _ = try compressor { $0.removeOriginal = true }.compress(source)
    let whole = try scratch.read("jz")
    var allowed = 0
    while true {
      let countdown = Countdown(allowed)
      var options = CompressionOptions()
      options.isCancelled = { countdown.isCancelled() }
      guard (try? JournalDecompressor(options: options).decompress(source + "z")) == nil else {
        break
      }
      #expect(try scratch.names() == ["jz"])
      allowed += 1
    }
    #expect(allowed >= 2 * 11)
    #expect(try scratch.read("j") == Self.original)
    #expect(try scratch.read("jz") == whole)
  }

  @Test("an existing target is kept unless force is given")
  func targetExists() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    try scratch.write([1, 2, 3], to: "jz")
    let error = #expect(throws: JournalError.self) { try compressor().compress(source) }
    #expect(error?.code == .targetExists)
    #expect(try scratch.names() == ["j", "jz"])
    #expect(try scratch.read("jz") == [1, 2, 3])
    let result = try compressor { $0.force = true }.compress(source)
    #expect(try scratch.read("jz").count == result.bytesTo)
    let back = #expect(throws: JournalError.self) {
      try JournalDecompressor().decompress(result.target)
    }
    #expect(back?.code == .targetExists)
    #expect(try scratch.names() == ["j", "jz"])
  }

  @Test("a target that appears during the work is kept")
  func targetAppears() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    let path = scratch.path
    let job = compressor {
      $0.progress = { progress in
        guard progress.phase == .verifying, let file = fopen("\(path)/jz", "w") else { return }
        fputs("other", file)
        fclose(file)
      }
    }
    let error = #expect(throws: JournalError.self) { try job.compress(source) }
    #expect(error?.code == .targetExists)
    #expect(try scratch.names() == ["j", "jz"])
    #expect(try scratch.read("jz") == Array("other".utf8))
  }

  @Test("a journal that grows, shrinks or changes while it is read is not compressed")
  func changing() throws {
    for command in ["printf x >> j", "truncate -s 100 j", "touch -d '2001-01-01' j"] {
      let scratch = try Scratch()
      let source = try scratch.write(Self.original, to: "j")
      let path = scratch.path
      let once = Countdown(1)
      let job = compressor {
        $0.removeOriginal = true
        $0.progress = { _ in
          if !once.isCancelled() { _ = system("cd '\(path)' && \(command)") }
        }
      }
      let error = #expect(throws: JournalError.self) { try job.compress(source) }
      #expect([.shrank, .cannotRead].contains(error?.code))
      #expect(try scratch.names() == ["j"], "\(command)")
    }
  }

  @Test("the original goes only when asked, permissions and times stay")
  func metadata() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    try #require(scratch.shell("chmod 640 j && touch -d '2023-10-12 17:59:27.123456789' j") == 0)
    var before = stat()
    var after = stat()
    try #require(stat(source, &before) == 0)
    _ = try compressor { $0.removeOriginal = true }.compress(source)
    #expect(try scratch.names() == ["jz"])
    try #require(stat(source + "z", &after) == 0)
    #expect(after.st_mode == before.st_mode)
    #expect(after.st_mtim.tv_sec == before.st_mtim.tv_sec)
    #expect(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec)

    var options = CompressionOptions()
    options.removeOriginal = true
    let back = try JournalDecompressor(options: options).decompress(source + "z")
    #expect(back.target == source)
    #expect(try scratch.names() == ["j"])
    #expect(try scratch.read("j") == Self.original)
    try #require(stat(source, &after) == 0)
    #expect(after.st_mode == before.st_mode)
    #expect(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
  }

  @Test("a damaged container is not decompressed, its chunk is named")
  func damagedSource() throws {
    let scratch = try Scratch()
    var bytes = try container(Self.original, .lz4)
    let storage = try #require(try CompressedStorage(path: scratch.write(bytes, to: "jz")))
    bytes[try #require(storage.chunks[4]).frame.lowerBound + 30] ^= 1
    let path = try scratch.write(bytes, to: "jz")
    let error = #expect(throws: JournalError.self) { try JournalDecompressor().decompress(path) }
    #expect(error?.reason.hasPrefix("chunk 4, journal addresses 262144..<327680") == true)
    #expect(try scratch.names() == ["jz"])
  }

  @Test("what cannot be compressed is refused with a reason")
  func refused() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    func code(_ body: () throws -> CompressionResult) -> JournalError.Code? {
      #expect(throws: JournalError.self) { _ = try body() }?.code
    }
    #expect(code { try compressor().compress(source, isActive: true) } == .badArgument)
    #expect(code { try compressor().compress(source, fileGUID: [1]) } == .badArgument)
    #expect(code { try compressor().compress(source + "nothing") } == .cannotOpen)
    #expect(code { try compressor().compress(scratch.path) } == .cannotOpen)
    #expect(code { try compressor().compress(source, to: "\(scratch.path)/no/j") } == .cannotWrite)
    #expect(code { try JournalCompressor(level: 99).compress(source) } == .badArgument)
    for size in [0, 1, 65535, 100_000, 32 << 20] {
      #expect(code { try JournalCompressor(chunkSize: size).compress(source) } == .badArgument)
    }
    #expect(code { try JournalDecompressor().decompress(source) } == .badArgument)
    #expect(try scratch.names() == ["j"])
    _ = try compressor().compress(source)
    #expect(code { try compressor().compress(source + "z") } == .badArgument)
    #expect(try scratch.names() == ["j", "jz"])
  }

  @Test("progress goes up to the size in both phases")
  func progress() throws {
    let scratch = try Scratch()
    let source = try scratch.write(Self.original, to: "j")
    let log = Log()
    _ = try compressor { $0.progress = { log.append($0) } }.compress(source)
    for phase in [CompressionProgress.Phase.writing, .verifying] {
      let done = log.all.filter { $0.phase == phase }.map(\.bytesDone)
      #expect(done.count == 11)
      #expect(done == done.sorted())
      #expect(done.last == Self.original.count)
    }
  }

  private final class Log: Sendable {
    private let entries = Mutex<[CompressionProgress]>([])
    func append(_ entry: CompressionProgress) { entries.withLock { $0.append(entry) } }
    var all: [CompressionProgress] { entries.withLock { $0 } }
  }
}
