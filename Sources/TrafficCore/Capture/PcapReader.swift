/// What the 24-octet header of a classic capture file says (draft-ietf-opsawg-pcap).
struct PcapFormat {
    var isSwapped: Bool
    /// Octets of a record header: 16, or 24 in Kuznetzov's modified form.
    var recordHeader: Int
    var nanosecondFraction: Bool
    var linkType: UInt16
    var snapLength: UInt32
    /// Before version 2.3 the two lengths of a record stood the other way round.
    var hasSwappedLengths: Bool

    static var headerLength: Int { 24 }

    /// From the first 24 octets; nil when they are no such header.
    init?(_ buffer: borrowing CaptureBuffer) {
        let magic = buffer.u32(0)
        switch magic {
        case 0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34: isSwapped = false
        case 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1: isSwapped = true
        default: return nil
        }
        let ordered = isSwapped ? magic.byteSwapped : magic
        recordHeader = ordered == 0xa1b2_cd34 ? 24 : 16
        nanosecondFraction = ordered == 0xa1b2_3c4d
        let link = isSwapped ? buffer.u32(20).byteSwapped : buffer.u32(20)
        linkType = UInt16(truncatingIfNeeded: link)     // the upper bits hold the frame check sequence's length
        snapLength = isSwapped ? buffer.u32(16).byteSwapped : buffer.u32(16)
        let order = SectionOrder(isSwapped: isSwapped)
        hasSwappedLengths = order(buffer.u16(4)) == 2 && order(buffer.u16(6)) < 3
        // Some phones' tcpdump writes Kuznetzov's records under the ordinary magic; as Wireshark does, the first records
        // are asked: when they contradict themselves as ordinary ones, and do not as Kuznetzov's.
        if recordHeader == 16, firstRecords(buffer, header: 16).isContradicted, firstRecords(buffer, header: 24).whole >= 2 {
            recordHeader = 24
        }
    }

    /// How many of the first three records can be what they say, as far as they are in the buffer.
    private func firstRecords(_ buffer: borrowing CaptureBuffer, header: Int) -> (whole: Int, isContradicted: Bool) {
        let order = SectionOrder(isSwapped: isSwapped)
        var position = Self.headerLength, whole = 0
        while whole < 3, buffer.available - position >= header {
            let first = order(buffer.u32(position + 8)), second = order(buffer.u32(position + 12))
            let (captured, original) = hasSwappedLengths ? (second, first) : (first, second)
            guard captured <= largestRecord, original <= 1 << 24, captured <= max(original, 16) else { return (whole, true) }
            position += header + Int(captured)
            if position <= buffer.available || buffer.available >= 4096 { whole += 1 }
        }
        return (whole, false)
    }

    /// The largest record that is believed: the snapshot length where it is larger than libpcap's own maximum
    /// (MAXIMUM_SNAPLEN), but never over 16 MiB.
    var largestRecord: Int { max(262_144, Int(min(snapLength, 1 << 24))) }
}
