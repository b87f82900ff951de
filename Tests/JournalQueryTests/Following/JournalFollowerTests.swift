import Dispatch
import Foundation
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Synchronization
import Testing

@Suite("Following an active journal")
struct JournalFollowerTests {
  /// Polls until nothing is new and returns what came, as `FILE ADDRESS`.
  private func drain(
    _ follower: inout JournalFollower, events: inout [JournalFollower.Event]
  ) throws -> [String] {
    var seen: [String] = []
    while case .records = try follower.poll(
      event: { events.append($0) },
      { journal, record in
        if record.type.isVisible { seen.append(label(journal.path, record.address)) }
      })
    {}
    return seen
  }

  private func label(_ path: String, _ address: JournalAddress) -> String {
    "\(path.suffix(12)) \(address)"
  }

  @Test("After each flush every record has been seen exactly once", arguments: 1...6)
  func splitPoints(seed: UInt64) throws {
    let bench = try Workbench()
    var dice = Dice(seed)
    var number = 1
    var writer = try bench.writer("20240709.001")
    var follower = JournalFollower(path: bench.path("20240709.001"))
    var events: [JournalFollower.Event] = []
    var written: [String] = []
    var seen: [String] = []
    for step in 0..<1500 {
      let size = Int.random(in: 0..<Int.random(in: 1..<4000, using: &dice), using: &dice)
      let value = JournalValue.bytes([UInt8](repeating: UInt8(step & 0xFF), count: size))
      let address = try writer.append(.node(.set, "^A(\(step))", [value]))
      written.append(label(writer.header.name, address))
      switch Int.random(in: 0..<20, using: &dice) {
      case 0...4:
        try writer.flush()
        seen += try drain(&follower, events: &events)
        #expect(seen == written)
      case 5:
        try writer.endBlock()
        seen += try drain(&follower, events: &events)
        #expect(seen == written)
      case 6 where step % 3 == 0 && number < 9:
        number += 1
        writer = try writer.switchFile(
          to: bench.path("20240709.00\(number)"), guid: GUID(high: 2, low: UInt64(number)))
      case 7...9: seen += try drain(&follower, events: &events)
      default: break
      }
    }
    try writer.close()
    seen += try drain(&follower, events: &events)
    #expect(seen == written)
    #expect(events.count == number - 1)
  }

