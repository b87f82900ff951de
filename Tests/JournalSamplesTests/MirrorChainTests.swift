import Foundation
import JournalCompression
import JournalSamples
import MirrorJournal
import Testing

/// The sample journals are what the logs of the two failovers say of theirs.
@Suite struct MirrorChainTests {
  private static func folder() throws -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "mj-samples-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path(percentEncoded: false)
  }

  @Test func `sizes, counts and every logged position are those of the logs`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = try MirrorChain().write(into: folder, overwriting: false)
    let journals = try paths.map { try Journal(path: $0) }
    #expect(journals.map(\.header.mirrorFileCount) == [5, 6, 7, 8])
    #expect(journals.dropLast().map(\.storage.count) == [393_216, 262_144, 393_216])
    #expect(journals.map(\.header.isClosed) == [true, true, true, false])
    let positions = [[382_140], [204_392], [200_088, 356_088], [200_088, 200_868]]
    for (journal, logged) in zip(journals, positions) {
      for position in logged { #expect(try journal.isPosition(position), "\(position)") }
    }
    #expect(try journals[0].endOfRecords() == 382_140)
    #expect(try journals[2].endOfRecords() == 356_088)
    for (earlier, later) in zip(journals, journals.dropFirst()) {
      #expect(later.header.previousGUID == earlier.header.guid)
      #expect(later.header.previousEnd == earlier.header.endAddress)
    }
  }

  @Test func `the default settings compress to the sizes that the logs report`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let mirrored = try MirrorChain().write(into: folder, overwriting: false)
    let local = try LocalJournals().write(into: folder, overwriting: false)
    let logged = [
      (mirrored[0], 393_216, 106_496), (mirrored[1], 262_144, 81_920),
      (mirrored[2], 393_216, 77_824), (local[0], 327_680, 102_400), (local[1], 196_608, 73_728),
    ]
    for (path, from, to) in logged {
      let result = try JournalCompressor().compress(path)
      #expect(result.bytesFrom == from)
      #expect(result.bytesTo == to, "\(path)")
    }
  }
}
