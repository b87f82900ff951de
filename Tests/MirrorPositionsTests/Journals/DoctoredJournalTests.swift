import Foundation
import JournalTestSupport
import MirrorJournal
import MirrorPositions
import Testing

/// Real logs and sample journals with one change, and the one kind of finding that must come of it.
struct DoctoredJournal: Sendable, CustomTestStringConvertible {
  let code: Finding.Code
  let severity: Finding.Severity
  let testDescription: String
  /// Makes the change; returns what the finding's gap has to be, and the sources if not the one.
  let change: @Sendable (inout FailoverBench) throws -> Expectation

  struct Expectation {
    var gap: RecordGap?
    var lost: Int?
    var extra: Int?
    var sources: [MirrorJournals.Source]?
    /// Other copies that have to outlive the check.
    var keeps: FailoverBench?
    /// What else the change is told as.
    var beside: Set<Finding.Code> = []
  }

  init(
    _ code: Finding.Code, severity: Finding.Severity = .error, _ description: String,
    _ change: @escaping @Sendable (inout FailoverBench) throws -> Expectation
  ) {
    self.code = code
    self.severity = severity
    testDescription = "\(code): \(description)"
    self.change = change
  }

  private static let header = JournalLayout.r2.header

  /// The start of the last but `n` record of #7, whose data end at 356088.
  private static func late(_ bench: FailoverBench, _ n: Int) throws -> Int {
    try #require(try bench.records(7).dropLast(n).last).address
  }

  /// A second source that holds one file only.
  private static func second(
    _ bench: FailoverBench, _ count: Int, _ change: (Workbench, String) throws -> Void
  ) throws -> Expectation {
    let other = try FailoverBench(counts: count...count)
    try change(other.journals, FailoverBench.name(count))
    return Expectation(
      sources: [
        MirrorJournals.Source(path: bench.journals.directory, member: "UBUNTU"),
        MirrorJournals.Source(path: other.journals.directory, member: "UBUNTU-2"),
      ], keeps: other)
  }

