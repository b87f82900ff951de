import Foundation
import FuzzTargets
import JournalCompression
import JournalIntegrity
import JournalQuery
import JournalSamples
import MirrorJournal

/// Files that change while they are read: they grow, are switched, shrink and vanish, and two
/// commands work on one file. Run under the thread sanitizer too.
enum LivingSuite {
  static func run(seed: UInt64, rounds: Int, hasCommands: Bool) throws -> Figures {
    var figures = Figures("living")
    if hasCommands { figures.merge(try SplitPoints.run(seed: seed)) }
    figures.merge(try follow(seed: seed))
    figures.merge(try shrink(seed: seed, rounds: rounds))
    figures.merge(try manyThreads(seed: seed))
    if hasCommands {
      figures.merge(try shrinkUnderCommands(seed: seed, rounds: rounds / 4))
      figures.merge(try twoAtOnce(rounds: rounds / 10))
    }
    return figures
  }

  // MARK: Growing

  /// A writer goes through four files while one reader follows and two others walk again and again.
  private static func follow(seed: UInt64) throws -> Figures {
    let scratch = try Scratch()
    let paths = (1...4).map { scratch.file("20240709.00\($0)") }
    let state = Shared()
    var header = JournalHeader()
    header.name = paths[0]
    header.fileCount = 1
    header.guid = GUID(high: 1, low: 1)
    let first = FirstWriter(
      writer: try JournalWriter(
        path: paths[0], header: header, databases: RandomJournal.databases, jobs: RandomJournal.jobs
      ))
    let figures = Tally("living")
    DispatchQueue.concurrentPerform(iterations: 4) { role in
      do {
        switch role {
        case 0:
          defer { state.finish() }
          var records = RandomJournal(seed: seed)
          var writer = first.writer
          for (index, path) in paths.enumerated() {
            if index > 0 {
              writer = try writer.switchFile(to: path, guid: GUID(high: 1, low: UInt64(index + 1)))
            }
            for _ in 0..<1500 {
              let content = try records.record()
              let address = try writer.append(content)
              state.wrote(Place(path: path, address: address))
              if address % 3 != 0 { try writer.flush() }
            }
            try writer.flush()
          }
          try writer.close()
        case 1:
          var follower = JournalFollower(path: paths[0])
          follower.interval = 1
          var got = 0
          var isLast = false
          try follower.run(
            until: {
              if isLast { return true }
              isLast = state.isFinished && got == state.written.count
              return false
            },
            event: { event in
              switch event {
              case .damaged, .chainBroken: figures.find("the follower reports \(event)")
              default: break
              }
            }
          ) { journal, record in
            guard record.type.isVisible, record.type != .extension else { return }
            let place = Place(path: journal.path, address: record.address)
            if state.written(got) != place {
              figures.find("the follower got \(place) as number \(got)")
            }
            got += 1
          }
          figures.add("records followed", got)
        default:
          while !state.isFinished {
            let known = state.written
            for path in paths where known.contains(where: { $0.path == path }) {
              walk(path, figures)
            }
          }
        }
      } catch {
        figures.find("role \(role): \(error)")
        state.finish()
      }
    }
    return figures.figures
  }

  /// One walk of a growing file; what looks like damage has to be gone at a second look.
  private static func walk(_ path: String, _ figures: Tally) {
    for attempt in 0..<50 {
      do {
        let journal = try Journal(path: path)
        var isDamaged = !journal.structuralDamage.isEmpty
        var last = 0
        try journal.forEachRecord(damaged: { _ in isDamaged = true }) { record in
          if record.address <= last { figures.find("\(path): \(record.address) behind \(last)") }
          last = record.address
        }
        figures.add("walks of a growing file")
        if !isDamaged { return }
      } catch {
        // The next file's header may be half written.
      }
      if attempt > 0 { figures.add("moments inside a header that look like damage") }
      usleep(1000)
    }
    figures.find("\(path): damage that stays")
  }

  // MARK: Shrinking and vanishing

