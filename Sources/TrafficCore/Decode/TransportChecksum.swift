/// What a TCP or UDP checksum (RFC 9293 §3.1, RFC 768, RFC 8200 §8.1) says of its packet.
public enum ChecksumVerdict: Sendable {
    case right, wrong
    /// The network card was to fill it in behind the capture: what stands there is the pseudo-header's sum alone.
    case offloaded
    /// Not used (UDP over IPv4), or the packet was not captured whole.
    case unknown
}

extension ChecksumVerdict {
    /// - Parameter octets: of the frame, or of a datagram put together from fragments, that `packet` was decoded from.
    init(_ packet: borrowing DecodedPacket, in octets: Span<UInt8>) {
        let length = packet.payloadStart - packet.transportStart + packet.payloadLength
        let isWhole = packet.payloadEnd - packet.payloadStart == packet.payloadLength
        guard isWhole, length >= 8, packet.transportStart + length <= octets.count else {
            self = .unknown
            return
        }
        if !packet.isTCP, packet.checksum == 0 {
            self = .unknown
            return
        }
        var sum = UInt64(length) + (packet.isTCP ? 6 : 17)
        for address in [packet.source, packet.destination] {
            for word in [address.high, address.low] {
                sum += word >> 48 + word >> 32 & 0xffff + word >> 16 & 0xffff + word & 0xffff
            }
        }
        let partial = Self.fold(sum)
        var index = packet.transportStart
        let end = packet.transportStart + length
        while index + 1 < end {
            sum += UInt64(octets.u16(at: index))
            index += 2
        }
        if index < end { sum += UInt64(octets[index]) << 8 }
        if Self.fold(sum) == 0xffff {
            self = .right
        } else {
            self = packet.checksum == partial ? .offloaded : .wrong
        }
    }

    private static func fold(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
        return UInt16(sum)
    }
}

/// Verdicts of one capture.
public struct ChecksumCounts: Sendable, Equatable {
    public var right = 0
    public var wrong = 0
    public var offloaded = 0
    public var unknown = 0

    mutating func add(_ verdict: ChecksumVerdict) {
        switch verdict {
        case .right: right += 1
        case .wrong: wrong += 1
        case .offloaded: offloaded += 1
        case .unknown: unknown += 1
        }
    }
}
