import Testing

@testable import TrafficCore

@Suite struct AppMapTests {
    private func read(_ text: String) -> (map: AppMap, problems: AppMapFile.Problems) {
        var map = AppMap()
        let problems = AppMapFile.read(Array(text.utf8), name: "map", into: &map)
        return (map, problems)
    }

    private func flow(_ source: String, _ port: UInt16, _ target: String, _ targetPort: UInt16, at seconds: Int64 = 1_600_000_000) throws -> FlowRecord {
        var record = EngineReading.nothing
        record.originator = Endpoint(address: try #require(IPAddress(source)), port: port)
        record.responder = Endpoint(address: try #require(IPAddress(target)), port: targetPort)
        record.transport = .tcp
        (record.first, record.last) = (seconds * 1_000_000_000, (seconds + 1) * 1_000_000_000)
        return record
    }

    private static let header = "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen"

    @Test("PCAPdroid's connections: commas in names, times in any zone, the row of a malicious connection", arguments: [
        ("App", "org.app", "2020-09-13T14:26:40.000+02:00"), ("App, The One", "org.app", "2020-09-13T12:26:40.000Z"),
        ("a.b, c.d", "org.app.two_x", "2020-09-13T14:26:40.000+0200"), ("Ärger", "android", "2020-09-13T12:26:40Z"),
    ])
    func pcapdroid(name: String, package: String, time: String) throws {
        for suffix in ["", ",yes", ","] {
            let header = Self.header + (suffix.isEmpty ? "" : ",Malicious")
            let row = "6,10.0.0.2,40000,192.0.2.1,443,10303,\(name),\(package),TLS,Closed,x.example, and more,1,2,3,4,\(time),\(time)"
            let (map, problems) = read(header + "\n" + row + suffix + "\n")
            #expect(problems.count == 0, "\(problems)")
            let match = try #require(map.match(try flow("10.0.0.2", 40000, "192.0.2.1", 443)))
            #expect(match.labels.map(\.package) == [package] && match.labels.map(\.uid) == [10303] && match.confidence == .high)
            #expect(match.labels.first?.name == name)
            #expect(map.match(try flow("10.0.0.2", 40000, "192.0.2.1", 443, at: 1_600_000_100)) == nil, "another connection, later")
            #expect(map.match(try flow("10.0.0.2", 40001, "192.0.2.1", 443)) == nil)
        }
    }

    @Test("rows of nobody are no rows; broken ones are told with their line")
    func damaged() throws {
        let (map, problems) = read(Self.header + "\n6,10.0.0.2,1,192.0.2.1,2,-1,,,TLS,,,1,2,3,4,a,b\n6,10.0.0.2\n6,x,1,192.0.2.1,2,5,a,b,c,d,e,1,2,3,4,f,g\n")
        #expect(map.isEmpty && problems.count == 2)
        #expect(problems.first.map(\.line) == [3, 4])
        #expect(problems.first.first?.description == "map: line 3: 2 cells, not 17")
    }

    @Test("packages.list, pm list packages -U and plain pairs name user ids; users and sandboxes too", arguments: [
        "org.app 10303 0 /data/user/0/org.app default:targetSdkVersion=33 none 0 1 1 @null", "package:org.app uid:10303", "10303\torg.app",
        "uid\tpackage\n10303\torg.app", "uid,app\n10303,org.app",
    ])
    func userIDs(text: String) {
        let (map, problems) = read("# comment\n" + text + "\n")
        #expect(problems.count == 0)
        for uid: Int32 in [10303, 1_010_303, 20303] {
            #expect(map.completed(AppLabel(place: .netfilterLog, uid: uid)).package == "org.app", "\(uid)")
        }
        #expect(map.completed(AppLabel(place: .netfilterLog, uid: 10304)).package == nil)
    }

    @Test("a plain table: both ends before one end before the address, and times apart")
    func plain() throws {
        let (map, problems) = read("""
            address\tport\tremote\tproto\tfrom\tto\tapp
            10.0.0.2\t\t\t\t\t\twhole
            10.0.0.2\t1000\t\ttcp\t\t\tport
            10.0.0.2\t1000\t192.0.2.1:443\ttcp\t\t\tboth
            10.0.0.3\t\t\t\t2020-09-13T12:26:40Z\t2020-09-13T12:26:50Z\tearly
            10.0.0.3\t\t\t\t2020-09-13T12:27:40Z\t\tlate
            10.0.0.4\t99999\t\t\t\t\tx
            10.0.0.4\t1\t\t\tyesterday\t\tx
            """)
        #expect(problems.first.map(\.line) == [7, 8])
        func app(_ record: FlowRecord) -> String { map.match(record).map { $0.labels.compactMap(\.name).joined() + " " + $0.confidence.rawValue } ?? "none" }
        #expect(app(try flow("10.0.0.2", 1000, "192.0.2.1", 443)) == "both high")
        #expect(app(try flow("192.0.2.1", 443, "10.0.0.2", 1000)) == "both high")
        #expect(app(try flow("10.0.0.2", 1000, "192.0.2.2", 443)) == "port medium")
        #expect(app(try flow("10.0.0.2", 1001, "192.0.2.2", 443)) == "whole low")
        #expect(app(try flow("10.0.0.3", 1, "192.0.2.2", 443)) == "early low")
        #expect(app(try flow("10.0.0.3", 1, "192.0.2.2", 443, at: 1_600_000_030)) == "none")
        #expect(app(try flow("10.0.0.3", 1, "192.0.2.2", 443, at: 1_600_000_070)) == "late low")
    }

    @Test("RustNet's connections, one JSON object a line")
    func rustnet() throws {
        let (map, problems) = read("""
            {"protocol":"TCP","local_addr":"10.0.0.2:40000","remote_addr":"192.0.2.1:443","pid":7,"process_name":"curl","first_seen":{"secs_since_epoch":1600000000,"nanos_since_epoch":5},"last_seen":{"secs_since_epoch":1600000009,"nanos_since_epoch":5}}
            {"protocol":"UDP","local_addr":"[2001:db8::2]:5","remote_addr":"[2001:db8::1]:443","pid":null,"process_name":null}
            {"protocol":"TCP","local_addr":"nowhere","process_name":"x"}
            {"protocol":
            """)
        #expect(map.count == 1 && problems.first.map(\.line) == [3, 4])
        let match = try #require(map.match(try flow("10.0.0.2", 40000, "192.0.2.1", 443)))
        #expect(match.labels.first?.process == "curl" && match.confidence == .high)
        #expect(map.match(try flow("10.0.0.2", 40000, "192.0.2.1", 443, at: 1_600_000_100)) == nil)
    }
}