  @Test("A value over several blocks arrives whole")
  func longValue() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    var follower = JournalFollower(path: bench.path("20240709.001"))
    let long = (0..<300_000).map { UInt8($0 % 253) }
    for round in 0..<3 {
      try writer.append(.node(.set, "^A(\(round))", [.bytes(long)]))
      try writer.flush()
      var values: [[UInt8]] = []
      while case .records = try follower.poll({ journal, record in
        guard record.type == .set else { return }
        values.append(try journal.withValue(0, of: record) { bytes, _ in bytes.copied() })
      }) {}
      #expect(values == [long])
    }
  }

  @Test("A writer in another thread, with flushes and switches", .timeLimit(.minutes(2)))
  func concurrent() throws {
    let bench = try Workbench()
    let path = bench.path("20240709.001")
    let written = Mutex<[String]>([])
    let isDone = Atomic(false)
    let directory = bench.directory
    let thread = Thread {
      defer { isDone.store(true, ordering: .releasing) }
      var header = JournalHeader()
      header.name = path
      header.fileCount = 7
      header.guid = GUID(high: 1, low: 7)
      guard var writer = try? JournalWriter(path: path, header: header) else { return }
      var dice = Dice(77)
      var addresses: [String] = []
      var number = 1
      for step in 0..<20_000 {
        let size = Int.random(in: 0..<600, using: &dice)
        guard
          let content = try? RecordContent.node(
            .set, "^A(\(step))", [.bytes([UInt8](repeating: 65, count: size))]),
          let address = try? writer.append(content)
        else { return }
        addresses.append("\(writer.header.name.suffix(12)) \(address)")
        if Int.random(in: 0..<7, using: &dice) == 0 { try? writer.flush() }
        if step % 1500 == 1499 {
          number += 1
          let next = "\(directory)/20240709.0" + (number < 10 ? "0\(number)" : "\(number)")
          guard
            let switched = try? writer.switchFile(
              to: next, guid: GUID(high: 3, low: UInt64(number)))
          else { return }
          writer = switched
        }
      }
      try? writer.close()
      written.withLock { $0 = addresses }
    }
    thread.start()
    // Following begins with a file that is there.
    while (try? Journal(path: path)) == nil { Thread.sleep(forTimeInterval: 0.001) }
    var follower = JournalFollower(path: path)
    follower.interval = 1
    follower.patience = 20_000
    var seen: [String] = []
    var damaged: [JournalFollower.Event] = []
    var idle = 0
    while idle < 3 {
      let progress = try follower.poll(
        event: { if case .damaged = $0 { damaged.append($0) } },
        { journal, record in seen.append(label(journal.path, record.address)) })
      let isOver = isDone.load(ordering: .acquiring)
      if case .records = progress { idle = 0 } else if isOver { idle += 1 }
    }
    let expected = written.withLock { $0 }
    #expect(expected.count == 20_000)
    #expect(seen == expected)
    #expect(damaged.isEmpty)
  }

  @Test("Following can begin at an address or at the end")
  func starts() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(.node(.set, "^A(1)", ["x"]))
    let second = try writer.append(.node(.set, "^A(2)", ["x"]))
    try writer.flush()
    let path = bench.path("20240709.001")
    var events: [JournalFollower.Event] = []
    var atAddress = JournalFollower(path: path, from: .address(second))
    var atEnd = JournalFollower(path: path, from: .end)
    #expect(try drain(&atAddress, events: &events) == [label(path, second)])
    #expect(try drain(&atEnd, events: &events) == [])
    let third = try writer.append(.node(.set, "^A(3)", ["x"]))
    try writer.flush()
    #expect(try drain(&atAddress, events: &events) == [label(path, third)])
    #expect(try drain(&atEnd, events: &events) == [label(path, third)])
  }

  @Test("A next file that is not there yet, or only half, is waited for")
  func lateFile() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(.node(.set, "^A(1)", ["x"]))
    let next = try writer.switchFile(to: bench.path("20240709.002"), guid: GUID(high: 1, low: 8))
    let address = try next.append(.node(.set, "^A(2)", ["x"]))
    try next.flush()
    let whole = try bench.bytes("20240709.002")
    try FileManager.default.removeItem(atPath: bench.path("20240709.002"))
    var follower = JournalFollower(path: bench.path("20240709.001"))
    var events: [JournalFollower.Event] = []
    #expect(try drain(&follower, events: &events).count == 1)
    #expect(
      events == [
        .waiting(file: bench.path("20240709.001"), next: bench.path("20240709.002"))
      ])
    for length in [0, 100, 8192, 40_000, 131_072] {
      try bench.write(Array(whole.prefix(length)), "20240709.002")
      #expect(try drain(&follower, events: &events) == [])
    }
    try bench.write(whole, "20240709.002")
    #expect(
      try drain(&follower, events: &events) == [label(bench.path("20240709.002"), address)])
    #expect(!events.contains { if case .damaged = $0 { true } else { false } })
  }

  @Test("Without a name in the header the next name in journal order counts")
  func nextName() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(.node(.set, "^A(1)", ["x"]))
    try writer.close()
    let next = try bench.writer("20240710.001") { $0.previousGUID = GUID(high: 5, low: 5) }
    let address = try next.append(.node(.set, "^A(2)", ["x"]))
    try next.close()
    var follower = JournalFollower(path: bench.path("20240709.001"))
    var events: [JournalFollower.Event] = []
    let second = bench.path("20240710.001")
    #expect(try drain(&follower, events: &events).last == label(second, address))
    #expect(
      events == [
        .switched(from: bench.path("20240709.001"), to: second), .chainBroken(file: second),
      ])
  }

  @Test("Damage where the writer may be at work is told once, after the patience")
  func damage() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for step in 0..<5000 { try writer.append(.node(.set, "^A(\(step))", ["some value"])) }
    try writer.flush()
    let tail = try #require(try bench.journal("20240709.001").tailBlock)
    try bench.patch("20240709.001") { $0[tail - 65_536 + 77] ^= 1 }
    var follower = JournalFollower(path: bench.path("20240709.001"))
    var events: [JournalFollower.Event] = []
    let before = try drain(&follower, events: &events)
    #expect(events.isEmpty)
    #expect(!before.isEmpty)
    follower.patience = 0
    let after = try drain(&follower, events: &events)
    #expect(events.count == 1)
    #expect(after.first?.hasSuffix(" \(tail + 16)") == true)
    #expect(try drain(&follower, events: &events).isEmpty)
    #expect(events.count == 1)
  }

  @Test("Damage far before the writer is told at once, however much of it there is")
  func settledDamage() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for step in 0..<20_000 { try writer.append(.node(.set, "^A(\(step))", ["some value"])) }
    try writer.flush()
    let tail = try #require(try bench.journal("20240709.001").tailBlock)
    let blocks = stride(from: 131_072 + 65_536, to: tail - 2 * 65_536, by: 2 * 65_536)
    try bench.patch("20240709.001") { bytes in
      for block in blocks { bytes[block + 77] ^= 1 }
    }
    var follower = JournalFollower(path: bench.path("20240709.001"))
    follower.patience = 3_600_000
    var events: [JournalFollower.Event] = []
    let seen = try drain(&follower, events: &events)
    #expect(events.count == Array(blocks).count && events.count > 3)
    #expect(seen.last?.hasSuffix(" \(try lastAddress(of: bench))") == true)
    #expect(follower.isAtEnd)
  }

  private func lastAddress(of bench: Workbench) throws -> JournalAddress {
    let journal = try bench.journal("20240709.001")
    return try #require(try journal.recordAddress(before: journal.dataLimit) { $0.type.isVisible })
  }

  @Test("Following stops when told to, or at the end when asked to")
  func stopping() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for step in 0..<10 { try writer.append(.node(.set, "^A(\(step))", ["x"])) }
    try writer.flush()
    var follower = JournalFollower(path: bench.path("20240709.001"))
    follower.interval = 1
    var count = 0
    try follower.run(until: { count >= 10 }) { _, _ in count += 1 }
    #expect(count == 10)
    try follower.run(stopsAtEnd: true, until: { false }) { _, _ in count += 1 }
    #expect(count == 10)
    #expect(throws: JournalError.self) {
      var missing = JournalFollower(path: bench.path("20240101.001"))
      try missing.run(until: { false }) { _, _ in }
    }
  }
}
