import Foundation
import JournalCompression
import MirrorJournal

/// Every bit and every cut of compressed journals: the damage is told, and what is shown is right.
enum CompressedSuite {
  static func run() throws -> Figures {
    let journal = try DamageSuite.everyType()
    var figures = Figures("compressed")
    for codec in JournalCodec.allCases {
      let scratch = try Scratch()
      try scratch.write(journal, "j")
      _ = try JournalCompressor(codec: codec, chunkSize: 65_536).compress(scratch.file("j"))
      guard let container = scratch.read("jz") else { throw Failure("no container") }
      figures.merge(try check(codec.name, container, journal))
    }
    return figures
  }

  private static func check(_ name: String, _ container: [UInt8], _ journal: [UInt8]) throws
    -> Figures
  {
    let step = 512
    let plain = PlainJournal(journal)
    return shared("compressed", (container.count + step - 1) / step) { index, _, figures in
      let scratch = try Scratch()
      let path = scratch.file("jz")
      try scratch.write(container, "jz")
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      for offset in index * step..<min((index + 1) * step, container.count) {
        for bit in 0..<8 {
          var byte = container[offset] ^ (1 << UInt8(bit))
          guard pwrite(descriptor, &byte, 1, offset) == 1 else { throw Failure("pwrite") }
          let (isTold, complaint) = examine(path, plain)
          figures.add("bits flipped")
          if isTold { figures.add("flips detected") }
          if let complaint = complaint ?? (isTold ? nil : "not told") {
            figures.find("\(name), bit \(bit) of \(offset): \(complaint)")
          }
        }
        var byte = container[offset]
        guard pwrite(descriptor, &byte, 1, offset) == 1 else { throw Failure("pwrite") }
      }
      for cut in (index * step..<min((index + 1) * step, container.count)).reversed() {
        guard ftruncate(descriptor, cut) == 0 else { throw Failure("ftruncate") }
        let (isTold, complaint) = examine(path, plain)
        figures.add("cuts")
        if let complaint = complaint ?? (isTold ? nil : "not told") {
          figures.find("\(name), cut at \(cut): \(complaint)")
        }
      }
    }
  }

  /// Whether reading the file tells of damage, and what is wrong with what it shows.
  private static func examine(_ path: String, _ plain: PlainJournal) -> (
    isTold: Bool, complaint: String?
  ) {
    do {
      guard let storage = try openStorage(path: path, threads: 1) else {
        // Not recognised as compressed: then it is no journal either.
        do {
          _ = try Journal(path: path)
          return (false, "taken for a plain journal")
        } catch {
          return (error.code != .cannotOpen, nil)
        }
      }
      var isTold = !storage.damage.isEmpty
      let journal: Journal
      do {
        journal = try Journal(storage: storage)
      } catch {
        return (true, error.code == .cannotOpen ? "\(error)" : nil)
      }
      isTold = isTold || !journal.structuralDamage.isEmpty
      var lost = journal.structuralDamage.map(\.range)
      var shown = 0
      var wrong: Int?
      var index = 0
      try journal.forEachRecord(
        damaged: {
          isTold = true
          lost.append($0.range)
        }
      ) { record in
        while index < plain.records.count, plain.records[index].address < record.address {
          index += 1
        }
        guard index < plain.records.count, plain.records[index].address == record.address,
          Probe.isEqual(record.bytes, plain.records[index].bytes)
        else {
          wrong = record.address
          return
        }
        shown += 1
      }
      if let wrong { return (isTold, "a wrong record is shown at \(wrong)") }
      let expected = plain.records.filter { record in !lost.contains { $0.contains(record.address) }
      }.count
      return (isTold, shown == expected ? nil : "\(shown) records are shown instead of \(expected)")
    } catch let error as JournalError {
      return (true, error.code == .compressedDamaged || error.code == .shrank ? nil : "\(error)")
    } catch {
      return (true, "an untyped error: \(error)")
    }
  }
}
