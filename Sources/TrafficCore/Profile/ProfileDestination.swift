/// Whom the phone exchanged packets with, as the capture tells it. Owner, category and party are no facts: lists and apps' owners say
/// them when apps are compared (`ProfileJudge`), so they can change without the capture.
public struct ProfileDestination: Hashable, Sendable {
    /// Where its address stands.
    public enum Reach: String, Sendable, CaseIterable { case internet, local, group }

    /// Why its flows are taken for the app's.
    public enum Sender: String, Sendable, CaseIterable {
        /// Labels in the capture or an app map say so.
        case labelled
        /// The capture is of this app, and nothing is known against it.
        case assumed
        /// Guessed (`--infer-apps`).
        case inferred
        /// Not the app's: another app's, or several labels.
        case other
        /// Not the app's: the phone's own system.
        case system
    }

    /// Canonical host name; "" where only the address is known.
    public var name = ""
    public var nameSource = Destination.NameSource.address
    /// `name` is the cover name of an Encrypted Client Hello: its owner says nothing.
    public var isCover = false
    /// The /24 (IPv4) or /48 (IPv6) of its address, "192.0.2.0/24"; of NAT64 addresses, of the IPv4 address inside. "" off the internet.
    public var block: String
    public var reach: Reach
    /// The system that announced the address, by the database of the time; 0 when unknown.
    public var system: UInt32 = 0
    /// Country of the network, by the database of the time; "" when unknown.
    public var country = ""
    /// The remote port.
    public var port: UInt16
    public var transport: TransportProtocol
    /// As flow records name it; "" when unknown.
    public var service = ""
    public var sender = Sender.assumed

    init(
        name: String, nameSource: Destination.NameSource, isCover: Bool, block: String, reach: Reach, system: UInt32, country: String, port: UInt16,
        transport: TransportProtocol, service: String, sender: Sender
    ) {
        (self.name, self.nameSource, self.isCover, self.block, self.reach, self.system) = (name, nameSource, isCover, block, reach, system)
        (self.country, self.port, self.transport, self.service, self.sender) = (country, port, transport, service, sender)
    }

    init(address: IPAddress, port: UInt16, transport: TransportProtocol) {
        let inner = address.embeddedIPv4 ?? address
        let isOnInternet = !(inner.isMulticast || inner.isBroadcast || inner.isLocal)
        // Which machine at home it was is nobody's business.
        block = isOnInternet ? Self.block(of: address) : ""
        reach = inner.isMulticast || inner.isBroadcast ? .group : inner.isLocal ? .local : .internet
        (self.port, self.transport) = (port, transport)
    }

    /// The responder of a classified flow.
    init(responderOf record: borrowing FlowRecord) {
        self.init(address: record.responder.address, port: record.responder.port, transport: record.transport)
        service = record.service ?? ""
        guard let destination = record.destination else { return }
        (system, country) = (destination.system?.number ?? 0, destination.country ?? "")
        guard destination.nameSource != .address else { return }
        (name, nameSource) = (destination.name, destination.nameSource)
        if nameSource == .sni, record.encryptedClientHello { isCover = DestinationClassifier.bestName(of: copy record).isCover }
    }

    /// The originator of a flow towards the phone: the asked service is at the phone's port, so its address alone tells who it is.
    init(originatorOf record: borrowing FlowRecord, place: NetworkPlace) {
        self.init(address: record.originator.address, port: record.originator.port, transport: record.transport)
        service = record.service ?? ""
        (system, country) = (place.system?.number ?? 0, place.country ?? "")
    }

    static func block(of address: IPAddress) -> String {
        let address = address.embeddedIPv4 ?? address
        return address.family == .v4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & 0xffff_ff00).description + "/24"
            : IPAddress(v6High: address.high & 0xffff_ffff_ffff_0000, low: 0).description + "/48"
    }

    /// An order of its own, by octets of the texts: the same capture gives the same profile.
    static func precedes(_ a: Self, _ b: Self) -> Bool {
        func keys(_ d: Self) -> [String] { [d.name, d.block, d.service, d.country, d.nameSource.rawValue, d.reach.rawValue, d.sender.rawValue] }
        if (a.name, a.block) != (b.name, b.block) {
            return (UTF8Key(a.name), UTF8Key(a.block)) < (UTF8Key(b.name), UTF8Key(b.block))
        }
        if (a.port, a.transport.name, a.system, a.isCover ? 1 : 0) != (b.port, b.transport.name, b.system, b.isCover ? 1 : 0) {
            return (a.port, a.transport.name, a.system, a.isCover ? 1 : 0) < (b.port, b.transport.name, b.system, b.isCover ? 1 : 0)
        }
        return keys(a).lexicographicallyPrecedes(keys(b)) { UTF8Key($0) < UTF8Key($1) }
    }
}
