// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "hot-paths",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "muster", path: ".."),
        // Without traits it needs no allocator of its own; AllocationCounter counts for the allocator that Muster uses.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "AllocationCounter", path: "AllocationCounter"),
        .executableTarget(
            name: "HotPaths",
            dependencies: [
                "AllocationCounter",
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "MusterServer", package: "muster"),
            ],
            path: "HotPaths",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        .executableTarget(
            name: "Signatures",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            path: "Signatures"
        ),
    ],
    swiftLanguageModes: [.v6]
)
