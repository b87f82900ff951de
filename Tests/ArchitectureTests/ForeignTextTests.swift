import Foundation
import Testing

/// Text for people is written through `printable`: a name of a file, a header or a directory, a reason or a
/// sentence that may quote one, never goes into an output buffer as it is.
///
/// The test of all commands with hostile names shows that it works; this one finds the next line that
/// forgets it. What is written for programs (NDJSON, CSV, SQLite) has functions of its own.
@Suite("Foreign text") struct ForeignTextTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  /// Properties and variables that hold what was not written in the source.
  private static let foreign = [
    "path", "directory", "mirrorName", "previousName", "nextName", "reason", "reasonText",
    "message", "sentence", "file", "files", "provenance", "encryptionKeyID", "name", "names",
    "answer", "words", "target", "output", "global", "listing", "roots",
  ]

  /// Lines that write such a word for programs, or one of our own of that name.
  private static let others: Set<String> = [
    "CalibrationProof+Text: names", "CodecBenchText: name", "GlobalReference: name",
    "JournalSummary+Rendering: name", "ProfileText: files",
    "RecordPrinter+CSV: name",
    "RecordRow: mirrorName", "RecordRow: name",
  ]

  /// Foreign words that a line of code puts into a buffer as they are.
  static func rawWords(in line: String) -> [String] {
    guard line.contains(#/(buffer|output|out|text)\.append\(/#),
      !line.contains(#/printable|ObjectScriptText|appendJSON|appendCSV|field\(/#)
    else { return [] }
    // What is written outside literals, and inside interpolations.
    var code = ""
    var rest = line.drop { $0 == " " }.replacing(#/^.*?\.append\(/#, with: "")[...]
    var isCode = true
    while let character = rest.popFirst() {
      if character == "\\", !isCode {
        if rest.first == "(" {
          let end = rest.firstIndex(of: ")") ?? rest.endIndex
          code += rest[..<end] + " "
          rest = rest[end...]
        } else {
          _ = rest.popFirst()
        }
      } else if character == "\"" {
        isCode.toggle()
        code += " "
      } else if isCode {
        code.append(character)
      }
    }
    let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    return foreign.filter(words.contains)
  }

  @Test func `no line writes foreign text raw`() throws {
    let places = FileManager.default.enumerator(atPath: Self.root.path(percentEncoded: false))
    var found: Set<String> = []
    var lines = 0
    for case let path as String in try #require(places) where path.hasSuffix(".swift") {
      let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      let name = path.split(separator: "/").last?.dropLast(6) ?? ""
      for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//")
      {
        lines += 1
        for word in Self.rawWords(in: String(line)) { found.insert("\(name): \(word)") }
      }
    }
    #expect(lines > 10_000)
    #expect(found.subtracting(Self.others) == [])
    #expect(Self.others.subtracting(found) == [], "entries that nothing needs any more")
  }

  @Test func `the rule finds what it is for`() {
    #expect(Self.rawWords(in: #"buffer.append(journal.path)"#) == ["path"])
    #expect(Self.rawWords(in: #"  buffer.append("Journal: \(journal.path)\n")"#) == ["path"])
    #expect(Self.rawWords(in: #"output.append("\(target)\n")"#) == ["target"])
    #expect(Self.rawWords(in: #"buffer.append("path")"#) == [])
    #expect(Self.rawWords(in: #"buffer.append(printable: journal.path)"#) == [])
    #expect(Self.rawWords(in: #"buffer.append("{\"file\":")"#) == [])
    #expect(Self.rawWords(in: #"paths.append(path)"#) == [])
  }

  /// What a line puts behind the name of a command that it offers, unless it is a word for a shell.
  static func unquoted(in line: String) -> [String] {
    line.matches(of: #/\bmjournal [a-z-]+[^"]*?\\\(([^"]*?)\)(?=[ "'}]|$)/#).map {
      String($0.output.1)
    }
    .filter { !$0.hasPrefix("shellWord(") && $0 != "word" }
  }

  @Test func `commands that are offered name paths by shellWord`() throws {
    #expect(Self.unquoted(in: #"advice: "mjournal verify \(file)""#) == ["file"])
    #expect(Self.unquoted(in: #""mjournal discover \(shellWord(path: path)) -o x""#) == [])
    let places = FileManager.default.enumerator(atPath: Self.root.path(percentEncoded: false))
    var offers = 0
    for case let path as String in try #require(places) where path.hasSuffix(".swift") {
      let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      for line in text.split(separator: "\n") where !line.contains("//") {
        if line.contains(#/"mjournal [a-z-]+ \\\(/#) { offers += 1 }
        // Of a layout's provenance: numbers.
        let raw = Self.unquoted(in: String(line)).filter { !$0.contains("records") }
        #expect(raw == [], "\(path): \(line)")
      }
    }
    #expect(offers >= 8)
  }

  @Test func `few places write to standard error and output`() throws {
    let places = FileManager.default.enumerator(atPath: Self.root.path(percentEncoded: false))
    var writers: Set<String> = []
    for case let path as String in try #require(places) where path.hasSuffix(".swift") {
      let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      if text.contains(#/write\(STD(ERR|OUT)_FILENO|FileHandle\.standard(Error|Output)|fputs\(/#) {
        writers.insert(path)
      }
    }
    #expect(
      writers == [
        "mjournal/Output/Diagnostics.swift", "mjournal/Output/ProgressLine.swift",
        "mjournal/Output/StandardOutput.swift",
      ])
  }
}
