import CLimits
import Glibc
import JournalQuery
import MirrorJournal

/// Every record's place, length and type: nothing else.
enum WalkSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      for size in setting.sizes where size <= setting.goalSize {
        let input = try setting.inputs.journal(mix, size)
        let range = input.journal.dataRange
        let contest = input.contest("walk")
        contest.limit("memory read") {
          try input.withData { use(c_read($0 + range.lowerBound, range.count)) }
        }
        contest.limitByWalk(input)
        contest.limitBySoundWalk(input)
        contest.ours("walk", against: Contest.walkLimit) { use(try walk(input.journal)) }
        contest.ours("walk, checksums verified", against: Contest.soundWalkLimit) {
          use(try walk(input.journal, verifying: true))
        }
        contest.ours("count by type", against: Contest.soundWalkLimit) {
          use(try JournalSummary(of: input.journal))
        }
        contest.limitByTwoThreads(reading: input)
        contest.ours("walk, 1 thread", against: nil, clock: .wall) {
          use(try walk(input.journal, threads: 1))
        }
        contest.ours("walk, 2 threads", against: "walk, 1 thread", clock: .wall) {
          use(try walk(input.journal, threads: 2))
        }
        // The tightest goal, and rounds of less than a second: they last longer than a disturbance.
        rows += try contest.run(rounds: setting.rounds * (setting.isFull ? 3 : 1))
      }
    }
    return rows
  }

  /// The file is not in memory: the disk is the limit.
  static func cold(_ setting: Setting) throws -> [Row] {
    let input = try setting.inputs.journal(.rows, 256)
    let path = input.path
    let contest = Contest("cold", on: input.label, bytes: input.bytes, records: input.records)
    contest.limit("read(2) of 1 MiB", clock: .wall) {
      try dropCache(path)
      let file = open(path, O_RDONLY)
      defer { close(file) }
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while read(file, &buffer, buffer.count) > 0 {}
    }
    contest.ours("walk, cold cache", against: "read(2) of 1 MiB", clock: .wall) {
      try dropCache(path)
      use(try walk(Journal(path: path)))
    }
    return try contest.run(rounds: 3)
  }

  /// Asks the system to forget the file; pages that are mapped elsewhere stay.
  private static func dropCache(_ path: String) throws {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    fdatasync(file)
    guard file >= 0, posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
      throw ChildProcess.Failure(description: "\(path): the cache cannot be dropped")
    }
  }

  static func walk(_ journal: Journal, verifying: Bool = false) throws -> Int {
    var sums = WalkSums()
    try journal.forEachRecord(
      into: &sums, verifyingChecksums: verifying, damaged: { throw $0 },
      { $0.add($1) })
    return sums.records &+ sums.bytes &+ sums.types &+ sums.addresses
  }

  private static func walk(_ journal: Journal, threads: Int) throws -> Int {
    let parts = try journal.reduce(threads: threads, verifyingChecksums: false, into: { _ in 0 }) {
      $0 &+= $1.length &+ Int($1.type.rawValue)
    }
    return parts.reduce(0) { $0 &+ $1.value }
  }
}

/// What the C walk gathers, too.
private struct WalkSums {
  var records = 0
  var bytes = 0
  var types = 0
  var addresses = 0

  @inline(__always)
  mutating func add(_ record: borrowing Record) {
    records &+= 1
    bytes &+= record.length
    types &+= Int(record.type.rawValue)
    addresses ^= record.address
  }
}
