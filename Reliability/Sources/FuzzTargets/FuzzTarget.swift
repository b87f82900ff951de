import Foundation

/// What is fed with arbitrary bytes. Each target ends the process when a promise is broken; a crash,
/// a read out of range or a hang is found by the fuzzer itself.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A whole file behind its signature: header, directory, blocks. The first byte says whether the
  /// checksums are made right, so that the bytes are hostile instead of damaged.
  case header
  /// The walk and everything that is printed of records, with small blocks.
  case blocks
  case key
  case list
  case zwr
  /// A log of one or more lines, up to the findings.
  case logLine
  /// A compressed file: a container, or a stream of a stock tool.
  case container
  /// A layout as JSON, and the walk of a sound journal by it.
  case layout
  /// A filter's expression, a global pattern and a reference.
  case filter
  /// A listing for `calibrate`, and the search by it in a file that it may not belong to.
  case listing

  /// Tries `bytes`.
  public func run(_ bytes: [UInt8]) {
    switch self {
    case .header: FileTargets.header(bytes)
    case .blocks: FileTargets.blocks(bytes)
    case .key: TextTargets.key(bytes)
    case .list: TextTargets.list(bytes)
    case .zwr: TextTargets.zwr(bytes)
    case .logLine: TextTargets.log(bytes)
    case .container: FileTargets.container(bytes)
    case .layout: FileTargets.layout(bytes)
    case .filter: TextTargets.filter(bytes)
    case .listing: FileTargets.listing(bytes)
    }
  }

  /// Tries the seeds, the inputs of earlier findings, and `executions` inputs made from the seeds by
  /// chance, which are the same for the same seed.
  ///
  /// - Parameters:
  ///   - findings: the folder that holds a folder of findings for some targets.
  ///   - kept: a file that holds the input that is being tried, so that it is there when the process
  ///     ends; it is removed when nothing was found.
  /// - Returns: how many inputs were tried.
  public func runShortly(executions: Int, seed: UInt64, findings: String, kept: String) throws
    -> Int
  {
    var inputs = try Seeds.bytes(for: self)
    let folder = "\(findings)/\(rawValue)"
    for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
      inputs.append([UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
    }
    var mutations = try Mutations(of: self, seed: seed)
    let count = inputs.count + executions
    // Kept open, because a file system may wait for the disk at each close of a shortened file.
    let descriptor = open(kept, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(descriptor) }
    for index in 0..<count {
      let input = index < inputs.count ? inputs[index] : mutations.next()
      guard ftruncate(descriptor, 0) == 0,
        input.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == input.count
      else { throw CocoaError(.fileWriteUnknown) }
      run(input)
    }
    try FileManager.default.removeItem(atPath: kept)
    return count
  }

  /// Inputs by chance in a short run: each target takes about a second in a debug build.
  public var shortExecutions: Int {
    switch self {
    case .header, .blocks, .layout: 40
    case .container: 400
    case .listing: 60
    default: 3000
    }
  }

  /// The longest input that is worth trying, in bytes.
  public var maximumLength: Int {
    switch self {
    case .header: 70_000
    case .blocks, .container: 8192
    case .layout, .listing: 6000
    default: 1024
    }
  }
}

/// Ends the process when a promise is broken.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) {
  if !holds { fatalError(text()) }
}
