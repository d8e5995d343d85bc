/// Makes the records of METHOD.md's stage A out of one capture: one a burst. Which device is the phone and how long was
/// observed are known only at the end, so until then every burst is kept in 40 octets.
public struct ObservedCaptureBuilder {
    /// Why a capture is set aside (METHOD.md §1).
    public enum SetAsideReason: String, Sendable {
        /// A silence over 5 minutes or a step backwards: exposure cannot be told (DESIGN.md §4).
        case timeImplausible = "time_implausible"
        case phoneAmbiguous = "phone_ambiguous"
        /// Nothing the phone sent or received belongs to anybody but the system.
        case nothingAttributable = "nothing_attributable"
    }

    public enum Outcome: Sendable {
        case observed(ObservedCapture)
        /// The reason, and the sentence for it.
        case setAside(SetAsideReason, wording: String)
    }

    /// What was counted and what was not, for the report.
    public struct Tally: Sendable, Equatable {
        public var flows = 0
        /// Flows of which neither side, or both sides, are the phone: they count nowhere.
        public var flowsWithoutPhone = 0
        public var flowsBetweenPhones = 0
        /// Flows that another app sent, or several may have sent, by what is known of single flows.
        public var flowsOfOtherApps = 0
        /// Flows of the phone's own system.
        public var flowsOfSystem = 0
        public var records = 0
        /// Bursts in no phase: before the first marker, or after the last. They count nowhere.
        public var recordsOutsidePhases = 0
        /// Records that are neither system nor push traffic.
        public var attributableRecords = 0
    }

    private struct CompactFlow {
        var responder: Int
        var originator: Int
        var side: PhoneSide
        var originatorDevice: DeviceKey
        var responderDevice: DeviceKey
    }
    private struct CompactBurst {
        var flow: Int
        var start: Int64
        var forward: Int
        var reverse: Int
        var clear: Bool
    }

    private let app: AppIdentity?
    private let onlyApp: Bool
    private let geography: GeoDatabase?
    private var parties: [RemoteParty] = []
    private var numbers: [RemoteParty: Int] = [:]
    private var flows: [CompactFlow] = []
    private var bursts: [CompactBurst] = []
    /// What was counted so far; complete after `finish`.
    public private(set) var tally = Tally()

    /// - Parameters:
    ///   - app: the app of the capture; nil when not known.
    ///   - onlyApp: leave out flows that labels, an app map or a guess give to another app than `app`, or to several.
    ///   - geography: for machines that began a flow towards the phone; responders bring their country along.
    public init(app: AppIdentity?, onlyApp: Bool = false, geography: GeoDatabase? = nil) {
        (self.app, self.onlyApp, self.geography) = (app, onlyApp, geography)
    }

    /// Takes a classified flow and its bursts. Flows may come in any order.
    public mutating func add(_ record: FlowRecord, bursts newBursts: [Burst]) {
        tally.flows += 1
        if record.system != nil {
            tally.flowsOfSystem += 1
            return
        }
        if onlyApp, let app, record.attribution.isOfThisFlow || record.attribution.isInferred, record.app != app.id {
            tally.flowsOfOtherApps += 1
            return
        }
        let originator = record.originator.address
        let flow = CompactFlow(
            responder: number(of: RemoteParty(responderOf: record)),
            // Towards the phone the asked service is at the phone's port; only the sender's address tells who it is.
            originator: record.phone == .originator ? -1 : number(of: RemoteParty(
                address: originator, port: record.originator.port, service: record.service,
                country: geography?.country(of: originator), system: geography?.system(of: originator)?.number)),
            side: record.phone,
            originatorDevice: DeviceKey(link: record.originatorLinkAddress, address: originator),
            responderDevice: DeviceKey(link: record.responderLinkAddress, address: record.responder.address))
        for burst in newBursts {
            bursts.append(CompactBurst(flow: flows.count, start: burst.start, forward: max(0, burst.forward),
                                       reverse: max(0, burst.reverse), clear: burst.clear))
        }
        flows.append(flow)
    }

    private mutating func number(of party: RemoteParty) -> Int {
        if let known = numbers[party] { return known }
        numbers[party] = parties.count
        parties.append(party)
        return parties.count - 1
    }

