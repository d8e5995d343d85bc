/// An IPv4 header over borrowed octets (RFC 791 §3.1). It exists only if the whole header was captured and its lengths
/// are possible, so no accessor can trap.
struct IPv4Header: ~Escapable {
    private let octets: Span<UInt8>
    /// Octets of the header with its options.
    let headerLength: Int
    /// Total length of the packet, octets. A field of 0 is a segment that the network card was still to cut (TCP
    /// segmentation offload): then what was on the wire counts, up to 16 MiB; no card takes more at once.
    let totalLength: Int
    static var largestOffloaded: Int { 1 << 24 }

    /// `octets` begin with the header, `offset` octets into the packet; `wireLength` of them were on the wire.
    @_lifetime(copy octets) @inline(__always)
    init(_ octets: Span<UInt8>, wireLength: Int, at offset: Int) throws(DecodeError) {
        guard octets.count >= 20 else {
            throw DecodeError(.ipv4, .truncated(needed: 20, captured: octets.count), at: offset)
        }
        guard octets[0] >> 4 == 4 else { throw DecodeError(.ipv4, .badVersion(octets[0] >> 4), at: offset) }
        let header = Int(octets[0] & 15) * 4
        guard header >= 20 else { throw DecodeError(.ipv4, .badLength(declared: header, allowed: 20...60), at: offset) }
        guard octets.count >= header else {
            throw DecodeError(.ipv4, .truncated(needed: header, captured: octets.count), at: offset)
        }
        let declared = Int(octets.u16(at: 2))
        let total = declared == 0 ? max(min(wireLength, Self.largestOffloaded), header) : declared
        guard total >= header else {
            throw DecodeError(.ipv4, .badLength(declared: declared, allowed: header...65535), at: offset)
        }
        (self.octets, headerLength, totalLength) = (octets, header, total)
    }

    @inline(__always) var identification: UInt16 { octets.u16(at: 4) }
    @inline(__always) var timeToLive: UInt8 { octets[8] }
    @inline(__always) var transport: UInt8 { octets[9] }
    @inline(__always) var source: UInt32 { octets.u32(at: 12) }
    @inline(__always) var destination: UInt32 { octets.u32(at: 16) }
    /// Part of a datagram, not a whole one: more fragments follow, or this is not the first.
    @inline(__always) var isFragment: Bool { octets.u16(at: 6) & 0x3fff != 0 }
    var moreFragments: Bool { octets.u16(at: 6) & 0x2000 != 0 }
    /// Octets of the datagram before this fragment.
    var fragmentOffset: Int { Int(octets.u16(at: 6) & 0x1fff) * 8 }
}
