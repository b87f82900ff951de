import Glibc

/// Seconds of one piece of work: on the wall, and of processor time.
struct Seconds {
  var wall: Double
  var processor: Double

  static func of(_ clock: Clock, _ seconds: Seconds) -> Double {
    clock == .wall ? seconds.wall : seconds.processor
  }
}

/// What a contender is judged by.
enum Clock: String {
  /// For work on several threads or that waits for a disk. Suffers from others on the machine.
  case wall
  /// For work on one thread: what others do at the same time does not count.
  case processor
}

enum Stopwatch {
  static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Processor time is that of the whole process, so that threads that the work starts count.
  static func measure(_ body: () throws -> Void) rethrows -> Seconds {
    let wall = read(CLOCK_MONOTONIC)
    let processor = read(CLOCK_PROCESS_CPUTIME_ID)
    try body()
    return Seconds(
      wall: read(CLOCK_MONOTONIC) - wall, processor: read(CLOCK_PROCESS_CPUTIME_ID) - processor)
  }
}

/// The middle one, or the mean of the two middle ones; 0 of none.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Half the range between the quartiles by the median: how much the values spread, in percent.
func spread(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = median(values)
  guard sorted.count > 1, middle > 0 else { return 0 }
  let quarter = (sorted.count - 1) / 4
  return (sorted[sorted.count - 1 - quarter] - sorted[quarter]) / middle * 50
}
