import Foundation
import Testing

@testable import TrafficCore

@Suite struct AppCatalogTests {
    static let catalog = AppCatalog()

    @Test(arguments: [
        ("com.zhiliaoapp.musically", "tiktok", "ByteDance"), ("wa_voice", "whatsapp", "Meta Platforms"), ("cp", "cp", nil),
        ("WhatsApp_Login_Call", "whatsapp", "Meta Platforms"), ("youtube_quic", "youtube", "Alphabet"), ("seznamcz", "seznamcz", "Seznam.cz"),
        ("mujvlak", "mujvlak", "Ceske drahy"), ("com.burbn.instagram", "instagram", "Meta Platforms"), ("sites", "sites", nil),
        ("android", "android", nil), ("iphone", "iphone", nil), ("merakicloud", "merakicloud", nil), ("slack", "slack", "Salesforce"),
        ("com.tencent.mm", "wechat", "Tencent"), ("ph.telegra.Telegraph", "telegram", "Telegram"),
    ] as [(String, String, String?)])
    func alias(_ alias: String, _ id: String, _ parent: String?) throws {
        let identity = try #require(Self.catalog.identity(forAlias: alias))
        #expect(identity.id == id && identity.ownerParent == parent)
    }

    @Test func unknownAliasesAreTheirOwnApp() {
        #expect(Self.catalog.identity(forAlias: "nobody.knows.this") == nil)
        #expect(Self.catalog.identity(orUnknown: "nobody.knows.this") == AppIdentity(id: "nobody.knows.this"))
        #expect(Self.catalog.identity(orUnknown: "instagram").group == Self.catalog.identity(orUnknown: "facebook").group)
        #expect(Self.catalog.identity(orUnknown: "cp").group == "cp")
    }

    @Test("every app's owner is spelled as its destinations spell it") func ownersAreOfTheCatalogue() {
        let companies = Set(DestinationCatalogue().index.rows.map { [$0.owner, $0.ownerParent] })
        // These own an app and no destination of the catalogue by that very name.
        let without: Set<String> = ["mujvlak", "tuya"]
        for app in Self.catalog.all {
            guard let owner = app.owner, let parent = app.ownerParent else { continue }
            #expect(companies.contains([owner, parent]) || without.contains(app.id), "\(app.id)")
        }
        #expect(Self.catalog.all.count > 90)
    }

    @Test("every capture of an app beside the repository has a row") func capturesHaveRows() {
        let apps = DestinationSamples.shared.appending(path: "captures/apps"), study = DestinationSamples.shared.appending(path: "captures/study")
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: apps.path()),
            let folders = try? FileManager.default.contentsOfDirectory(atPath: study.path())
        else {
            print("SKIPPED: no ../shared/captures")
            return
        }
        for file in files where file.hasSuffix(".pcap") || file.hasSuffix(".pcapng") {
            #expect(Self.catalog.knows(FolderConvention.stem(file)), "\(file)")
        }
        for folder in folders where !folder.contains(".") { #expect(Self.catalog.knows(folder), "\(folder)") }
    }

    @Test func textThatIsNoTable() {
        #expect(AppCatalog(rows: "a\tb\n\n\t\t\t\t\t\nx\tx,y\tO\t\tk\ta.example").all.map(\.id) == ["", "x"])
        let catalog = AppCatalog(rows: "x\tx,y\tO\t\tk\ta.example,b.example")
        #expect(catalog.identity(forAlias: "Y") == AppIdentity(id: "x", owner: "O", ownerParent: "O", kind: "k", ownDomains: ["a.example", "b.example"]))
    }
}

@Suite struct FolderConventionTests {
    static let catalog = AppCatalog(rows: "weibo\tweibo\t\t\t\t\nreddit\treddit\t\t\t\t")

    @Test(arguments: [
        // given, file, alias, source
        ("x/weibo.pcap", "x/weibo.pcap", "weibo", AttributionSource.stem),
        ("other.pcapng.gz", "other.pcapng.gz", "other", .stem),
        ("study", "study/cp/run1.pcap", "cp", .folder),
        ("study/", "study/cp/run1.pcap", "cp", .folder),
        ("./study", "./study/cp/run1.pcap", "cp", .folder),
        ("/data", "/data/2026/cp/run1.pcap", "cp", .folder),
        ("study/weibo", "study/weibo/run1.pcap", "weibo", .folder),
        ("study/weibo", "study/weibo/reddit.pcap", "reddit", .stem),
        ("study/unknown", "study/unknown/run1.pcap", "run1", .stem),
        ("weibo", "weibo/x/run1.pcap", "x", .folder),
        (".", "./run1.pcap", "run1", .stem),
        (".", "./cp/run1.pcap", "cp", .folder),
        ("weibo/run1.pcap", "weibo/run1.pcap", "run1", .stem),
    ] as [(String, String, String, AttributionSource)])
    func app(_ given: String, _ file: String, _ alias: String, _ source: AttributionSource) throws {
        let answer = try #require(FolderConvention.app(given: given, file: file, catalog: Self.catalog))
        #expect(answer.alias == alias && answer.source == source)
    }

    @Test func nothingToGoBy() {
        #expect(FolderConvention.app(given: "-", file: "-", catalog: Self.catalog) == nil)
        #expect(FolderConvention.app(given: "", file: "", catalog: Self.catalog) == nil)
        #expect(FolderConvention.app(given: ".pcap", file: ".pcap", catalog: Self.catalog) == nil)
    }

    @Test(arguments: [
        ("a.pcap", "a"), ("a.pcapng", "a"), ("a.cap.gz", "a"), ("a.PCAPNG.ZST", "a"), ("com.x.y.pcap", "com.x.y"), ("a", "a"),
        ("a.pcap.pcap", "a.pcap"), ("a.txt", "a.txt"), ("a.gz", "a"),
    ])
    func stem(_ name: String, _ expected: String) { #expect(FolderConvention.stem(name) == expected) }
}
