import Foundation
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Compressing an active journal")
struct ActiveCompressionTests {
  @Test("Its copy does not take its place, whoever asks")
  func active() throws {
    let bench = try Workbench()
    let name = "20240709.001"
    let writer = try bench.writer(name)
    try writer.appendMixture(100, seed: 1)
    var options = CompressionOptions()
    options.removeOriginal = true
    let compressor = JournalCompressor(options: options)
    let error = #expect(throws: JournalError.self) {
      try compressor.compressJournal(bench.path(name), allowingActive: true)
    }
    #expect(error?.code == .badArgument)
    #expect(FileManager.default.fileExists(atPath: bench.path(name)))
    #expect(!FileManager.default.fileExists(atPath: bench.path(name) + "z"))
    try writer.close()
    _ = try compressor.compressJournal(bench.path(name))
    #expect(!FileManager.default.fileExists(atPath: bench.path(name)))
  }
}
