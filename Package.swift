// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "trafficscope",
    products: [
        .library(name: "TrafficCore", targets: ["TrafficCore"]),
        .library(name: "TrafficReport", targets: ["TrafficReport"]),
        .library(name: "TrafficStore", targets: ["TrafficStore"]),
        .executable(name: "trafficscope", targets: ["trafficscope"]),
        .executable(name: "simulate", targets: ["simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CNoHTTPClient", exclude: ["link"]),
        .systemLibrary(name: "CPublicSuffix", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .target(
            name: "TrafficCore",
            dependencies: [
                "CIDN2", "CNGHTTP2", "CPcap", "CNettle", "CPublicSuffix", "CZlib", "CZstd",
                .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "Yams", package: "Yams")], swiftSettings: settings),
        .target(
            name: "TrafficStore", dependencies: ["TrafficCore", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        .target(name: "TrafficReport", dependencies: ["TrafficCore"], swiftSettings: settings),
        .target(
            name: "TrafficServer",
            dependencies: ["CNoHTTPClient", .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox")],
            swiftSettings: settings),
        .executableTarget(
            name: "trafficscope",
            dependencies: [
                "CMalloc", "TrafficCore", "TrafficReport", "TrafficServer", "TrafficStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "simulate",
            dependencies: ["TrafficCore", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Simulation", swiftSettings: settings),
        .target(name: "PacketForge", path: "Tests/PacketForge", swiftSettings: settings),
        .testTarget(name: "TrafficCoreTests", dependencies: ["TrafficCore", "PacketForge"], swiftSettings: settings),
        .testTarget(name: "TrafficReportTests", dependencies: ["TrafficReport"], swiftSettings: settings),
        .testTarget(
            name: "TrafficStoreTests", dependencies: ["TrafficStore", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        .testTarget(name: "SimulationTests", dependencies: ["TrafficCore", "simulate"], swiftSettings: settings),
        .testTarget(name: "CommandTests", dependencies: ["PacketForge", "trafficscope"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
