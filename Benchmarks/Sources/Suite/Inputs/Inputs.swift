import CLimits
import Dispatch
import Glibc
import JournalCompression
import JournalSamples
import MirrorJournal

/// The journals that the suites read: made once, the same bytes on every machine.
final class Inputs {
  /// Where they are kept.
  let directory: String
  /// Those in use, each counted and mapped once.
  private var opened: [String: Input] = [:]

  init(directory: String) throws {
    self.directory = directory
    if mkdir(directory, 0o755) != 0, errno != EEXIST {
      throw ChildProcess.Failure(description: "\(directory): \(String(cString: strerror(errno)))")
    }
  }

  func path(_ name: String) -> String { directory + "/" + name }

  /// A journal of `mix` with about `mebibytes` MiB.
  func journal(_ mix: BulkJournal.Mix, _ mebibytes: Int) throws -> Input {
    let path = path("\(mix.rawValue)-\(mebibytes)M")
    if let input = opened[path] { return input }
    try Self.make(path, mix, mebibytes)
    let input = try Input(path, label: "\(mix.rawValue), \(mebibytes) MiB")
    opened[path] = input
    return input
  }

  /// Makes those that are missing, two at a time, the largest first.
  func prepare(_ wanted: [(mix: BulkJournal.Mix, mebibytes: Int)]) throws {
    let wanted = wanted.sorted { $0.mebibytes > $1.mebibytes }
    let paths = wanted.map { path("\($0.mix.rawValue)-\($0.mebibytes)M") }
    DispatchQueue.concurrentPerform(iterations: wanted.count) { index in
      // What fails here fails again, and is told, in the suite that needs it.
      try? Self.make(paths[index], wanted[index].mix, wanted[index].mebibytes)
    }
  }

  private static func make(_ path: String, _ mix: BulkJournal.Mix, _ mebibytes: Int) throws {
    guard access(path, F_OK) != 0 else { return }
    note("making \(path)")
    // Below 4 GiB, as journals are.
    let size = min(mebibytes << 20, 4_290_000_000)
    try BulkJournal(mix: mix, size: size).write(to: path, overwriting: true)
  }

  /// The same journal, compressed with the default settings or those given.
  func compressed(_ input: Input, _ codec: JournalCodec = .zstd) throws -> String {
    let target = input.path + "-\(codec.name)z"
    if access(target, F_OK) != 0 {
      note("making \(target)")
      _ = try JournalCompressor(codec: codec).compressJournal(input.path, to: target)
    }
    return target
  }

  /// What a large log is made of.
  enum LogKind: String, CaseIterable {
    /// The sample logs again and again: every second line says something about journals.
    case samples
    /// One failover, and then lines about other things, as most are.
    case others
    /// The same behind the name that a container tool writes before each line.
    case container
  }

  /// A messages.log of about `mebibytes` MiB.
  func log(_ kind: LogKind, _ mebibytes: Int, samples: String) throws -> String {
    let path = path("messages-\(kind.rawValue)-\(mebibytes)M.log")
    if access(path, F_OK) == 0 { return path }
    note("making \(path)")
    let lines = ChildProcess.lines("cat \(samples)/logs/*/*.log")
    let other =
      "07/09/24-15:00:00:000 (1711) 0 [Utility.Event] WorkQueue: Starting work queue daemon parent=1690"
    let prefix = kind == .container ? "iris-1  | " : ""
    var text = TextBuffer(capacity: 1 << 20)
    for line in lines { text.append(prefix + line + "\n") }
    let limit = mebibytes << 20
    while text.count < limit {
      switch kind {
      case .samples: for line in lines { text.append(line + "\n") }
      case .others, .container: text.append(prefix + other + "\n")
      }
    }
    try WholeFile.write(text.withBytes { $0.copied() }, to: path, files: RunFiles())
    return path
  }
}

/// One journal, mapped, with its records counted.
final class Input {
  let path: String
  let label: String
  let file: MappedFile
  let journal: Journal
  let records: Int
  /// The prefetch with which C walks it fastest.
  private(set) lazy var ahead = bestPrefetch()
  var bytes: Int { journal.dataRange.count }

  init(_ path: String, label: String) throws {
    self.path = path
    self.label = label
    file = try MappedFile(path: path)
    let journal = try Journal(storage: file)
    self.journal = journal
    var records = 0
    let range = journal.dataRange
    try file.withBytes(0..<file.count) { bytes in
      try bytes.withUnsafeBytes { raw in
        let data = raw.baseAddress!.assumingMemoryBound(to: UInt8.self)
        records = Limits.walk(data, range, prefetch(distance: 2048, lines: true))
        var total = 0
        try journal.forEachRecord(verifyingChecksums: false, damaged: { throw $0 }) { _ in
          total += 1
        }
        guard total == records else {
          throw ChildProcess.Failure(
            description: "\(path): C counts \(records) records, the library \(total)")
        }
      }
    }
    self.records = records
  }

  private func bestPrefetch() -> prefetch {
    var best = (ahead: prefetch(), seconds: Double.infinity)
    let range = journal.dataRange
    let distances = [512, 1024, 1536, 2048, 4096]
    let choices =
      [prefetch()] + distances.map { prefetch(distance: $0, lines: false) }
      + distances.map { prefetch(distance: $0, lines: true) }
    for _ in 0..<3 {
      for ahead in choices {
        let taken = Stopwatch.measure {
          try? withData { use(Limits.walk($0, range, ahead)) }
        }
        if taken.processor < best.seconds { best = (ahead, taken.processor) }
      }
    }
    let lines = best.ahead.lines ? "all lines" : "a line"
    note("\(label): C walks best with a prefetch of \(lines) \(best.ahead.distance) bytes ahead")
    return best.ahead
  }

  /// The file's bytes for C.
  func withData(_ body: (UnsafePointer<UInt8>) -> Void) throws {
    try file.withBytes(0..<file.count) { bytes in
      bytes.withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
    }
  }

  /// A contest over this input.
  func contest(_ suite: String) -> Contest {
    Contest(suite, on: label, bytes: bytes, records: records)
  }
}

/// Says on standard error what takes time.
func note(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
