// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(path: "../")],
  targets: [
    .target(name: "CWalk", cSettings: [.unsafeFlags(["-O3", "-march=native"])]),
    .executableTarget(name: "Probe", dependencies: ["CWalk", .product(name: "MirrorJournal", package: "main")],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
  ],
  swiftLanguageModes: [.v6]
)
