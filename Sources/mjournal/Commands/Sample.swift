import ArgumentParser

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Make sample journals.")
  func run() throws {}
}
