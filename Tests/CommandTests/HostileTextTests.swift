import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

/// No command lets a name, a key or a text steer a terminal or begin a line: whatever a journal, a log or a
/// file's name holds.
@Suite struct HostileTextTests {
  private let bench: Workbench
  /// A closed mirror journal, in whose name are line ends and commands to a terminal.
  private let journal: String
  private let log: String
  private static let fileName = "M\n\u{1B}[2J\u{9B}31m\u{202E}\u{2028}\u{200B}\u{85}\r-20240709.007"
  private static let hostile = HostileText.all

  init() throws {
    bench = try Workbench()
    journal = bench.path(Self.fileName)
    log = bench.path("log\n\u{1B}]0;x\u{7}\u{202E}.messages.log")
    try Self.write(bench, Self.fileName)
    try Self.writeLog(to: log)
  }

  private static func write(_ bench: Workbench, _ name: String) throws {
    var header = JournalHeader()
    header.name = "/j/RAWNAME\(hostile)"
    header.previousName = "/p/\(hostile)"
    header.nextName = "/n/\(hostile)"
    header.mirrorName = "MIRROR\(hostile)"
    header.reasonText = "because \(hostile)"
    header.fileCount = 7
    header.isMirrorJournal = true
    header.mirrorFileCount = 7
    header.guid = GUID(high: 1, low: 7)
    header.mirrorGUID = GUID(high: 9, low: 9)
    header.creationTime = Timestamp(milliseconds: 1_700_000_000_000)
    let writer = try JournalWriter(
      path: bench.path(name), header: header,
      databases: [
        JournalDatabase(sfn: 0, directory: "/db/\(hostile)", mirrorName: ":mirror:M:\(hostile)"),
        JournalDatabase(sfn: 1, directory: HostileText.forgedLine, mirrorName: "RAWNAME"),
      ], jobs: [JournalJob(jobID: 1, processID: 4711)])
    try writer.add(JournalDatabase(sfn: 2, directory: "RAWNAME\(hostile)"))
    for (index, text) in HostileText.texts.enumerated() {
      let reference = GlobalReference("X", [.string(String(text.prefix(40))), Subscript(index)])
      let sfn = UInt32(index % 4)
      try writer.append(
        RecordContent(
          .set, reference, new: JournalValue(text), old: JournalValue(text + "\u{20ac}\n"),
          isInTransaction: true, sfn: sfn))
      try writer.append(
        RecordContent(
          .marker,
          .marker(MarkerBody(id: 1, sequence: 1, previousAddress: 0, text: String(text.prefix(90))))
        ))
      var list = ListBuilder()
      list.append(text)
      list.append("\u{20ac}\(text)")
      try writer.append(RecordContent(.set, reference, new: JournalValue(list), sfn: sfn))
    }
    // Keys that do not decode: names that are none, subscripts that make no sense.
    for key in ["A\nB", "\u{1B}[2J", "\u{85}X", "X\0\u{1}\u{2}\u{1B}\n", "X\0\u{1F}"] {
      let bytes = key.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      let length = key.first == "X" ? 1 : bytes.count
      try writer.append(
        RecordContent(
          .set, .node(key: bytes, nameLength: length, values: [StoredValue([10, 27])])))
    }
    try writer.append(
      .node(.set, "^N\u{C4}ME(1)", [.wide([0xD83D, 10]), "x"], inTransaction: true))
    try writer.append(.node(.set, "^V", [.vector([10, 27])]))
    try writer.append(
      RecordContent(
        .set,
        .node(
          key: Array("Y".utf8), nameLength: 1, values: [StoredValue([10, 27, 7], storageCode: 1)])))
    try writer.append(.level(.beginTransaction, 1))
    try writer.close(nextName: "/n/\(hostile)", nextGUID: GUID(high: 1, low: 8))
    try bench.patch(name) { bytes in
      for start in 0..<bytes.count - 7 where bytes[start..<start + 7].elementsEqual("RAWNAME".utf8)
      {
        bytes.replaceSubrange(start..<start + 4, with: [0xFF, 0x9B, 0x0A, 0xC3])
      }
      sealHeader(&bytes)
      for block in stride(
        from: JournalLayout.r2.block.directoryAddress, to: bytes.count, by: 65_536)
      {
        sealBlock(&bytes, block)
      }
    }
  }

