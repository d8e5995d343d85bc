import Testing

@testable import TrafficCore

@Suite struct SystemTrafficTests {
    private let catalog = SystemCatalog(
        destinations: "check.example\te\tconnectivity-check\npush.example\ts\tpush\ntime*.example.org\tg\ttime\np*-*.example.org\tg\tidle\nexample.org\ts\tos-service\nbad\tx\n",
        senders: "a/1000\tos-service\na/org.store\tapp-store\ni/apsd\tpush\n")

    @Test("an exact name, names below a suffix, a glob before the suffix of its parent", arguments: [
        ("check.example", "connectivity-check"), ("a.check.example", "none"), ("push.example", "push"), ("a.b.push.example", "push"),
        ("time7.example.org", "time"), ("time.example.org", "time"), ("a.time7.example.org", "os-service"), ("p1-x.example.org", "idle"), ("p1x.example.org", "os-service"), ("notpush.example", "none"),
        ("push.example.net", "none"), ("", "none"), ("example", "none"), (".", "none"),
    ])
    func destinations(name: String, kind: String) { #expect(catalog.kind(ofDestination: name)?.rawValue ?? "none" == kind) }

    @Test("user ids below 10000 of any user, packages and processes are the system's; apps are not")
    func senders() {
        func kind(_ label: AppLabel) -> String { catalog.kind(ofSender: label)?.rawValue ?? "none" }
        #expect(kind(AppLabel(place: .netfilterLog, uid: 1000)) == "os-service" && kind(AppLabel(place: .netfilterLog, uid: 1_001_000)) == "os-service")
        #expect(kind(AppLabel(place: .trailer, uid: 0)) == "os-service" && kind(AppLabel(place: .trailer, uid: 10_000)) == "none")
        #expect(kind(AppLabel(place: .appBlock, uid: 10_100, package: "org.Store")) == "app-store")
        #expect(kind(AppLabel(place: .packetTap, process: "apsd")) == "push" && kind(AppLabel(place: .packetTap, process: "App")) == "none")
        #expect(kind(AppLabel(place: .comment, uid: 5, process: "x")) == "none")
    }

    @Test("every destination of the compiled-in table has an owner")
    func owners() {
        let destinations = DestinationCatalogue()
        var checked = 0
        for line in SystemCatalog.builtInDestinations.split(separator: "\n") {
            let name = line.split(separator: "\t")[0].split(separator: "*", omittingEmptySubsequences: false).joined(separator: "x-")
            #expect(destinations.row(for: name) != nil, "\(name)")
            #expect(SystemCatalog.builtIn.kind(ofDestination: name) != nil, "\(name)")
            checked += 1
        }
        #expect(checked > 300)
    }

    @Test("every kind of the tables is one")
    func kinds() {
        for text in [SystemCatalog.builtInDestinations, SystemCatalog.builtInSenders] {
            for line in text.split(separator: "\n") {
                #expect(SystemTraffic.Kind(rawValue: String(line.split(separator: "\t").last ?? "")) != nil, "\(line)")
            }
        }
    }
}
