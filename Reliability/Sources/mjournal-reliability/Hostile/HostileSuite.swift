import Foundation
import FuzzTargets
import JournalSamples
import MirrorJournal

/// Values that no writer makes, behind checksums that are right, and files that are made to break
/// their reader. A broken promise in a field's value ends the process, as in a fuzzer.
enum HostileSuite {
  static func run(seed: UInt64) throws -> Figures {
    var figures = Figures("hostile")
    figures.merge(try fields())
    figures.merge(try beyondFourGiB(seed: seed))
    figures.merge(try logs(seed: seed))
    figures.merge(try bombs())
    figures.merge(try databases(seed: seed))
    return figures
  }

  // MARK: Fields

  /// Every word of a journal of small blocks with every record type, and of R2's header, takes every
  /// number that a reader may stumble over, in its whole and in its halves.
  private static func fields() throws -> Figures {
    let small = Seeds.smallJournal
    let header = Array(try DamageSuite.everyType().prefix(66_000))
    var cases: [(FuzzTarget, place: Int, width: Int, number: UInt64)] = []
    for (target, bytes, end) in [(FuzzTarget.blocks, small, small.count), (.header, header, 320)] {
      for place in stride(from: 0, to: end - 8, by: 4) {
        // Inside one long value every word is like the next.
        if bytes[place..<place + 4].allSatisfy({ $0 == 65 }) { continue }
        for number in Mutations.hostileNumbers {
          let width = number > 0xFFFF_FFFF ? 8 : 4
          // Numbers of 64 bits stand in the header and at a block's begin.
          if width == 8, place % 8 != 0 || (place >= 320 && place % 1024 >= 16) { continue }
          cases.append((target, place, width, number))
        }
        for number: UInt64 in [0, 1, 0x7FFF, 0xFFFF] {
          cases.append((target, place, 2, number))
          cases.append((target, place + 2, 2, number))
        }
      }
    }
    return shared("hostile", cases.count) { [cases] index, _, figures in
      let (target, place, width, number) = cases[index]
      var input = [1] + (target == .blocks ? small : header)
      Mutations.put(number, width, at: place + 1, in: &input)
      target.run(input)
      figures.add("hostile numbers in fields")
    }
  }

  // MARK: Files

  /// Runs a command that may refuse its input; what is wrong with how it ended.
  private static func check(
    _ arguments: [String], _ aside: Scratch, statuses: Set<Int32>, _ figures: inout Figures,
    output: String = "/dev/null", memory: Int? = nil
  ) throws {
    var program = Program()
    program.output = output
    program.memory = memory
    let outcome = try program.run(arguments, errorsIn: aside)
    let label = arguments.joined(separator: " ")
    if let signal = outcome.signal { return figures.find("\(label): signal \(signal)") }
    let status = outcome.status ?? -1
    if !statuses.contains(status) { figures.find("\(label): status \(status), \(outcome.errors)") }
    if status == 2, outcome.errorLines.count != 1 {
      figures.find("\(label): not one line: \(outcome.errors)")
    }
  }

  /// A closed journal whose last two blocks stand at 4 GiB, behind a hole.
  private static func beyondFourGiB(seed: UInt64) throws -> Figures {
    var figures = Figures("hostile")
    var bytes = try DamageSuite.plainSets(blocks: 4, isClosed: true, seed: seed)
    let plain = PlainJournal(bytes)
    let cut = 262_144
    let shift = (1 << 32) - 65_536 - cut
    Mutations.put(UInt64(plain.end + shift), 8, at: 56, in: &bytes)
    Mutations.put(0, 4, at: 192, in: &bytes)
    var checksum = CRC32C()
    checksum.update(bytes.span.bytes.extracting(0..<8192))
    Mutations.put(UInt64(checksum.value), 4, at: 192, in: &bytes)
    // On a disk: memory would not hold the hole.
    let scratch = try Scratch(in: NSTemporaryDirectory())
    let path = scratch.file("20240709.001")
    try scratch.write(Array(bytes[..<cut]), "20240709.001")
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { throw Failure("cannot write \(path)") }
    lseek(descriptor, off_t(cut + shift), SEEK_SET)
    try writeAll(Array(bytes[cut...]), descriptor)
    close(descriptor)

    let listing = scratch.file("listing")
    try check(["dump", path, "--format", "csv"], scratch, statuses: [1], &figures, output: listing)
    let shown = (contents(listing) ?? []).split(separator: 10).dropFirst().compactMap { line in
      line.split(separator: 44, maxSplits: 2).dropFirst().first.flatMap {
        Int(String(decoding: $0, as: UTF8.self))
      }
    }
    let expected = plain.records.map { $0.address < cut ? $0.address : $0.address + shift }
    if shown != expected {
      figures.find("4 GiB: \(shown.count) records of \(expected.count), last at \(shown.last ?? 0)")
    }
    // An end address that does not fit in 32 bits is told with every answer.
    for command in [
      ["verify", path], ["info", path], ["show", path, "\(expected.last ?? 0)"],
      ["dump", path, "--from", "4294967296"],
    ] { try check(command, scratch, statuses: [1], &figures) }
    try check(["dump", path, "--from", "\(UInt64(1) << 62)"], scratch, statuses: [64], &figures)
    figures.add("records shown at and beyond 4 GiB", shown.filter { $0 >= 1 << 32 }.count)
    return figures
  }

