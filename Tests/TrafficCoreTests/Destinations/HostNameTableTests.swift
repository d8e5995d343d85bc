import Testing

@testable import TrafficCore

/// The cache of names: whatever came before, a text means what `HostName` and the HTTP rule say of it.
@Suite struct HostNameTableTests {
    @Test("one name, however it is spelled", arguments: [
        ("a.example", "a.example", "a.example"), ("A.Example.", "a.example", "a.example"), ("a.example:443", nil, "a.example"),
        ("A.EXAMPLE.:8", nil, "a.example"), ("192.0.2.1", nil, nil), ("[::1]:80", nil, nil), ("x:y", nil, nil), ("", nil, nil), ("a..b", nil, nil),
    ] as [(String, String?, String?)])
    func spelling(_ text: String, _ name: String?, _ host: String?) {
        var table = HostNameTable(unknown: 0)
        func find(_ text: String, isHost: Bool) -> Int? { table.find(text, isHost: isHost) }
        // Twice: as it comes, and as it was kept.
        for _ in 0..<2 {
            #expect(find(text, isHost: false).map { table.text($0) } == name)
            #expect(find(text, isHost: true).map { table.text($0) } == host)
        }
        guard let host, let place = find(host, isHost: false) else { return }
        table[place] = 7
        #expect(find(text, isHost: true).map { table[$0] } == 7)
    }

    @Test("a field longer than any name is read, and not kept") func long() {
        var table = HostNameTable(unknown: 0)
        func find(_ text: String, isHost: Bool) -> Int? { table.find(text, isHost: isHost) }
        let port = String(repeating: "0", count: 300) + "80"
        #expect(find("a.example:" + port, isHost: true) == find("a.example", isHost: false))
        #expect(find(String(repeating: "a", count: 300), isHost: false) == nil)
    }

    @Test("a full table is emptied between flows, never in one") func overflow() throws {
        var table = HostNameTable(unknown: "")
        func find(_ text: String, isHost: Bool) -> Int? { table.find(text, isHost: isHost) }
        for number in 0..<10_000 {
            if number % 100 == 0 { table.makeRoom() }
            let name = "h\(number).example", place = try #require(find(name, isHost: false))
            #expect(table.text(place) == name && table[place] == "")
            table[place] = name
            #expect(find(name, isHost: true) == place && table[place] == name)
        }
        let first = try #require(find("h9900.example", isHost: false))
        #expect(table[first] == "h9900.example")
        #expect(find("h0.example", isHost: false).map { table[$0] } == "")
    }
}