  private static func shrink(seed: UInt64, rounds: Int) throws -> Figures {
    let bytes = try DamageSuite.plainSets(blocks: 40, isClosed: true, seed: seed)
    let plain = PlainJournal(bytes)
    return shared("living", rounds) { index, _, figures in
      var random = Randomness(seed: seed &+ UInt64(index))
      let scratch = try Scratch()
      try scratch.write(bytes, "j")
      let path = scratch.file("j")
      let isCompressed = index % 3 == 2
      var name = path
      if isCompressed {
        _ = try JournalCompressor(chunkSize: 65_536).compress(path)
        name = path + "z"
      }
      let journal = try JournalInputs.open(name)
      let stop = random.below(plain.records.count)
      let size = random.below(isCompressed ? 100_000 : bytes.count)
      let vanishes = random.once(in: 4)
      var seen = 0
      var damage = 0
      do {
        try journal.forEachRecord(damaged: { _ in damage += 1 }) { record in
          if seen == stop {
            if vanishes { unlink(name) } else { truncate(name, size) }
          }
          // A record that reads as zeros is behind the new end.
          if record.address == plain.records[min(seen, plain.records.count - 1)].address {
            seen += 1
          }
        }
        if damage == 0, seen != plain.records.count {
          figures.find("round \(index): \(seen) records without a word")
        }
      } catch let error as JournalError
        where [.shrank, .cannotRead, .compressedDamaged].contains(error.code)
      {
        if vanishes { figures.find("round \(index): \(error)") }
        figures.add("shrunk files told")
      } catch {
        figures.find("round \(index): \(error)")
      }
      figures.add(vanishes ? "files that vanished" : "files that shrank")
    }
  }

  private static func shrinkUnderCommands(seed: UInt64, rounds: Int) throws -> Figures {
    let bytes = try DamageSuite.plainSets(blocks: 60, isClosed: true, seed: seed)
    return shared("living", rounds) { index, _, figures in
      var random = Randomness(seed: seed &+ UInt64(index))
      let scratch = try Scratch()
      let aside = try Scratch()
      try scratch.write(bytes, "20240709.001")
      let path = scratch.file("20240709.001")
      let commands = [
        ["dump", path, "--format", "ndjson"], ["info", path], ["verify", path], ["compress", path],
        ["export", path, "--format", "sqlite", "--output", scratch.file("out")],
      ]
      let moment = random.below(40_000)
      let size = random.below(bytes.count)
      let thread = Thread {
        usleep(UInt32(moment))
        truncate(path, size)
      }
      thread.start()
      let command = commands[index % commands.count]
      let outcome = try Program().run(command, errorsIn: aside)
      while !thread.isFinished { usleep(500) }
      figures.add("files that shrank under a command")
      if let signal = outcome.signal { figures.find("\(command[0]): signal \(signal)") }
      // 'verify' reports on standard output.
      if outcome.status != 0, outcome.errorLines.isEmpty, command[0] != "verify" {
        figures.find("\(command[0]): \(outcome): says nothing")
      }
      if command[0] == "compress", outcome.status == 0 {
        // It may have begun when the file was short already.
        let count = try JournalInputs.open(path + "z").storage.count
        if count != bytes.count, count != size {
          figures.find("compressed \(count) bytes of \(size)")
        }
      }
      for name in scratch.names() where name.hasPrefix(".") { figures.find("left behind: \(name)") }
    }
  }

  // MARK: Many at once

