import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Directories of journals")
struct DirectoryTests {
  static let journals = CommandLineTool.samples + "journals"

  /// A directory with what the samples are, in other forms and places.
  private func directory() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      """
      set -e; cd "$2"; mkdir -p deep/er .hidden; s="$1"
      cp "$s/20240709.009" "$s/20240709.010" "$s/MIRROR-MIRROR-20240709.005" .
      cp "$s/MIRROR-MIRROR-20240709.007" "$s/MIRROR-MIRROR-20240709.008" .
      "$0" compress 20240709.009 > /dev/null
      gzip -c "$s/MIRROR-MIRROR-20240709.006" > deep/er/MIRROR-MIRROR-20240709.006.gz
      : > 20240701.001; cp "$s/20240709.010" .hidden/20240709.011
      """, Self.journals, folder.url.path(percentEncoded: false))
    #expect(made.status == 0, "\(made.errors)")
    return folder
  }

  @Test("ls: a line a journal, with state, form, sizes and gaps")
  func list() throws {
    let folder = try directory()
    let directory = folder.url.path(percentEncoded: false)
    let result = try CommandLineTool.run("ls", directory, "--format", "ndjson")
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("20240701.001"))
    var entries: [String: [String: Any]] = [:]
    for line in result.outputLines {
      let entry = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let file = try #require(entry["file"] as? String)
      entries[String(file.split(separator: "/").last ?? "")] = entry
    }
    #expect(
      entries.keys.sorted() == [
        "20240701.001", "20240709.009", "20240709.010", "MIRROR-MIRROR-20240709.005",
        "MIRROR-MIRROR-20240709.006.gz", "MIRROR-MIRROR-20240709.007", "MIRROR-MIRROR-20240709.008",
      ])
    #expect(entries["20240701.001"]?["state"] as? String == "unreadable")
    #expect(entries["20240709.009"]?["state"] as? String == "closed")
    #expect(entries["MIRROR-MIRROR-20240709.008"]?["state"] as? String == "active")
    #expect(entries["MIRROR-MIRROR-20240709.005"]?["records"] as? Int == 1189)
    #expect(entries["MIRROR-MIRROR-20240709.005"]?["mirrorFileCount"] as? Int == 5)
    #expect(entries["MIRROR-MIRROR-20240709.007"]?["gapBefore"] as? String == "1 file missing")
    #expect(entries["MIRROR-MIRROR-20240709.008"]?["gapBefore"] is NSNull)
    #expect(
      entries["MIRROR-MIRROR-20240709.006.gz"]?["compression"] as? String == "gzip stream")
    let text = try CommandLineTool.run("ls", directory, "--count", "--tz", "Europe/Paris")
    #expect(text.outputLines.count == 8)
    #expect(text.outputLines[0].contains("First (Europe/Paris)"))
    #expect(text.output.contains("gap before: 1 file missing"))
    #expect(text.output.contains("2024-07-09 13:02+02:00"))
  }

  @Test("ls: nothing found anywhere, and what is whole is 0")
  func statuses() throws {
    #expect(try CommandLineTool.run("ls", Self.journals).status == 0)
    let empty = try TemporaryFolder()
    let result = try CommandLineTool.run("ls", empty.url.path(percentEncoded: false))
    #expect(result.status == 2)
    #expect(result.errors.contains("no file with a journal's name"))
  }

  @Test("A journal that is named plain and compressed is read once")
  func once() throws {
    let folder = try directory()
    let plain = folder.path("20240709.009")
    let one = try CommandLineTool.run("profile", plain, "--format", "csv", "--by", "type")
    let glob = try CommandLineTool.shell(
      "\"$0\" profile \"$1\"/20240709.009* --format csv --by type",
      folder.url.path(percentEncoded: false))
    #expect(glob.output == one.output)
  }

  @Test("verify --against compares directories file by file")
  func against() throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      "mkdir \"$2/a\" \"$2/b\" && cp \"$1\"/2024* \"$2/a\" && cp \"$1\"/20240709.009 \"$2/b\" && gzip \"$2/b/20240709.009\"",
      Self.journals, folder.url.path(percentEncoded: false))
    #expect(made.status == 0)
    let result = try CommandLineTool.run("verify", folder.path("a"), "--against", folder.path("b"))
    #expect(result.status == 1)
    #expect(result.errors.contains("20240709.010: the other side has no file of that name"))
    #expect(result.output.contains("20240709.009"))
    try FileManager.default.removeItem(atPath: folder.path("a/20240709.010"))
    #expect(
      try CommandLineTool.run("verify", folder.path("a"), "--against", folder.path("b")).status == 0
    )
    let mixed = try CommandLineTool.run(
      "verify", folder.path("a"), "--against", folder.path("b/20240709.009.gz"))
    #expect(mixed.status == 2)
  }

  @Test(
    "follow: a directory's only series, the next file in another directory, and what is waited for")
  func follow() throws {
    let folder = try TemporaryFolder()
    let bench = try Workbench()
    var header = ""
    for (name, next) in [
      ("a/20240101.001", "b/20240101.002"), ("b/20240101.002", "b/20240101.003"),
    ] {
      try FileManager.default.createDirectory(
        atPath: bench.path(String(name.prefix(1))), withIntermediateDirectories: true)
      let writer = try bench.writer(name)
      _ = try writer.append(.node(.set, "^A(1)", [JournalValue("x")]))
      header = bench.path(next)
      try writer.close(nextName: header)
    }
    let result = try CommandLineTool.run(
      "follow", "--once", bench.path("a"), "--format", "ndjson")
    #expect(result.output.contains("a/20240101.001"))
    #expect(result.output.contains("b/20240101.002"))
    #expect(result.errors.contains("waiting for \(header)"))
    let many = try CommandLineTool.run("follow", "--once", Self.journals)
    #expect(many.status == 2)
    #expect(many.errors.contains("2 series"))
    withExtendedLifetime(folder) {}
  }

  @Test func `a journal that is there plain and below compressed is told`() throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      """
      set -e; cd "$2"; mkdir below; cp "$1/20240709.009" .; cp "$1/20240709.009" below/
      "$0" compress --rm below/20240709.009 > /dev/null
      """, Self.journals, folder.url.path(percentEncoded: false))
    try #require(made.status == 0, "\(made.errors)")
    let directory = folder.url.path(percentEncoded: false)
    let both = try CommandLineTool.run("export", directory, "--format", "csv")
    #expect(both.status == 0)
    #expect(both.errorLines.count == 1)
    #expect(both.errors.contains("below/20240709.009z beside"), "\(both.errors)")
    let one = try CommandLineTool.run("export", folder.path("20240709.009"), "--format", "csv")
    #expect(one.errors.isEmpty && both.outputLines.count == 2 * one.outputLines.count - 1)
    // Who names both files knows.
    let named = try CommandLineTool.run(
      "export", folder.path("20240709.009"), folder.path("below/20240709.009z"))
    #expect(named.errors.isEmpty)
  }

  @Test(arguments: ["compress --codec zstd", "zstd"])
  func `ls counts the records of small compressed journals`(tool: String) throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      tool == "zstd"
        ? "zstd -q \"$1/20240709.009\" -o \"$2/20240709.009.zst\""
        : "\"$0\" \(tool) --output \"$2\" \"$1/20240709.009\" > /dev/null",
      Self.journals, folder.url.path(percentEncoded: false))
    try #require(made.status == 0, "\(made.errors)")
    let listed = try CommandLineTool.run("ls", folder.url.path(percentEncoded: false))
    #expect(listed.status == 0)
    #expect(listed.output.contains(" 1495"), "\(listed.output)")
    #expect(listed.output.contains("11:47"), "\(listed.output)")
  }
}