  static let all: [DoctoredJournal] = [
    DoctoredJournal(.noRecord, "a position inside a record") { bench in
      bench.move(200_868, to: 200_872)
      return Expectation()
    },
    DoctoredJournal(.beyondFileSize, "a position behind the data's end") { bench in
      bench.move(356_088, to: 356_188)
      return Expectation()
    },
    DoctoredJournal(.endDiffers, "a takeover three records before the data's end") { bench in
      let address = try late(bench, 2)
      bench.move(356_088, to: address)
      return Expectation(
        gap: try bench.gap(7, address..<356_088), lost: 356_088 - address)
    },
    DoctoredJournal(.resumeDiffers, "records that the new primary never got") { bench in
      let address = try late(bench, 4)
      bench.move(356_088, to: address, in: "1433/UBUNTU-2")
      return Expectation(
        gap: try bench.gap(7, address..<356_088), lost: 356_088 - address)
    },
    DoctoredJournal(.resumeDiffers, "records that the old primary applies twice") { bench in
      let address = try late(bench, 9)
      bench.move(356_088, to: address, in: "1433/UBUNTU")
      return Expectation(
        gap: try bench.gap(7, address..<356_088), extra: 356_088 - address)
    },
    DoctoredJournal(.connectionDiffers, "records that were never sent") { bench in
      let next = try #require(try bench.records(8).first { $0.address > 200_088 }).address
      bench.move(200_088, to: next, in: "1433/UBUNTU-2")
      // The same figure stands for a place in #7 there.
      bench.edit("\(next) in file #7", "200088 in file #7", in: "1433/UBUNTU-2")
      bench.edit(",\(next),7)", ",200088,7)", in: "1433/UBUNTU-2")
      return Expectation(
        gap: try bench.gap(8, 200_088..<next), lost: next - 200_088)
    },
    DoctoredJournal(.applyJumps, severity: .open, "a file whose beginning is not applied") {
      bench in
      bench.logs[2].text = bench.logs[2].text.split(separator: "\n")
        .filter { !$0.contains("starting at 0 in file #8") }.joined(separator: "\n")
      return Expectation(gap: try bench.gap(8, 0..<200_088))
    },
    DoctoredJournal(.fileCountSkipped, severity: .open, "a whole file that is not applied") {
      bench in
      let lines = bench.logs[0].text.split(separator: "\n")
        .filter { $0.contains("DejournalProcessor") }.joined(separator: "\n")
      bench.logs = [("1151/UBUNTU", lines)]
      bench.edit("file #6", "file #7")
      bench.edit("20240709.006", "20240709.007")
      return Expectation(gap: try bench.gap(6, 0..<Int.max))
    },
    DoctoredJournal(Finding.Code("previousEnd"), "the next header names another end") { bench in
      try bench.journals.doctor(FailoverBench.name(8), header.previousEnd, 356_084)
      return Expectation()
    },
    DoctoredJournal(Finding.Code("previousEnd"), "the same, with that file alone") { bench in
      bench = try FailoverBench(counts: 8...8)
      try bench.journals.doctor(FailoverBench.name(8), header.previousEnd, 356_084)
      return Expectation()
    },
    DoctoredJournal(Finding.Code("previousGUID"), "the next header names another file") { bench in
      try bench.journals.doctorGUID(FailoverBench.name(8), 1, 0xAB)
      return Expectation()
    },
    DoctoredJournal(Finding.Code("nextGUID"), "the header names another next file") { bench in
      try bench.journals.doctorGUID(FailoverBench.name(7), 2, 0xAB)
      return Expectation()
    },
    DoctoredJournal(Finding.Code("mirrorGUID"), "a file of another mirror") { bench in
      try bench.journals.doctorGUID(FailoverBench.name(8), 3, 0xAB)
      return Expectation()
    },
    DoctoredJournal(Finding.Code("fileCount"), "counts that do not chain") { bench in
      try bench.journals.doctor(FailoverBench.name(8), header.fileCount, 99)
      return Expectation()
    },
    DoctoredJournal(.nameDiffers, "a header with another mirror file count") { bench in
      try bench.journals.doctor(FailoverBench.name(8), header.mirrorFileCount, 9)
      return Expectation()
    },
    DoctoredJournal(.journalUnreadable, "a file that ends in its header") { bench in
      let header = try bench.journals.bytes(FailoverBench.name(7)).prefix(100)
      try bench.journals.write(Array(header), FailoverBench.name(7))
      return Expectation()
    },
    DoctoredJournal(.journalDamaged, severity: .warning, "a position in a damaged block") { bench in
      try bench.journals.patch(FailoverBench.name(6)) { $0[204_392 + 30] ^= 1 }
      return Expectation()
    },
    DoctoredJournal(.journalDamaged, severity: .warning, "a damaged header") { bench in
      try bench.journals.patch(FailoverBench.name(7)) { $0[40] ^= 1 }
      return Expectation()
    },
    DoctoredJournal(.copiesDiffer, "two files of one name") { bench in
      try second(bench, 5) { try $0.doctorGUID($1, 0, 0xAB) }
    },
    DoctoredJournal(.copiesDiffer, "copies that end at different places") { bench in
      let end = try #require(try bench.records(6).last).address
      var expected = try second(bench, 6) { try $0.doctor($1, header.endAddress, UInt64(end)) }
      // The last record stands behind the end that the header names.
      expected.beside = [.journalDamaged]
      return expected
    },
  ]
}

@Suite("Doctored journals")
struct DoctoredJournalTests {
  @Test("one change makes exactly its kind of finding", arguments: DoctoredJournal.all)
  func exactlyOne(doctored: DoctoredJournal) throws {
    var bench = try FailoverBench()
    let expected = try doctored.change(&bench)
    let result = try bench.result(expected.sources)
    let told = result.findings.filter {
      $0.severity > .open || doctored.severity == .open && $0.code == doctored.code
    }
    #expect(expected.beside.isSubset(of: told.map(\.code)))
    let findings = told.filter { !expected.beside.contains($0.code) }
    #expect(Set(findings.map(\.code)) == [doctored.code])
    #expect(findings.count == 1, "\(findings)")
    let finding = try #require(findings.first)
    #expect(finding.severity == doctored.severity)
    #expect(finding.gap == expected.gap)
    #expect(finding.bytesLost == expected.lost)
    #expect(finding.bytesExtra == expected.extra)
    #expect(result.verdict == (doctored.severity == .open ? .cannotTell : .no))
    if let gap = expected.gap {
      #expect(gap.records > 0 && !gap.globals.isEmpty)
      #expect(result.text().contains("\n         \(gap.words)\n"))
      #expect(result.ndjson().contains("\"records\":\(gap.records),\"globals\":[{\"name\":\"^"))
    }
  }

  @Test("every kind of finding that journals show has a doctored journal")
  func complete() {
    let all: Set<Finding.Code> = [
      .noRecord, .endDiffers, .copiesDiffer, .journalUnreadable, .journalDamaged, .nameDiffers,
      .beyondFileSize, Finding.Code("previousEnd"), Finding.Code("previousGUID"),
      Finding.Code("nextGUID"), Finding.Code("mirrorGUID"), Finding.Code("fileCount"),
    ]
    #expect(Set(DoctoredJournal.all.map(\.code)).isSuperset(of: all))
  }
}
