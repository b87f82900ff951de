import Foundation
import Histories
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Random histories in a real engine, GT.M, and in a journal: states, exports and scripts give what the engine
/// has. `scripts/engine` installs the engine and sets `MJOURNAL_ENGINE` to its directory.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MJOURNAL_ENGINE"] != nil))
struct EngineTests {
  private static let engine = ProcessInfo.processInfo.environment["MJOURNAL_ENGINE"] ?? ""
  private static let count =
    ProcessInfo.processInfo.environment["MJOURNAL_HISTORIES"].flatMap { UInt64($0) } ?? 200

  /// The engine's output, in which characters are bytes.
  private func run(_ bench: Workbench, _ arguments: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exec " + arguments + " 2>&1"]
    process.currentDirectoryURL = URL(filePath: bench.directory)
    process.environment = [
      "gtm_dist": Self.engine, "gtmgbldir": bench.path("mj.gld"),
      "gtmroutines": "\(bench.directory) \(Self.engine)/libgtmutil.so \(Self.engine)",
      "HOME": bench.directory,
      "gtm_tmp": bench.directory, "gtm_log": bench.directory, "PATH": "/usr/bin:/bin",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](data)
  }

  private static func literal(_ text: String) -> String {
    var parts: [String] = []
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x20, scalar.value < 0x7F {
        let character = scalar == "\"" ? "\"\"" : String(scalar)
        if let last = parts.last, last.hasSuffix("\"") {
          parts[parts.count - 1] = last.dropLast() + character + "\""
        } else {
          parts.append("\"\(character)\"")
        }
      } else {
        parts.append("$c(\(scalar.value))")
      }
    }
    return parts.isEmpty ? "\"\"" : parts.joined(separator: "_")
  }

  private static func text(_ node: GlobalReference) -> String {
    let elements = node.subscripts.map { element in
      switch element {
      case .number(let number): number.text
      case .string(let text): literal(text)
      }
    }
    return "^\(node.name)" + (elements.isEmpty ? "" : "(\(elements.joined(separator: ",")))")
  }

  private static func line(_ command: ModelWorkload.Command) -> String {
    switch command {
    case .set(let node, .bytes(let bytes)):
      " Set \(text(node))=\(literal(String(decoding: bytes, as: UTF8.self)))"
    case .set(let node, _): " Set \(text(node))=\"\""
    case .kill(let node): " Kill \(text(node))"
    case .zkill(let node): " ZKill \(text(node))"
    case .increment(let node): " Set mjnew=$Increment(\(text(node)))"
    case .begin: " TStart ()"
    case .commit: " TCommit"
    case .rollback: " TRollback"
    }
  }

  private static func shown(_ mark: String) -> [String] {
    [" Write \"@@\(mark)\",!", " If $Data(^C) ZWrite ^C", " If $Data(^X) ZWrite ^X"]
  }

  /// The nodes that the engine has shown behind each mark, in its order.
  private static func parse(_ output: [UInt8]) throws -> [String: [(GlobalReference, JournalValue)]]
  {
    var result: [String: [(GlobalReference, JournalValue)]] = [:]
    var mark = ""
    for line in output.split(separator: UInt8(ascii: "\n")).map(Array.init) {
      if line.starts(with: "@@".utf8) {
        mark = String(decoding: line.dropFirst(2), as: UTF8.self)
        result[mark] = []
      } else if line.first == UInt8(ascii: "^") {
        result[mark, default: []].append(try ZWRText.parse(line.span.bytes))
      } else {
        Issue.record("the engine says: \(String(decoding: line, as: UTF8.self))")
      }
    }
    return result
  }

  private static func isSame(
    _ shown: [(GlobalReference, JournalValue)]?, _ database: ModelWorkload.Database
  ) -> Bool {
    guard let shown, shown.count == database.count else { return false }
    return shown.map(\.0) == database.keys.sorted()
      && shown.allSatisfy { database[$0.0] == $0.1 }
  }

  /// The nodes of `export --format zwr`.
  private static func exported(_ journals: [Journal]) throws -> [String] {
    var text = TextBuffer()
    _ = try RecordExport(.zwr).write(journals, damaged: { damage, _ in throw damage }) {
      text.append(bytes: $0)
    }
    return text.string.split(separator: "\n").filter { $0.hasPrefix("^") }.map(String.init)
  }

  @Test func `the engine has what state, export and script say`() throws {
    let bench = try Workbench()
    _ = try run(
      bench,
      "sh -c 'printf \"change -segment DEFAULT -file=\(bench.path("mj.dat"))\\nchange -region DEFAULT -record_size=4000 -key_size=250\\nexit\\n\" | "
        + "\(Self.engine)/mumps -run GDE; \(Self.engine)/mupip create'")
    var differences = 0
    for seed in 0..<Self.count {
      let folder = try Workbench()
      var options = ModelWorkload.Options()
      options.hasSilentRollbacks = false
      options.undoesIncrements = true
      options.isConcurrent = false
      options.steps = 80
      let history = try History(seed: seed, options, in: folder.directory)
      let model = history.model
      var dice = Dice(seed ^ 0x99)
      // A place between two commands: where the first record of one stands.
      let firsts = model.moments.indices.dropFirst(2).filter {
        model.moments[$0].commands != model.moments[$0 - 1].commands
      }
      let moment = model.moments[try #require(firsts.randomElement(using: &dice))]
      let place = moment.place
      let end = history.end
      let undo = try history.script(nil, at: place) {
        $0.script.dialect = .m
        $0.isTransaction = seed % 2 == 0
      }
      let redo = try history.script(nil, at: place) {
        $0.script.dialect = .m
        $0.script.direction = .redo
      }
      let dry = try history.script(nil, at: place) {
        $0.script.dialect = .m
        $0.comparesOnly = true
      }
      var lines = ["h\(seed)", " Kill ^X,^C"]
      lines += model.commands.prefix(moment.commands - 1).map(Self.line)
      lines += Self.shown("place")
      lines += model.commands.dropFirst(moment.commands - 1).map(Self.line)
      lines += Self.shown("end")
      lines += undo.text.split(separator: "\n").map(String.init)
      lines += Self.shown("undone")
      // Behind the script a dry run has nothing to say.
      lines += dry.text.split(separator: "\n").map(String.init)
      lines += Self.shown("compared")
      lines.append(" Kill ^X,^C")
      lines += redo.text.split(separator: "\n").map(String.init)
      lines += Self.shown("redone")
      options.onlyGrows = true
      let another = try Workbench()
      let growing = try History(seed: seed, options, in: another.directory)
      lines.append(" Kill ^X,^C")
      lines += growing.model.commands.map(Self.line)
      lines += Self.shown("grown")
      lines.append(" Kill ^X,^C")
      lines += try Self.exported(growing.journals).map { " Set " + $0 }
      lines += Self.shown("loaded") + [" Quit"]
      // One byte a character, as the engine reads its programs.
      try Data((lines.joined(separator: "\n") + "\n").unicodeScalars.map { UInt8($0.value) })
        .write(to: URL(fileURLWithPath: bench.path("h\(seed).m")))
      let shown = try Self.parse(run(bench, "\(Self.engine)/mumps -run h\(seed)"))
      let state = try history.values(nil, at: place)
      let last = try history.values(nil, at: .end(of: history.journals))
      let isEqual =
        Self.isSame(shown["place"], moment.database) && Self.isSame(shown["end"], end)
        && Self.isSame(shown["undone"], moment.database)
        && Self.isSame(shown["compared"], moment.database)
        && Self.isSame(shown["redone"], moment.database) && state == moment.database && last == end
        && Self.isSame(shown["grown"], growing.end) && Self.isSame(shown["loaded"], growing.end)
      if !isEqual { differences += 1 }
      #expect(isEqual, "seed \(seed): \(shown.mapValues(\.count)), \(moment.database.count) nodes")
    }
    print("\(Self.count) histories in the engine, \(differences) differences")
  }
}
