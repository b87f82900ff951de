import Foundation
import JournalDiscovery
import JournalTestSupport
import MirrorJournal
import Testing

/// What is no journal is never taken for one.
@Suite struct OtherFilesTests {
  /// Files of this machine of every kind that there is: the larger ones of these directories. As many as
  /// a debug build can look at in a minute; `scripts/other-files` takes all of them, in release.
  private static let files: [String] = {
    var found: [String] = []
    for folder in ["/usr/bin", "/usr/lib", "/usr/share", "/usr/libexec", "/etc", "/var/lib"] {
      guard let walk = FileManager.default.enumerator(atPath: folder) else { continue }
      var here: [String] = []
      for case let name as String in walk {
        let path = folder + "/" + name
        guard
          let facts = try? FileManager.default.attributesOfItem(atPath: path),
          facts[.type] as? FileAttributeType == .typeRegular,
          let size = facts[.size] as? Int, size > 24_000, size < 2_000_000
        else { continue }
        here.append(path)
      }
      // Of each ending a few: a directory has thousands of one kind.
      let kinds = Dictionary(grouping: here.sorted()) { path in
        path.split(separator: "/").last.map { $0.split(separator: ".").dropFirst().last ?? "" }
          ?? ""
      }
      let most = folder == "/usr/bin" ? 40 : 4
      found += kinds.values.flatMap { list in
        stride(from: 0, to: list.count, by: max(1, list.count / most)).prefix(most).map { list[$0] }
      }
    }
    let sorted = found.sorted()
    // The larger, the longer a debug build looks.
    let small = sorted.filter { path in
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return facts?[.size] as? Int ?? .max < 80_000
    }
    return stride(from: 0, to: small.count, by: max(1, small.count / 12)).prefix(12).map {
      small[$0]
    }
  }()

  @Test(.enabled(if: files.count >= 10, "this machine has fewer than 10 other files"))
  func `files of the machine are no journals`() throws {
    var tried = 0
    for file in Self.files {
      guard let found = try? Discovery(path: file) else { continue }
      tried += 1
      #expect(!found.isProved, "\(file): \(found.framing ?? "") \(found.proofs)")
      #expect(found.layout == nil)
    }
    #expect(tried >= 10)
  }

  @Test func `zeros, noise, text and tables are no journals`() throws {
    let bench = try Workbench()
    var state: UInt64 = 88
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    func none(_ bytes: [UInt8], _ name: String) throws {
      try bench.write(bytes, name)
      let found = try Discovery(path: bench.path(name))
      #expect(!found.isProved && found.layout == nil, "\(name): \(found.framing ?? "")")
      #expect(!found.lacks.isEmpty, "\(name)")
    }
    try none([], "empty")
    try none([1, 2, 3], "three bytes")
    try none([UInt8](repeating: 0, count: 400_000), "zeros")
    try none((0..<400_000).map { _ in UInt8(truncatingIfNeeded: next()) }, "noise")
    try none((0..<400_000).map { _ in UInt8(truncatingIfNeeded: next() % 3) }, "small numbers")
    let words = ["Patient", "Visit", "Ward", "12", "2024-07-09", "POTASSIUM"]
    var text = ""
    while text.utf8.count < 400_000 {
      text += words[Int(next()) % 6] + (next() % 9 == 0 ? "\n" : ",")
    }
    try none(Array(text.utf8), "text")
    // Rows of one length, each with its number.
    var table: [UInt8] = []
    for row in 0..<12_000 {
      table += withUnsafeBytes(of: UInt32(row).littleEndian) { Array($0) } + [32, 0, 0, 0]
      table += Array("LR.Result".utf8) + [UInt8](repeating: 0, count: 15)
    }
    try none(table, "table")
    // A chain of pieces from the file's first bytes on, as an image has: sound, and no journal.
    var pieces = Array("\u{89}PNG".utf8.prefix(4)) + [13, 10, 26, 10]
    for piece in 0..<4000 {
      let length = 40 + Int(next() % 160)
      pieces += withUnsafeBytes(of: UInt32(length).bigEndian) { Array($0) }
      pieces += Array((piece % 3 == 0 ? "IDAT" : piece % 3 == 1 ? "tEXt" : "zTXt").utf8)
      pieces += (0..<length + 4).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
    try none(pieces, "pieces")
  }

  @Test func `a sparse file is looked at where it was written`() throws {
    let bench = try Workbench()
    _ = FileManager.default.createFile(atPath: bench.path("sparse"), contents: Data([1, 2, 3, 4]))
    let handle = try #require(FileHandle(forWritingAtPath: bench.path("sparse")))
    try handle.truncate(atOffset: 3 << 30)
    try handle.close()
    let found = try Discovery(path: bench.path("sparse"))
    #expect(!found.isProved && found.dataEnd == 4)
  }
}
