import MirrorJournal

/// Where a script goes: standard output, or a file that has its name once it is complete.
struct ScriptOutput: ~Copyable {
  private var output = StandardOutput()
  private let file: PendingFile?
  private var offset = 0

  /// - Parameter path: nil and `-` for standard output.
  /// - Throws: `targetExists`, `cannotWrite`.
  init(_ path: String?, force: Bool, files: RunFiles) throws {
    file = try (path == "-" ? nil : path).map {
      try PendingFile(target: $0, force: force, files: files)
    }
  }

  mutating func write(_ text: RawSpan) throws {
    guard let file else {
      output.buffer.append(bytes: text)
      return try output.flushIfLarge()
    }
    try text.withUnsafeBytes { try file.write($0, at: offset) }
    offset += text.byteCount
  }

  mutating func finish() throws {
    try output.flush()
    try file?.commit()
  }
}