  private static func writeLog(to path: String) throws {
    let head = "07/09/24-15:00:00:000 (1) 1 [Utility.Event] "
    let bad = "\u{1B}[2J\u{202E}\u{85}\u{200B}x"
    let lines = [
      "DejournalProcessor: Applying journal data for mirror \(bad) starting at 0 in file #7(/j/\(bad).007)",
      "Journal File Compression: Compressed /j/\(bad) from 393216 bytes to 77824 bytes, compression ratio = 5.2",
      "Primary startup failed, failed to read header of /j/\(bad).007 (file #7)",
      "MirrorServer: Starting connection for: \(bad)/IRIS (failover member) (ver 4) at offset 0x00031e68 "
        + "(204392) in  file #6",
      "Forcing down old primary (\"\(bad)/IRIS\") which is currently in a \(bad) state",
      "MirrorServer: New primary activating databases which are current as of 356088 (0x00056ef8) in "
        + "mirror journal file #7",
    ]
    try lines.map { head + $0 + "\n" }.joined().write(
      toFile: path, atomically: false, encoding: .utf8)
  }

  /// What must not be in the output, by the words of Unicode and not of our own table.
  private func unseen(_ text: String, allowingTabs: Bool = false) -> Set<String> {
    Set(
      text.unicodeScalars.filter { scalar in
        if scalar == "\n" || allowingTabs && scalar == "\t" { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: true
        default: scalar == "\u{FFFD}" || scalar.properties.isDefaultIgnorableCodePoint
        }
      }.map { String($0.value, radix: 16) })
  }

