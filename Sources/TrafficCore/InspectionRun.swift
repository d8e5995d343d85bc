/// One capture under way: its engine and what is decided over all its files.
struct InspectionRun: ~Copyable {
    private(set) var engine: FlowEngine
    private(set) var phone: PhoneLabeling
    private var filter: PacketFilter?
    private let control: InspectionControl
    var identifiesByFirstPacket = false
    /// Comments of the file under way.
    private var notes = CaptureNotes()
    private var labels = AppLabelReader()
    private var gathered = GatheredEvidence()
    /// Octets of the files before this one, for progress.
    private var octetsBefore: Int64 = 0

    init(_ identity: CaptureIdentity, _ options: InspectionOptions, _ control: InspectionControl) throws(CaptureError) {
        if let expression = options.filter { filter = try PacketFilter(expression) }
        engine = FlowEngine(
            identity: identity, timeouts: options.timeouts, limits: options.limits, keepsBursts: options.keepsBursts,
            keepsExchanges: options.keepsExchanges)
        if options.verifiesChecksums { engine.verifyChecksums() }
        phone = PhoneLabeling(given: options.phones)
        self.control = control
    }

    mutating func read(
        _ content: borrowing CaptureContent, _ options: InspectionOptions, _ each: (inout ClosedFlow) -> Void
    ) throws(CaptureError) -> CaptureOverview {
        var file = try content.file()
        var part = read(&file, each)
        part.identity.name = content.name
        part.identity.id = content.captureID
        part.fileOctets = content.octets
        if options.hashesFiles { part.fileSHA256 = try content.sha256() }
        part.damage = content.unpackingDamage ?? part.damage
        octetsBefore += content.octets
        return part
    }

    /// A file begins, or a capture of an interface; what it tells beside its packets comes by `gathered`.
    mutating func begin(_ gathered: GatheredEvidence) {
        self.gathered = gathered
        notes = CaptureNotes()
        labels.beginFile(gathered, into: &engine.labels)
        engine.beginFile()
    }

    /// What the file under way has said beside its packets.
    func notes(with gathered: GatheredEvidence) -> CaptureNotes {
        var all = notes
        all.take(gathered.evidence)
        all.markers += gathered.markers.prefix(max(0, CaptureNotes.markerLimit - all.markers.count))
        return all
    }

    /// Reads one file to its end, and what the engine saw in it.
    mutating func read(_ file: inout CaptureFile, _ each: (inout ClosedFlow) -> Void) -> CaptureOverview {
        var damage: String?, isStopped = false
        begin(file.gathered)
        let before = engine.overview
        engine.setTimeDigits(max(6, file.timeDigits))
        do throws(CaptureError) {
            var untilCheck = 1, isFirst = true, namesLearned = 0
            while try step(&file) {
                takeClosed(each)
                if file.resolvedNames.count > namesLearned { learnNames(from: file, after: &namesLearned) }
                untilCheck -= 1
                guard untilCheck == 0 else { continue }
                // The first packet's interface is described by now: rows that close early have as many digits as the others.
                engine.setTimeDigits(file.timeDigits)
                untilCheck = Self.packetsBetweenChecks - (isFirst ? 1 : 0)
                if isFirst {
                    isFirst = false
                    continue
                }
                guard control.goesOn(octetsBefore + file.offset) else {
                    damage = "\(file.name): stopped after packet \(file.packetsRead); what was read until then is shown"
                    isStopped = true
                    break
                }
            }
            learnNames(from: file, after: &namesLearned)
        } catch {
            damage = error.description
        }
        labels.endFile(into: &engine.labels)
        passTime()
        takeClosed(each)
        engine.setTimeDigits(file.timeDigits)
        if let maker = file.maker { engine.noteSynthetic(maker) }
        var part = engine.overview.since(before)
        part.format = file.formatName
        part.linkTypes = file.interfaces.map(\.linkType)
        part.dropped = file.dropped
        part.notes = notes(with: file.gathered)
        if let first = part.first, let last = part.last {
            part.observed = file.evidence.observed(interfaces: file.interfaces.count, packets: file.packetsRead, first: first, last: last)
        }
        part.awaySeconds = file.gathered.awaySeconds(in: part.observed)
        part.damage = damage ?? Inspection.unsupportedLink(part)
        part.isStopped = isStopped
        return part
    }

