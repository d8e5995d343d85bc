/// What a capture holds that tells how the phone's clock stands to its own: when the phone contacted the hosts that `sync` markers
/// name, and what time its NTP requests say it was.
struct ClockEvidence {
    private struct Sync {
        var host: String
        /// Of the marker, nanoseconds.
        var time: Int64
    }
    private struct Request {
        /// Of the packet.
        var time: Int64
        /// What the phone's clock showed.
        var shown: Int64
    }

    private var syncs: [Sync] = []
    /// When the phone first asked for, or connected to, each of the hosts; contacts within `pause` are one.
    private var contacts: [String: [Int64]] = [:]
    private var requests: [Request] = []
    /// NTP requests whose time is no clock's: clients of today send random numbers (draft-ietf-ntp-data-minimization).
    private var randomRequests = 0

    private static var syncLimit: Int { 64 }
    private static var contactLimit: Int { 256 }
    private static var requestLimit: Int { 256 }
    /// A look-up, its second address family and the connection that follows are one contact.
    private static var pause: Int64 { 5_000_000_000 }
    /// Differences of several sync markers that agree within this are of one offset.
    private static var agreement: Int64 { 1_000_000_000 }
    /// A random number is within a day of now once in 25,000 times.
    private static var plausible: Int64 { 86_400_000_000_000 }
    /// The way from the phone to where the capture was made, and from the button to the packet, takes this long.
    private static var smallestUncertainty: Double { 0.05 }

    private let isAsked: Bool

    /// - Parameter marking: markers by the phone's clock; only `sync` ones of its device, or of no device, count. nil: nothing is collected.
    init(_ marking: PhaseMarking?) {
        isAsked = marking != nil
        guard let marking else { return }
        let device = marking.device
        for marker in marking.markers where marker.event == "sync" && syncs.count < Self.syncLimit {
            if let device, let named = marker.device, named != device { continue }
            guard let note = marker.note, let host = HostName.canonical(note) else { continue }
            syncs.append(Sync(host: host, time: marker.time))
            contacts[host] = []
        }
    }

    /// Looks at a flow of the capture.
    mutating func take(_ record: borrowing FlowRecord) {
        guard isAsked, record.phone == .originator else { return }
        if record.hasDetails, let stamp = record.facts.rareDetails[0].ntpTransmitTime, requests.count < Self.requestLimit {
            takeRequest(stamp, at: record.first)
        }
        guard !contacts.isEmpty else { return }
        // Only the first question of a flow is at the flow's own time.
        for name in [record.facts.dnsQueries.first, record.facts.serverName, record.facts.httpHosts.first] {
            guard let name, let known = contacts[name], known.count < Self.contactLimit else { continue }
            contacts[name]?.append(record.first)
        }
    }

    private mutating func takeRequest(_ stamp: UInt64, at time: Int64) {
        // Seconds since 1900 and their fraction in 2^-32; the era that begins in 2036 has the first bit clear (RFC 4330 §3).
        let whole = Int64(stamp >> 32) - 2_208_988_800 + (stamp >> 63 == 0 ? 1 << 32 : 0)
        let fraction = Int64(Double(stamp & 0xffff_ffff) / 4_294_967_296 * 1e9)
        let shown = whole * 1_000_000_000 + fraction
        let (difference, isOver) = shown.subtractingReportingOverflow(time)
        guard !isOver, difference > -Self.plausible, difference < Self.plausible else {
            randomRequests += 1
            return
        }
        requests.append(Request(time: time, shown: shown))
    }

    /// The best estimate that the capture allows, and what was not believed and why.
    func estimate() -> (offset: ClockOffset, notes: [String]) {
        var notes: [String] = []
        if let offset = bySyncMarkers(&notes) { return (offset, notes) }
        if let offset = byRequests(&notes) { return (offset, notes) }
        return (ClockOffset(), notes)
    }

    /// The difference that most sync markers agree on.
    private func bySyncMarkers(_ notes: inout [String]) -> ClockOffset? {
        guard !syncs.isEmpty else { return nil }
        var candidates: [[Int64]] = []
        for sync in syncs {
            let times = Self.merged(contacts[sync.host] ?? [])
            candidates.append(times.compactMap { time in
                let (difference, isOver) = sync.time.subtractingReportingOverflow(time)
                return isOver || difference.magnitude > Self.plausible.magnitude ? nil : difference
            })
        }
        var best: [Int64] = []
        for pivot in candidates.joined() {
            var agreeing: [Int64] = []
            for differences in candidates {
                if let nearest = differences.min(by: { ($0 - pivot).magnitude < ($1 - pivot).magnitude }), (nearest - pivot).magnitude <= Self.agreement.magnitude {
                    agreeing.append(nearest)
                }
            }
            // Of two that as many agree on, the smaller offset is the likelier one.
            if agreeing.count > best.count || (agreeing.count == best.count && Self.median(agreeing).magnitude < Self.median(best).magnitude) { best = agreeing }
        }
        guard !best.isEmpty else {
            notes.append("none of the \(Finding.counted(syncs.count, "sync marker")) names a host that the phone contacted in the capture within a day of it")
            return nil
        }
        if best.count < syncs.count { notes.append("\(syncs.count - best.count) of \(Finding.counted(syncs.count, "sync marker")) fit no contact with their host and were left out") }
        return Self.offset(best, .syncMarkers)
    }

    private func byRequests(_ notes: inout [String]) -> ClockOffset? {
        let all = requests.count + randomRequests
        guard all > 0 else { return nil }
        let refusal: String
        if randomRequests >= requests.count {
            refusal = "the transmit times of the phone's NTP requests are random, or of no clock"
        } else if requests.count < 2 {
            refusal = "a single NTP request of the phone is no evidence of its clock"
        } else {
            let offset = Self.offset(requests.map { $0.shown - $0.time }, .ntp)
            if let uncertainty = offset.uncertainty, uncertainty <= 1 { return offset }
            refusal = "the transmit times of the phone's NTP requests contradict each other (its clock was set, or they are random)"
        }
        notes.append(refusal)
        return nil
    }

    /// Median and half of the range; of a single one nobody knows how far off it is.
    private static func offset(_ differences: [Int64], _ source: ClockOffset.Source) -> ClockOffset {
        let sorted = differences.sorted()
        let range = Double((sorted.last ?? 0) - (sorted.first ?? 0)) / 1e9
        return ClockOffset(
            seconds: Double(median(differences)) / 1e9, uncertainty: sorted.count < 2 ? nil : max(smallestUncertainty, range / 2), source: source,
            observations: sorted.count)
    }

    private static func median(_ values: [Int64]) -> Int64 {
        let sorted = values.sorted(), middle = sorted.count / 2
        guard !sorted.isEmpty else { return .max }
        return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2
    }

    /// The times of contacts, those of one contact merged into its first.
    private static func merged(_ times: [Int64]) -> [Int64] {
        var merged: [Int64] = [], last: Int64?
        for time in times.sorted() {
            if let last, !time.subtractingReportingOverflow(last).overflow, time - last < pause {} else { merged.append(time) }
            last = time
        }
        return merged
    }
}
