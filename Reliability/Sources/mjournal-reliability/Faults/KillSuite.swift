import Foundation
import FuzzTargets

/// The commands that make files are killed at random moments of their work.
enum KillSuite {
  static func run(_ operations: [Operation], kills: Int, seed: UInt64) throws -> Figures {
    var figures = Figures("kills")
    for operation in operations {
      let duration = try medianDuration(operation)
      figures.merge(
        shared("kills", kills) { index, _, figures in
          var random = Randomness(seed: seed &+ UInt64(index))
          let moment = random.below(duration * 11 / 10)
          let folder = try Scratch()
          let aside = try Scratch()
          try operation.prepare(folder)
          var program = Program()
          program.killAfter = moment
          let outcome = try program.run(operation.arguments(folder), errorsIn: aside)
          let label = "\(operation.name) killed after \(moment) µs"
          figures.add(outcome.signal == SIGKILL ? "kills" : "ended before the kill")
          if folder.names().contains(operation.output) { figures.add("whole output") }
          if let complaint = operation.complaint(folder, mayLeave: true) {
            figures.find("\(label): \(complaint)")
          }
          if let complaint = try operation.rerun(folder, aside) {
            figures.find("\(label): \(complaint)")
          }
          figures.add("reruns")
        })
    }
    return figures
  }

  private static func medianDuration(_ operation: Operation) throws -> Int {
    let folder = try Scratch()
    let aside = try Scratch()
    var durations: [Int] = []
    for _ in 0..<7 {
      try operation.prepare(folder)
      durations.append(try Program().run(operation.arguments(folder), errorsIn: aside).microseconds)
    }
    return max(1000, durations.sorted()[3])
  }
}