    /// Ends all flows; what is known only then goes into the parts.
    mutating func finish(_ parts: inout [CaptureOverview], _ each: (inout ClosedFlow) -> Void) {
        labels.endFile(into: &engine.labels)
        let before = engine.overview
        engine.finish { phone.take(&$0, each) }
        phone.finish(each)
        let isAbsent = phone.reason == "given" && !phone.isSeen
        for index in parts.indices {
            (parts[index].phone, parts[index].phoneReason, parts[index].isPhoneAbsent) = (phone.phoneText, phone.reason, isAbsent)
        }
        guard !parts.isEmpty else { return }
        parts[0].flowsOpened = phone.flowsOpened
        parts[0].outsideFlows = engine.outside.sent { phone.isPhone($0, $1) }
        parts[parts.count - 1].flows += engine.overview.flows - before.flows
        parts[parts.count - 1].unfinishedDatagrams.open += engine.overview.unfinishedDatagrams.open
        for index in parts.indices {
            parts[index].identity.timeDigits = engine.overview.identity.timeDigits
            if parts[index].identity.id.isEmpty { parts[index].identity.id = engine.overview.identity.id }
        }
    }

    private static var packetsBetweenChecks: Int { 4096 }

    /// One packet on its way; false at the end of the file.
    @inline(__always)
    private mutating func step(_ file: inout CaptureFile) throws(CaptureError) -> Bool {
        guard let packet = try file.next() else { return false }
        take(packet)
        return true
    }

    /// Takes one packet.
    @inline(__always)
    mutating func take(_ packet: borrowing PacketView) {
        if gathered.hasTime { passTime() }
        if packet.record.hasOptions { note(packet) }
        var link = LinkType(rawValue: packet.record.linkType)
        if labels.isUndecided {
            decide(packet)
            link = labels.link(of: packet)
        }
        if packet.record.hasOptions || labels.readsOctets || engine.labels.isActive {
            labels.read(packet, into: &engine.labels)
            link = labels.link(of: packet)
        }
        if filter?.accepts(packet, link: link) ?? true {
            engine.process(packet, link: link)
        } else {
            engine.countFiltered(at: packet.record.time, framesBefore: Int(packet.record.framesBefore))
        }
    }

    /// The time that the file says to have passed without a packet.
    @inline(never)
    private mutating func passTime() {
        if let time = gathered.takeTime() { engine.advance(to: time) }
    }

    /// Time passes without a packet, nanoseconds since 1970.
    mutating func advance(to time: Int64) { engine.advance(to: time) }

    /// Every flow that has not closed, or that waits until it is known which device is the phone, as if the capture ended now; and the
    /// phone by all of these.
    mutating func showOpen(_ each: (inout ClosedFlow) -> Void) -> (phone: String?, reason: String) {
        var provisional = phone
        engine.showOpen { provisional.take(&$0, each) }
        provisional.finish(each)
        return (provisional.phoneText, provisional.reason)
    }

    /// Looks at the first packets: what they say beside their octets, and the capture's id where nothing else makes one.
    @inline(never)
    private mutating func decide(_ packet: borrowing PacketView) {
        labels.decide(packet, into: &engine.labels)
        guard identifiesByFirstPacket else { return }
        identifiesByFirstPacket = false
        engine.identify(MessageDigest.sha256(Array("trafficscope stream \(packet.record.linkType) \(packet.record.time) ".utf8) + packet.octets.copied()))
    }

    /// A name that somebody gives for an address.
    mutating func learn(_ name: String, for address: IPAddress) { engine.learn(name, for: address) }

    /// How exact the times of packets are.
    mutating func setTimeDigits(_ digits: Int) { engine.setTimeDigits(digits) }

    /// What made the packets, where no network did.
    mutating func noteSynthetic(_ maker: String) { engine.noteSynthetic(maker) }

    /// Hands out the flows that have closed.
    @inline(__always)
    mutating func takeClosed(_ each: (inout ClosedFlow) -> Void) {
        engine.takeClosed { phone.take(&$0, each) }
    }

    /// Counts the comments of a packet and keeps the markers among them.
    @inline(never)
    private mutating func note(_ packet: borrowing PacketView) {
        let comments = packet.options.comments
        notes.comments += comments.count
        for comment in comments where notes.markers.count < CaptureNotes.markerLimit {
            if let text = CommentMarker.text(comment) { notes.markers.append(CommentMarker(time: packet.record.time, text: text)) }
        }
    }

    /// Names that pcapng name resolution blocks gave since the last time.
    private mutating func learnNames(from file: borrowing CaptureFile, after count: inout Int) {
        for (address, name) in file.resolvedNames.dropFirst(count) { engine.learn(name, for: address) }
        count = file.resolvedNames.count
    }
}
