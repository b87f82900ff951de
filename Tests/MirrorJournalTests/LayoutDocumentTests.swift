import Foundation
import MirrorJournal
import Testing

@Suite("docs/LAYOUTS.md names what a layout file may hold")
struct LayoutDocumentTests {
  private static func names(_ value: Any) -> [String] {
    Mirror(reflecting: value).children.compactMap(\.label)
  }

  @Test("every member of a key encoding, and none that is not")
  func keyEncoding() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let document = try String(contentsOf: root.appending(path: "docs/LAYOUTS.md"), encoding: .utf8)
    let start = try #require(document.range(of: "### `record.keyEncoding`"))
    let end = try #require(
      document.range(of: "\n### ", range: start.upperBound..<document.endIndex))
    let section = document[start.upperBound..<end.lowerBound]
    let documented = Set(section.matches(of: /`([a-zA-Z0-9]+)`/).map { String($0.1) })
    let layout = KeyLayout()
    let members = Set(
      Self.names(layout) + Self.names(layout.numbers) + Self.names(layout.strings))
    #expect(members.count > 30)
    #expect(documented == members)
  }
}
