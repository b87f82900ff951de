import Foundation

/// What a suite counted and what it found wrong.
struct Figures: Codable, Sendable {
  struct Count: Codable, Sendable {
    let name: String
    var value: Int
  }

  var suite: String
  var seconds = 0.0
  var counts: [Count] = []
  /// Each is a bug, or a promise that is not kept.
  var findings: [String] = []
  /// What is not protected, by name: asserted to be the only such.
  var unprotected: [String] = []

  init(_ suite: String) { self.suite = suite }

  mutating func add(_ name: String, _ value: Int = 1) {
    if let index = counts.firstIndex(where: { $0.name == name }) {
      counts[index].value += value
    } else {
      counts.append(Count(name: name, value: value))
    }
  }

  /// Notes a finding; the first hundred are kept.
  mutating func find(_ text: String) {
    if findings.count < 100 { findings.append(text) }
    add("findings")
  }

  mutating func merge(_ other: Figures) {
    for count in other.counts { add(count.name, count.value) }
    findings = Array((findings + other.findings).prefix(100))
    for name in other.unprotected where !unprotected.contains(name) { unprotected.append(name) }
  }

  subscript(_ name: String) -> Int { counts.first { $0.name == name }?.value ?? 0 }

  func print() {
    var line = suite + ":"
    for count in counts where count.name != "findings" { line += " \(count.value) \(count.name)," }
    Swift.print(line, "\(self["findings"]) findings, \(Int(seconds.rounded())) s")
    for name in unprotected { Swift.print("  not protected: \(name)") }
    for finding in findings.prefix(10) { Swift.print("  FINDING: \(finding.prefix(400))") }
    fflush(nil)
  }
}

/// Runs `body` for each index on `threads` threads, which may be more than there are processors; each has
/// figures of its own. Of a long suite, what is done and what was found is told as it goes.
func shared(
  _ suite: String, _ count: Int, threads: Int = 2,
  _ body: @escaping @Sendable (Int, Int, inout Figures) throws -> Void
) -> Figures {
  let results = Results(suite, of: count)
  let group = DispatchGroup()
  for thread in 0..<threads {
    group.enter()
    let worker = Thread {
      defer { group.leave() }
      var figures = Figures(suite)
      for index in stride(from: thread, to: count, by: threads) {
        let known = figures.findings.count
        do { try body(index, thread, &figures) } catch { figures.find("\(index): \(error)") }
        results.tell(figures.findings[known...])
      }
      results.take(figures)
    }
    worker.stackSize = 8 << 20
    worker.start()
  }
  group.wait()
  return results.all()
}

private final class Results: @unchecked Sendable {
  // Every access holds the lock.
  private var parts: [Figures] = []
  private var done = 0
  private let lock = NSLock()
  private let suite: String
  private let count: Int

  init(_ suite: String, of count: Int) {
    self.suite = suite
    self.count = count
  }

  func tell(_ findings: ArraySlice<String>) {
    lock.withLock {
      done += 1
      for finding in findings {
        FileHandle.standardError.write(Data("\(suite): FINDING: \(finding.prefix(400))\n".utf8))
      }
      if done % 1000 == 0, done < count {
        FileHandle.standardError.write(Data("\(suite): \(done) of \(count)\n".utf8))
      }
    }
  }

  func take(_ figures: Figures) { lock.withLock { parts.append(figures) } }

  func all() -> Figures {
    lock.withLock { parts.reduce(into: Figures(suite)) { $0.merge($1) } }
  }
}
