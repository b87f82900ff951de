import Foundation

/// Runs the built `mjournal`, as a user runs it.
struct Program: Sendable {
  struct Outcome: Sendable {
    /// Nil when a signal ended it.
    var status: Int32?
    var signal: Int32?
    var errors = ""
    var microseconds = 0

    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// The folder of this executable, where the tool and the library of faults are too.
  static let folder: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"
  }()

  /// The tool beside this executable, or another build of it.
  private static let tool =
    ProcessInfo.processInfo.environment["MJOURNAL"] ?? Program.folder + "mjournal"

  var path = Program.tool
  /// The folder that faults are confined to, with its final slash.
  var root: String?
  var rule: String?
  var countFile: String?
  var logFile: String?
  /// Where standard output goes.
  var output = "/dev/null"
  /// Killed after so many microseconds.
  var killAfter: Int?
  /// The most address space that it may have, in kilobytes.
  var memory: Int?
  /// A program that uses the processor for more microseconds hangs, and one that takes six times as long: beside
  /// many others it gets little of the processor.
  var limit = 60_000_000

  /// - Parameter errorsIn: a folder for the file that takes standard error.
  func run(_ arguments: [String], errorsIn folder: Scratch) throws -> Outcome {
    var environment = ["SWIFT_BACKTRACE=enable=no", "TZ=UTC", "PATH=/usr/bin:/bin"]
    if let path = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] {
      environment.append("LD_LIBRARY_PATH=\(path)")
    }
    if rule != nil || countFile != nil || logFile != nil {
      environment.append("LD_PRELOAD=\(Program.folder)libfaults.so")
      if let root { environment.append("MJ_FAULTS_ROOT=\(root)") }
      if let rule { environment.append("MJ_FAULTS_RULE=\(rule)") }
      if let countFile { environment.append("MJ_FAULTS_COUNT=\(countFile)") }
      if let logFile { environment.append("MJ_FAULTS_LOG=\(logFile)") }
    }
    let errors = folder.file("errors")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var command = [path] + arguments
    if let memory {
      command = ["/bin/sh", "-c", "ulimit -v \(memory); exec \"$0\" \"$@\""] + command
    }
    var argv = command.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let begin = Program.now()
    let spawned = posix_spawn(&process, command[0], &actions, nil, &argv, &envp)
    guard spawned == 0 else { throw Failure("\(path): \(String(cString: strerror(spawned)))") }
    if let killAfter {
      usleep(UInt32(killAfter))
      kill(process, SIGKILL)
    }
    var status: Int32 = 0
    var hung = false
    var pause: UInt32 = killAfter == nil ? 500 : 200
    while waitpid(process, &status, WNOHANG) == 0 {
      let taken = Program.now() - begin
      if !hung, taken > limit, taken > 6 * limit || processorTime(of: process) > limit {
        hung = true
        kill(process, SIGKILL)
      }
      usleep(pause)
      if killAfter == nil { pause = min(pause + pause / 4, 20_000) }
    }
    if hung { throw Failure("hangs: \(arguments.joined(separator: " "))") }
    var outcome = Outcome()
    outcome.microseconds = Program.now() - begin
    outcome.errors = contents(errors).map { String(decoding: $0, as: UTF8.self) } ?? ""
    if status & 0x7F == 0 {
      outcome.status = (status >> 8) & 0xFF
    } else {
      outcome.signal = status & 0x7F
    }
    return outcome
  }

  static func now() -> Int { microseconds(of: CLOCK_MONOTONIC) }

  /// The processor time that a running process has used; 0 for one that has ended.
  private func processorTime(of process: pid_t) -> Int {
    var clock = clockid_t()
    guard clock_getcpuclockid(process, &clock) == 0 else { return 0 }
    return Self.microseconds(of: clock)
  }

  private static func microseconds(of clock: clockid_t) -> Int {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }
}
