// swift-tools-version: 6.2
// libFuzzer targets, one for each entry point of `FuzzEntry`. A package of its own, so that the main build stays
// small; built by scripts/fuzz with `--sanitize fuzzer`, without which it does not link (libFuzzer brings `main`).
import PackageDescription

let entryPoints = ["pcap", "pcapng", "packet", "tls", "dns", "quic", "http1", "study", "tunnel", "fragments", "stream", "call", "http2", "certificate", "lists", "appmap", "markers", "connections", "profiles", "live"]

let package = Package(
    name: "trafficscope-fuzz",
    dependencies: [.package(name: "trafficscope", path: "..")],
    targets: entryPoints.map {
        .executableTarget(
            name: "fuzz-\($0)",
            dependencies: [.product(name: "TrafficCore", package: "trafficscope")],
            path: "Sources/\($0)",
            // An executable of one file would otherwise be read as a script with top-level code.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    },
    swiftLanguageModes: [.v6]
)
