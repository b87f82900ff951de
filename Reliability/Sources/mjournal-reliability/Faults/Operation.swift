import CSQLiteReader
import Foundation
import JournalCompression
import JournalSamples
import MirrorJournal

/// One command that makes a file, with what has to be true of its folder whatever happens to it.
struct Operation: Sendable {
  let name: String
  /// Files that are there before, by name.
  let inputs: [String: [UInt8]]
  /// Whether an input may be gone once the output is whole.
  var removesInput = false
  /// The name that the output gets when it is whole.
  let output: String
  let arguments: @Sendable (Scratch) -> [String]
  /// Whether the bytes under the output's name are whole.
  let isWhole: @Sendable (Scratch) -> Bool

  static func all(journal: [UInt8]) throws -> [Operation] {
    let scratch = try Scratch()
    let plain = "20240709.001"
    try scratch.write(journal, plain)
    _ = try JournalCompressor(chunkSize: 1 << 20).compress(scratch.file(plain))
    guard let compressed = scratch.read(plain + "z") else { throw Failure("no container") }
    let records = try count(scratch.file(plain))
    try BulkJournal(mix: .hospital, size: 1 << 20, seed: 3).write(to: scratch.file("sample"))
    guard let sample = scratch.read("sample") else { throw Failure("no sample") }

    let restores: @Sendable (Scratch) -> Bool = { folder in
      guard let storage = try? openStorage(path: folder.file(plain + "z")), storage.damage.isEmpty
      else { return false }
      var bytes: [UInt8] = []
      var isDamaged = false
      try? storage.forEachSegment(in: 0..<storage.count, damaged: { _, _ in isDamaged = true }) {
        span, _ in
        span.withUnsafeBytes { bytes += $0 }
        return true
      }
      return !isDamaged && bytes == journal
    }
    return [
      Operation(
        name: "compress", inputs: [plain: journal], output: plain + "z",
        arguments: { ["compress", $0.file(plain)] }, isWhole: restores),
      Operation(
        name: "compress --rm", inputs: [plain: journal], removesInput: true, output: plain + "z",
        arguments: { ["compress", "--rm", $0.file(plain)] }, isWhole: restores),
      Operation(
        name: "decompress", inputs: [plain + "z": compressed], output: plain,
        arguments: { ["decompress", $0.file(plain + "z")] },
        isWhole: { $0.read(plain) == journal }),
      Operation(
        name: "export", inputs: [plain: journal], output: "out.sqlite",
        arguments: {
          ["export", $0.file(plain), "--format", "sqlite", "--output", $0.file("out.sqlite")]
        },
        isWhole: { rows($0.file("out.sqlite")) == records }),
      Operation(
        name: "sample", inputs: [:], output: "20240709.002",
        arguments: { ["sample", "--size", "1M", "--seed", "3", $0.file("20240709.002")] },
        isWhole: { folder in
          // The name stands in the header.
          guard let made = folder.read("20240709.002") else { return false }
          return made.count == sample.count
            && made.dropFirst(65_536).elementsEqual(sample.dropFirst(65_536))
            && (try? Journal(path: folder.file("20240709.002")).structuralDamage.isEmpty) == true
        }),
    ]
  }

  private static func count(_ path: String) throws -> Int {
    var count = 0
    try Journal(path: path).forEachRecord(damaged: { throw $0 }) {
      if $0.type.isVisible { count += 1 }
    }
    return count
  }

  /// Rows in `records` of a sound database; nil of any other.
  static func rows(_ path: String) -> Int? {
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
      return nil
    }
    guard text(database, "PRAGMA integrity_check") == "ok" else { return nil }
    return text(database, "SELECT count(*) FROM records").flatMap { Int($0) }
  }

  private static func text(_ database: OpaquePointer?, _ sql: String) -> String? {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK,
      sqlite3_step(statement) == SQLITE_ROW, let text = sqlite3_column_text(statement, 0)
    else { return nil }
    return String(cString: text)
  }

  /// Puts the inputs into an empty folder.
  func prepare(_ folder: Scratch) throws {
    folder.clear()
    for (name, bytes) in inputs { try folder.write(bytes, name) }
  }

  /// What is wrong with the folder after a run that may have been ended at any moment.
  ///
  /// - Parameter mayLeave: whether a temporary name may be left.
  func complaint(_ folder: Scratch, mayLeave: Bool) -> String? {
    let names = folder.names()
    let hasOutput = names.contains(output)
    if hasOutput, !isWhole(folder) { return "half a file under the final name" }
    for (name, bytes) in inputs {
      if folder.read(name) == bytes { continue }
      if removesInput, hasOutput, !names.contains(name) { continue }
      return "\(name) is not what it was"
    }
    for name in names where name != output && inputs[name] == nil {
      let isTemporary = name.hasPrefix(".") && name.contains(".mjournal-")
      if !isTemporary { return "an unexpected file: \(name)" }
      if !mayLeave { return "left behind: \(name)" }
    }
    return nil
  }

  /// Runs the command again, undisturbed; what is wrong afterwards.
  func rerun(_ folder: Scratch, _ errors: Scratch) throws -> String? {
    let had = folder.names().contains(output)
    let outcome = try Program().run(arguments(folder), errorsIn: errors)
    if had {
      // The work was done: the rerun says so, or says that there is nothing left to do.
      guard outcome.status == 2, outcome.errorLines.count == 1 else {
        return "rerun over a whole output: status \(outcome.status ?? -1), \(outcome.errors)"
      }
      let forced = try Program().run(arguments(folder) + ["--force"], errorsIn: errors)
      let isGone = removesInput && !folder.names().contains { inputs[$0] != nil }
      guard forced.status == 0 || isGone || (removesInput && forced.status == 2) else {
        return "rerun with --force: \(forced.errors)"
      }
    } else if outcome.status != 0 {
      return "rerun: status \(outcome.status ?? -1), \(outcome.errors)"
    }
    guard folder.names().contains(output), isWhole(folder) else {
      return "no whole output after a rerun"
    }
    return complaint(folder, mayLeave: false).map { "after a rerun: \($0)" }
  }
}