    /// The capture as METHOD.md sees it, or why it is set aside. Records are sorted by time, then by destination.
    ///
    /// The phone's side is the record's where it says one, else that of `overview.phone`.
    /// - Parameters:
    ///   - timeline: the capture's phases, with both ends (`PhaseTimeline.close`); without it all is foreground.
    ///   - exposure: seconds observed, where they are known beside the packets.
    public mutating func finish(overview: CaptureOverview, timeline: PhaseTimeline? = nil, exposure: [Phase: Double] = [:]) -> Outcome {
        // Who notes phases, or how long was observed, tells the minutes that silences and clocks hide.
        let isTold = timeline?.hasPhases ?? false || !exposure.isEmpty
        guard let span = overview.span, isTold || overview.exposureSeconds != nil else {
            let why = overview.first == nil ? "it has no packets" : "its time stamps have a gap over 5 minutes or step backwards"
            return .setAside(.timeImplausible, wording: "Capture set aside: \(why); its length cannot be told.")
        }
        // A phone by other connections than TLS, QUIC and HTTP is good enough to look at, not to measure by.
        guard overview.phone != nil, overview.phoneReason != "connections" else {
            let devices = overview.flowsOpened.values.count { $0 > 0 }
            return .setAside(.phoneAmbiguous, wording: PhoneChoice.ambiguityRemark(devices: devices))
        }
        let sides = resolveSides(phone: overview.phone)
        var timeline = timeline ?? PhaseTimeline([])
        let hasPhases = timeline.hasPhases
        timeline.close(first: span.start, last: span.end)
        tally.recordsOutsidePhases = 0
        var records: [UploadRecord] = []
        records.reserveCapacity(bursts.count)
        for burst in bursts {
            let isOriginator = sides[burst.flow] == .originator
            guard isOriginator || sides[burst.flow] == .responder else { continue }
            let number = isOriginator ? flows[burst.flow].responder : flows[burst.flow].originator
            guard number >= 0 else { continue }
            let party = parties[number]
            let (since, overflow) = burst.start.subtractingReportingOverflow(span.start)
            let whole = (phase: Phase.foreground, seconds: overflow || since < 0 ? 0 : Double(since) / 1e9)
            guard let place = hasPhases ? timeline.place(burst.start) : whole else {
                tally.recordsOutsidePhases += 1
                continue
            }
            records.append(UploadRecord(
                time: place.seconds, phase: place.phase, owner: party.owner,
                domain: party.domain, category: party.category, isFirstParty: party.isFirstParty, country: party.country,
                jurisdiction: party.jurisdiction, up: isOriginator ? burst.forward : burst.reverse,
                down: isOriginator ? burst.reverse : burst.forward, clear: burst.clear, connection: burst.flow))
        }
        records.sort {
            if $0.phase != $1.phase { return $0.phase.order < $1.phase.order }
            return ($0.time, $0.owner, $0.domain, $0.up, $0.down) < ($1.time, $1.owner, $1.domain, $1.up, $1.down)
        }
        tally.records = records.count
        tally.attributableRecords = records.count { $0.category != .os && $0.category != .push }
        guard tally.attributableRecords > 0 else {
            return .setAside(.nothingAttributable, wording: "Capture set aside: all its traffic is the system's own.")
        }
        let seconds = timeline.seconds.merging(exposure) { $1 }
        return .observed(ObservedCapture(id: overview.identity.id, seconds: seconds, records: records, marks: timeline.foregroundMarks))
    }

    private mutating func resolveSides(phone: String?) -> [PhoneSide] {
        let phone = phone.flatMap(DeviceKey.Name.init)
        var sides: [PhoneSide] = []
        sides.reserveCapacity(flows.count)
        (tally.flowsWithoutPhone, tally.flowsBetweenPhones) = (0, 0)
        for flow in flows {
            var side = flow.side
            if side == .unknown, let phone {
                switch (flow.originatorDevice.matches(phone), flow.responderDevice.matches(phone)) {
                case (true, true): side = .both
                case (true, false): side = .originator
                case (false, true): side = .responder
                case (false, false): break
                }
            }
            if side == .unknown { tally.flowsWithoutPhone += 1 }
            if side == .both { tally.flowsBetweenPhones += 1 }
            sides.append(side)
        }
        return sides
    }
}

/// One end of a flow as a device: by link-layer address where the capture has one, else by address.
struct DeviceKey {
    var link: UInt64?
    var address: IPAddress

    /// A device as the overview writes it: "02:00:00:00:00:01" or an address.
    enum Name {
        case link(UInt64)
        case address(IPAddress)

        init?(_ text: String) {
            if let address = IPAddress(text) {
                self = .address(address)
                return
            }
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            guard groups.count == 6 else { return nil }
            var bits: UInt64 = 0
            for group in groups {
                guard group.utf8.count == 2, let octet = UInt8(group, radix: 16) else { return nil }
                bits = bits << 8 | UInt64(octet)
            }
            self = .link(bits)
        }
    }

    func matches(_ name: Name) -> Bool {
        switch name {
        case .link(let bits): link == bits
        case .address(let other): address == other
        }
    }
}
