import Glibc
import JournalCompression
import MirrorJournal
import Testing

/// A directory of its own for one test, removed with everything in it at the end.
final class Scratch {
  let path: String

  init() throws {
    let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let name = UInt64.random(in: 0 ... .max)
    path = "\(root)/mjournal-test-\(String(name, radix: 36))"
    try #require(mkdir(path, 0o700) == 0)
  }

  deinit {
    for name in (try? names()) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The names in the directory, hidden ones too, sorted.
  func names() throws -> [String] {
    let directory = try #require(opendir(path))
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    return "\(path)/\(name)"
  }

  func read(_ name: String) throws -> [UInt8] { try readAll("\(path)/\(name)") }

  /// Runs a shell command in the directory.
  func shell(_ command: String) -> CInt { system("cd '\(path)' && \(command)") }
}

func readAll(_ path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"), "\(path)")
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: buffer[..<count])
  }
}

/// All segments of a storage, with the ranges that could not be produced as zeros; the same with
/// and without reading ahead.
func scan(
  _ storage: any JournalStorage, in range: Range<Int>? = nil
) throws -> (bytes: [UInt8], damaged: [(JournalError, Range<JournalAddress>)]) {
  let ahead = try scan(storage, in: range, readingAhead: true)
  let inPlace = try scan(storage, in: range, readingAhead: false)
  #expect(isSame(inPlace.bytes, ahead.bytes))
  #expect(inPlace.damaged.elementsEqual(ahead.damaged) { $0.0 == $1.0 && $0.1 == $1.1 })
  return ahead
}

func scan(
  _ storage: any JournalStorage, in range: Range<Int>?, readingAhead: Bool
) throws -> (bytes: [UInt8], damaged: [(JournalError, Range<JournalAddress>)]) {
  let range = range ?? 0..<storage.count
  var bytes: [UInt8] = []
  var damaged: [(JournalError, Range<JournalAddress>)] = []
  try storage.forEachSegment(in: range, readingAhead: readingAhead) { error, addresses in
    #expect(addresses.lowerBound == range.lowerBound + bytes.count)
    damaged.append((error, addresses))
    bytes.append(contentsOf: [UInt8](repeating: 0, count: addresses.count))
  } _: { span, address in
    #expect(address == range.lowerBound + bytes.count)
    span.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return true
  }
  return (bytes, damaged)
}

/// As `==`, which compares byte by byte in a debug build.
func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && (left.isEmpty || memcmp(left, right, left.count) == 0)
}

func bytes(of storage: any JournalStorage, _ range: Range<Int>) throws -> [UInt8] {
  try storage.withBytes(range) { span in span.withUnsafeBytes { Array($0) } }
}

/// A container of `bytes` with small chunks, as the compressor writes it.
func container(
  _ bytes: [UInt8], _ codec: JournalCodec, level: Int? = nil, chunkSize: Int = 65536,
  guid: [UInt8] = Array(1...16)
) throws -> [UInt8] {
  let scratch = try Scratch()
  let source = try scratch.write(bytes, to: "journal")
  let compressor = JournalCompressor(codec: codec, level: level, chunkSize: chunkSize)
  _ = try compressor.compress(source, fileGUID: guid)
  return try scratch.read("journalz")
}

/// Runs `body` in `count` tasks at once, each with its number.
func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for task in 0..<count { group.addTask { try body(task) } }
    try await group.waitForAll()
  }
}
