import JournalCompression
import Testing

@Suite("Compression line")
struct CompressionLineTests {
  static let observed: [(from: Int, to: Int, ratio: String)] = [
    (262144, 81920, "3.2"), (196608, 73728, "2.7"), (393216, 77824, "5.1"),
    (327680, 102400, "3.2"), (393216, 106496, "3.7"),
  ]

  @Test("prints the observed ratio of the observed sizes", arguments: observed)
  func ratio(from: Int, to: Int, ratio: String) {
    #expect(CompressionLine(path: "/j/20240709.001", from: from, to: to).ratioText == ratio)
  }

  @Test("rounds a tie up, and a file compressed to nothing has no ratio")
  func edges() {
    #expect(CompressionLine(path: "p", from: 65, to: 20).ratioText == "3.3")
    #expect(CompressionLine(path: "p", from: 64, to: 20).ratioText == "3.2")
    #expect(CompressionLine(path: "p", from: 1, to: 1000).ratioText == "0.0")
    let nothing = CompressionLine(path: "p", from: 8, to: 0)
    #expect(nothing.tenths == nil)
    #expect(nothing.ratioText == "0.0")
    #expect(CompressionLine(path: "p", from: Int.max, to: 1).tenths == Int.max)
  }
}
