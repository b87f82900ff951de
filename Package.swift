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
    .library(name: "JournalAnalysis", targets: ["JournalAnalysis"]),
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
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // The way of the data: layout → format → reading → analysis → output
    .target(name: "CJournalSupport"),
    .target(
      name: "MirrorJournal", dependencies: ["CJournalSupport", "CISAL"],
      swiftSettings: swiftSettings),
    .target(name: "MirrorLog", swiftSettings: swiftSettings),
    .target(
      name: "JournalCompression",
      dependencies: [
        "MirrorJournal", "MirrorLog", "CJournalSupport", "CISAL", "CZlib", "CLZ4", "CZstd", "CDeflate",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "JournalAnalysis",
      dependencies: ["MirrorJournal", "JournalCompression", "MirrorLog", "CJournalSupport", "CSQLite"],
      swiftSettings: swiftSettings),
    .target(
      name: "JournalSamples", dependencies: ["MirrorJournal"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "mjournal",
      dependencies: [
        "MirrorJournal", "JournalCompression", "MirrorLog", "JournalAnalysis", "JournalSamples",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    .testTarget(
      name: "MirrorJournalTests", dependencies: ["MirrorJournal", "JournalSamples"],
      resources: [.copy("Resources/keys.tsv")], swiftSettings: swiftSettings),
    .testTarget(
      name: "MirrorLogTests", dependencies: ["MirrorLog"], swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalCompressionTests",
      dependencies: ["JournalCompression", "MirrorJournal", "JournalSamples"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalAnalysisTests",
      dependencies: ["JournalAnalysis", "JournalSamples"], swiftSettings: swiftSettings),
    .testTarget(
      name: "JournalSamplesTests",
      dependencies: ["JournalSamples", "JournalCompression"], swiftSettings: swiftSettings),
    // With the sources of the fuzzers in Reliability/, by a link.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "MirrorJournal", "JournalCompression", "JournalAnalysis", "JournalSamples", "MirrorLog",
      ], swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandTests", dependencies: ["mjournal"], swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6]
)
