import Foundation
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// What stands under the path that is followed is not what it was.
@Suite struct FollowedFileTests {
  private static let name = "20240709.001"

  /// An active journal of some blocks.
  private func active(_ bench: Workbench, _ name: String, guid: UInt64, count: Int) throws {
    let writer = try bench.writer(name) { $0.guid = GUID(high: 4, low: guid) }
    for step in 0..<count { try writer.append(.node(.set, "^A(\(step))", ["some value"])) }
    try writer.flush()
  }

  /// Looks until nothing is new; returns how many records came, or the error.
  private func look(_ follower: inout JournalFollower) -> Result<Int, any Error> {
    Result {
      var count = 0
      while case .records(let new) = try follower.poll({ _, _ in }) { count += new }
      return count
    }
  }

  private func code(_ result: Result<Int, any Error>) -> JournalError.Code? {
    if case .failure(let error as JournalError) = result { return error.code }
    return nil
  }

  @Test("A file that was cut at a block's edge is an error", arguments: [1, 2, 3])
  func cut(blocks: Int) throws {
    let bench = try Workbench()
    try active(bench, Self.name, guid: 7, count: 5000)
    var follower = JournalFollower(path: bench.path(Self.name))
    follower.patience = 0
    #expect(try look(&follower).get() >= 5000)
    let tail = try #require(try bench.journal(Self.name).tailBlock)
    #expect(truncate(bench.path(Self.name), tail - (blocks - 1) * 65_536) == 0)
    #expect(code(look(&follower)) == .shrank)
  }

  @Test(
    "Another journal is not joined to the one before", arguments: [true, false], [true, false])
  func replaced(byRename: Bool, isLonger: Bool) throws {
    let bench = try Workbench()
    try active(bench, Self.name, guid: 7, count: 2000)
    // Of the same size on disk, or longer.
    try active(bench, "other", guid: 8, count: isLonger ? 9000 : 2000)
    var follower = JournalFollower(path: bench.path(Self.name))
    follower.patience = 0
    #expect(try look(&follower).get() >= 2000)
    if byRename {
      #expect(rename(bench.path("other"), bench.path(Self.name)) == 0)
    } else {
      let file = try FileHandle(forWritingTo: URL(filePath: bench.path(Self.name)))
      try file.write(contentsOf: Data(bench.bytes("other")))
      try file.close()
    }
    #expect(code(look(&follower)) == .replaced)
  }

  @Test("A copy of the same journal under the same path is followed on")
  func copied() throws {
    let bench = try Workbench()
    let writer = try bench.writer("source")
    try writer.append(.node(.set, "^A(1)", ["x"]))
    try writer.flush()
    try bench.write(try bench.bytes("source"), Self.name)
    var follower = JournalFollower(path: bench.path(Self.name))
    let first = try look(&follower).get()
    try writer.append(.node(.set, "^A(2)", ["x"]))
    try writer.flush()
    try bench.write(try bench.bytes("source"), "new")
    #expect(rename(bench.path("new"), bench.path(Self.name)) == 0)
    let second = try look(&follower).get()
    #expect(first > 0 && second == 1)
  }

  @Test("A damaged index is told once")
  func index() throws {
    let bench = try Workbench()
    try active(bench, Self.name, guid: 7, count: 9000)
    _ = try JournalCompressor().compressJournal(bench.path(Self.name), allowingActive: true)
    try bench.patch(Self.name + "z") { $0[$0.count - 3] ^= 1 }
    var follower = JournalFollower(path: bench.path(Self.name + "z"))
    var events: [JournalFollower.Event] = []
    while case .records = try follower.poll(event: { events.append($0) }, { _, _ in }) {}
    #expect(events.count == 1)
    guard case .mended = events.first else {
      Issue.record("\(events)")
      return
    }
  }

  @Test("A block that stands twice at a chunk's edge does not hold the follower up")
  func doubledBlock() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    // Of many sizes: where all are of one, blocks fit everywhere.
    var dice = Dice(3)
    for step in 0..<6000 {
      let value = [UInt8](repeating: 65, count: Int.random(in: 0..<900, using: &dice))
      try writer.append(.node(.set, "^A(\(step))", [.bytes(value)]))
    }
    try writer.flush()
    for edge in [983_040, 917_504, 1_048_576] {
      var bytes = try bench.bytes(Self.name)
      bytes.insert(contentsOf: bytes[edge - 65_536..<edge], at: edge)
      try bench.write(bytes, "doubled")
      var options = CompressionOptions()
      options.force = true
      _ = try JournalCompressor(options: options)
        .compressJournal(bench.path("doubled"), allowingActive: true)
      var seen: [[JournalAddress]] = []
      for path in ["doubled", "doubledz"] {
        var follower = JournalFollower(path: bench.path(path))
        follower.patience = 0
        var addresses: [JournalAddress] = []
        var told: [Damage] = []
        while case .records = try follower.poll(
          event: {
            guard case .damaged(_, let damage) = $0 else { return }
            told.append(damage)
            if told.count > 100 { throw JournalError(.badArgument, "told without end") }
          }, { addresses.append($1.address) })
        {}
        #expect(!told.isEmpty && told.count < 5, "\(told)")
        seen.append(addresses)
      }
      #expect(seen[0] == seen[1], "\(edge): \(seen[0].count), \(seen[1].count)")
    }
  }
}
