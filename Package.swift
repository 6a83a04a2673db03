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

// The layers, from the ground up: a target depends on its own layer and on those before it. What each of them uses is
// said in full, and `scripts/check-dependencies.py` refuses what no file of the target imports.

/// Products of SwiftNIO.
func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}

/// Products that more than one target needs.
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// Products of Hummingbird.
func hummingbird(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "hummingbird") }
}

/// Both products of swift-crypto.
let swiftCrypto: [Target.Dependency] = ["Crypto", "CryptoExtras"].map {
    .product(name: $0, package: "swift-crypto")
}

/// What comes with the system, and what only C can do.
let system: [Target] = [
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CUtf8proc", providers: [.apt(["libutf8proc-dev"])]),
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    .systemLibrary(name: "CMallocSetup"),
    .systemLibrary(
        name: "CQRencode",
        pkgConfig: "libqrencode",
        providers: [.apt(["libqrencode-dev"])]
    ),
    .systemLibrary(name: "CLibPQ", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSQLiteSetup", providers: [.apt(["libsqlite3-dev"])]),
    // C, because a thread's own memory has to be found from within mmap.
    .target(name: "CHashingMemory"),
    // C, because libcurl and prctl(2) take variable arguments.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CProcessSetup"),
    // C, because SQLite takes a file system as a table of functions.
    .target(name: "CDescriptorVFS"),
    .target(name: "SystemCalls", dependencies: ["CProcessSetup"]),
]

/// How every part reads texts from outside: measured first, compared as bytes.
let texts: [Target] = [
    .target(name: "TextBytes"),
    .target(name: "WireJSON", dependencies: ["TextBytes"]),
    .target(name: "LDAPWire", dependencies: ["TextBytes"]),
    .target(name: "NormalForms", dependencies: ["CUtf8proc", "SystemCalls"]),
]

/// Threads beside those that serve everybody.
let threads: [Target] = [
    .target(name: "WorkerThreads", dependencies: ["SystemCalls"])
]

/// Values, ports, rules and services.
let core: [Target] = [
    .target(name: "MusterCore", dependencies: ["TextBytes"])
]

/// What stands behind Core's ports.
let adapters: [Target] = [
    .target(
        name: "MusterCrypto",
        dependencies: [
            "CCrypt", "CHashingMemory", "CSodium", "MusterCore", "NormalForms", "SystemCalls",
        ] + swiftCrypto
    ),
    // What both stores do by the same statements; it knows no library of either.
    .target(name: "MusterSQL", dependencies: ["MusterCore", "NormalForms"]),
    .target(
        name: "MusterSQLite",
        dependencies: [
            "CDescriptorVFS", "CMallocSetup", "CSQLiteSetup", "MusterCore", "MusterSQL",
            "SystemCalls", "TextBytes", "WorkerThreads",
        ]
    ),
    .target(
        name: "MusterPostgres",
        dependencies: ["CLibPQ", "MusterCore", "MusterSQL", "SystemCalls"]
    ),
    .target(
        name: "MusterDelivery",
        dependencies: [
            "CCurl", "MusterCore", "SystemCalls", "WireJSON", httpClient, tls,
            .product(name: "Crypto", package: "swift-crypto"),
        ] + nio("NIOCore", "NIOHTTP1", "NIOPosix")
    ),
    .target(name: "MusterTesting", dependencies: ["MusterCore", "TextBytes", "WorkerThreads"]),
    .target(name: "QRCode", dependencies: ["CQRencode"]),
]

/// What goes over the wire, one target a dialect.
let dialects: [Target] = [
    .target(name: "ActiveLogicAPI", dependencies: ["TextBytes", "WireJSON"]),
    .target(name: "MusterAPI", dependencies: ["TextBytes", "WireJSON"]),
    .target(name: "SCIMAPI", dependencies: ["TextBytes", "WireJSON"]),
    .target(name: "TenableAPI", dependencies: ["TextBytes", "WireJSON"]),
]

/// The pages of the console; what they show comes from the service.
let console: [Target] = [
    .target(
        name: "MusterConsole",
        dependencies: ["MusterCore"],
        resources: [.embedInCode("Assets/console.css"), .embedInCode("Assets/console.js")]
    )
]

/// The service.
let server: [Target] = [
    .target(
        name: "MusterServer",
        dependencies: [
            "ActiveLogicAPI", "CZlib", "LDAPWire", "MusterAPI", "MusterConsole", "MusterCore",
            "QRCode", "SCIMAPI", "SystemCalls", "TenableAPI", "TextBytes", "WireJSON",
            "WorkerThreads", httpTypes, logging, tls, lifecycle,
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        ] + hummingbird("Hummingbird", "HummingbirdCore")
            + nio("NIOCore", "NIOHTTP1", "NIOPosix"),
        resources: [.embedInCode("Operations/openapi.yaml")]
    )
]

/// Those who call a service.
let clients: [Target] = [
    .target(
        name: "ClientTransport",
        dependencies: ["WireJSON", httpClient, logging, tls] + nio("NIOCore", "NIOHTTP1")
    ),
    .target(
        name: "ActiveLogicClient",
        dependencies: [
            "ActiveLogicAPI", "ClientTransport", "TextBytes", "WireJSON", logging,
        ] + nio("NIOHTTP1")
    ),
    .target(
        name: "MusterClient",
        dependencies: [
            "ClientTransport", "MusterAPI", "TextBytes", "WireJSON", logging,
        ] + nio("NIOHTTP1")
    ),
    .target(
        name: "TenableClient",
        dependencies: [
            "ClientTransport", "TenableAPI", "TextBytes", "WireJSON", logging,
        ] + nio("NIOCore", "NIOHTTP1")
    ),
]

/// The program.
let program: [Target] = [
    .target(
        name: "MusterCommands",
        dependencies: [
            "ClientTransport", "CMallocSetup", "CProcessSetup", "LDAPWire", "MusterAPI",
            "MusterClient", "MusterCore", "MusterCrypto", "MusterDelivery", "MusterPostgres",
            "MusterSQLite", "MusterServer", "QRCode", "SystemCalls", "TextBytes", "WireJSON",
            "WorkerThreads", arguments, httpClient, logging, tls, lifecycle,
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ] + nio("NIOCore", "NIOHTTP1", "NIOPosix")
    ),
    .executableTarget(name: "muster", dependencies: ["MusterCommands", arguments]),
]

/// What tests share; no product.
let testSupport: [Target] = [
    .target(
        name: "ClientTestSupport",
        dependencies: [
            "ClientTransport", "MusterCore", "MusterCrypto", "MusterServer", "MusterTesting",
            httpTypes, logging, tls, lifecycle,
        ] + hummingbird("Hummingbird", "HummingbirdCore") + nio("NIOCore"),
        path: "Tests/ClientTestSupport"
    ),
    .target(name: "DocumentTesting", path: "Tests/DocumentTesting"),
    // Every store of the program, for the tests of services and of the server.
    .target(
        name: "StoreTesting",
        dependencies: ["MusterCore", "MusterCrypto", "MusterSQLite", "MusterTesting"]
    ),
    // Makes the Swift client's calls for the runs of foreign clients.
    .executableTarget(
        name: "ActiveLogicCaller",
        dependencies: ["ActiveLogicClient", "WireJSON"],
        path: "Tests/Conformance/ActiveLogicCaller"
    ),
]

/// Whose readers are fuzzed.
let fuzzed: [Target.Dependency] =
    [
        "ActiveLogicAPI", "LDAPWire", "MusterAPI", "MusterCommands", "MusterCore", "MusterCrypto",
        "MusterDelivery", "MusterSQLite", "MusterServer", "SCIMAPI", "SystemCalls", "TenableAPI",
        "TextBytes", "WireJSON",
    ] + nio("NIOCore")

/// Where libFuzzer lies; nil unless the fuzzer itself is built (`scripts/fuzz.sh`), which takes the place of the tests.
let fuzzerRuntime = Context.environment["MUSTER_FUZZER_RUNTIME"]

/// libFuzzer, and the targets that it is given; the tests give them their corpora.
func fuzzer(_ runtime: String) -> [Target] {
    [
        .systemLibrary(name: "CFuzzer", path: "Tests/FuzzTests/CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: fuzzed + ["CFuzzer"],
            path: "Tests/FuzzTests",
            exclude: ["CFuzzer", "Corpora", "CorpusTests.swift"],
            linkerSettings: [.unsafeFlags([runtime]), .linkedLibrary("stdc++")]
        ),
    ]
}

/// One target of tests for each target of code.
let tests: [Target] = [
    .testTarget(
        name: "FuzzTests",
        dependencies: fuzzed,
        exclude: ["CFuzzer", "Corpora", "Program"]
    ),
    .testTarget(name: "TextBytesTests", dependencies: ["TextBytes"]),
    .testTarget(name: "SystemCallsTests", dependencies: ["SystemCalls"]),
    .testTarget(name: "NormalFormsTests", dependencies: ["NormalForms"]),
    .testTarget(
        name: "LDAPWireTests",
        dependencies: ["LDAPWire", .product(name: "SwiftASN1", package: "swift-asn1")]
    ),
    .testTarget(name: "WireJSONTests", dependencies: ["TextBytes", "WireJSON"]),
    .testTarget(
        name: "MusterCoreTests",
        dependencies: [
            "DocumentTesting", "MusterCore", "MusterCrypto", "MusterTesting", "StoreTesting",
            "TextBytes",
        ],
        exclude: ["Vectors"]
    ),
    .testTarget(
        name: "MusterCryptoTests",
        dependencies: ["MusterCore", "MusterCrypto", "MusterTesting"] + swiftCrypto
    ),
    .testTarget(name: "MusterSQLTests", dependencies: ["MusterSQL"]),
    .testTarget(
        name: "MusterSQLiteTests",
        dependencies: [
            "CSQLiteSetup", "MusterCore", "MusterCrypto", "MusterSQL", "MusterSQLite",
            "MusterTesting",
        ],
        exclude: ["Fixtures"]
    ),
    .testTarget(
        name: "MusterPostgresTests",
        dependencies: [
            "MusterCore", "MusterCrypto", "MusterPostgres", "MusterSQL", "MusterSQLite",
            "MusterTesting",
        ]
    ),
    .testTarget(
        name: "MusterDeliveryTests",
        dependencies: [
            "MusterCore", "MusterCrypto", "MusterDelivery", "MusterTesting",
            .product(name: "Crypto", package: "swift-crypto"),
        ]
    ),
    .testTarget(name: "MusterAPITests", dependencies: ["MusterAPI", "WireJSON"]),
    .testTarget(name: "QRCodeTests", dependencies: ["QRCode"]),
    .testTarget(name: "SCIMAPITests", dependencies: ["SCIMAPI", "WireJSON"]),
    .testTarget(name: "TenableAPITests", dependencies: ["TenableAPI", "WireJSON"]),
    .testTarget(
        name: "MusterServerTests",
        dependencies: [
            "LDAPWire", "MusterAPI", "MusterConsole", "MusterCore", "MusterCrypto", "MusterSQLite",
            "MusterServer", "MusterTesting", "StoreTesting", "TextBytes", "WireJSON",
            "WorkerThreads", httpTypes, logging, tls,
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        ] + hummingbird("Hummingbird", "HummingbirdCore")
            + nio("NIOCore", "NIOEmbedded", "NIOHTTP1")
    ),
    .testTarget(
        name: "ActiveLogicClientTests",
        dependencies: [
            "ActiveLogicAPI", "ActiveLogicClient", "ClientTestSupport", "ClientTransport",
            "DocumentTesting", "MusterCore", "MusterTesting", "WireJSON", httpTypes, logging, tls,
        ] + nio("NIOCore", "NIOHTTP1")
    ),
    .testTarget(
        name: "MusterClientTests",
        dependencies: [
            "ClientTestSupport", "DocumentTesting", "MusterClient", "MusterCore", "MusterTesting",
            httpTypes, logging,
        ]
    ),
    .testTarget(
        name: "TenableClientTests",
        dependencies: [
            "ClientTestSupport", "ClientTransport", "DocumentTesting", "MusterCore",
            "MusterTesting", "TenableClient", httpTypes, logging,
        ] + nio("NIOCore")
    ),
    .testTarget(
        name: "MusterCommandsTests",
        dependencies: [
            "ClientTransport", "MusterAPI", "MusterClient", "MusterCommands", "MusterCore",
            "MusterCrypto", "MusterSQL", "MusterSQLite", "MusterServer", "MusterTesting",
            "TextBytes", "WireJSON", arguments,
        ] + nio("NIOCore", "NIOHTTP1")
    ),
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
        .library(name: "MusterClient", targets: ["MusterClient"]),
        .library(name: "MusterTesting", targets: ["MusterTesting"]),
        .library(name: "TenableClient", targets: ["TenableClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // For the tests alone; swift-crypto brings it along.
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // Its trait FullFoundation is all that would bring Foundation, with ICU, into the program.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            from: "2.28.1",
            traits: []
        ),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: system + texts + threads + core + adapters + dialects + console + server
        + clients + program
        + (fuzzerRuntime.map(fuzzer) ?? testSupport + tests),
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = houseSettings
    // Counts which edges were taken, in the code of this package alone.
    if fuzzerRuntime != nil { target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer"])) }
}

// Some targets of tests alone, with what they stand on: MUSTER_TESTS="TextBytesTests WireJSONTests".
if let names = Context.environment["MUSTER_TESTS"] {
    var needed = Set(names.split(separator: " ").map(String.init))
    // A target stands behind those that it depends on.
    for target in package.targets.reversed() where needed.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products = []
}