  /// Bytes by chance as logs: alone, and inside lines that are sound.
  private static func logs(seed: UInt64) throws -> Figures {
    let lines = try Seeds.bytes(for: .logLine)
    return shared("hostile", 60) { index, _, figures in
      var random = Randomness(seed: seed &+ UInt64(index))
      let scratch = try Scratch()
      var bytes = random.bytes(random.below(200_000))
      if index % 2 == 0 {
        for _ in 0..<20 {
          bytes.insert(contentsOf: lines[random.below(3)], at: random.below(bytes.count + 1))
        }
      }
      try scratch.write(bytes, "messages.log")
      let log = scratch.file("messages.log")
      try check(["positions", log], scratch, statuses: [0, 1, 2, 3], &figures)
      try check(["ratios", log], scratch, statuses: [0, 1, 2, 3], &figures)
      figures.add("logs of random bytes")
    }
  }

  /// A journal and two gigabytes of zeros, compressed to a few kilobytes, read in little memory.
  private static func bombs() throws -> Figures {
    var figures = Figures("hostile")
    let scratch = try Scratch(in: NSTemporaryDirectory())
    for (tool, size) in [("zstd -q -1", "2G"), ("gzip -1", "500M"), ("lz4 -q", "500M")] {
      for (name, begin) in [("journal", try DamageSuite.everyType()), ("zeros", [])] {
        try scratch.write(begin, "begin")
        let path = scratch.file("bomb")
        var shell = Program()
        shell.path = "/bin/sh"
        let made = try shell.run(
          [
            "-c",
            "(cat \(scratch.file("begin")); head -c \(size) /dev/zero) | \(tool) -c > \(path)",
          ],
          errorsIn: scratch)
        guard made.status == 0 else { throw Failure("\(tool): \(made.errors)") }
        // Zeros are a file of unknown layout: `info` describes it, `verify` cannot tell.
        for (command, status) in [("info", 0), ("verify", 4), ("dump", 2)] as [(String, Int32)] {
          try check(
            [command, path], scratch, statuses: name == "zeros" ? [status] : [0, 1], &figures,
            memory: 1_000_000)
          figures.add("readings of a bomb")
        }
      }
    }
    return figures
  }

  /// Targets of an export that exist, are something else, or may not be written.
  private static func databases(seed: UInt64) throws -> Figures {
    var figures = Figures("hostile")
    let scratch = try Scratch()
    let aside = try Scratch()
    let journal = scratch.file("20240709.001")
    try scratch.write(
      try DamageSuite.plainSets(blocks: 2, isClosed: true, seed: seed), "20240709.001")
    let target = scratch.file("out")
    let export = ["export", journal, "--format", "sqlite", "--output", target]
    let known = Set(["20240709.001", "out"])
    func attempt(_ what: String, _ extra: [String], _ status: Int32, rule: String? = nil) throws {
      let before = contents(target)
      var program = Program()
      program.rule = rule
      program.root = scratch.path
      let outcome = try program.run(export + extra, errorsIn: aside)
      let label = "export\(extra.map { " " + $0 }.joined()) to \(what)"
      if outcome.status != status { figures.find("\(label): \(outcome)") }
      if status == 2, outcome.errorLines.count != 1 {
        figures.find("\(label): not one line: \(outcome.errors)")
      }
      if status == 2, contents(target) != before { figures.find("\(label): the target changed") }
      for name in scratch.names() where !known.contains(name) {
        figures.find("\(label): left \(name)")
      }
      figures.add("SQLite targets")
    }
    try attempt("nothing", ["--continue"], 0)
    try attempt("an export", [], 2)
    try attempt("an export", ["--continue"], 0)
    try attempt("an export", ["--force"], 0)
    // Who may do everything is told by the system's answer, not by permissions.
    for (name, number) in [("EACCES", EACCES), ("EROFS", EROFS)] {
      try attempt(
        "an export that is read-only (\(name))", ["--continue"], 2, rule: "readonly:\(number)")
      try attempt(
        "a folder that is read-only (\(name))", ["--force"], 2, rule: "readonly:\(number)")
    }
    let whole = contents(target) ?? []
    for (what, bytes) in [
      ("a text", Array("no database".utf8)), ("an empty file", []),
      ("a cut export", Array(whole.prefix(5000))),
      (
        "noise behind SQLite's signature",
        Array(whole.prefix(16)) + [UInt8](repeating: 0xA5, count: 20_000)
      ),
    ] {
      for (extra, status) in [([], 2), (["--continue"], 2), (["--force"], 0)] as [([String], Int32)]
      {
        try scratch.write(bytes, "out")
        try attempt(what, extra, status)
      }
    }
    unlink(target)
    mkdir(target, 0o700)
    for extra in [[], ["--continue"], ["--force"]] { try attempt("a folder", extra, 2) }
    rmdir(target)
    return figures
  }
}
