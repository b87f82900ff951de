import ArgumentParser

/// How many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(name: .customLong("threads"), help: "Threads.")
  var count = 2

  func validate() throws { try Self.check(count) }

  /// - Throws: `ValidationError` for a number that no run has.
  static func check(_ count: Int) throws {
    guard (1...256).contains(count) else { throw ValidationError("--threads takes 1 to 256") }
  }
}
