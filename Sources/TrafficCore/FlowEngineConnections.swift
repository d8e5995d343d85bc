// QUIC connections that go on at another address or port: each pair of endpoints is a flow of its own, as in every other
// tool; the later one says which it continues.

extension FlowEngine {
    /// Remembers the connection IDs that a flow's QUIC endpoints chose.
    @inline(never)
    mutating func learnConnections(_ state: Int, _ place: Int) {
        guard case .quic(let quic) = protocols[state].dissector, quic.hasNewConnectionID else { return }
        let entry = QUICConnectionTable.Entry(
            firstFrame: table.flows[place].firstFrame, version: protocols[state].facts.version, serverName: protocols[state].facts.serverName)
        for id in quic.takeAnnounced() { connections.learn(id, entry) }
    }

    /// Whether the flow's first datagram goes on with a connection that began elsewhere; takes over what is known of it.
    @inline(never)
    mutating func continuesConnection(_ octets: Span<UInt8>, _ state: Int, _ place: Int) -> Bool {
        guard let entry = connections.find(octets) else { return false }
        protocols[state].facts.service = .quic
        protocols[state].facts.version = entry.version
        protocols[state].facts.details.connectionName = entry.serverName
        protocols[state].facts.details.continuesFrame = entry.firstFrame
        protocols[state].dissector = .opaque
        table.flows[place].isQUIC = true
        table.flows[place].wants = (false, false)
        return true
    }
}
