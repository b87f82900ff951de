// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library do not build it. The path names the library
// whatever its folder is called.
let package = Package(
  name: "mirror-journal-benchmarks",
  dependencies: [
    .package(name: "mirror-journal", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // The best that C does with the same bytes; tuned to the machine, as the libraries are.
    .target(
      name: "CLimits", cSettings: [.unsafeFlags(["-O3", "-march=native"])],
      linkerSettings: [
        .linkedLibrary("zstd"), .linkedLibrary("lz4"), .linkedLibrary("deflate"),
        .linkedLibrary("isal"),
      ]),
    .executableTarget(
      name: "mjournal-bench-suite",
      dependencies: [
        "CLimits",
        .product(name: "MirrorJournal", package: "mirror-journal"),
        .product(name: "JournalCompression", package: "mirror-journal"),
        .product(name: "MirrorLog", package: "mirror-journal"),
        .product(name: "JournalQuery", package: "mirror-journal"),
        .product(name: "JournalIntegrity", package: "mirror-journal"),
        .product(name: "JournalExport", package: "mirror-journal"),
        .product(name: "JournalCalibration", package: "mirror-journal"),
        .product(name: "JournalSamples", package: "mirror-journal"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Suite",
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
  ],
  swiftLanguageModes: [.v6]
)
