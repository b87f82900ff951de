import Foundation
import FuzzTargets
import JournalSamples
import MirrorJournal

/// Every bit flipped, every cut, zeros and noise from every block edge, blocks exchanged, duplicated
/// and left over: what is shown, what is stated as lost and the exit status are exactly right.
enum DamageSuite {
  /// What reference layout R2 cannot protect in a file that is still written: fields of the block
  /// that is being filled, which gets its checksum when it is full. A closed file has no such bits.
  /// A length that becomes 0 looks like a record that its writer has not yet announced.
  static let unprotected: Set<String> = [
    "block header: buffer time", "block header: flags", "record: type", "record: flags",
    "record: collation", "record: number of values", "record: job", "record: remote system",
    "record: SFN", "record: length", "record: key and name length", "record: key",
    "record: value words, values and padding", "record: body", "space behind the last record",
  ]

  static func run(seed: UInt64) throws -> Figures {
    let closed = try everyType()
    let active = activeForm(closed)
    var figures = Figures("damage")
    for (name, bytes) in [("closed", closed), ("active", active)] {
      let plain = PlainJournal(bytes)
      let types = Set(plain.records.map(\.type))
      guard types.isSuperset(of: RecordType.documented.map(\.rawValue)), types.contains(3),
        types.contains(2)
      else { throw Failure("the sample lacks a record type") }
      figures.merge(flips(name, bytes))
      figures.merge(cuts(name, bytes))
      figures.merge(fillings(name, bytes, seed))
      figures.merge(exchanges(name, bytes))
      figures.merge(leftovers(name, bytes, seed))
    }
    // The block that is being filled holds every type too.
    let growing = try everyTypeInTail(seed: seed)
    figures.merge(flips("growing", growing, from: growing.count - 65_536))
    for (name, isClosed) in [("closed", true), ("active", false)] {
      let bytes = try plainSets(blocks: 9, isClosed: isClosed, seed: seed)
      figures.merge(fillings(name, bytes, seed))
      figures.merge(exchanges(name, bytes))
      figures.merge(leftovers(name, bytes, seed))
    }
    figures.merge(try commandLine(closed, seed))
    return figures
  }

  // MARK: Samples

  static func everyType() throws -> [UInt8] {
    let scratch = try Scratch()
    try EveryType().write(to: scratch.file("20240709.001"))
    guard let bytes = scratch.read("20240709.001") else { throw Failure("no sample") }
    return bytes
  }

  /// The same journal while it is still written: not closed, its last block without a checksum.
  static func activeForm(_ closed: [UInt8]) -> [UInt8] {
    var bytes = closed
    bytes[24] &= ~2
    for offset in 56..<64 { bytes[offset] = 0 }
    for offset in 192..<196 { bytes[offset] = 0 }
    var checksum = CRC32C()
    checksum.update(bytes.span.bytes.extracting(0..<8192))
    for index in 0..<4 {
      bytes[192 + index] = UInt8(truncatingIfNeeded: checksum.value >> UInt32(8 * index))
    }
    let last = (bytes.count - 1) / 65_536 * 65_536
    for offset in 4..<8 { bytes[last + offset] = 0 }
    return bytes
  }

  /// An active journal with every type in the block that is being filled.
  private static func everyTypeInTail(seed: UInt64) throws -> [UInt8] {
    let scratch = try Scratch()
    var records = RandomJournal(seed: seed)
    var header = JournalHeader()
    header.fileCount = 1
    header.creationTime = Timestamp(milliseconds: 1_720_500_000_000)
    let writer = try JournalWriter(
      path: scratch.file("j"), header: header, databases: RandomJournal.databases,
      jobs: RandomJournal.jobs)
    while writer.address < 196_608 { try writer.append(records.record()) }
    var missing = Set(RecordType.documented)
    while !missing.isEmpty || writer.address < 196_608 + 20_000 {
      let record = try records.record()
      missing.remove(record.type)
      try writer.append(record)
    }
    try writer.flush()
    guard writer.address < 262_144, let bytes = scratch.read("j") else {
      throw Failure("no sample")
    }
    return bytes + [UInt8](repeating: 0, count: 262_144 - bytes.count)
  }

