/// Every packet in exactly one bin; the bins add up to `packets` (DESIGN.md §7), or where frames hold several packets, to
/// `packets` and `aggregatedPackets`.
public struct PacketAccount: Sendable, Equatable {
    /// Packets read from the capture.
    public var packets = 0
    /// Packets in TCP and UDP flows.
    public var inFlows = 0
    /// IP packets of other transport, by protocol number (IANA), ICMP among them.
    public var otherTransport: [UInt8: Int] = [:]
    /// Fragments of IP datagrams that were not put together.
    public var incompleteFragments = 0
    /// Fragments of datagrams that were put together and carried a tunnel: the packet inside counts once, in its own bin.
    public var tunnelFragments = 0
    /// Packets behind the first in 802.11 frames that hold several (A-MSDU, IEEE 802.11 §9.3.2.2): each is in a bin like any
    /// other, but is no packet of the capture file.
    public var aggregatedPackets = 0
    /// 802.11 data frames that are encrypted.
    public var protectedWLAN = 0
    /// Frames that are not IP, by EtherType (0 when the link layer has none).
    public var nonIP: [UInt16: Int] = [:]
    /// Packets of interfaces whose link type is not supported, by link type number.
    public var unsupportedLink: [UInt16: Int] = [:]
    /// Packets that a header contradicts, by the stable name of the reason ("bad_length_ipv4").
    public var malformed: [String: Int] = [:]
    /// Packets whose headers the snapshot length cut off, by the stable name of the reason ("truncated_tcp").
    public var truncated: [String: Int] = [:]
    /// Packets that the BPF filter refused.
    public var filtered = 0
    /// Packets left out because a limit was reached.
    public var overLimits = 0

    public init() {}

    /// What came since `before`. A fragment whose datagram was completed later moves from one bin to another: then the first
    /// is below 0 here, and the sums over all files are right.
    func since(_ before: PacketAccount) -> PacketAccount {
        func difference<Key>(_ now: [Key: Int], _ then: [Key: Int]) -> [Key: Int] {
            now.merging(then) { $0 - $1 }.filter { $0.value != 0 }
        }
        var part = self
        part.packets -= before.packets
        part.inFlows -= before.inFlows
        part.otherTransport = difference(otherTransport, before.otherTransport)
        part.incompleteFragments -= before.incompleteFragments
        part.tunnelFragments -= before.tunnelFragments
        part.aggregatedPackets -= before.aggregatedPackets
        part.protectedWLAN -= before.protectedWLAN
        part.nonIP = difference(nonIP, before.nonIP)
        part.unsupportedLink = difference(unsupportedLink, before.unsupportedLink)
        part.malformed = difference(malformed, before.malformed)
        part.truncated = difference(truncated, before.truncated)
        part.filtered -= before.filtered
        part.overLimits -= before.overLimits
        return part
    }

    /// The sum of all bins without what shared a frame: equal to `packets`, or the program is wrong.
    public var accounted: Int {
        inFlows + otherTransport.values.reduce(0, +) + incompleteFragments + tunnelFragments + protectedWLAN
            + nonIP.values.reduce(0, +)
            + unsupportedLink.values.reduce(0, +) + malformed.values.reduce(0, +) + truncated.values.reduce(0, +)
            + filtered + overLimits - aggregatedPackets
    }
}
