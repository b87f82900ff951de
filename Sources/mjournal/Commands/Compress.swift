import ArgumentParser
import Glibc
import JournalCompression
import JournalQuery
import MirrorJournal
import MirrorLog

/// Journals to `z` containers.
struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compress journals: X becomes Xz.",
    discussion: """
      Writes the compressed file under a temporary name, reads it back, and only then gives it its \
      name; the original stays unless --rm. Two inputs never become one file, and no input is \
      replaced, --force or not. 'zstd -dc', 'lz4 -dc' and 'gzip -dc' restore the \
      original from it. For each file one line is printed, as messages.log has it. A journal of \
      unknown layout is compressed like any other, but kept: whether it is closed is not known.
      """)

  @Argument(help: "Journal files or directories.", completion: .file())
  var files: [String]

  @Option(help: "Codec.")
  var codec = CodecName.zstd

  @Option(help: "Level of the codec; each has a default.")
  var level: Int?

  @Option(help: "Journal data in one chunk, 1 to 16 MiB.")
  var chunkSize = 1

  @Option(
    name: [.short, .customLong("output")],
    help: "Write into this directory instead of beside the original.", completion: .directory)
  var output: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Remove the original once its compressed file is verified; a link is refused.")
  var rm = false

  @Flag(help: "Replace existing files.")
  var force = false

  @Flag(help: "Compress a journal that is still active, as it stands now.")
  var active = false

  @Flag(help: "Print time stamp, process and category too, as in messages.log.")
  var logFormat = false

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
    guard (1...16).contains(chunkSize) else {
      throw ValidationError("--chunk-size takes 1 to 16 MiB")
    }
    let codec = codec.codec
    if let level, !codec.levels.contains(level) {
      throw ValidationError(
        "\(codec.name) has levels \(codec.levels.lowerBound) to \(codec.levels.upperBound)")
    }
    // What is written behind the copy would be lost.
    if active, rm { throw ValidationError("--active and --rm exclude each other") }
  }

  func run() throws {
    let inputs = try JournalInputs.expand(files, recursing: false).filter { !isCompressedName($0) }
    let run = RunFiles(inputs, settings: layout.files)
    let work = FileWork(run, threads: threads.count, force: force, removeOriginal: rm)
    var diagnostics = Diagnostics()
    let layouts = try layout.layouts()
    for file in inputs {
      let compressor = JournalCompressor(
        codec: codec.codec, level: level, chunkSize: chunkSize << 20, options: work.options)
      try work.run(file, &diagnostics) {
        let result = try compressor.compressJournal(
          file, to: output.map { FileWork.path(file + "z", in: $0) }, allowingActive: active,
          layouts: layouts, noted: { Diagnostics.line("mjournal: \(file): \($0)") })
        let line = CompressionLine(
          path: file, from: result.bytesFrom, to: result.bytesTo)
        return logFormat ? work.stamped(line) : line.text
      }
    }
    try diagnostics.finish()
  }

  /// Whether a directory's expansion named a file that is compressed already.
  private func isCompressedName(_ file: String) -> Bool {
    !files.contains(file) && JournalFileName(file)?.isCompressed == true
  }
}