  /// SETs of random sizes.
  static func plainSets(blocks: Int, isClosed: Bool, seed: UInt64) throws -> [UInt8] {
    let scratch = try Scratch()
    var random = Randomness(seed: seed)
    var header = JournalHeader()
    header.name = "20240709.001"
    header.fileCount = 1
    let writer = try JournalWriter(
      path: scratch.file("j"), header: header,
      databases: [JournalDatabase(sfn: 0, directory: "/db/")],
      jobs: [JournalJob(jobID: 1, processID: 100)])
    var number = 0
    while writer.address < 131_072 + (blocks - 1) * 65_536 + 30_000 {
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + 10)
      try writer.append(
        RecordContent(
          .set, GlobalReference("X", [Subscript(number)]),
          new: .bytes(random.bytes(random.below(900)))))
      number += 1
    }
    if isClosed { try writer.close() } else { try writer.flush() }
    guard let bytes = scratch.read("j") else { throw Failure("no sample") }
    return bytes
  }

  // MARK: Bits

  private static func flips(_ name: String, _ bytes: [UInt8], from first: Int = 0) -> Figures {
    let step = 4096
    let unnoticed = NameSet()
    var figures = shared("damage", (bytes.count - first + step - 1) / step) { index, _, figures in
      let probe = Probe(bytes)
      let isActive = !probe.plain.isClosed
      let tail = isActive ? (probe.plain.end - 1) / 65_536 * 65_536 : .max
      for offset in first + index * step..<min(first + (index + 1) * step, bytes.count) {
        let block = Probe.block(of: offset)
        let field = probe.plain.field(at: offset)
        for bit in 0..<8 {
          probe.storage.bytes[offset] ^= 1 << UInt8(bit)
          let outcome = probe.walk()
          var complaint: String?
          var isNoticed = outcome.status != 0
          switch offset {
          case 0..<8:
            if outcome.error?.code != .unknownLayout || outcome.status != 2 {
              complaint = "signature"
            }
          case 8..<8192:
            complaint = probe.complaint(outcome, lost: [0..<8192])
            if outcome.status != 1 { complaint = "status \(outcome.status)" }
          case 8192..<65_536:
            // Not read by a walk; 'verify' finds it at its lowest level.
            if outcome.status != 0 || !outcome.wrong.isEmpty
              || outcome.sound.count != probe.plain.records.count
            {
              complaint = "block 0"
            }
            isNoticed = !probe.verifies()
            if !isNoticed { complaint = "verify does not find it" }
          case block where block.lowerBound == tail:
            // Not protected: what stands before is untouched, and nothing else is called damaged.
            let before = probe.plain.records.indices.filter {
              probe.plain.records[$0].address < tail
            }
            if !outcome.sound.starts(with: before) {
              complaint = "records before the tail are lost"
            }
            if outcome.wrong.contains(where: { $0 < tail }) { complaint = "wrong before the tail" }
            if outcome.damage.contains(where: { !$0.range.overlaps(block) }) {
              complaint = "damage elsewhere"
            }
            if !isNoticed { unnoticed.insert(field) }
          default:
            complaint = probe.complaint(outcome, lost: [block])
            if outcome.status != 1 { complaint = "status \(outcome.status)" }
          }
          probe.storage.bytes[offset] ^= 1 << UInt8(bit)
          figures.add("bits flipped")
          figures.add(
            isNoticed ? "flips detected" : "flips in the unsealed block that no reader can tell")
          if let complaint {
            figures.find("\(name), bit \(bit) of \(offset) (\(field)): \(complaint)")
          }
        }
      }
    }
    let names = unnoticed.all
    if name == "closed", !names.isEmpty { figures.find("unprotected in a closed file: \(names)") }
    if name == "growing" {
      for field in names.subtracting(unprotected).sorted() {
        figures.find("unprotected, but not listed: \(field)")
      }
      for field in unprotected.subtracting(names).sorted() {
        figures.find("listed as unprotected, but told: \(field)")
      }
      figures.unprotected = names.sorted()
    }
    if name == "active" {
      for field in names.subtracting(unprotected).sorted() {
        figures.find("unprotected, but not listed: \(field)")
      }
    }
    return figures
  }

  // MARK: Cuts

  private static func cuts(_ name: String, _ bytes: [UInt8]) -> Figures {
    let step = 8192
    return shared("damage", (bytes.count + step - 1) / step) { index, _, figures in
      let probe = Probe(bytes)
      let plain = probe.plain
      let last = probe.blocks.last ?? 0
      for cut in index * step..<min((index + 1) * step, bytes.count) {
        let outcome = probe.walk(Array(bytes[..<cut]))
        let block = Probe.block(of: cut)
        var complaint: String?
        if cut < 8 {
          let code: JournalError.Code = cut == 0 ? .notAJournal : .unknownLayout
          if outcome.error?.code != code { complaint = "signature" }
        } else if cut < 8192 {
          if outcome.error?.code != .headerDamaged { complaint = "header" }
        } else if cut < 131_072 {
          // Of an active file nothing says that there were data.
          let lost = [65_536..<131_072] + (plain.isClosed ? [131_072..<plain.end] : [])
          complaint = probe.complaint(outcome, lost: lost, untold: 131_072..<plain.end)
          if outcome.status != 1 { complaint = "status \(outcome.status)" }
        } else if plain.isClosed {
          // A sealed block is believed only whole.
          complaint = probe.complaint(outcome, lost: [block.lowerBound..<bytes.count])
          let isTold = cut < plain.end
          if isTold, outcome.status != 1 { complaint = "status \(outcome.status)" }
        } else if cut % 65_536 == 0 {
          // At a block's edge an active file looks like its younger self.
          complaint = probe.complaint(outcome, lost: [], untold: cut..<plain.end)
        } else {
          var start = block.lowerBound
          if block.lowerBound == last, cut >= block.lowerBound + 16 {
            let whole = plain.records.last { $0.end <= cut }?.end ?? 0
            start = max(whole, block.lowerBound + 16)
          }
          complaint = probe.complaint(
            outcome, lost: [start..<block.upperBound],
            untold: block.upperBound..<max(block.upperBound, plain.end))
        }
        figures.add("cuts")
        if let complaint { figures.find("\(name), cut at \(cut): \(complaint)") }
      }
    }
  }

  // MARK: Stretches

  private static func fillings(_ name: String, _ bytes: [UInt8], _ seed: UInt64) -> Figures {
    var figures = Figures("damage")
    let probe = Probe(bytes)
    var random = Randomness(seed: seed)
    for edge in stride(from: 0, to: bytes.count, by: 65_536) {
      let count = bytes.count - edge
      for (kind, filling) in [
        ("zeros", [UInt8](repeating: 0, count: count)), ("noise", random.bytes(count)),
      ] {
        let outcome = probe.walk(Array(bytes[..<edge]) + filling)
        figures.add("fillings from a block's edge")
        var complaint: String?
        if edge == 0 {
          if outcome.error?.code != .unknownLayout { complaint = "signature" }
        } else if !probe.plain.isClosed, kind == "zeros" {
          // The blocks look as if they were not yet begun; only the directory's loss is told.
          let kept = probe.plain.records.filter { $0.address < edge }.count
          if !outcome.wrong.isEmpty || outcome.sound.count != kept
            || outcome.damage.isEmpty != (edge > 65_536)
          {
            complaint = "\(outcome.sound.count) records of \(kept), \(outcome.damage)"
          }
        } else {
          complaint = probe.complaint(outcome, lost: [edge..<bytes.count])
        }
        if let complaint { figures.find("\(name), \(kind) from \(edge): \(complaint)") }
        // One block only: everything behind it is still there.
        let end = min(edge + 65_536, bytes.count)
        guard edge > 0, probe.plain.isClosed || end < bytes.count else { continue }
        var one = bytes
        one.replaceSubrange(edge..<end, with: filling[..<(end - edge)])
        let single = probe.walk(one)
        figures.add("fillings from a block's edge")
        if let complaint = probe.complaint(single, lost: [edge..<end]) {
          figures.find("\(name), \(kind) in the block at \(edge): \(complaint)")
        }
      }
    }
    return figures
  }

  private static func exchanges(_ name: String, _ bytes: [UInt8]) -> Figures {
    var figures = Figures("damage")
    let probe = Probe(bytes)
    func content(_ block: Int) -> ArraySlice<UInt8> { bytes[block..<block + 65_536] }
    /// Up to four blocks on each side of a changed one: what nothing but itself speaks for may be lost,
    /// where it is stated.
    func check(_ outcome: Probe.Outcome, _ changed: [Int], _ what: String) {
      let dubious = probe.blocks.filter { block in
        !changed.contains(block) && changed.contains { abs($0 - block) <= 4 * 65_536 }
          && !outcome.sound.contains {
            Probe.block(of: block).contains(probe.plain.records[$0].address)
          }
      }
      figures.add("blocks exchanged or duplicated")
      if let complaint = probe.complaint(outcome, lost: (changed + dubious).map(Probe.block(of:))) {
        figures.find("\(name), \(what) \(changed): \(complaint)")
      }
    }
    for first in probe.blocks {
      for second in probe.blocks where first != second {
        var duplicated = bytes
        duplicated.replaceSubrange(second..<second + 65_536, with: content(first))
        check(probe.walk(duplicated), [second], "\(first) copied to")
        guard first < second else { continue }
        var exchanged = duplicated
        exchanged.replaceSubrange(first..<first + 65_536, with: content(second))
        check(probe.walk(exchanged), [first, second], "exchanged")
      }
    }
    return figures
  }

  /// Blocks of an older file behind the new ones, with and without a gap.
  private static func leftovers(_ name: String, _ bytes: [UInt8], _ seed: UInt64) -> Figures {
    var figures = Figures("damage")
    let probe = Probe(bytes)
    guard let old = try? plainSets(blocks: 12, isClosed: true, seed: seed &+ 99) else {
      return figures
    }
    for gap in [0, 65_536, 131_072] {
      for block in stride(from: 131_072, to: old.count, by: 65_536) {
        let outcome = probe.walk(
          bytes + [UInt8](repeating: 0, count: gap) + old[block..<block + 65_536])
        figures.add("blocks of an older file")
        // Behind a closed file's end nothing is data, and what stands in the next block is told; behind an
        // active one it is a surprise.
        let expected: [Damage.Kind] = !probe.plain.isClosed ? [.link] : gap == 0 ? [.trailing] : []
        if !outcome.wrong.isEmpty || outcome.sound.count != probe.plain.records.count
          || outcome.damage.map(\.kind) != expected
        {
          figures.find(
            "\(name), old block \(block) after \(gap): \(outcome.damage), \(outcome.wrong.count) wrong"
          )
        }
      }
    }
    return figures
  }

  // MARK: The command line

  /// Random damage as the commands report it: their exit status and their lines.
  private static func commandLine(_ bytes: [UInt8], _ seed: UInt64) throws -> Figures {
    shared("damage", 120) { index, _, figures in
      var random = Randomness(seed: seed &+ UInt64(index) &* 977)
      let probe = Probe(bytes)
      var damaged = bytes
      if index % 3 == 0 {
        damaged.removeLast(1 + random.below(bytes.count - 8192))
      } else {
        let offset = 8 + random.below(bytes.count - 8)
        damaged[offset] ^= 1 << UInt8(random.below(8))
      }
      let outcome = probe.walk(damaged)
      let scratch = try Scratch()
      try scratch.write(damaged, "20240709.001")
      let aside = try Scratch()
      var program = Program()
      program.output = aside.file("output")
      for command in [["dump", "--all"], ["dump", "--format", "ndjson", "--all"], ["info"]] {
        let result = try program.run(
          [command[0], scratch.file("20240709.001")] + command.dropFirst(), errorsIn: aside)
        figures.add("damaged files given to the commands")
        let stated = result.errorLines.filter { $0.contains("damaged: ") }
        // A value whose leading bytes are lost adds a line and the same status.
        guard let status = result.status,
          Int(status) == outcome.status || status == 1 && outcome.status == 0,
          stated.count == outcome.damage.count || command[0] == "info"
        else {
          figures.find("\(command), damage \(index): \(result), \(outcome.damage)")
          continue
        }
        for damage in outcome.damage where !result.errors.contains("\(damage)") {
          figures.find("\(command), damage \(index): not printed: \(damage)")
        }
      }
      let verify = try program.run(["verify", scratch.file("20240709.001")], errorsIn: aside)
      figures.add("damaged files given to the commands")
      if outcome.status != 0, verify.status != 1, verify.status != 2 {
        figures.find("verify, damage \(index): \(verify)")
      }
    }
  }
}
