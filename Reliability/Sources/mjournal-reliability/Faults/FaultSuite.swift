import Foundation

/// Every system call of the commands that make files fails once, with the errors that it can have;
/// the device is full after any number of bytes; transfers are short.
enum FaultSuite {
  private static let errors: [(String, [Int32])] = [
    ("read", [EIO, EINTR]), ("write", [EIO, ENOSPC, EINTR]), ("sync", [EIO, EINTR]),
    ("name", [EIO, EACCES, EINVAL]), ("open", [EMFILE, EIO, EACCES]), ("attribute", [EIO]),
  ]

  static func run(_ operations: [Operation]) throws -> Figures {
    var figures = Figures("faults")
    for operation in operations {
      let calls = try countCalls(operation)
      var rules: [String] = []
      for (name, numbers) in errors {
        for call in 0..<(calls[name] ?? 0) {
          for number in numbers { rules.append("\(name):\(call + 1):\(number)") }
        }
      }
      for bytes in [0, 1, 4095, 4096, 65_536, 100_000, 200_000, 262_144, 400_000, 1_000_000] {
        rules.append("space:\(bytes)")
      }
      rules += ["short:4096", "short:65537", "short:1000"]
      // The process dies between any two calls.
      for call in 0..<(calls["all"] ?? 0) { rules.append("kill:\(call + 1)") }
      figures.merge(
        shared("faults", rules.count) { [rules] index, _, figures in
          try check(operation, rules[index], &figures)
        })
    }
    return figures
  }

  private static func countCalls(_ operation: Operation) throws -> [String: Int] {
    let folder = try Scratch()
    let aside = try Scratch()
    try operation.prepare(folder)
    var program = Program()
    program.root = folder.path
    program.countFile = aside.file("counts")
    let outcome = try program.run(operation.arguments(folder), errorsIn: aside)
    guard outcome.status == 0, let text = aside.read("counts") else {
      throw Failure("\(operation.name) does not run: \(outcome.errors)")
    }
    var calls: [String: Int] = [:]
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2 { calls[String(parts[0])] = Int(parts[1]) }
    }
    return calls
  }

  private static func check(_ operation: Operation, _ rule: String, _ figures: inout Figures) throws
  {
    let folder = try Scratch()
    let aside = try Scratch()
    try operation.prepare(folder)
    var program = Program()
    program.root = folder.path
    program.rule = rule
    let outcome = try program.run(operation.arguments(folder), errorsIn: aside)
    let isKill = rule.hasPrefix("kill")
    let label = "\(operation.name), \(rule)"
    figures.add(isKill ? "kills between two system calls" : "system calls that failed")
    if isKill {
      if outcome.signal != SIGKILL, outcome.status != 0 { figures.find("\(label): \(outcome)") }
    } else if let signal = outcome.signal {
      figures.find("\(label): ended by signal \(signal)")
    } else if outcome.status == 0 {
      if !operation.isWhole(folder) { figures.find("\(label): status 0 without a whole output") }
    } else if outcome.status != 2 || outcome.errorLines.count != 1 {
      figures.find("\(label): status \(outcome.status ?? -1), not one line: \(outcome.errors)")
    } else if rule.hasSuffix(":\(EINTR)") {
      figures.find("\(label): an interrupted call is not repeated: \(outcome.errors)")
    } else if rule.hasPrefix("short") {
      figures.find("\(label): a short transfer is not continued: \(outcome.errors)")
    }
    // A failing unlink cannot be helped; the next run removes the rest.
    if let complaint = operation.complaint(folder, mayLeave: isKill || rule.hasPrefix("name")) {
      figures.find("\(label): \(complaint)")
    }
    if let complaint = try operation.rerun(folder, aside) { figures.find("\(label): \(complaint)") }
    figures.add("reruns")
  }
}
