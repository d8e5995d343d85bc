// Where the fuzzer of files beside captures comes in.

extension FuzzEntry {
    /// A file that says which app is which (`--app-map`). What was read is asked for flows of its own addresses.
    public static func appMap(_ octets: [UInt8]) {
        var map = AppMap()
        let problems = AppMapFile.read(octets, name: "f", into: &map)
        precondition(problems.first.count == min(problems.count, AppMapFile.problemLimit))
        precondition(problems.count <= octets.count && map.count <= octets.count, "more rows than octets")
        var record = FlowRecord(capture: CaptureIdentity(name: "f", id: String(repeating: "0", count: 64), timeDigits: 9))
        record.originator = Endpoint(address: IPAddress(v4: 0x0a00_0002), port: 40000)
        record.responder = Endpoint(address: IPAddress(v4: 0xc000_0201), port: 443)
        for transport in [TransportProtocol.tcp, .udp] {
            record.transport = transport
            if let match = map.match(record) { precondition(!match.labels.isEmpty) }
        }
        for uid: Int32 in [0, 10303, 20303, 1_010_303, .max, .min] { _ = map.completed(AppLabel(place: .netfilterLog, uid: uid)) }
    }
}
