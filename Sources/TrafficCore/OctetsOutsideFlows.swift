/// IP payload in packets that are in no flow, by who sent it: which of them is the phone is known only at the end.
///
/// Each packet is counted twice: as what it is, and in a total, as the ledger (`Ledger`) wants it. A copy of such a packet, captured
/// at a second place, counts again: there is nothing to tell it by.
public struct OctetsOutsideFlows: Sendable {
    /// What a packet is.
    enum Kind {
        /// ICMP, SCTP and any other protocol over IP but TCP and UDP.
        case otherTransport
        /// ESP: a tunnel that nobody can look into.
        case tunnel
        /// A fragment whose datagram was never whole, and a transport header that is cut or contradicts itself.
        case undecoded

        init(transport number: UInt8) { self = number == 50 ? .tunnel : .otherTransport }
    }

    /// Octets of IP payload of one sender or of several: the total, and each kind by itself.
    public struct Sent: Sendable, Equatable {
        /// All of it, whatever it is.
        public internal(set) var octets = 0
        public internal(set) var otherTransport = 0
        public internal(set) var tunnel = 0
        public internal(set) var undecoded = 0

        public init() {}

        mutating func add(_ other: Sent) {
            octets.addSaturating(other.octets)
            otherTransport.addSaturating(other.otherTransport)
            tunnel.addSaturating(other.tunnel)
            undecoded.addSaturating(other.undecoded)
        }
    }

    private struct Sender: Hashable {
        /// 0 without a link-layer address.
        var link: UInt64
        var address: IPAddress
    }
    private var senders: [Sender: Sent] = [:]
    /// Senders that are kept: a capture made to fill memory has any number.
    private static var senderLimit: Int { 4096 }

    /// Counts a packet. Its addresses and `networkPayload` are those of the innermost IP header that could be read.
    @inline(never)
    mutating func add(_ packet: borrowing DecodedPacket, as kind: Kind) {
        let octets = packet.networkPayload
        guard octets > 0 else { return }
        let sender = Sender(link: packet.linkSource, address: packet.source)
        guard senders.count < Self.senderLimit || senders[sender] != nil else { return }
        senders[sender, default: Sent()].octets.addSaturating(octets)
        switch kind {
        case .otherTransport: senders[sender, default: Sent()].otherTransport.addSaturating(octets)
        case .tunnel: senders[sender, default: Sent()].tunnel.addSaturating(octets)
        case .undecoded: senders[sender, default: Sent()].undecoded.addSaturating(octets)
        }
    }

    /// A datagram of `octets` is whole: it is counted elsewhere now, where its last fragment, `packet`, was counted here. No more
    /// than is there: fragments of one datagram may have come from several link-layer addresses.
    mutating func takeBack(_ octets: Int, of packet: borrowing DecodedPacket) {
        let sender = Sender(link: packet.linkSource, address: packet.source)
        guard let sent = senders[sender] else { return }
        let taken = min(octets, sent.undecoded)
        senders[sender]?.octets -= taken
        senders[sender]?.undecoded -= taken
    }

    /// What the phone sent.
    /// - Parameter isPhone: whether a link-layer address (nil: none) or an IP address is the phone's.
    func sent(by isPhone: (UInt64?, IPAddress) -> Bool) -> Sent {
        var sum = Sent()
        for (sender, sent) in senders where isPhone(sender.link == 0 ? nil : sender.link, sender.address) { sum.add(sent) }
        return sum
    }
}
