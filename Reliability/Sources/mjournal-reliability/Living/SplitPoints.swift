import Foundation
import MirrorJournal

/// A journal while it is written, cut at every byte of every write: what a reader sees at each such
/// moment is a part of what it will be, in order, and nothing else.
enum SplitPoints {
  static func run(seed: UInt64) throws -> Figures {
    let scratch = try Scratch()
    let aside = try Scratch()
    // Where the writer's own program runs with its writes logged.
    var program = Program()
    program.path = Program.folder + "mjournal-reliability"
    program.root = scratch.path
    program.logFile = aside.file("log")
    let path = scratch.file("20240709.001")
    let outcome = try program.run(["write-slowly", path, "\(seed)"], errorsIn: aside)
    guard outcome.status == 0, let log = aside.read("log"), let final = scratch.read("20240709.001")
    else {
      throw Failure("the writer: \(outcome)")
    }
    return replay(log, PlainJournal(final))
  }

  /// Writes a journal record by record and flushes after each.
  static func writeSlowly(_ path: String, seed: UInt64) throws {
    var records = RandomJournal(seed: seed)
    var header = JournalHeader()
    header.name = path
    header.fileCount = 1
    let writer = try JournalWriter(
      path: path, header: header, databases: RandomJournal.databases, jobs: RandomJournal.jobs)
    while writer.address < 131_072 + 2 * 65_536 + 3000 {
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + 1)
      try writer.append(records.record())
      try writer.flush()
    }
    try writer.close()
  }

  private static func replay(_ log: [UInt8], _ plain: PlainJournal) -> Figures {
    var figures = Figures("living")
    var place = 0
    let storage = MemoryStorage([])
    var complete = 0
    while place + 16 <= log.count {
      let offset = Int(log.number(place, 8))
      let count = Int(log.number(place + 8, 8))
      let data = log[(place + 16)..<(place + 16 + count)]
      place += 16 + count
      // The header and a block's own 16 bytes change as a whole; a reader may meet half of them.
      let isHeader = offset < 131_072 || offset % 65_536 == 0
      // A length is one aligned word, which the processor stores as a whole: it is never seen in part.
      let isWord = count == 4 && offset % 4 == 0
      // A sealed block is written again with the bytes that it has: nothing can be seen of it.
      for (index, byte) in data.enumerated() {
        if offset + index >= storage.bytes.count {
          storage.bytes += [UInt8](repeating: 0, count: offset + index + 1 - storage.bytes.count)
        } else if storage.bytes[offset + index] == byte, index < count - 1 {
          continue
        }
        storage.bytes[offset + index] = byte
        let isLast = index == count - 1
        if isWord, !isLast { continue }
        figures.add("moments of a growing file")
        let seen = look(storage, plain)
        if let wrong = seen.wrong {
          figures.find("at byte \(index) of the write at \(offset): a wrong record at \(wrong)")
        }
        if isHeader, !isLast {
          if seen.isDamaged { figures.add("moments inside a header that look like damage") }
        } else if offset >= 131_072 {
          if seen.isDamaged {
            figures.find("at byte \(index) of the write at \(offset): damage \(seen.text)")
          }
          if seen.count < complete {
            figures.find(
              "at byte \(index) of the write at \(offset): \(seen.count) records of \(complete)")
          }
        }
      }
      let seen = look(storage, plain)
      if offset >= 131_072, seen.isDamaged {
        figures.find("after the write at \(offset): \(seen.text)")
      }
      complete = max(complete, seen.count)
    }
    if complete != plain.records.count {
      figures.find("\(complete) records in the end, not \(plain.records.count)")
    }
    return figures
  }

  private struct Seen {
    var count = 0
    var wrong: Int?
    var isDamaged = false
    var text = ""
  }

  private static func look(_ storage: MemoryStorage, _ plain: PlainJournal) -> Seen {
    var seen = Seen()
    do {
      let journal = try Journal(storage: storage)
      seen.isDamaged = !journal.structuralDamage.isEmpty
      seen.text = journal.structuralDamage.map(\.description).joined(separator: "; ")
      var index = 0
      try journal.forEachRecord(
        damaged: {
          seen.isDamaged = true
          seen.text += "\($0)"
        }
      ) { record in
        while index < plain.records.count, plain.records[index].address < record.address {
          index += 1
        }
        guard index < plain.records.count, plain.records[index].address == record.address,
          Probe.isEqual(record.bytes, plain.records[index].bytes)
        else {
          seen.wrong = record.address
          return
        }
        seen.count += 1
      }
    } catch {
      seen.isDamaged = true
      seen.text = "\(error)"
    }
    return seen
  }
}
