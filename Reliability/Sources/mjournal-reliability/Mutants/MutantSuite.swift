import Foundation
import FuzzTargets
import JournalIntegrity
import JournalQuery
import JournalSamples
import MirrorJournal

/// Journals that were changed and sealed anew, read by all ways and all commands: none ends the process or
/// hangs, none calls sound what another calls damaged, and all show the same records.
enum MutantSuite {
  /// Every mutant is read by the library; of so many, one by every command too, which take some
  /// milliseconds each to start, unless all are asked for.
  private static let commandsEach = 20

  static func run(_ mutants: Range<Int>, seed: UInt64, allCommands: Bool) throws -> Figures {
    let originals = try Self.originals(seed: seed)
    // More than there are processors: `follow` waits two seconds for a writer that may be at work.
    let folders = try (0..<(allCommands ? 10 : 6)).map { _ in try Scratch() }
    return shared("mutants", mutants.count, threads: folders.count) { offset, thread, figures in
      let index = mutants.lowerBound + offset
      let mutant = mutant(index, of: originals, seed: seed)
      let folder = folders[thread]
      folder.clear()
      try folder.write(mutant.bytes, "20240709.001")
      figures.add(mutant.isSealed ? "mutants, sealed anew" : "mutants")
      let label = "mutant \(index) of seed \(seed)"
      let reading = MutantReading(folder.file("20240709.001"))
      figures.add("readings", reading.count)
      for complaint in reading.complaints { figures.find("\(label): \(complaint)") }
      if mutant.isContradicted, reading.isSound {
        figures.find("\(label): nothing is told although a checksum is wrong")
      }
      let isChosen = index % commandsEach < originals.count && index / originals.count % 4 == 0
      guard allCommands || isChosen else { return }
      try MutantCommands(folder, label: label).run(reading, &figures)
    }
  }

  /// Writes the mutant that a finding names.
  static func write(_ index: Int, seed: UInt64, to path: String) throws {
    try Data(mutant(index, of: originals(seed: seed), seed: seed).bytes)
      .write(to: URL(filePath: path))
  }

  private static func mutant(
    _ index: Int, of originals: [(bytes: [UInt8], places: [JournalAddress])], seed: UInt64
  ) -> Mutant {
    var random = Randomness(seed: seed &+ UInt64(index) &* 7919)
    let (bytes, places) = originals[index % originals.count]
    return Mutant(of: bytes, places: places, random: &random)
  }

  /// Sound journals and where their records start: with every type, closed and active, and of random records.
  private static func originals(seed: UInt64) throws -> [(bytes: [UInt8], places: [JournalAddress])]
  {
    let everyType = try DamageSuite.everyType()
    var all = [everyType, DamageSuite.activeForm(everyType)]
    for isClosed in [true, false] {
      let scratch = try Scratch()
      var records = RandomJournal(seed: seed &+ 3)
      var header = JournalHeader()
      header.name = "20240709.001"
      header.fileCount = 1
      header.creationTime = Timestamp(milliseconds: 1_720_500_000_000)
      let writer = try JournalWriter(
        path: scratch.file("j"), header: header, databases: RandomJournal.databases,
        jobs: RandomJournal.jobs)
      while writer.address < 131_072 + 3 * 65_536 + 20_000 { try writer.append(records.record()) }
      if isClosed { try writer.close() } else { try writer.flush() }
      guard let bytes = scratch.read("j") else { throw Failure("no sample") }
      let whole = (bytes.count + 65_535) / 65_536 * 65_536
      all.append(bytes + [UInt8](repeating: 0, count: whole - bytes.count))
    }
    return try all.map { bytes in
      var places: [JournalAddress] = []
      try Journal(storage: MemoryStorage(bytes)).forEachRecord(damaged: { throw $0 }) {
        places.append($0.address)
      }
      return (bytes, places)
    }
  }
}
