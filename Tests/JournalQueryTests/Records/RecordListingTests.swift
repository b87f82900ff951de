import Foundation
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Lists on several threads")
struct RecordListingTests {
  private static let name = "20240709.001"

  private func list(_ journal: Journal, _ listing: RecordListing) throws -> (String, [String]) {
    var text = TextBuffer()
    var events: [String] = []
    _ = try listing.write(
      journal, damaged: { events.append("\(text.count): \($0)") }
    ) {
      #expect($0.byteCount > 0)
      text.append(bytes: $0)
    }
    return (text.string, events)
  }

  /// 12 MB, so that there are several stretches; damage at a seam of them and elsewhere.
  private func journal(_ bench: Workbench, damaged blocks: [Int]) throws -> Journal {
    let writer = try bench.writer(Self.name)
    for index in 0..<6000 {
      let value = JournalValue.bytes([UInt8](repeating: 65 + UInt8(index % 26), count: 2000))
      try writer.append(.node(.set, "^G(\(index))", [value]))
    }
    try writer.close()
    try bench.patch(Self.name) { bytes in
      for block in blocks { bytes[block * 65_536 + 100] ^= 1 }
    }
    return try bench.journal(Self.name)
  }

  @Test("Any number of threads gives the same lines and reports", arguments: RecordFormat.allCases)
  func threads(format: RecordFormat) throws {
    let bench = try Workbench()
    let journal = try journal(bench, damaged: [3, 64, 65, 130])
    let filter = RecordFilter.subscript(position: 1, TextPattern("*7"))
    let single = try list(journal, RecordListing(format, filter: filter, threads: 1))
    #expect(single.1.count == 4)
    for threads in [2, 3] {
      let other = try list(journal, RecordListing(format, filter: filter, threads: threads))
      #expect(other.0 == single.0)
      #expect(other.1 == single.1)
    }
    var printer = RecordPrinter(journal, format: format)
    var text = TextBuffer()
    try filter.forEachRecord(of: journal, damaged: { _ in }) { try printer.append($0, to: &text) }
    #expect(text.string == single.0)
    #expect(single.0.split(separator: "\n").count > 500)
  }

  @Test("A compressed journal is listed like the plain one")
  func compressed() throws {
    let bench = try Workbench()
    let plain = try journal(bench, damaged: [])
    _ = try JournalCompressor().compressJournal(bench.path(Self.name))
    let packed = try JournalInputs.open(bench.path(Self.name + "z"))
    let listing = RecordListing(.text, filter: .global(try GlobalPattern("^G(*3)")), threads: 2)
    let lines = try list(plain, listing).0
    #expect(lines.split(separator: "\n").count == 600)
    #expect(try list(packed, listing).0 == lines)
  }

  @Test("A part of a compressed journal is never less than a chunk")
  func largeChunks() throws {
    let bench = try Workbench()
    let plain = try journal(bench, damaged: [])
    _ = try JournalCompressor(chunkSize: 4 << 20).compressJournal(bench.path(Self.name))
    let packed = try JournalInputs.open(bench.path(Self.name + "z"))
    let parts = packed.split(into: 100)
    #expect(parts.count == 3)
    #expect(parts.dropFirst().allSatisfy { $0.lowerBound.isMultiple(of: 4 << 20) })
    let listing = RecordListing(.text, threads: 3)
    let isSame = try list(packed, listing).0 == list(plain, listing).0
    #expect(isSame)
  }

  @Test("A stream is listed from front to back, as the plain journal")
  func stream() throws {
    let bench = try Workbench()
    let plain = try journal(bench, damaged: [17])
    let zstd = Process()
    zstd.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    zstd.arguments = ["zstd", "-q", bench.path(Self.name), "-o", bench.path("stream")]
    try zstd.run()
    zstd.waitUntilExit()
    let packed = try JournalInputs.open(bench.path("stream"))
    #expect(packed.storage.isSequential)
    #expect(packed.split(into: 4) == [packed.dataRange])
    let listing = RecordListing(.text, threads: 2)
    let expected = try list(plain, listing)
    #expect(expected.1.count == 1)
    let found = try list(packed, listing)
    // Told apart before: what the macro says about two long texts takes minutes.
    let isSame = found.0 == expected.0
    #expect(isSame)
    #expect(found.1 == expected.1)
  }

  @Test("An error of the receiver ends the work", arguments: 1...3)
  func receiverFails(threads: Int) throws {
    struct Full: Error {}
    let bench = try Workbench()
    let journal = try journal(bench, damaged: [])
    var pieces = 0
    #expect(throws: Full.self) {
      _ = try RecordListing(.text, threads: threads).write(journal, damaged: { throw $0 }) { _ in
        pieces += 1
        if pieces == 3 { throw Full() }
      }
    }
    #expect(pieces == 3)
  }
}
