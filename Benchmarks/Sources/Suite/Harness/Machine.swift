import Glibc

/// Where and when the numbers were taken.
struct Machine {
  let processor: String
  let cores: Int
  let memory: Int
  let system: String
  let swift: String
  let commit: String
  let date: String
  /// Processes that wanted to run in the last minute, as `uptime` says.
  let load: Double

  init() {
    processor =
      ChildProcess.lines("grep -m1 'model name' /proc/cpuinfo | cut -d: -f2").first?
      .trimmed ?? "unknown processor"
    cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    system =
      ChildProcess.lines(". /etc/os-release; echo \"$PRETTY_NAME, Linux $(uname -r)\"").first ?? ""
    swift = ChildProcess.lines("swift --version 2>/dev/null | grep -m1 'Swift version'").first ?? ""
    let dirty =
      ChildProcess.lines("git status --porcelain -- ../Sources Sources").isEmpty
      ? "" : " and changes"
    commit = (ChildProcess.lines("git rev-parse --short HEAD").first ?? "unknown") + dirty
    date = ChildProcess.lines("date -u '+%Y-%m-%d %H:%M UTC'").first ?? ""
    load = Machine.currentLoad
  }

  /// The load of the last minute.
  static var currentLoad: Double {
    var loads = [Double](repeating: 0, count: 3)
    return getloadavg(&loads, 3) > 0 ? loads[0] : 0
  }
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
