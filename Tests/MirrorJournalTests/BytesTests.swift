import MirrorJournal
import Testing

@Suite struct BytesTests {
  @Test func oneByteThatIsNotZeroIsSeenAtEveryPlace() {
    for count in [0, 1, 8, 63, 64, 65, 127, 128, 200] {
      for start in 0..<65 { expectOneByteSeen(0x80, start, count) }
    }
  }

  @Test func theSameInWhatIsDecidedByTheKiB() {
    for count in [1023, 1024, 1025, 2048, 2100] {
      for start in [0, 1, 31] { expectOneByteSeen(1, start, count) }
    }
  }

  private func expectOneByteSeen(_ byte: UInt8, _ start: Int, _ count: Int) {
    var bytes = [UInt8](repeating: 0, count: start + count + 1)
    // The neighbours on both sides do not count.
    if start > 0 { bytes[start - 1] = 1 }
    bytes[start + count] = 1
    #expect(isAllZero(bytes, start..<start + count))
    for place in start..<start + count {
      bytes[place] = byte
      #expect(!isAllZero(bytes, start..<start + count))
      bytes[place] = 0
    }
  }

  private func isAllZero(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes.span.bytes.extracting(range).isAllZero
  }
}
