import Foundation
import Testing

/// Targets follow the way of the data, and arrows between them and between their folders go one way.
@Suite("Arrows") struct ArrowTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Each target and what it may use, all of which stand above it in this list. A new arrow is a
  /// decision about the architecture: it is made here first.
  private static let targets: [(name: String, uses: Set<String>)] = [
    ("CISAL", []), ("CLZ4", []), ("CZstd", []), ("CDeflate", []), ("CSQLite", []),
    ("CJournalSupport", []),
    ("MirrorJournal", ["CJournalSupport", "CISAL"]),
    (
      "JournalCompression",
      ["MirrorJournal", "CJournalSupport", "CISAL", "CLZ4", "CZstd", "CDeflate"]
    ),
    ("MirrorLog", ["MirrorJournal", "JournalCompression"]),
    ("JournalQuery", ["MirrorJournal", "JournalCompression", "CJournalSupport"]),
    ("JournalIntegrity", ["MirrorJournal", "JournalQuery"]),
    (
      "MirrorPositions",
      ["MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity"]
    ),
    ("JournalExport", ["MirrorJournal", "JournalCompression", "JournalQuery", "CSQLite"]),
    ("JournalDiscovery", ["MirrorJournal", "CJournalSupport"]),
    ("JournalCalibration", ["MirrorJournal", "JournalDiscovery"]),
    ("JournalBench", ["MirrorJournal", "JournalCompression"]),
    ("JournalSamples", ["MirrorJournal"]),
    (
      "mjournal",
      [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity",
        "MirrorPositions", "JournalExport", "JournalDiscovery", "JournalCalibration",
        "JournalBench", "JournalSamples", "ArgumentParser", "swift-argument-parser",
      ]
    ),
  ]

  private static func files() throws -> [SourceFile] {
    try SourceFile.all(below: root.appending(path: "Sources"))
  }

  @Test("The manifest has the targets and the arrows that were decided on, and no others")
  func manifest() throws {
    let dependencies = try Manifest(root: Self.root).dependencies
    #expect(Set(dependencies.keys) == Set(Self.targets.map(\.name)))
    for target in Self.targets {
      #expect(dependencies[target.name] == target.uses, "\(target.name)")
    }
  }

  @Test("Every arrow points to a target further down")
  func order() {
    var below: Set<String> = ["ArgumentParser", "swift-argument-parser"]
    for target in Self.targets {
      #expect(target.uses.isSubset(of: below), "\(target.name)")
      below.insert(target.name)
    }
  }

  @Test("A target imports what it depends on: all of it, and nothing else of this package")
  func imports() throws {
    let own = Set(Self.targets.map(\.name))
    var imported: [String: Set<String>] = [:]
    for file in try Self.files() {
      imported[file.target, default: []].formUnion(file.imports.intersection(own))
    }
    #expect(imported.count > 10)
    for target in Self.targets where imported[target.name] != nil {
      #expect(imported[target.name] == target.uses.intersection(own), "\(target.name)")
    }
  }

  @Test("A test target imports what it depends on")
  func testImports() throws {
    let manifest = try Manifest(root: Self.root)
    let own = Set(manifest.dependencies.keys).union(manifest.tests.keys)
    var imported: [String: Set<String>] = [:]
    for file in try SourceFile.all(below: Self.root.appending(path: "Tests")) {
      imported[file.target, default: []].formUnion(file.imports.intersection(own))
    }
    #expect(imported.count > 10)
    for (target, dependencies) in manifest.tests {
      #expect(imported[target, default: []].isSubset(of: dependencies), "\(target)")
    }
  }

  @Test("No two folders name each other's types")
  func folders() throws {
    let uses = FolderUses(try Self.files())
    for circle in uses.circles {
      Issue.record("\(circle.joined(separator: ", "))\n\(uses.uses(within: circle))")
    }
  }

  @Test("A circle of folders is found, and only a circle")
  func foundCircle() {
    let one = SourceFile("struct Alpha {\n  let b: Beta\n}", folder: "One", name: "Alpha.swift")
    let two = SourceFile("/// Not Alpha.\nenum Beta {}", folder: "Two", name: "Beta.swift")
    let text = SourceFile("func f() -> String { \"Alpha\" }", folder: "Two", name: "f.swift")
    let back = SourceFile("extension Alpha {}", folder: "Two", name: "g.swift")
    #expect(FolderUses([one, two, text]).circles.isEmpty)
    #expect(FolderUses([one, two, text, back]).circles == [["One", "Two"]])
    #expect(
      FolderUses([one, two, back]).uses(within: ["One", "Two"])
        == "One -> Two: Beta\nTwo -> One: Alpha")
  }
}
