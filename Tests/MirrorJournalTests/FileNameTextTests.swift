import MirrorJournal
import Testing

@Suite("File names as text")
struct FileNameTextTests {
  @Test("Any bytes come back, and different bytes are different texts")
  func roundTrip() {
    var random = RandomSource(seed: 7)
    var texts: [[UInt8]: String] = [:]
    // Bytes of which sequences are made that are almost UTF-8, and those of the escapes themselves.
    let material: [UInt8] = [
      0x41, 0x2F, 0x80, 0x8F, 0xBE, 0xBF, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xED, 0xA0, 0xF4, 0xF0,
      0x9F,
      0xFF, 0xFE, 0xC0, 0xCC, 0x81,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<random.int(0...8)).map { _ in material[random.int(0...material.count - 1)] }
      let text = FileName.text(bytes)
      #expect(FileName.bytes(text) == bytes)
      texts[bytes] = text
    }
    #expect(Set(texts.values.map { Array($0.utf8) }).count == texts.count)
    let escapes: [UInt8] = [0xF4, 0x8F, 0xBE, 0x80]
    #expect(FileName.bytes(FileName.text(escapes)) == escapes)
    #expect(FileName.printable(FileName.text(escapes)) == #"\xf4\x8f\xbe\x80"#)
  }

  @Test("Names in UTF-8 are their own text")
  func usual() {
    for name in ["/iris/20240709.001", "Übung/日本/😀", "e\u{301}", ""] {
      #expect(FileName.text(name.utf8) == name)
      #expect(Array(FileName.text(name.utf8).utf8) == Array(name.utf8))
      #expect(FileName.printable(name) == name)
    }
  }

  @Test("What is no UTF-8 is shown in hexadecimal")
  func printable() {
    #expect(FileName.printable(FileName.text([0x61, 0xFF, 0xC3, 0xA9, 0xC3])) == #"a\xffé\xc3"#)
  }
}
