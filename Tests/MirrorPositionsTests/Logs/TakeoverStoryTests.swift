import JournalTestSupport
import MirrorLog
import MirrorPositions
import Testing

@Suite("Several takeovers, with one log damaged")
struct TakeoverStoryTests {
  /// 2400 tellings, in eight parts that run side by side.
  @Test(
    "never YES where a statement is missing, never NO where nothing contradicts", arguments: 0..<8)
  func everyDamage(part: Int) throws {
    var dice = Dice(UInt64(part) + 20_250_312)
    func roll(_ count: Int) -> Int { Int(dice.next() >> 33) % count }
    var counts: [Verdict: Int] = [:]
    var wrong: [String] = []
    for _ in 0..<300 {
      var story = TakeoverStory()
      story.count = 1 + roll(3)
      if roll(3) == 0 { story.losses[roll(story.count)] = [800, -400][roll(2)] }
      story.damage = TakeoverStory.Damage.allCases[roll(TakeoverStory.Damage.allCases.count)]
      story.isSouthDamaged = roll(2) == 0
      story.cut = roll(1000)
      if roll(3) == 0 {
        // A log that is cut at its end has no line behind that.
        if story.damage == .cutInStamp { story.damage = .none }
        story.failure = TakeoverStory.Failure.allCases[roll(TakeoverStory.Failure.allCases.count)]
        story.message = TakeoverStory.failures[roll(TakeoverStory.failures.count)]
        story.place = roll(1000)
      }
      let expected = story.expected
      let result = MirrorPositions(try MirrorLogs(bytes: story.inputs()))
      for verdict in expected { counts[verdict, default: 0] += 1 }
      if !expected.contains(result.verdict) {
        wrong.append("\(story): \(result.answer) \(result.findings.map(\.code))")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(6).joined(separator: "\n"))")
    for verdict in [Verdict.yes, .no, .cannotTell] { #expect(counts[verdict, default: 0] > 30) }
  }
}
