// swift-tools-version: 6.2

import PackageDescription

/// Settings of every Swift target: the language of today, and no warning left standing.
let houseSettings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]

let package = Package(
    name: "muster",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "muster", targets: ["muster"]),
        .library(name: "ActiveLogicClient", targets: ["ActiveLogicClient"]),
        // The server's parts; what the benchmarks measure in-process.
        .library(
            name: "MusterServer",
            targets: [
                "MusterCore", "MusterCrypto", "MusterSQLite", "MusterServer", "TenableAPI",
                "WireJSON",
            ]
        ),
        .library(name: "MusterTesting", targets: ["MusterTesting"]),
        .library(name: "TenableClient", targets: ["TenableClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium",
            pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]
        ),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CMallocSetup"),
        .systemLibrary(name: "CProcessSetup"),
        .systemLibrary(name: "CSQLiteSetup", providers: [.apt(["libsqlite3-dev"])]),
        // C, because a thread's own memory has to be found from within mmap.
        .target(name: "CHashingMemory"),
        // C, because SQLite takes a file system as a table of functions.
        .target(name: "CDescriptorVFS"),
        // How every part reads texts from outside: measured first, compared as bytes.
        .target(name: "TextBytes"),
        .target(name: "WireJSON", dependencies: ["TextBytes"]),
        .target(name: "MusterCore", dependencies: ["TextBytes"]),
        .target(
            name: "MusterCrypto",
            dependencies: [
                "CCrypt", "CHashingMemory", "CSodium", "MusterCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "MusterSQLite",
            dependencies: [
                "CDescriptorVFS", "CMallocSetup", "CSQLiteSetup", "MusterCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(name: "TenableAPI", dependencies: ["TextBytes", "WireJSON"]),
        .target(name: "ActiveLogicAPI", dependencies: ["TextBytes", "WireJSON"]),
        .target(name: "MusterAPI", dependencies: ["TextBytes", "WireJSON"]),
        .target(
            name: "MusterServer",
            dependencies: [
                "ActiveLogicAPI", "MusterAPI", "MusterCore", "TenableAPI", "TextBytes", "WireJSON",
            ] + hummingbird,
            resources: [.embedInCode("Operations/openapi.yaml")]
        ),
        .target(
            name: "ClientTransport",
            dependencies: [
                "TextBytes", "WireJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .target(
            name: "ActiveLogicClient",
            dependencies: [
                "ActiveLogicAPI", "ClientTransport", "TextBytes", "WireJSON",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .target(
            name: "TenableClient",
            dependencies: [
                "ClientTransport", "TenableAPI", "TextBytes", "WireJSON",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .target(
            name: "MusterCommands",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                "CMallocSetup", "CProcessSetup", "ClientTransport", "MusterAPI", "MusterCore",
                "MusterCrypto", "MusterServer", "MusterSQLite", "TextBytes", "WireJSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + hummingbird
        ),
        .executableTarget(
            name: "muster",
            dependencies: [
                "MusterCommands",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        // Makes the Swift client's calls for the runs of foreign clients; no product.
        .executableTarget(
            name: "ActiveLogicCaller",
            dependencies: ["ActiveLogicClient", "WireJSON"],
            path: "Tests/Conformance/ActiveLogicCaller"
        ),
        .target(name: "MusterTesting", dependencies: ["MusterCore", "TextBytes"]),
        .testTarget(name: "TextBytesTests", dependencies: ["TextBytes"]),
        .testTarget(name: "WireJSONTests", dependencies: ["TextBytes", "WireJSON"]),
        .testTarget(
            name: "MusterCoreTests",
            dependencies: ["MusterCore", "MusterCrypto", "MusterTesting", "TextBytes"],
            exclude: ["Vectors"]
        ),
        .testTarget(
            name: "MusterCryptoTests",
            dependencies: ["MusterCore", "MusterCrypto", "MusterTesting"]
        ),
        .testTarget(
            name: "MusterSQLiteTests",
            dependencies: [
                "MusterCore", "MusterCrypto", "MusterSQLite", "MusterTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "TenableAPITests",
            dependencies: ["TenableAPI", "TextBytes", "WireJSON"]
        ),
        .testTarget(name: "MusterAPITests", dependencies: ["MusterAPI", "TextBytes", "WireJSON"]),
        .target(
            name: "ClientTestSupport",
            dependencies: [
                "ClientTransport", "MusterCore", "MusterCrypto", "MusterServer", "MusterTesting",
            ] + hummingbird,
            path: "Tests/ClientTestSupport"
        ),
        .testTarget(
            name: "ActiveLogicClientTests",
            dependencies: [
                "ActiveLogicAPI", "ActiveLogicClient", "ClientTestSupport", "ClientTransport",
                "MusterCore",
                "MusterCrypto", "MusterServer", "MusterTesting", "WireJSON",
            ] + hummingbird
        ),
        .testTarget(
            name: "TenableClientTests",
            dependencies: [
                "ClientTestSupport", "ClientTransport", "MusterCore", "MusterServer",
                "MusterTesting",
                "TenableAPI", "TenableClient", "WireJSON",
            ] + hummingbird
        ),
        .testTarget(
            name: "MusterServerTests",
            dependencies: [
                "ActiveLogicAPI", "MusterAPI",
                "MusterCore", "MusterCrypto", "MusterServer", "MusterTesting", "TenableAPI",
                "TextBytes", "WireJSON",
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + hummingbird
        ),
        .testTarget(
            name: "MusterCommandsTests",
            dependencies: [
                "ClientTransport", "MusterCommands", "MusterCore", "MusterCrypto", "MusterSQLite",
                "MusterTesting", "TextBytes", "WireJSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = houseSettings
}
