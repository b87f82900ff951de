import Foundation
import JournalBench
import JournalCompression
import MirrorJournal
import Testing

/// A codec report's table, lines and picture, for measurements that are made up.
@Suite struct CodecBenchOutputTests {
  private static func measured(
    _ codec: JournalCodec, _ level: Int, to size: Int, in seconds: Double, back: Double
  ) -> CodecMeasurement {
    CodecMeasurement(
      setting: CodecSetting(codec, level: level), originalBytes: 1_000_000, compressedBytes: size,
      compressSeconds: seconds, decompressSeconds: back, rounds: 3, compressorMemory: 1_303_000,
      decompressorMemory: 96_000)
  }

  private func report(file: String = "20240709.001", perDay: Double? = 5e9) -> CodecBenchReport {
    CodecBenchReport(
      files: [file], bytes: 2_000_000, sampledBytes: 1_000_000, chunkSize: 1 << 20,
      bytesPerDay: perDay,
      codecs: [
        Self.measured(.zstd, 6, to: 200_000, in: 0.01, back: 0.001),
        Self.measured(.lz4, 1, to: 400_000, in: 0.002, back: 0.0005),
        Self.measured(.zlib, 6, to: 250_000, in: 0.0125, back: 0.001),
      ], content: nil)
  }

  private func text(_ append: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    append(&buffer)
    return buffer.string
  }

  @Test func `the table has a line for each setting, with bars`() {
    var style = CodecBenchStyle()
    style.isASCII = true
    let table = text { report().appendText(style: style, to: &$0) }
    #expect(
      table == """
        1 journal, 1953.1 KiB, 976.6 KiB of it measured, chunks of 1024 KiB, one thread
        written at 4768.4 MiB a day

          codec             ratio             size %  compress MB/s             restore MB/s             memory KiB  restoring  saved a day
        * zstd 6 (default)    5.0 ##########    20.0            100 ##                  1000 #####             1273         94   3814.7 MiB
        * lz4 1 (default)     2.5 #####         40.0            500 ##########          2000 ##########        1273         94   2861.0 MiB
          zlib 6 (default)    4.0 ########      25.0             80 ##                  1000 #####             1273         94   3576.3 MiB
        * no other setting compresses both faster and smaller

        """)
  }

  @Test func `lines of ndjson parse and have the documented names`() throws {
    let lines = text { report(file: "a \"b\"").appendNDJSON(to: &$0) }.split(separator: "\n")
    #expect(lines.count == 4)
    let known = Set(CodecBenchField.allCases.map(\.rawValue))
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(object.keys).isSubset(of: known))
    }
    #expect(
      lines[1] == """
        {"type":"codec","name":"zstd 6","codec":"zstd","level":6,"count":3,"originalBytes":1000000,\
        "compressedBytes":200000,"ratio":5.000,"compressBytesPerSecond":100000000,\
        "decompressBytesPerSecond":1000000000,"compressorMemory":1303000,\
        "decompressorMemory":96000,"bytesPerDay":4000000000,"onParetoFront":true}
        """)
    let unknown = text { report(perDay: nil).appendNDJSON(to: &$0) }
    #expect(unknown.contains("\"bytesPerDay\":null"))
  }

  @Test func `csv has every field in every line`() {
    let lines = text { report().appendCSV(to: &$0) }.split(separator: "\n")
    #expect(lines[0] == CodecBenchField.allCases.map(\.rawValue).joined(separator: ","))
    #expect(lines.count == 5)
    for line in lines {
      #expect(line.filter { $0 == "," }.count == CodecBenchField.allCases.count - 1)
    }
    #expect(
      lines[3] == "codec,,lz4 1,lz4,1,3,,1000000,400000,2.500,500000000,2000000000,1303000,96000,"
        + "3000000000,true")
  }

  @Test func `the picture marks the front, joins it and escapes names`() {
    let picture = text {
      CodecBenchPicture(report(file: "<&\"\u{1}>")).append(to: &$0)
    }
    #expect(picture.hasPrefix("<svg ") && picture.hasSuffix("</svg>\n"))
    #expect(picture.contains("&lt;&amp;&quot;?&gt;"))
    #expect(!picture.contains("\u{1}"))
    #expect(picture.components(separatedBy: "<circle").count == 1 + 3 + 3)
    #expect(picture.components(separatedBy: "r=\"6\"").count == 3)
    // 80 to 500 MB/s: from 50 to 500 over 770 points, so 500 MB/s stands at the right edge.
    #expect(picture.contains("<circle cx=\"840.0\""))
    #expect(picture.contains(">500</text>") && picture.contains(">50</text>"))
    #expect(picture.contains("<polyline points=\""))
    for line in picture.split(separator: "\n") where line.hasPrefix("<line") {
      #expect(line.hasSuffix("/>"))
    }
  }

  @Test func `a picture of nothing is still a picture`() {
    let empty = CodecBenchReport(
      files: [], bytes: 0, sampledBytes: 0, chunkSize: 1 << 20, bytesPerDay: nil, codecs: [],
      content: nil)
    let picture = text { CodecBenchPicture(empty).append(to: &$0) }
    #expect(picture.hasSuffix("</svg>\n") && !picture.contains("<circle"))
  }
}
