// swift-tools-version: 6.2
import PackageDescription

// The exhaustive suites; `scripts/reliability` runs them. A package of its own, so that users of the
// library build none of it.
let swiftSettings: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func product(_ name: String) -> Target.Dependency {
  .product(name: name, package: "mirror-journal")
}

let libraries = [
  "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity",
  "MirrorPositions", "JournalExport", "JournalDiscovery", "JournalCalibration", "JournalBench",
  "JournalSamples",
].map(product)

let package = Package(
  name: "Reliability",
  products: [.library(name: "faults", type: .dynamic, targets: ["CFaults"])],
  dependencies: [.package(name: "mirror-journal", path: "..")],
  targets: [
    // Loaded before a program under test: makes its system calls fail, cuts them short, logs them.
    .target(name: "CFaults"),
    // Tells the thread sanitizer of locks that it does not see; empty in any other build.
    .target(name: "CThreads"),
    // What an exported database is read with: not the code that wrote it.
    .systemLibrary(
      name: "CSQLiteReader", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    // What the fuzzers call.
    .target(
      name: "FuzzTargets",
      dependencies: libraries,
      swiftSettings: swiftSettings),
    // Journals with blocks in the wrong places, and what has to be said of them.
    .target(
      name: "MisplacedBlocks", dependencies: [product("MirrorJournal")],
      swiftSettings: swiftSettings),
    // A link to Tests/Histories: the tests run a few of them, this package thousands, optimized.
    .target(
      name: "Histories",
      dependencies: ["MirrorJournal", "JournalQuery", "JournalExport", "JournalSamples"]
        .map(product), swiftSettings: swiftSettings),
    .executableTarget(
      name: "mjournal-reliability",
      dependencies: libraries + [
        "CSQLiteReader", "CThreads", "FuzzTargets", "Histories", "MisplacedBlocks",
        // The command line, built beside this one and run as its users run it.
        product("mjournal"),
      ],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6]
)

// libFuzzer brings the main function, so this links under 'scripts/fuzz' only.
if Context.environment["MJOURNAL_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "mjournal-fuzz", dependencies: ["FuzzTargets"],
      swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])],
      // gold gives up on libFuzzer's second main function.
      linkerSettings: [
        .unsafeFlags(["-use-ld=lld", "-Xlinker", "--allow-multiple-definition"])
      ]))
}
