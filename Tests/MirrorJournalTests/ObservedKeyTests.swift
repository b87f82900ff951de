import Foundation
import MirrorJournal
import Testing

/// Keys that InterSystems' engine wrote, from openly licensed public files.
@Suite struct ObservedKeyTests {
  @Test func everyObservedKeyDecodesAndEncodesBack() throws {
    let url = try #require(Bundle.module.url(forResource: "keys", withExtension: "tsv"))
    var count = 0
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    where !line.hasPrefix("#") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(columns.count == 4, "\(line)")
      let bytes = try columns[0].split(separator: " ").map { try #require(UInt8($0, radix: 16)) }
      let nameLength = bytes.firstIndex(of: 0) ?? bytes.count
      let reference = try GlobalReference(parsing: String(columns[1]))
      try #require(try decoded(bytes, nameLength: nameLength) == reference, "\(line)")
      try #require(try reference.encodedKey().bytes == bytes, "\(line)")
      try #require(rendered(bytes, nameLength: nameLength) == reference.description, "\(line)")
      let stated = columns[1].replacing("$C(", with: "$c(")
      try #require(reference.description == stated, "\(line)")
      count += 1
    }
    #expect(count == 391)
  }
}
