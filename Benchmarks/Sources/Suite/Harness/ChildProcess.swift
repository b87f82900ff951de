import Glibc

/// Whole processes, started with standard output on /dev/null.
enum ChildProcess {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What one run took.
  struct Result {
    var seconds: Seconds
    /// KiB, mapped files included; 0 when it is not known.
    var peakMemory: Int
    var status: Int32
  }

  /// GNU time, which starts the command from a small process: Linux charges a process with the
  /// memory of the one that started it.
  private static let time = access("/usr/bin/time", X_OK) == 0 ? "/usr/bin/time" : nil

  /// Runs a command line with `bash -c`, replaced by the command itself.
  ///
  /// - Throws: `Failure` when it cannot be started, or ends with a status that is not in `accepted`.
  static func run(_ command: String, accepted: Set<Int32> = [0]) throws -> Result {
    let memoryFile = "/tmp/mjournal-bench-memory-\(getpid())"
    let words: [String] = time.map { [$0, "-q", "-f", "%M", "-o", memoryFile] } ?? []
    let start = Stopwatch.read(CLOCK_MONOTONIC)
    let child = try spawn(command, behind: words)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    let wall = Stopwatch.read(CLOCK_MONOTONIC) - start
    let processor =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    let code = try check(status, of: command, accepted)
    let memory = time.map { _ in lines("cat \(memoryFile)").last.flatMap { Int($0) } ?? 0 } ?? 0
    unlink(memoryFile)
    return Result(
      seconds: Seconds(wall: wall, processor: processor), peakMemory: memory, status: code)
  }

  /// The most memory of its own that a command ever had, in KiB: anonymous pages, not those of
  /// mapped files, which belong to the page cache. Looked at every millisecond.
  ///
  /// - Throws: as `run`.
  static func ownMemory(of command: String, accepted: Set<Int32> = [0]) throws -> Int {
    let child = try spawn(command, behind: [])
    var most = 0
    var status: Int32 = 0
    var buffer = [UInt8](repeating: 0, count: 4096)
    while waitpid(child, &status, WNOHANG) == 0 {
      let file = open("/proc/\(child)/status", O_RDONLY)
      let count = file < 0 ? 0 : read(file, &buffer, buffer.count)
      if file >= 0 { close(file) }
      let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
      // Before the command replaces the shell, the memory is the shell's.
      if !text.hasPrefix("Name:\tbash\n"),
        let line = text.split(separator: "\n").first(where: {
          $0.hasPrefix("RssAnon:")
        })
      {
        most = max(most, Int(line.filter(\.isNumber)) ?? 0)
      }
      usleep(1000)
    }
    _ = try check(status, of: command, accepted)
    return most
  }

  private static func check(
    _ status: Int32, of command: String, _ accepted: Set<Int32>
  ) throws -> Int32 {
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    guard accepted.contains(code) else {
      throw Failure(description: "status \(code): \(command)")
    }
    return code
  }

  private static func spawn(_ command: String, behind words: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let words = words + ["bash", "-c", "exec " + command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, words[0], &actions, nil, arguments, environ) == 0 else {
      throw Failure(description: "cannot start: \(command)")
    }
    return child
  }

  /// The lines that a command prints; empty when it fails.
  static func lines(_ command: String) -> [String] {
    guard let pipe = popen(command, "r") else { return [] }
    defer { pclose(pipe) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
