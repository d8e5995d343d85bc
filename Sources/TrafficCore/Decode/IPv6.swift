/// An IPv6 header with its extension headers over borrowed octets (RFC 8200 §3, §4).
struct IPv6Header: ~Escapable {
    private let octets: Span<UInt8>
    /// Octets of the fixed header and all extension headers.
    private(set) var headerLength = 40
    /// Payload length + 40, octets. A field of 0 is a jumbogram or offloaded segment: then what was on the wire counts, up to 16 MiB.
    let totalLength: Int
    private(set) var transport: UInt8
    private(set) var isFragment = false
    /// Of the fragment header, where `isFragment`.
    private(set) var fragmentIdentification: UInt32 = 0
    private(set) var fragmentOffset = 0
    private(set) var moreFragments = false

    /// Extension headers that a packet may have before we call it malformed; RFC 8200 names seven.
    private static var deepestExtensions: Int { 16 }

    @_lifetime(copy octets) @inline(__always)
    init(_ octets: Span<UInt8>, wireLength: Int, at offset: Int) throws(DecodeError) {
        guard octets.count >= 40 else {
            throw DecodeError(.ipv6, .truncated(needed: 40, captured: octets.count), at: offset)
        }
        guard octets[0] >> 4 == 6 else { throw DecodeError(.ipv6, .badVersion(octets[0] >> 4), at: offset) }
        let declared = Int(octets.u16(at: 4))
        self.octets = octets
        totalLength = declared == 0 ? max(min(wireLength, IPv4Header.largestOffloaded), 40) : declared + 40
        transport = octets[6]
        if transport != 6, transport != 17, transport != 58 { try skipExtensions(at: offset) }
    }

    @inline(never)
    private mutating func skipExtensions(at offset: Int) throws(DecodeError) {
        for _ in 0..<Self.deepestExtensions {
            let length: Int
            switch transport {
            case 0, 43, 60, 135, 139, 140:      // hop-by-hop, routing, destination options, mobility, HIP, shim6
                guard octets.count >= headerLength + 2 else { throw cut(headerLength + 2, offset) }
                length = (Int(octets[headerLength + 1]) + 1) * 8
            case 51:                            // authentication header (RFC 4302 §2.2): 4-octet units less 2
                guard octets.count >= headerLength + 2 else { throw cut(headerLength + 2, offset) }
                length = (Int(octets[headerLength + 1]) + 2) * 4
            case 44:
                guard octets.count >= headerLength + 8 else { throw cut(headerLength + 8, offset) }
                // RFC 6946: offset 0 with nothing to follow is a whole packet ("atomic fragment").
                let place = octets.u16(at: headerLength + 2)
                if place & 0xfff9 != 0 {
                    isFragment = true
                    (fragmentOffset, moreFragments) = (Int(place & 0xfff8), place & 1 == 1)
                    fragmentIdentification = octets.u32(at: headerLength + 4)
                }
                length = 8
            default: return
            }
            guard headerLength + length <= totalLength else {
                throw DecodeError(.ipv6, .badLength(declared: length, allowed: 0...max(0, totalLength - headerLength)), at: offset)
            }
            guard octets.count >= headerLength + length else { throw cut(headerLength + length, offset) }
            transport = octets[headerLength]
            headerLength += length
            if isFragment { return }
        }
        throw DecodeError(.ipv6, .tooDeep, at: offset)
    }

    private func cut(_ needed: Int, _ offset: Int) -> DecodeError {
        DecodeError(.ipv6, .truncated(needed: needed, captured: octets.count), at: offset)
    }

    @inline(__always) var hopLimit: UInt8 { octets[7] }
    @inline(__always) var source: IPAddress { IPAddress(v6High: octets.u64(at: 8), low: octets.u64(at: 16)) }
    @inline(__always) var destination: IPAddress { IPAddress(v6High: octets.u64(at: 24), low: octets.u64(at: 32)) }
}
