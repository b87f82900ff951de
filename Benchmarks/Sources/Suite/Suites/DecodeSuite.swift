import CLimits
import MirrorJournal

/// Header fields, every subscript and every value's description of each record.
enum DecodeSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      for size in [64, 256] {
        let input = try setting.inputs.journal(mix, size)
        let range = input.journal.dataRange
        let ahead = input.ahead
        let contest = input.contest("decode")
        contest.limit("C decode, prefetch") {
          try input.withData { use(c_decode($0, range.lowerBound, range.upperBound, ahead)) }
        }
        contest.ours("decode", against: "C decode, prefetch") { use(try decode(input.journal)) }
        contest.limitByTwoThreads(reading: input)
        contest.ours("decode, 1 thread", against: nil, clock: .wall) {
          use(try decode(input.journal, threads: 1))
        }
        contest.ours("decode, 2 threads", against: "decode, 1 thread", clock: .wall) {
          use(try decode(input.journal, threads: 2))
        }
        rows += try contest.run(rounds: setting.rounds)
      }
    }
    return rows
  }

  static func decode(_ journal: Journal) throws -> Int {
    var sum = 0
    try journal.forEachRecord(into: &sum, verifyingChecksums: false, damaged: { throw $0 }) {
      $0 &+= try decode($1)
    }
    return sum
  }

  private static func decode(_ journal: Journal, threads: Int) throws -> Int {
    let parts = try journal.reduce(threads: threads, verifyingChecksums: false, into: { _ in 0 }) {
      $0 &+= try decode($1)
    }
    return parts.reduce(0) { $0 &+ $1.value }
  }

  @inline(__always)
  private static func decode(_ record: borrowing Record) throws -> Int {
    var sum = Int(record.type.rawValue) &+ Int(record.jobID) &+ Int(record.sfn) &+ Int(record.flags)
    guard let key = record.key() else { return sum }
    var subscripts = key.subscripts()
    while let subscript_ = subscripts.next() { sum &+= subscript_.content.count }
    guard record.type.hasKeyAndValues else { return sum }
    let extents = try record.extents()
    for index in 0..<record.valueCount {
      let word = try record.valueWord(index, extents)
      sum &+= word.byteCount &+ Int(word.storageCode)
    }
    return sum
  }
}