  /// One journal and one container read by several threads at once, and compressed by several.
  private static func manyThreads(seed: UInt64) throws -> Figures {
    let scratch = try Scratch()
    try BulkJournal(mix: .hospital, size: 6 << 20, seed: seed).write(
      to: scratch.file("20240709.001"))
    let path = scratch.file("20240709.001")
    var figures = Figures("living")
    for codec in JournalCodec.allCases {
      var options = CompressionOptions()
      options.threads = 4
      options.force = true
      _ = try JournalCompressor(codec: codec, chunkSize: 65_536 * 4, options: options).compress(
        path)
      let journals = [try Journal(path: path), try JournalInputs.open(path + "z")]
      var counts: [Int] = []
      for journal in journals {
        let summary = try JournalSummary(of: journal, threads: 4)
        let report = try IntegrityCheck.run([journal], threads: 4)
        let profile = try JournalProfile(by: [.global], threads: 4).run([journal]) { damage, _ in
          throw damage
        }
        counts += [summary.records, profile.total.records]
        let alone = try listing(of: journal, threads: 1)
        if try listing(of: journal, threads: 4) != alone {
          figures.find("\(codec): four threads list other lines of \(journal.path) than one")
        }
        figures.add("journals listed by several threads")
        if !report.isSound { figures.find("\(codec): \(report.findings)") }
        let tally = Tally("living")
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
          var random = Randomness(seed: seed &+ UInt64(thread))
          for _ in 0..<200 {
            let address = 131_072 + random.below(5 << 20)
            do {
              guard let found = try journal.recordAddress(atOrAfter: address) else { continue }
              try journal.withRecord(at: found) {
                if $0.address != found { tally.find("\($0.address)") }
              }
              tally.add("records read by several threads")
            } catch { tally.find("\(error)") }
          }
        }
        figures.merge(tally.figures)
      }
      if Set(counts).count != 1 { figures.find("\(codec): \(counts) records") }
      options.threads = 4
      let back = try JournalDecompressor(options: options).decompress(
        path + "z", to: scratch.file("back"))
      if back.bytesTo != journals[0].storage.count || scratch.read("back") != contents(path) {
        figures.find("\(codec): does not come back")
      }
    }
    return figures
  }

  /// All records as NDJSON.
  private static func listing(of journal: Journal, threads: Int) throws -> [UInt8] {
    var lines: [UInt8] = []
    _ = try RecordListing(.ndjson, filter: .all, threads: threads).write(
      journal, damaged: { throw $0 }
    ) { piece in piece.withUnsafeBytes { lines.append(contentsOf: $0) } }
    return lines
  }

  /// Two commands that write the same file.
  private static func twoAtOnce(rounds: Int) throws -> Figures {
    let journal = try DamageSuite.plainSets(blocks: 30, isClosed: true, seed: 1)
    let figures = Tally("living")
    for round in 0..<rounds {
      let scratch = try Scratch()
      try scratch.write(journal, "20240709.001")
      let path = scratch.file("20240709.001")
      let statuses = Statuses()
      let extra = round % 2 == 0 ? [] : ["--rm"]
      DispatchQueue.concurrentPerform(iterations: 2) { _ in
        do {
          let aside = try Scratch()
          let outcome = try Program().run(["compress", path] + extra, errorsIn: aside)
          statuses.add(outcome.status ?? -1)
          if outcome.status != 0, outcome.errorLines.count != 1 {
            figures.find("two at once: \(outcome)")
          }
        } catch { figures.find("two at once: \(error)") }
      }
      figures.add("pairs of commands on one file")
      if !statuses.all.contains(0) || statuses.all.contains(where: { $0 != 0 && $0 != 2 }) {
        figures.find("two at once: status \(statuses.all)")
      }
      let names = scratch.names()
      let expected = round % 2 == 0 ? ["20240709.001", "20240709.001z"] : ["20240709.001z"]
      if names != expected { figures.find("two at once: \(names)") }
      guard let storage = try openStorage(path: path + "z"), storage.damage.isEmpty,
        storage.count == journal.count
      else {
        figures.find("two at once: no whole container")
        continue
      }
    }
    return figures.figures
  }
}

/// Where a record was written.
struct Place: Equatable, Sendable {
  let path: String
  let address: Int
}

/// A writer on its way to the one thread that uses it.
private struct FirstWriter: @unchecked Sendable {
  let writer: JournalWriter
}

/// What the writer of a test has written.
private final class Shared: @unchecked Sendable {
  // Every access holds the lock.
  private var places: [Place] = []
  private var finished = false
  private let lock = NSLock()

  func wrote(_ place: Place) { lock.withLock { places.append(place) } }
  func finish() { lock.withLock { finished = true } }
  var isFinished: Bool { lock.withLock { finished } }
  var written: [Place] { lock.withLock { places } }
  func written(_ index: Int) -> Place? {
    lock.withLock { index < places.count ? places[index] : nil }
  }
}

private final class Statuses: @unchecked Sendable {
  private var statuses: [Int32] = []
  private let lock = NSLock()
  func add(_ status: Int32) { lock.withLock { statuses.append(status) } }
  var all: [Int32] { lock.withLock { statuses } }
}

/// Figures that several threads add to.
final class Tally: @unchecked Sendable {
  // Every access holds the lock.
  private var inner: Figures
  private let lock = NSLock()

  init(_ suite: String) { inner = Figures(suite) }
  func add(_ name: String, _ value: Int = 1) { lock.withLock { inner.add(name, value) } }
  func find(_ text: String) { lock.withLock { inner.find(text) } }
  var figures: Figures { lock.withLock { inner } }
}
