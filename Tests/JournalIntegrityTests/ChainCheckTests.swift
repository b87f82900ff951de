import JournalIntegrity
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Integrity: the chain of files")
struct ChainCheckTests {
  /// Three linked files, `20240709.001` to `.003`.
  private func chain(mirror: Bool = false) throws -> Workbench {
    let bench = try Workbench()
    let prefix = mirror ? "MIRROR-M-" : ""
    var writer = try bench.writer(prefix + "20240709.001", mirror: mirror)
    for number in 2...3 {
      try writer.append(.node(.set, "^A(\(number))", ["x"]))
      writer = try writer.switchFile(
        to: bench.path(prefix + "20240709.00\(number)"), guid: GUID(high: 1, low: UInt64(number)))
    }
    try writer.append(.node(.set, "^A(9)", ["x"]))
    try writer.close()
    return bench
  }

  private func findings(_ bench: Workbench, _ names: [String]) throws -> [IntegrityFinding] {
    try IntegrityCheck.run(names.map(bench.journal), level: .chain).findings
  }

  private static let names = ["20240709.001", "20240709.002", "20240709.003"]
  private static let mirrorNames = names.map { "MIRROR-M-" + $0 }

  @Test("A sound chain has no findings", arguments: [false, true])
  func sound(mirror: Bool) throws {
    let bench = try chain(mirror: mirror)
    #expect(try findings(bench, mirror ? Self.mirrorNames : Self.names).isEmpty)
  }

  @Test("A file left out is missing, and nothing else is said about its neighbours")
  func missing() throws {
    let bench = try chain()
    let found = try findings(bench, ["20240709.001", "20240709.003"])
    #expect(found.map(\.kind) == [.missingFile])
    #expect(found[0].message.hasPrefix("1 file is missing"))
    let mirror = try chain(mirror: true)
    #expect(
      try findings(mirror, [Self.mirrorNames[0], Self.mirrorNames[2]]).map(\.kind) == [
        .missingFile
      ])
  }

  @Test("Unknown values contradict nothing")
  func unknown() throws {
    let bench = try chain()
    let header = JournalLayout.r2.header
    try bench.doctor("20240709.002", header.previousEnd, 0)
    try bench.doctor("20240709.002", header.fileCount, 0)
    try bench.doctorGUID("20240709.002", 1, 0)
    try bench.doctorGUID("20240709.001", 2, 0)
    #expect(try findings(bench, Self.names).isEmpty)
  }

  @Test("A doctored number is found, and it alone")
  func numbers() throws {
    let header = JournalLayout.r2.header
    let cases: [(Field, UInt64, IntegrityFinding.Kind)] = [
      (header.previousEnd, 131_092, .previousEnd),
      (header.fileCount, 7, .fileCount),
    ]
    for (field, value, kind) in cases {
      let bench = try chain()
      try bench.doctor("20240709.002", field, value)
      let found = try findings(bench, Array(Self.names.prefix(2)))
      #expect(found.map(\.kind) == [kind])
      #expect(found.map(\.file) == [bench.path("20240709.002")])
    }
  }

  @Test("A mirror file count that goes back is found")
  func mirrorFileCount() throws {
    let bench = try chain(mirror: true)
    try bench.doctor(Self.mirrorNames[1], JournalLayout.r2.header.mirrorFileCount, 3)
    let found = try findings(bench, Array(Self.mirrorNames.prefix(2)))
    #expect(found.map(\.kind) == [.mirrorFileCount])
  }

  @Test(
    "A doctored GUID is found, and it alone",
    arguments: [
      (1, 1, IntegrityFinding.Kind.previousGUID), (0, 2, .nextGUID), (1, 3, .mirrorGUID),
    ])
  func guids(file: Int, index: Int, kind: IntegrityFinding.Kind) throws {
    let bench = try chain(mirror: true)
    try bench.doctorGUID(Self.mirrorNames[file], index, 0xAB)
    let found = try findings(bench, Array(Self.mirrorNames.prefix(2)))
    #expect(found.map(\.kind) == [kind])
  }

  @Test("A file that was not closed before the next is a warning")
  func unclosed() throws {
    let bench = try chain()
    let flags = JournalLayout.r2.header.flags
    try bench.doctor("20240709.001", flags, 0)
    let found = try findings(bench, Self.names)
    #expect(found.map(\.kind) == [.unclosed])
    #expect(found.map(\.severity) == [.warning])
  }

  @Test("Names in the wrong order and names that skip a number are told apart")
  func names() throws {
    let bench = try chain()
    try bench.write(try bench.bytes("20240709.002"), "20240709.004")
    try bench.write(try bench.bytes("20240709.002"), "20240708.009")
    let skipped = try findings(bench, ["20240709.001", "20240709.004"])
    #expect(skipped.map(\.kind) == [.ownName, .nameSequence])
    let order = try findings(bench, ["20240709.001", "20240708.009"])
    #expect(order.map(\.kind) == [.ownName, .nameOrder])
  }

  @Test("Files of two series do not interrupt each other")
  func series() throws {
    let local = try chain()
    let mirror = try chain(mirror: true)
    let journals = try zip(Self.names, Self.mirrorNames).flatMap {
      [try local.journal($0), try mirror.journal($1)]
    }
    #expect(try IntegrityCheck.run(journals, level: .chain).findings.isEmpty)
  }
}
