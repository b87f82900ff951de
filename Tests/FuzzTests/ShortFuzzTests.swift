import Foundation
import Testing

/// What the fuzzers of `Reliability/` try, without libFuzzer: every seed, every input of an earlier
/// finding, and the same inputs by chance on every run. A broken promise ends the process; the input
/// that did it is then left in `mjournal-fuzz-TARGET` in the temporary directory.
@Suite(.serialized) struct ShortFuzzTests {
  private static let findings = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Reliability/Findings").path(percentEncoded: false)

  @Test("Seeds, findings and inputs by chance keep every promise", arguments: FuzzTarget.allCases)
  func run(target: FuzzTarget) throws {
    let kept = FileManager.default.temporaryDirectory
      .appending(path: "mjournal-fuzz-\(target.rawValue)").path(percentEncoded: false)
    let count = try target.runShortly(
      executions: target.shortExecutions, seed: 1, findings: Self.findings, kept: kept)
    #expect(count > target.shortExecutions)
  }

  @Test("Every finding belongs to a target")
  func names() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.findings)
    #expect(!names.isEmpty)
    for name in names { #expect(FuzzTarget(rawValue: name) != nil, "\(name)") }
  }

  @Test("Inputs by chance are the same for the same seed")
  func sameInputs() throws {
    var first = try Mutations(of: .blocks, seed: 7)
    var second = try Mutations(of: .blocks, seed: 7)
    var other = try Mutations(of: .blocks, seed: 8)
    let inputs = (0..<20).map { _ in first.next() }
    #expect(inputs == (0..<20).map { _ in second.next() })
    #expect(inputs != (0..<20).map { _ in other.next() })
  }
}
