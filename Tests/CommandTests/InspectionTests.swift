import Foundation
import Testing

/// `info`, `dump`, `show` and `sample` on the samples of the repository.
@Suite struct InspectionTests {
  static let journals = CommandLineTool.samples + "journals"
  static let seven = journals + "/MIRROR-MIRROR-20240709.007"

  @Test func `the committed samples are what the sample command makes`() throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.run("sample", folder.path("journals"))
    #expect(made.status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.journals).sorted()
    #expect(names.count == 6)
    for name in names {
      let committed = try Data(contentsOf: URL(filePath: "\(Self.journals)/\(name)"))
      let again = try Data(contentsOf: URL(filePath: folder.path("journals/\(name)")))
      #expect(committed == again, "\(name)")
    }
  }

  @Test func `sample sizes are those of the logs`() throws {
    let sizes = [
      "MIRROR-MIRROR-20240709.005": 393_216, "MIRROR-MIRROR-20240709.006": 262_144,
      "MIRROR-MIRROR-20240709.007": 393_216, "20240709.009": 327_680, "20240709.010": 196_608,
    ]
    for (name, size) in sizes {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(Self.journals)/\(name)")
      #expect(attributes[.size] as? Int == size)
    }
  }

  @Test(arguments: [
    ("005", 382_140), ("006", 204_392), ("007", 200_088), ("007", 356_088), ("008", 200_088),
    ("008", 200_868),
  ])
  func `every address that the logs name is a record start or the data's end`(
    suffix: String, address: Int
  ) throws {
    let file = Self.journals + "/MIRROR-MIRROR-20240709." + suffix
    let shown = try CommandLineTool.run("show", file, "\(address)", "--exact")
    if shown.status == 0 {
      #expect(shown.output.contains("Address:                 \(address) "))
    } else {
      let info = try CommandLineTool.run("info", file)
      #expect(info.output.contains("data end at \(address) (0x"))
    }
  }

  @Test func `show says when another record than the one asked for is shown`() throws {
    let between = try CommandLineTool.run("show", Self.seven, "131120")
    #expect(between.output.contains("131196 (0x2007c), the first after 131120\n"))
    let behind = try CommandLineTool.run("show", Self.seven, "999999999")
    #expect(behind.output.contains(", the last before 999999999\n"))
    let exact = try CommandLineTool.run("show", Self.seven, "131196")
    #expect(exact.output.contains("131196 (0x2007c)\n"))
  }

  @Test func `ndjson parses line by line and has the documented fields`() throws {
    let result = try CommandLineTool.run("dump", Self.seven, "--format", "ndjson", "--all")
    #expect(result.status == 0)
    var previousEnd = 131_088
    for line in result.outputLines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(object.keys) == Self.fields)
      let address = try #require(object["address"] as? Int)
      let length = try #require(object["length"] as? Int)
      #expect(address >= previousEnd)
      previousEnd = address + length
    }
    #expect(previousEnd == 356_088)
  }

  /// Compares without printing thousands of lines when it fails.
  private func same<T: Equatable>(_ left: some Collection<T>, _ right: some Collection<T>) -> Bool {
    left.elementsEqual(right)
  }

  static let fields: Set = [
    "file", "address", "length", "type", "typeName", "timeStamp", "processID", "jobID",
    "remoteSystemID", "inTransaction", "databaseName", "mirrorDatabaseName", "globalNode",
    "numberOfValues", "newValue", "newValueType", "oldValue", "oldValueType", "detail", "error",
  ]

  @Test func `text, csv and ndjson list the same records`() throws {
    let text = try CommandLineTool.run("dump", Self.seven).outputLines.dropFirst(3)
    let csv = try CommandLineTool.run("dump", Self.seven, "--format", "csv").output
    let json = try CommandLineTool.run("dump", Self.seven, "--format", "ndjson").outputLines
    let addresses = json.compactMap { line in
      line.split(separator: ",").first { $0.hasPrefix("\"address\"") }?.split(separator: ":").last
    }
    #expect(addresses.count > 1000)
    #expect(same(text.map { $0.drop { $0 == " " }.prefix { $0.isNumber } }, addresses))
    // Each record's line begins with the file and the address; values may hold line breaks.
    let starts = csv.split(separator: "\n").compactMap { line -> Substring? in
      guard line.hasPrefix(Self.seven + ",") else { return nil }
      return line.dropFirst(Self.seven.count + 1).prefix { $0.isNumber }
    }
    #expect(same(starts, addresses))
  }

  @Test func `reversed and limited lists are parts of the whole`() throws {
    let all = try CommandLineTool.run("dump", Self.seven).outputLines.dropFirst(3)
    let reversed = try CommandLineTool.run("dump", Self.seven, "--reverse").outputLines.dropFirst(3)
    #expect(same(Array(all), reversed.reversed()))
    let some = try CommandLineTool.run(
      "dump", Self.seven, "--from", "0x30d98", "--to", "250000", "--limit", "40")
    #expect(some.outputLines.dropFirst(3).first?.contains("200088") == true)
    #expect(some.outputLines.count == 43)
  }

  @Test func `a journal comes through a pipe, plain and compressed`() throws {
    let data = try Data(contentsOf: URL(filePath: Self.seven))
    let direct = try CommandLineTool.run("dump", Self.seven).outputLines.dropFirst()
    let piped = try CommandLineTool.run("dump", "-", input: data)
    #expect(piped.status == 0)
    #expect(same(piped.outputLines.dropFirst(), direct))
    let folder = try TemporaryFolder()
    #expect(
      try CommandLineTool.run("compress", Self.seven, "--output", folder.path("")).status == 0)
    let compressed = folder.path("MIRROR-MIRROR-20240709.007z")
    let unpacked = try CommandLineTool.run("dump", compressed)
    #expect(same(unpacked.outputLines.dropFirst(), direct))
    let both = try CommandLineTool.run(
      "dump", "-", input: try Data(contentsOf: URL(filePath: compressed)))
    #expect(same(both.outputLines.dropFirst(), direct), "\(both.errors)")
  }

  @Test func `info says what the header says`() throws {
    let result = try CommandLineTool.run("info", Self.seven)
    #expect(result.status == 0)
    for line in [
      "Mirror File Count:    7", "data end at 356088 (0x56ef8)", "First record:         131088",
      "Prev File End:        251328", ":mirror:MIRROR:USER",
    ] {
      #expect(result.output.contains(line), "\(line)")
    }
    let json = try CommandLineTool.run("info", Self.seven, "--format", "ndjson")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["mirrorFileCount"] as? Int == 7)
    #expect(object["end"] as? Int == 356_088)
  }
}
