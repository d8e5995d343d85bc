/// What the 24-octet header of a classic capture file says (draft-ietf-opsawg-pcap).
struct PcapFormat {
    var isSwapped: Bool
    /// Octets of a record header: 16, or 24 in Kuznetzov's modified form.
    var recordHeader: Int
    var nanosecondFraction: Bool
    var linkType: UInt16
    var snapLength: UInt32

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
    }

    /// The largest record that is believed: the snapshot length where it is larger than libpcap's own maximum
    /// (MAXIMUM_SNAPLEN), but never over 16 MiB.
    var largestRecord: Int { max(262_144, Int(min(snapLength, 1 << 24))) }
}
