/// Tells real-time media by several datagrams that agree: the header has only two fixed bits (RFC 3550 §5.1, appendix A.1), so
/// one datagram proves nothing. Four of one source with sequence numbers that rise make it RTP, two reports of one source RTCP.
struct RTPDetection {
    /// One source of media. A bundle has two or more on the same ports (RFC 8843): voice and video.
    private struct Track {
        var source: UInt32 = 0
        var timestamp: UInt32 = 0
        var sequence: UInt16 = 0
        /// Datagrams in a row that agreed; 0 for a free place.
        var run: UInt8 = 0
    }
    private struct Side {
        var tracks: (Track, Track) = (Track(), Track())
        var reporter: UInt32 = 0
        var reports: UInt8 = 0
        var isRTP = false
        var isRTCP = false
    }
    private var sides = PerSender(Side())

    /// RFC 3550 appendix A.1 has two (MIN_SEQUENTIAL) where the port is known to be RTP's.
    private static var neededRun: UInt8 { 4 }
    private static var neededReports: UInt8 { 2 }
    /// The same appendix: as many may be lost in a row (MAX_DROPOUT is 3000; a guess must be stricter).
    private static var largestJump: UInt16 { 64 }
    /// A clock of 90 kHz makes as many steps in a minute; audio clocks are slower.
    private static var largestStep: UInt32 { 90_000 * 60 }

    var isRTP: Bool { sides.first.isRTP || sides.second.isRTP }
    var isRTCP: Bool { sides.first.isRTCP || sides.second.isRTCP }
    /// Media from both: people talk, nobody only uploads.
    var isTwoWay: Bool { sides.first.isRTP && sides.second.isRTP }

    /// Looks at one datagram. False when it can be neither RTP nor RTCP.
    mutating func read(_ octets: Span<UInt8>, from sender: Sender) -> Bool {
        if let report = RTCPHeader(octets) {
            if sides[sender].reporter != report.source { (sides[sender].reporter, sides[sender].reports) = (report.source, 0) }
            sides[sender].reports = min(sides[sender].reports + 1, Self.neededReports)
            if sides[sender].reports == Self.neededReports { sides[sender].isRTCP = true }
            return true
        }
        guard let header = RTPHeader(octets) else { return false }
        if sides[sender].tracks.0.run > 0, sides[sender].tracks.0.source == header.source {
            Self.follow(header, &sides[sender].tracks.0)
        } else if sides[sender].tracks.1.run > 0, sides[sender].tracks.1.source == header.source {
            Self.follow(header, &sides[sender].tracks.1)
            swap(&sides[sender])                    // the one that was heard last stays
        } else {
            sides[sender].tracks.1 = Track(source: header.source, timestamp: header.timestamp, sequence: header.sequence, run: 1)
            swap(&sides[sender])
        }
        if sides[sender].tracks.0.run >= Self.neededRun { sides[sender].isRTP = true }
        return true
    }

    private func swap(_ side: inout Side) { side.tracks = (side.tracks.1, side.tracks.0) }

    private static func follow(_ header: RTPHeader, _ track: inout Track) {
        let jump = header.sequence &- track.sequence, step = header.timestamp &- track.timestamp
        // Late ones and copies say nothing.
        if 0 &- jump <= largestJump { return }
        // A video frame's parts share a timestamp; frames that are sent out of order go back a little.
        let isPlausible = jump <= largestJump && (step <= largestStep || 0 &- step <= 90_000)
        track.run = isPlausible ? min(track.run + 1, neededRun) : 1
        (track.sequence, track.timestamp) = (header.sequence, header.timestamp)
    }
}
