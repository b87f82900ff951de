import Foundation

/// Writes the figures of a run into the document that states what is promised.
enum Report {
  private static let begin = "<!-- figures: written by scripts/reliability -->"
  private static let end = "<!-- end of figures -->"

  /// - Throws: when an argument is missing or the document has no place for figures.
  static func write(_ arguments: [String]) throws {
    var options: [String: String] = [:]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), let value = rest.popFirst() else {
        throw Failure("\(name) has no value")
      }
      options[name] = value
    }
    func option(_ name: String) throws -> String {
      guard let value = options[name] else { throw Failure("\(name) is missing") }
      return value
    }
    let figures = try JSONDecoder().decode(
      [Figures].self, from: Data(contentsOf: URL(filePath: option("--figures"))))
    // Without it the run had no fuzzers, and the table says so.
    let fuzz = try options["--fuzz"].map { try String(contentsOfFile: $0, encoding: .utf8) }
    let document = try option("--document")
    let text = try String(contentsOfFile: document, encoding: .utf8)
    guard let from = text.range(of: begin), let to = text.range(of: end),
      from.upperBound <= to.lowerBound
    else { throw Failure("\(document) has no place for the figures") }
    let seconds = Int(try option("--seconds")) ?? 0
    let lines = table(
      figures, fuzz, stopped: options["--stopped"], commit: try option("--commit"), seconds: seconds
    )
    let written =
      text[..<from.upperBound] + "\n\n" + lines.joined(separator: "\n") + "\n\n"
      + text[to.lowerBound...]
    try String(written).write(toFile: document, atomically: true, encoding: .utf8)
    print(lines.joined(separator: "\n"))
  }

  private static func table(
    _ figures: [Figures], _ fuzz: String?, stopped: String?, commit: String, seconds: Int
  )
    -> [String]
  {
    var lines = [
      "Run on \(today), commit \(commit), \(machine), in \(seconds / 60) min \(seconds % 60) s.",
      "", "| suite | what was done | count |", "|---|---|---:|",
    ]
    var findings = 0
    for suite in figures {
      for count in suite.counts where count.name != "findings" {
        lines.append("| \(suite.suite) | \(count.name) | \(grouped(count.value)) |")
      }
      findings += suite["findings"]
    }
    var executions = 0
    for line in (fuzz ?? "").split(separator: "\n") {
      if line.hasPrefix("FINDING") { findings += 1 }
      let parts = line.split(separator: " ")
      guard parts.count == 3, parts[2] == "executions", let count = Int(parts[1]) else { continue }
      lines.append("| fuzzer | \(parts[0].dropLast()) | \(grouped(count)) |")
      executions += count
    }
    lines.append(
      fuzz == nil
        ? "| fuzzer | not part of this run | |"
        : "| fuzzer | executions in all | \(grouped(executions)) |")
    if let stopped {
      // A suite that a sanitizer stopped has left no figures.
      lines.append("| \(stopped) | **stopped by a finding** | |")
      findings += 1
    } else if !figures.contains(where: { $0.suite == "thread sanitizer" }) {
      lines.append("| thread sanitizer | not part of this run | |")
    }
    lines.append("| all | **findings** | **\(findings)** |")
    let names = figures.flatMap(\.unprotected)
    if !names.isEmpty {
      lines += [
        "",
        "Fields of the block that is being filled of which a flipped bit was not told, asserted to be the only ones: "
          + names.joined(separator: "; ") + ".",
      ]
    }
    return lines
  }

  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(" ", at: place)
      place -= 3
    }
    return String(digits)
  }

  private static var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    return "\(parts.tm_year + 1900)-" + pad("\(parts.tm_mon + 1)", 2) + "-"
      + pad("\(parts.tm_mday)", 2)
  }

  private static var machine: String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model =
      info.split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown processor"
    return "\(ProcessInfo.processInfo.activeProcessorCount) cores of \(model)"
  }
}
