// IEEE 802.11 and the headers that capturing software puts in front of it.

extension LayerWalk {
    /// A data frame (IEEE 802.11 §9.3.2): LLC behind the header. Encrypted ones are counted as such, management, control
    /// and null frames are not IP.
    mutating func wlan(isSwapped: Bool) throws(DecodeError) -> Layer {
        try require(2, .wlan)
        let first = u8(isSwapped ? 1 : 0), flags = u8(isSwapped ? 0 : 1)
        let kind = first >> 2 & 3, subtype = first >> 4
        guard kind == 2, subtype & 4 == 0 else { return .ended(.nonIP(0)) }
        let toDS = flags & 1 != 0, fromDS = flags & 2 != 0
        var length = toDS && fromDS ? 30 : 24
        var isAggregate = false
        if subtype & 8 != 0 {
            try require(length + 2, .wlan)
            isAggregate = u8(length) & 0x80 != 0
            length += 2
            if flags & 0x80 != 0 { length += 4 }        // +HTC/Order: HT control
        }
        if flags & 0x40 != 0 { return .ended(.protected) }
        try require(length, .wlan)
        let one = octets.u48(at: start + 4), two = octets.u48(at: start + 10), three = octets.u48(at: start + 16)
        packet.linkDestination = toDS ? three : one
        packet.linkSource = fromDS ? (toDS ? octets.u48(at: start + 24) : three) : two
        // Radiotap's flag: the body begins at a multiple of 4.
        start += length + (isBodyPadded ? (4 - length & 3) & 3 : 0)
        guard isAggregate else { return .logicalLink }
        beginAggregate()
        return .aggregated
    }

    /// One frame of an aggregate (A-MSDU, §9.3.2.2): addresses, length, LLC; padded to a multiple of 4 octets, but the last.
    mutating func aggregated() throws(DecodeError) -> Layer {
        try require(14, .wlan)
        (packet.linkSource, packet.linkDestination) = (octets.u48(at: start + 6), octets.u48(at: start))
        let size = Int(u16(12))
        noteNextInAggregate(at: start + (14 + size + 3) & ~3)
        start += 14
        limit(to: size)
        return .logicalLink
    }

    /// Radiotap (radiotap.org): its length, and from its flags whether a check sequence ends the frame.
    mutating func radiotap() throws(DecodeError) -> Layer {
        try require(8, .radiotap)
        let length = Int(u16Little(2))
        guard length >= 8 else { throw DecodeError(.radiotap, .badLength(declared: length, allowed: 8...65535), at: start) }
        try require(length, .radiotap)
        var fields = 8, present = u32Little(4)
        let hasClock = present & 1 != 0, hasFlags = present & 2 != 0
        while present >> 31 == 1, fields + 4 <= length {
            present = u32Little(fields)
            fields += 4
        }
        if hasClock { fields = (fields + 7) & ~7 + 8 }
        if hasFlags, fields < length {
            let flags = u8(fields)
            if flags & 0x10 != 0 {
                wireEnd = max(start + length, wireEnd - 4)
                end = min(end, wireEnd)
            }
            isBodyPadded = flags & 0x20 != 0
        }
        start += length
        return .wlan(isSwapped: false)
    }

    /// Prism's header of 144 octets, or AVS's in its place.
    mutating func prism() throws(DecodeError) -> Layer {
        try require(8, .captureHeader)
        if u32(0) & 0xffff_f000 == 0x8021_1000 { return try avs() }
        let little = Int(u32Little(4)), big = Int(u32(4))
        return try skipCaptureHeader(little <= 4096 ? little : big, then: .wlan(isSwapped: false))
    }

    /// AVS: magic number and length in network order.
    mutating func avs() throws(DecodeError) -> Layer {
        try require(8, .captureHeader)
        return try skipCaptureHeader(Int(u32(4)), then: .wlan(isSwapped: false))
    }

    func checkedHeader(_ length: Int) throws(DecodeError) {
        guard length >= 8, length <= 65535 else {
            throw DecodeError(.captureHeader, .badLength(declared: length, allowed: 8...65535), at: start)
        }
        try require(length, .captureHeader)
    }

    mutating func skipCaptureHeader(_ length: Int, then layer: Layer) throws(DecodeError) -> Layer {
        try checkedHeader(length)
        start += length
        return layer
    }
}