/// `z` containers, and what stock tools made, back to journals.
struct Decompress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decompress journals: Xz becomes X.",
    discussion: """
      Reads mjournal's containers, the output of zstd, lz4 and gzip, and files of unknown framing in \
      which frames, chunk tables or prefixes are found; every chunk is decompressed before anything is \
      claimed. What was found is written with --write-framing, as JSON without data; such a file in the \
      folder of layouts (NAME.framing) is tried first.
      """)

  @Argument(help: "Compressed journal files or directories.", completion: .file())
  var files: [String]

  @Option(
    name: [.short, .customLong("output")],
    help: "Write into this directory instead of beside the compressed file.",
    completion: .directory)
  var output: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Remove the compressed file once its content is restored; a link is refused.")
  var rm = false

  @Option(
    help: "Write the framing that was found in the last file into this file.",
    completion: .file())
  var writeFraming: String?

  @Option(help: "Try the framing in this file first.", completion: .file())
  var framing: [String] = []

  @Flag(help: "Replace existing files.")
  var force = false

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
  }

  func run() throws {
    let inputs = try JournalInputs.expand(files, recursing: false).filter {
      files.contains($0) || JournalFileName($0)?.isCompressed != false
    }
    let run = RunFiles(inputs, settings: layout.files + framing)
    let work = FileWork(run, threads: threads.count, force: force, removeOriginal: rm)
    var diagnostics = Diagnostics()
    let finder = FramingFinder(layouts: try layout.layouts())
    let known = try framing.map { try Framing(contentsOf: $0) } + Framing.all(in: .user)
    var found: Framing?
    for file in inputs {
      let decompressor = JournalDecompressor(
        options: work.options, finder: finder, framings: known)
      var mended: [JournalError] = []
      try work.run(file, &diagnostics) {
        let target = output.map { FileWork.path(Self.restoredName(file), in: $0) }
        var words = ""
        let result = try decompressor.decompress(file, to: target) {
          found = $0
          words = " (\($0.words))"
        }
        mended = result.damage
        return
          "Decompressed \(file) from \(result.bytesFrom) bytes to \(result.bytesTo) bytes\(words)"
      }
      // Nothing is lost by a damaged index, but the compressed file is not what it was.
      for error in mended { diagnostics.report(error, in: file) }
    }
    if let writeFraming {
      if let found {
        try found.write(to: writeFraming, force: force, files: run)
      } else {
        Diagnostics.line("mjournal: no framing was found: \(writeFraming) is not written")
        diagnostics.noteFindings()
      }
    }
    try diagnostics.finish()
  }

  /// The name without the `z`, or without the suffix of a stock tool.
  private static func restoredName(_ file: String) -> String {
    for suffix in [".zst", ".lz4", ".gz", "z"] where file.hasSuffix(suffix) {
      return String(file.dropLast(suffix.count))
    }
    return file
  }
}

/// What `compress` and `decompress` share: options, progress, interruption, one line a file.
private struct FileWork {
  let options: CompressionOptions
  private let interruption: Interruption
  private let progress: FileProgress

  init(_ files: RunFiles, threads: Int, force: Bool, removeOriginal: Bool) {
    let interruption = Interruption()
    let progress = FileProgress()
    var options = CompressionOptions()
    options.files = files
    options.threads = threads
    options.force = force
    options.removeOriginal = removeOriginal
    options.isCancelled = { interruption.isRequested }
    options.progress = { progress.update($0) }
    self.options = options
    self.interruption = interruption
    self.progress = progress
  }

  /// Does one file and prints its line; a file that fails is reported, and the next one follows.
  func run(_ file: String, _ diagnostics: inout Diagnostics, _ body: () throws -> String) throws {
    defer { progress.finish() }
    do {
      let line = try body()
      progress.finish()
      var output = StandardOutput()
      output.append(printable(line) + "\n")
      try output.flush()
    } catch is CancellationError {
      // The conventional status of a program that Ctrl-C ended.
      throw ExitCode(130)
    } catch let error as JournalError {
      progress.finish()
      diagnostics.reportUnusable(error)
    }
  }

  /// The line with the stamp, process and category that messages.log begins it with.
  func stamped(_ line: CompressionLine) -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var local = tm()
    localtime_r(&now.tv_sec, &local)
    let stamp = LogStamp(
      year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday),
      hour: Int(local.tm_hour), minute: Int(local.tm_min), second: Int(local.tm_sec),
      millisecond: now.tv_nsec / 1_000_000)
    return stamp.map { line.logLine(stamp: $0, pid: Int(getpid())) } ?? line.text
  }

  /// What follows the last slash.
  private static func lastName(_ file: String) -> String {
    file.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? file
  }

  static func path(_ file: String, in directory: String) -> String {
    let name = lastName(file)
    return directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }
}

/// The progress line of one file at a time.
private final class FileProgress: @unchecked Sendable {
  // Called by one coordinating thread; the lock keeps that true if a library changes its mind.
  private var phase: CompressionProgress.Phase?

  func update(_ state: CompressionProgress) {
    if let phase, phase != state.phase { ProgressLine.finish() }
    phase = state.phase
    ProgressLine.update(state.bytesDone, of: state.bytesTotal)
  }

  func finish() {
    ProgressLine.finish()
    phase = nil
  }
}

/// A codec as it is called on the command line; its number is the format's.
enum CodecName: String, CaseIterable, ExpressibleByArgument {
  case zlib, zstd, lz4

  var codec: JournalCodec {
    switch self {
    case .zlib: .zlib
    case .zstd: .zstd
    case .lz4: .lz4
    }
  }
}
