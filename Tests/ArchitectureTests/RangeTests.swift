import Foundation
import Testing

/// No range of numbers that come from a file can end the process: `lower..<upper` traps where `upper` is
/// less, as it did for positions in a journal that had been cut.
///
/// Every such range in the folders that deal with addresses is either evident (`a..<a + b`,
/// `a..<max(a, b)`, `0..<count`) or stands here, with the reason why its bounds are in order. Better than
/// a new entry is `(a..<a + size).clamped(to: …)`.
@Suite("Ranges") struct RangeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  private static let folders = [
    "MirrorJournal/Reading", "JournalCompression/Container", "JournalCompression/Reading",
    "JournalCompression/Codecs", "JournalCompression/Finding", "JournalIntegrity", "JournalQuery",
    "JournalExport",
    "MirrorPositions",
  ]

  /// By reason: `FILE: LOWER..<UPPER`.
  private static let reasons: [(why: String, ranges: Set<String>)] = [
    (
      "The code before it has left when they are not in order",
      [
        #"CompressedStorage: range.lowerBound - start..<range.upperBound - start"#,
        #"CompressedStorage: range.lowerBound / segmentSize..<(range.upperBound - 1) / segmentSize + 1"#,
        #"FramedStorage: range.lowerBound - start..<range.upperBound - start"#,
        #"FrameChain: start..<end"#,
        #"FileSurvey: start..<end"#,
        #"FileRanges: (index == first ? start : 0)..<(index == last ? end : .max)"#,
        #"FileRanges: ranges[path] ?? 0..<0"#,
        #"StreamStorage: range.lowerBound - start..<range.upperBound - start"#,
        #"StreamStorage: range.lowerBound / segmentSize..<(range.upperBound - 1) / segmentSize + 1"#,
        #"CrossingCursor: position..<end"#,
        #"CrossingCursor: at..<end"#,
        #"CrossingWalk: block..<end"#,
        #"GlobalMatcher: 1..<position"#,
        #"FileHoles: hole..<end"#,
        #"GzipMember: headerSize..<target.count - 8"#,
        #"GzipMember: headerSize..<source.count - trailerSize"#,
        #"DataEnd: storage.count..<end"#,
        #"DataEnd: start..<storage.count"#,
        #"BlockChain: block..<end"#,
        #"BackStarts: from..<end"#,
        #"JournalStorage: start..<hole.lowerBound"#,
        #"JournalStorage: start..<range.upperBound"#,
        #"JournalFollower: from..<journal.dataLimit"#,
        #"FollowedFile: next..<end"#,
        #"JournalScan: start..<end"#,
        #"JournalScan: blockStart..<blockEnd"#,
        #"JournalStorage: start..<end"#,
        #"RecordAccess: start..<end"#,
        #"RecordAccess: block..<end"#,
        #"RecordCursor+Blocks: position..<blockEnd"#,
        #"RecordListing: start..<end"#,
        #"StructureCheck: layout.header.size..<layout.block.directoryAddress"#,
        #"TransactionScan: transaction.start.file...transaction.end.file"#,
        #"WalkCheck: part.lowerBound..<end"#,
        #"WalkCheck: last + layout.size..<start"#,
        #"WalkCheck: first..<record.address"#,
        #"WalkCheck: start..<end"#,
        #"FilteredWalk: block..<end"#,
        #"FilteredWalk: first...last"#,
        #"RangeUnion: last.lowerBound..<range.upperBound"#,
        #"GapCount: low.fileCount...high.fileCount"#,
      ]
    ),
    (
      "The walk stands before the end of the data",
      [
        #"CrossingCursor: at..<shape.limit"#,
        #"CrossingWalk: start..<min(end, wantedEnd, dataLimit)"#,
        #"CrossingWalk: first..<dataLimit"#,
        #"RecordCursor+Blocks: start..<max(start + 1, min(whole, limit))"#,
        #"RecordCursor+Blocks: start..<min(whole, limit)"#,
        #"RecordCursor+Blocks: start..<end"#,
        #"RecordCursor+Crossing: damage.range.lowerBound..<next"#,
        #"DataEnd: real + size..<min(tail + size, storage.count)"#,
        #"BlockChain: start..<min(start + blocks.headerSize, storage.count)"#,
        #"BlockChain: start..<min(start + blocks.size, storage.count)"#,
        #"Journal+Chain: start..<min(start + size, storage.count)"#,
        #"WalkCheck: block..<min(block + size, journal.storage.count)"#,
      ]
    ),
    (
      "One bound is a sum or a part of the other",
      [
        #"BackStarts: chunk * chunkSize..<(chunk + 1) * chunkSize"#,
        #"ChainEvidence: doubt - longestStretch..<doubt"#,
        #"FrameKind: 0..<sizeBytes"#,
        #"FramedStorage: start / chunkSize...max(start, end - 1) / chunkSize"#,
        #"FramedStorage: wanted.lowerBound - chunk * chunkSize..<wanted.upperBound - chunk * chunkSize"#,
        #"FramingSearch: 0...min(8, zeros)"#,
        #"FramingSearch: 0..<min(1 << 20, end)"#,
        #"FramingSearch: 0..<min(8192, end)"#,
        #"ChainVerdict: start..<(isLast ? max(start + 1, limit) : end)"#,
        #"ContainerIndex: offset..<frameEnd"#,
        #"ContainerLayout: UInt64(addresses.lowerBound)...UInt64(addresses.upperBound)"#,
        #"FilterField: number..<next"#,
        #"Failover: count...(count == .max ? count : count + 1)"#,
        #"MemberComparer: start..<end"#,
        #"StreamCursor: point.address...address"#,
        #"StreamDecoder: inputRange.lowerBound + step.read..<inputRange.upperBound"#,
        #"TimelineText: reach[mark.member] ?? address...address"#,
        #"ValueCheck: record.address..<record.end"#,
        #"WalkCheck: record.address..<record.end"#,
      ]
    ),
    (
      "One is the least, the other the most of several, or of all",
      [
        #"ChainEvidence: max(0, doubt - longestStretch)..<min(blocks.count, doubt + longestStretch)"#,
        #"ChainVerdict: left.lowerBound, index - Self.longestStretch - 1)..<min("#,
        #"ChainEvidence: 1..<longestStretch"#,
        #"FilterField: .min..<number"#,
        #"FilterField: .min..<next"#,
        #"FilterField: next..<Number.max"#,
        #"FilterField: number..<Number.max"#,
        #"GapCount: min(from, journal.dataLimit)..<min(to, journal.dataLimit)"#,
        #"IntegrityCheck: min(end, journal.dataLimit)..<max(end, journal.dataLimit)"#,
        #"JournalCodec: Int(ZSTD_minCLevel())...Int(ZSTD_maxCLevel())"#,
        #"JournalLoader: from..<range.upperBound"#,
        #"JournalScan: start..<dataLimit"#,
        #"JournalScan: 1...count"#,
        #"JournalScan: dataRange.lowerBound..<max(dataRange.upperBound, header.isClosed ? header.endAddress : 0)"#,
        #"Journal+Chain: dataRange.lowerBound..<min(wholeDataEnd, file.count)"#,
        #"Journal+Chain: dataRange.lowerBound..<min(wholeDataEnd, storage.count)"#,
        #"RecordExport: min(max(range.lowerBound, after + 1), range.upperBound)..<range.upperBound"#,
        #"RecordExport: min(max(range.lowerBound, start), range.upperBound)..<range.upperBound"#,
        #"RecordExport: range.upperBound..<range.upperBound"#,
        #"FieldPrinter: 0..<(known.values && type.hasKeyAndValues ? record.valueCount : 0)"#,
        #"ProfilePicture: 0...parts"#,
        #"TransactionWalk: max(start, journal.dataRange.lowerBound)..<max(start, journal.dataLimit)"#,
        #"RecordFilter: 0..<Int.max"#,
        #"RecordFilter: Int64.min..<Int64.max"#,
        #"RecordFilter: min(left.lowerBound, right.lowerBound)..<max(left.upperBound, right.upperBound)"#,
        #"ChainWatch: min(before?.start ?? start, start)..<start"#,
        #"CrossingWalk: start..<max(start + 1, next)"#,
        #"BackStarts: from..<max(from + 1, next)"#,
        #"JournalFollower: start..<damage.range.upperBound"#,
        #"RecordAccess: dataRange.lowerBound..<storage.count"#,
        #"RecordAccess: wanted.lowerBound / size * size..<(wanted.upperBound + size - 1) / size * size"#,
        #"RecordCursor+Blocks: first..<max(first + 1, min(end, limit))"#,
        #"TimelineText: min(old.lowerBound, address)...max(old.upperBound, address)"#,
      ]
    ),
    (
      "Both come from ranges or indices that stand in this order",
      [
        #"StateScan: start..<end"#,
        #"ChainVerdict: start..<next"#,
        #"ChainVerdict: 0..<before.range.lowerBound"#,
        #"ChainVerdict: run.range.upperBound..<blocks.count"#,
        #"ChainVerdict: last.range.lowerBound..<max(last.range.upperBound, fence.range.upperBound)"#,
        #"CompressedStorage: wanted.lowerBound - start..<wanted.upperBound - start"#,
        #"StorageSegments: wanted.lowerBound - start..<wanted.upperBound - start"#,
        #"CompressedStorage: first.lowerBound..<last.upperBound"#,
        #"CompressedStorage: container.entries.count..<header.chunkCount"#,
        #"ConnectionChecks: fromA..<a"#,
        #"ConnectionChecks: fromG..<g"#,
        #"ContainerLayout: index * chunkSize..<min((index + 1) * chunkSize, originalSize)"#,
        #"StreamCursor: segment * segmentSize..<min((segment + 1) * segmentSize, count)"#,
        #"FilteredWalk: last.lowerBound..<part.upperBound"#,
        #"IntegrityCheck: next..<end"#,
        #"RecordListing: range.lowerBound..<next.upperBound"#,
        #"WalkCheck: (self.damage?.lowerBound ?? damage.range.lowerBound)..<damage.range.upperBound"#,
      ]
    ),
    (
      "A count of what is there, never negative",
      [
        #"BackwardsReading: 0..<end"#,
        #"BackStarts: 0..<min(limit, storage.count)"#,
        #"BackWalk: 0..<Self.proof"#,
        #"DataEnd: max(start, block)..<block + size"#,
        #"FollowedFile: 0..<end"#,
        #"Journal: 0..<prefix"#,
        #"ProfileTally: 0..<depth"#,
        #"RecordListing: 0..<min(threads * 2, max(1, stretches.count))"#,
        #"TimelineText: 0..<height"#,
        #"TimelineText: 0..<(columns.map(\.count).max() ?? 0)"#,
        #"ValueMatcher: 0..<min(record.valueCount, 2)"#,
      ]
    ),
    (
      "Written with constants",
      [
        #"ContainerLayout: 65536...(16 << 20)"#,
        #"LZ4Frame: case...(64 << 10)"#,
        #"LZ4Frame: case...(256 << 10)"#,
        #"LZ4Frame: case..<(4 << 20)"#,
      ]
    ),
  ]

  private static func found() throws -> Set<String> {
    var found: Set<String> = []
    for folder in folders {
      let place = root.appending(path: folder)
      let paths = FileManager.default.enumerator(atPath: place.path(percentEncoded: false))
      for case let path as String in try #require(paths) where path.hasSuffix(".swift") {
        let url = place.appending(path: path)
        let name = url.deletingPathExtension().lastPathComponent
        let ranges = RangeExpressions(try String(contentsOf: url, encoding: .utf8))
        found.formUnion(ranges.expressions.map { "\(name): \($0)" })
      }
    }
    return found
  }

  @Test("Every range of computed addresses is evident or has a reason")
  func reasoned() throws {
    let found = try Self.found()
    let known = Set(Self.reasons.flatMap(\.ranges))
    #expect(found.count > 50)
    for range in found.subtracting(known).sorted() {
      Issue.record("\(range): why can its bounds not be out of order?")
    }
    for range in known.subtracting(found).sorted() {
      Issue.record("\(range): is not there any more")
    }
  }

  @Test("Ranges are found, and evident ones left out")
  func expressions() {
    let text = """
      let a = block..<min(block + size, journal.limit)  // x..<y
      for b in 0..<count { c[start - 1..<f(x, 2)[3] + 1] }
      d = start
        ..< end ?? 0
      let e = list[2...] + [1...5, a..<a + b, n..<max(n, m)] + "\\(i)..<\\(j)"
      case 3...limit: break
      """
    #expect(
      RangeExpressions(text).expressions == [
        "block..<min(block + size, journal.limit)", "start - 1..<f(x, 2)[3] + 1",
        "start..<end ?? 0", "3...limit",
      ])
  }
}
