import MirrorJournal
import Testing

/// Tables that fit, and lines that are folded.
@Suite("Tables") struct TextTableTests {
  private func table(_ width: Int?) -> [String] {
    var style = TextStyle()
    style.width = width
    let names = ["/usr/iris/mgr/journal/20240709.009", "/b", "田中 花子"]
    return TextTable(style).lines([
      TextColumn("Journal", names).cut(to: 8, keepingEnd: true),
      TextColumn("Time", ["2024-07-09", "-", "-"]).shortened { ["07-09", "-", "-"][$0] },
      TextColumn("Bytes", ["1", "22", "333"], isNumber: true),
      TextColumn("Less", ["1", "2", "3"], isNumber: true).leaving(1),
      TextColumn("Least", ["1", "2", "3"], isNumber: true).leaving(2),
      TextColumn("", ["", "a gap before", ""]).asNote(),
      TextColumn(bars: [1, 0.5, 0], width: 16),
    ])
  }

  @Test func `a table is as wide as its cells, or fits`() {
    let wide = table(nil)
    #expect(wide[0] == "Journal                             Time        Bytes  Less  Least")
    #expect(wide[3].hasPrefix("田中 花子                           -             333"))
    #expect(wide[1].hasSuffix("████████████████"))
    for width in 24...120 {
      let lines = table(width)
      #expect(lines.allSatisfy { $0.columns <= width }, "\(width): \(lines)")
      #expect(lines.joined().contains("333"))
      #expect(lines.joined().contains("gap before"))
    }
    #expect(table(40)[0].contains("Bytes") && !table(40)[0].contains("Least"))
    #expect(table(40)[1].contains("20240709.009  07-09"))
  }

  @Test func `lines are folded at blanks, and paths at slashes`() {
    #expect("  a word and another".folded(to: 12) == "  a word and\n    another")
    #expect("short".folded(to: nil) == "short")
    #expect("/usr/iris/mgr/journal".folded(to: 10) == "/usr/iris/\n  mgr/\n  journal")
    #expect("\u{1B}[1mbold words\u{1B}[0m".folded(to: 10) == "\u{1B}[1mbold words\u{1B}[0m")
    for width in 8...60 {
      let text = "a list of words, some of themlongerthanothers/and/slashes \n\n and more"
      let folded = text.folded(to: width)
      #expect(folded.split(separator: "\n").allSatisfy { $0.columns <= width }, "\(width)")
      let letters = folded.filter { $0 != " " && $0 != "\n" }
      #expect(letters == text.filter { $0 != " " && $0 != "\n" })
    }
  }

  @Test func `texts are cut in columns of a terminal`() {
    var style = TextStyle()
    #expect("abcdef".cut(to: 4, style) == "abc…")
    #expect("abcdef".cut(to: 4, keepingEnd: true, style) == "…def")
    #expect("田中花子".cut(to: 5, style) == "田中…")
    #expect("a\u{301}b".columns == 2)
    style.isASCII = true
    #expect("abcdef".cut(to: 4, style) == "abc~")
  }
}
