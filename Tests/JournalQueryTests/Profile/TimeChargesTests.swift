import MirrorJournal
import Testing

@testable import JournalQuery

@Suite("Bytes by time in bounded memory") struct TimeChargesTests {
  private func charges(_ times: some Sequence<Int>) -> TimeCharges {
    var charges = TimeCharges()
    for time in times { charges.add(time % 7 + 1, at: Timestamp(milliseconds: Int64(time))) }
    return charges
  }

  private func bytes(_ times: some Sequence<Int>) -> Int {
    var sum = 0
    for time in times { sum += time % 7 + 1 }
    return sum
  }

  private func bytes(_ charges: TimeCharges) -> Int {
    var sum = 0
    for moment in charges.moments { sum += moment.bytes }
    return sum
  }

  private func isInOrder(_ charges: TimeCharges) -> Bool {
    zip(charges.moments, charges.moments.dropFirst()).allSatisfy { $0.time < $1.time }
  }

  @Test(arguments: [1, 2, 4095, 4096, 4097, 8193, 100_000])
  func nothingIsLostAndBothEndsStay(count: Int) {
    var sum = TimeCharges()
    sum.add(charges(0..<count))
    #expect(sum.moments.count <= TimeCharges.limit)
    #expect(bytes(sum) == bytes(0..<count))
    #expect(sum.moments.first?.time == Timestamp(milliseconds: 0))
    #expect(sum.moments.last?.time == Timestamp(milliseconds: Int64(count - 1)))
    #expect(isInOrder(sum))
  }

  @Test func stretchesOfTheSameTimesAndInAnyOrderAreOne() {
    var sum = TimeCharges()
    sum.add(charges(3000..<6000))
    sum.add(charges((0..<3000).reversed()))
    sum.add(charges(1000..<2000))
    #expect(sum.moments.count <= TimeCharges.limit)
    #expect(isInOrder(sum))
    #expect(bytes(sum) == bytes(0..<6000) + bytes(1000..<2000))
  }

  @Test func fewMomentsStayAsTheyAre() {
    var sum = TimeCharges()
    sum.add(charges(0..<100))
    let expected = (0..<100).map { time in time % 7 + 1 }
    #expect(sum.moments.map(\.bytes) == expected)
  }

  @Test(arguments: [2, 3, 7, 50])
  func partsMakeNoDifference(parts: Int) {
    // Far apart and close together, so that the grid is made coarser at different moments.
    let times = (0..<20_000).map { $0 * ($0 % 5 == 0 ? 977 : 1) }
    var whole = TimeCharges()
    whole.add(charges(times))
    var sum = TimeCharges()
    for part in 0..<parts {
      sum.add(charges(times[times.count * part / parts..<times.count * (part + 1) / parts]))
    }
    #expect(sum.moments.map(\.time) == whole.moments.map(\.time))
    #expect(sum.moments.map(\.bytes) == whole.moments.map(\.bytes))
    #expect(sum.moments.last?.time == Timestamp(milliseconds: Int64(times.max() ?? 0)))
  }
}
