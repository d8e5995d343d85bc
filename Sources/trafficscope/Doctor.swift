import ArgumentParser
import TrafficCore
import TrafficReport

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Is everything there: libraries, data and their dates.",
        discussion: "Exit code 69 when something that results depend on is missing.")

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let output = try Output(path: outputs.output)
        let checks = checks()
        let listing = Listing(checks: checks)
        try output.write(listing, format, outputs)
        if checks.contains(where: { !$0.isFine }) { throw CommandFailure(.unavailable) }
    }

    private func checks() -> [SelfCheck] {
        let catalogue = DestinationCatalogue()
        return [
            SelfCheck(name: "trafficscope", isFine: true, detail: Trafficscope.version),
            SelfCheck(name: "libpcap", isFine: true, detail: CaptureLibrary.version),
        ] + Self.captureChecks() + [
            SelfCheck(name: "nettle", isFine: CryptographyCheck.passes, detail: CryptographyCheck.passes
                ? "SHA-256 of \"abc\" is right (FIPS 180-4)" : "SHA-256 of \"abc\" is wrong; reinstall libnettle"),
            SelfCheck(name: "public suffix list", isFine: RegistrableDomain.of("www.example.co.uk") == "example.co.uk",
                                detail: RegistrableDomain.listTime.flatMap { UInt64(exactly: $0).flatMap(CivilDay.text(secondsSince1970:)) }.map { "of " + $0 } ?? "without a date"),
            SelfCheck(name: "destinations", isFine: catalogue.index.count > 0,
                                detail: "\(catalogue.index.count) rows, \(catalogue.index.malformedLines) malformed"),
        ] + Self.listChecks() + [
            SelfCheck(name: "apps", isFine: !AppCatalog().all.isEmpty, detail: "\(AppCatalog().all.count) apps"),
        ] + Geography.checks()
    }

    /// The rights that live capture needs, and the interfaces that it would find. Files are read without any.
    private static func captureChecks() -> [SelfCheck] {
        let cure = "not permitted; as root, or once: sudo setcap cap_net_raw,cap_net_admin+ep \"$(command -v trafficscope)\""
        let interfaces = CapturePrivileges.interfaces
        return [
            SelfCheck(name: "live capture", isFine: true, detail: CapturePrivileges.canCapture ? "permitted (CAP_NET_RAW)" : cure),
            SelfCheck(
                name: "netfilter's log", isFine: true, detail: CapturePrivileges.canReadNetfilterLog ? "permitted (CAP_NET_ADMIN); trafficscope live -i nflog:100" : cure),
            SelfCheck(
                name: "interfaces", isFine: true,
                detail: interfaces.isEmpty ? "none that could be captured" : interfaces.prefix(20).joined(separator: ", ") + (interfaces.count > 20 ? ", …" : "")),
        ]
    }

    /// The imported lists, together and each.
    private static func listChecks() -> [SelfCheck] {
        let lists = DestinationLists.standard()
        var words = lists.problems
        if !lists.isEmpty {
            let folder = DestinationLists.standardFolder ?? "", index = lists.isFromCache ? "from the cache" : "built now"
            words.insert("\(lists.all.count) in \(folder); index \(index)", at: 0)
        }
        let detail = words.isEmpty ? "none imported; trafficscope lists import FILE" : words.joined(separator: "; ")
        return [SelfCheck(name: "lists", isFine: lists.problems.isEmpty, detail: detail)] + lists.all.map { list in
            let counts = "\(list.rows) rules, \(list.malformed) malformed, \(list.refused) refused"
            let origin = "of \(list.dateText), \(list.licence ?? "licence not stated"), SHA-256 \(list.sha256.prefix(16))…"
            return SelfCheck(
                name: "list \(list.name)", isFine: true,
                detail: "\(list.kind.rawValue), \(counts), \(origin)" + (list.isPreferred ? ", before the catalogue" : ""))
        }
    }
}
