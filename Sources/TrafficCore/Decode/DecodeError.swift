/// Why a packet could not be decoded. Trivial, so that a flood of bad packets is cheap to count.
public struct DecodeError: Error, Hashable, Sendable {
    public enum Layer: String, Sendable {
        case ethernet, linuxCooked = "linux_cooked", loopback, rawIP = "raw_ip", ipv4, ipv6, tcp, udp
        case logicalLink = "llc", ppp, pppoe, hdlc, frameRelay = "frame_relay", wlan, radiotap, captureHeader = "capture_header"
        case mpls, tag, serviceHeader = "nsh", gre, erspan, vxlan, geneve, gtp, teredo, l2tp, capwap, ayiya, tzsp, lisp, tunnel
    }
    public enum Reason: Hashable, Sendable {
        /// The captured octets end inside the header: cut by the snapshot length, or by the sender.
        case truncated(needed: Int, captured: Int)
        /// A length field contradicts the octets that are there.
        case badLength(declared: Int, allowed: ClosedRange<Int>)
        /// The version field is not the one that the layer below announced.
        case badVersion(UInt8)
        /// More extension headers or tags than any real packet has.
        case tooDeep
    }
    public var layer: Layer
    public var reason: Reason
    /// Octets from the packet's start to this layer's header.
    public var offset: Int

    init(_ layer: Layer, _ reason: Reason, at offset: Int) { (self.layer, self.reason, self.offset) = (layer, reason, offset) }

    /// The captured octets ended too early, as opposed to a header that contradicts itself.
    public var isTruncation: Bool { if case .truncated = reason { true } else { false } }

    /// Stable name for counters, such as "truncated_tcp". These names are API.
    public var name: String {
        switch reason {
        case .truncated: "truncated_\(layer.rawValue)"
        case .badLength: "bad_length_\(layer.rawValue)"
        case .badVersion: "bad_version_\(layer.rawValue)"
        case .tooDeep: "too_deep_\(layer.rawValue)"
        }
    }
}