  @Test func `every command prints nothing but what can be seen`() throws {
    let tree = bench.path("tree\u{1B}\n")
    let other = bench.path("other\u{7}\u{202E}")
    for directory in [tree, other] {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: journal, toPath: directory + "/MIRROR-M-20240709.007")
    }
    try FileManager.default.copyItem(atPath: log, toPath: tree + "/A\u{1B}B.messages.log")
    // Damage, so that each command has something to say on standard error.
    let damaged = bench.path("damaged\n\u{1B}[1m\u{9B}")
    var bytes = try bench.bytes(Self.fileName)
    bytes[131_072 + 600] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: damaged))
    let missing = bench.path("missing\n\u{1B}\u{202E}")
    let foreign = bench.path("foreign")
    _ = try CommandLineTool.run(
      "sample", "--foreign", "big-endian-words", "--records", "2000", foreign)
    let listing = bench.path("list\n\u{1B}[2J\u{9B}.csv")
    try FileManager.default.copyItem(atPath: foreign + ".csv", toPath: listing)
    var commands: [[String]] = [
      ["dump", "--time", "--all", "--full"], ["dump", "--redact"], ["dump", "--reverse"],
      ["info"], ["ls"], ["ls", "--count"], ["show", "FILE", "131088"],
      ["show", "FILE", "140000", "--hex"],
      ["show", "FILE", "131088", "--redact"], ["transactions"],
      ["transactions", "--show", "131600"],
      ["history", "^X", "FILE"], ["verify"], ["verify", "--history"],
      ["state", "^X", "FILE"], ["state", "^X", "FILE", "--format", "zwr"], ["diff", "^X", "FILE"],
      ["restore-script", "--at", "start"],
      ["restore-script", "--at", "end", "--direction", "redo"],
      ["restore-script", "--at", "start", "--dry-run", "--in-place", "--qualify"],
      ["restore-script", "--at", "end", "--direction", "redo", "--dialect", "zwr"],
      ["verify", "--against", damaged], ["splits"],
      ["follow", "--once"], ["restore-script"], ["restore-script", "--in-place", "--qualify"],
      ["restore-script", "--direction", "redo", "--in-place", "--qualify"],
      ["restore-script", "--dialect", "zwr"], ["restore-script", "--dialect", "zwr", "--in-place"],
      ["export", "--format", "zwr"],

      ["bench", "--rounds", "1", "--codec", "lz4"],
      ["export", "--format", "sqlite", "--force", "--output", bench.path("x\n\u{1B}.db")],
      ["compress", "--force"], ["compress", "--log-format", "--force"], ["compress"],
      ["positions"], ["ratios"], ["profile", "--svg", bench.path("p\n\u{1B}.svg"), "--force"],
    ]
    for by in ["global", "database", "process", "type", "minute", "file", "global,database,file"] {
      commands.append(["profile", "--by", by, "--depth", "2", "--top", "500"])
    }
    var runs: [[String]] = []
    for command in commands {
      for file in [journal, damaged, missing] {
        runs.append(
          command.contains("FILE") ? command.map { $0 == "FILE" ? file : $0 } : command + [file])
      }
    }
    runs += [
      ["decompress", "--force", journal + "z"], ["decompress", journal + "z"],
      ["decompress", journal], ["compare", tree, other], ["compare", tree, missing],
      ["positions", log, "--journals", tree], ["positions", "M\u{1B}=" + log, log],
      ["positions", tree], ["ls", tree],
      ["positions", log, "--journals", "N\u{202E}=" + tree], ["positions", missing],
      ["ratios", log], ["ratios", tree], ["info", journal, damaged], ["doctor", tree, missing],
      ["doctor", journal, damaged, foreign, log],
      ["discover", foreign], ["discover", log, "--force", "--output", bench.path("d\n\u{1B}")],
      ["transactions", journal, damaged],
      ["profile", journal, damaged], ["layouts"], ["layouts", "check", journal, damaged],
      ["layouts", "show", "x\n\u{1B}"],
      ["sample", "--every-type", bench.path("made\n\u{1B}")],
      ["sample", "--every-type", bench.path("made\n\u{1B}")],
      ["sample", bench.path("dir\n\u{1B}")],
      ["sample", "--from", log, bench.path("made2")], ["sample", "--foreign", "f\u{1B}", missing],
      ["calibrate", foreign, "--listing", listing, "--output", bench.path("l\n\u{1B}")],
      ["calibrate", journal, "--listing", log], ["calibrate", foreign, "--listing", missing],
      ["dump", "--type", "T\u{1B}[2J\n", journal], ["dump", "--no\u{1B}\u{202E}", journal],
      ["history", "^X(\u{1B}\n", journal], ["dump", "--layout", missing, journal],
    ]
    var met: Set<String> = []
    var status: Set<Int32> = []
    for arguments in runs {
      let result = try CommandLineTool.run(arguments: arguments)
      let tabs = arguments[0] == "splits"
      let name = arguments.map { printable($0) }.joined(separator: " ")
      let found = unseen(result.output, allowingTabs: tabs).union(unseen(result.errors))
      #expect(found == [], "\(name): \(printable(result.output + result.errors).prefix(2000))")
      #expect(
        result.status >= 0 && result.status != 4 && result.status < 128, "\(name): \(result.status)"
      )
      if !result.output.isEmpty || !result.errors.isEmpty { met.insert(arguments[0]) }
      status.insert(result.status)
    }
    #expect(status.isSuperset(of: [0, 1, 2, 64]))
    // A new command belongs into the list above.
    let help = try CommandLineTool.run("--help").output
    let lists = help.split(separator: "SUBCOMMANDS:").dropFirst().joined()
    let all = Set(lists.matches(of: #/\n  ([a-z-]+) /#).map { String($0.output.1) })
    #expect(all.subtracting(met) == [])
  }

  @Test func `one record is one line, whatever its database is called`() throws {
    let result = try CommandLineTool.run("dump", journal)
    let ndjson = try CommandLineTool.run("dump", "--format", "ndjson", journal)
    #expect(result.outputLines.count == ndjson.outputLines.count + 3)
    #expect(!result.outputLines.contains { $0.hasPrefix("    131100") })
    #expect(result.output.contains("/db/\\x0a    131100      4711 S"))
    // Line by line the same records, and the machine's form has the exact names.
    for (line, object) in zip(result.outputLines.dropFirst(3), ndjson.outputLines) {
      let fields = try #require(
        try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any])
      let address = try #require(fields["address"] as? Int)
      #expect(line.drop { $0 == " " }.hasPrefix("\(address) "))
    }
    let names = try ndjson.outputLines.map { line in
      (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["databaseName"]
        as? String
    }
    #expect(names.contains(HostileText.forgedLine))
    #expect(names.contains("/db/" + Self.hostile))
    #expect(names.contains { $0?.hasPrefix("\u{FF}\u{9B}\n\u{C3}AME") == true })
  }

  @Test(arguments: [
    ["dump", "FILE"], ["export", "FILE"], ["show", "FILE", "131088"], ["follow", "--once", "FILE"],
    ["history", "^X", "FILE"], ["transactions", "FILE"],
    ["profile", "--by", "database,type", "FILE"],
    ["bench", "--rounds", "1", "--codec", "lz4", "FILE"], ["ratios", "LOG"],
  ])
  func `with csv-safe no cell begins like a formula`(command: [String]) throws {
    let run = command.map { $0 == "FILE" ? journal : $0 == "LOG" ? log : $0 } + ["--format", "csv"]
    let exact = try CommandLineTool.run(arguments: run)
    let safe = try CommandLineTool.run(arguments: run + ["--csv-safe"])
    #expect(exact.status == safe.status)
    #expect(!safe.output.isEmpty)
    let cells = Self.cells(safe.output)
    for cell in cells {
      let first = cell.unicodeScalars.first ?? "x"
      #expect(!"=+-@\t\r\n\0".unicodeScalars.contains(first), "\(printable(cell))")
    }
    #expect(!safe.output.unicodeScalars.contains("\0"))
    if command[0] != "bench" {
      // Numbers of a measurement differ from run to run; everything else is the exact cell.
      for (cell, exact) in zip(cells, Self.cells(exact.output)) {
        let plain = exact.replacing("\0", with: "\u{2400}")
        #expect(cell == plain || cell == "'" + plain)
      }
    }
    if command[0] == "dump" { #expect(cells.contains("'=1+1")) }
    let refused = try CommandLineTool.run(arguments: run.dropLast(2) + ["--csv-safe"])
    #expect(refused.status == 64)
  }

  private static func cells(_ csv: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    for scalar in csv.unicodeScalars {
      switch scalar {
      // A doubled quote ends and begins; it is put back below.
      case "\"":
        if !isQuoted, !cell.isEmpty { cell.unicodeScalars.append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted, "\n" where !isQuoted:
        cells.append(cell)
        cell = ""
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return cells
  }

  @Test func `an empty type, and a text without a node, are refused`() throws {
    for text in ["", ",", "SET,", "SET,,KILL"] {
      let result = try CommandLineTool.run("dump", "--type", text, journal)
      #expect(result.status == 64)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("'' is not a record type"), "\(result.errors)")
    }
    let source = bench.path("notes.txt")
    for text in ["", "hello\nworld\n", "mirror-journal export\nZWR\n"] {
      try text.write(toFile: source, atomically: false, encoding: .utf8)
      let target = bench.path("made.journal")
      let result = try CommandLineTool.run("sample", "--from", source, target)
      #expect(result.status == 2)
      #expect(result.errors.contains("^NAME(1)=\"value\""), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: target))
    }
  }
}
