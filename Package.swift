// swift-tools-version: 6.2
import PackageDescription

// `Lifetimes` lets views of a mapped journal (`~Escapable` types) be returned from functions; the
// compiler then rejects a view that outlives its mapping. swift-nio, swift-system and
// swift-collections rely on the same flag.
let swiftSettings: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "mirror-journal",
  products: [
    .library(name: "MirrorJournal", targets: ["MirrorJournal"]),
    .library(name: "JournalCompression", targets: ["JournalCompression"]),
    .library(name: "MirrorLog", targets: ["MirrorLog"]),
    .library(name: "JournalQuery", targets: ["JournalQuery"]),
    .library(name: "JournalIntegrity", targets: ["JournalIntegrity"]),
    .library(name: "MirrorPositions", targets: ["MirrorPositions"]),
    .library(name: "JournalExport", targets: ["JournalExport"]),
    .library(name: "JournalDiscovery", targets: ["JournalDiscovery"]),
    .library(name: "JournalCalibration", targets: ["JournalCalibration"]),
    .library(name: "JournalBench", targets: ["JournalBench"]),
    .library(name: "JournalSamples", targets: ["JournalSamples"]),
    .executable(name: "mjournal", targets: ["mjournal"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // System libraries
    .systemLibrary(
      name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // The way of the data, each target above those it depends on: a test holds the arrows.
    .target(name: "CJournalSupport"),
    // Bytes → layout → format → reading → writing, and how values look as text.
    .target(
      name: "MirrorJournal", dependencies: ["CJournalSupport", "CISAL"],
      swiftSettings: swiftSettings),
    // Compressed journals, written and read.
    .target(
      name: "JournalCompression",
      dependencies: ["MirrorJournal", "CJournalSupport", "CISAL", "CLZ4", "CZstd", "CDeflate"],
      swiftSettings: swiftSettings),
    // The lines of logs and what they say.
    .target(
      name: "MirrorLog", dependencies: ["MirrorJournal", "JournalCompression"],
      swiftSettings: swiftSettings),
    // Which records: inputs, filters, lists, profiles, transactions, histories.
    .target(
      name: "JournalQuery",
      dependencies: ["MirrorJournal", "JournalCompression", "CJournalSupport"],
      swiftSettings: swiftSettings),
    // Whether a file, a chain and two members' copies are sound.
    .target(
      name: "JournalIntegrity", dependencies: ["MirrorJournal", "JournalQuery"],
      swiftSettings: swiftSettings),
    // What logs and journals say of where the members of a mirror stand.
    .target(
      name: "MirrorPositions",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity",
      ],
      swiftSettings: swiftSettings),
    // Records taken elsewhere: lines, databases, scripts.
    .target(
      name: "JournalExport",
      dependencies: ["MirrorJournal", "JournalCompression", "JournalQuery", "CSQLite"],
      swiftSettings: swiftSettings),
    // Layouts found from a file alone.
    .target(
      name: "JournalDiscovery", dependencies: ["MirrorJournal", "CJournalSupport"],
      swiftSettings: swiftSettings),
    // Layouts found from a file and its listing.
    .target(
      name: "JournalCalibration", dependencies: ["MirrorJournal", "JournalDiscovery"],
      swiftSettings: swiftSettings),
    // What codecs make of given journals.
    .target(
      name: "JournalBench", dependencies: ["MirrorJournal", "JournalCompression"],
      swiftSettings: swiftSettings),
    .target(
      name: "JournalSamples", dependencies: ["MirrorJournal"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "mjournal",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity",
        "MirrorPositions", "JournalExport", "JournalDiscovery", "JournalCalibration",
        "JournalBench", "JournalSamples",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    // Random histories of globals, and what has to be said of them; the package Reliability builds it, too.
    .target(
      name: "Histories",
      dependencies: ["MirrorJournal", "JournalQuery", "JournalExport", "JournalSamples"],
      path: "Tests/Histories", swiftSettings: swiftSettings),
    // What several test targets make their journals and logs with.
    .target(
      name: "JournalTestSupport", dependencies: ["MirrorJournal", "MirrorLog", "JournalSamples"],
      path: "Tests/JournalTestSupport", swiftSettings: swiftSettings),
    .testTarget(
      name: "MirrorJournalTests",
      dependencies: ["MirrorJournal", "JournalSamples", "JournalTestSupport"],
      resources: [.copy("Resources/keys.tsv"), .copy("Resources/values.tsv")],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalCompressionTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalSamples", "CDeflate", "CLZ4", "CZstd",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "MirrorLogTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalQueryTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalQuery", "JournalTestSupport", "Histories",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalIntegrityTests",
      dependencies: [
        "MirrorJournal", "JournalIntegrity", "JournalTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "MirrorPositionsTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "MirrorPositions",
        "JournalTestSupport",
      ],
      exclude: ["Cases"], swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalExportTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalQuery", "JournalExport", "CSQLite",
        "JournalTestSupport", "Histories",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalDiscoveryTests",
      dependencies: [
        "MirrorJournal", "JournalDiscovery", "JournalSamples", "JournalTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalCalibrationTests",
      dependencies: [
        "MirrorJournal", "JournalQuery", "JournalIntegrity", "JournalCalibration",
        "JournalSamples", "JournalTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalBenchTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalQuery", "JournalBench", "JournalTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalSamplesTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalSamples",
      ],
      swiftSettings: swiftSettings),
    // Which target and which folder may use which.
    .testTarget(name: "ArchitectureTests", swiftSettings: swiftSettings),
    // With the sources of the fuzzers in Reliability/, by a link.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalQuery", "JournalIntegrity",
        "MirrorPositions", "JournalExport", "JournalCalibration", "JournalBench", "JournalSamples",
      ], swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "mjournal", "MirrorJournal", "JournalCompression", "JournalQuery", "JournalTestSupport",
      ],
      exclude: ["Screens"], swiftSettings: swiftSettings
    ),
  ],
  swiftLanguageModes: [.v6]
)

// What searches, as it is shipped: unoptimized it takes a fifth of all tests' time. `./test` asks for it, as a
// package that others use may not have such flags. What all others import would cost about what it saves.
if Context.environment["MJOURNAL_FAST_TESTS"] != nil {
  let searching = ["JournalDiscovery", "JournalCalibration"]
  for target in package.targets where searching.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-O"])]
  }
}
