// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "onboarding",
    platforms: [.macOS(.v15)],
    dependencies: [
        // With its name, so that the folder of the clone may be called anything.
        .package(name: "muster", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "Onboarding",
            dependencies: [
                .product(name: "ActiveLogicClient", package: "muster"),
                .product(name: "TenableClient", package: "muster"),
            ],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
