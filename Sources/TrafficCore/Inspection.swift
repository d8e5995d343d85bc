/// What a reading of captures depends on beside their octets.
public struct InspectionOptions: Sendable {
    /// A BPF expression (pcap-filter(7)); packets that it refuses are only counted.
    public var filter: String?
    public var timeouts = FlowTimeouts()
    public var limits = FlowLimits()
    /// Whether flows bring their bursts; who does not look at them saves their cost.
    public var keepsBursts = true
    /// Whether flows bring their HTTP exchanges.
    public var keepsExchanges = false
    /// The phone's addresses; empty: found by METHOD.md §1.
    public var phones: [PhoneAddress] = []
    /// Also hash every octet of the file, for the record of what was analysed.
    public var hashesFiles = false
    public init() {}
}

/// Asked every few thousand packets: how far the reading is, and whether to stop.
public struct InspectionControl: Sendable {
    /// Octets read so far → whether to go on.
    public var goesOn: @Sendable (Int64) -> Bool
    public init(goesOn: @escaping @Sendable (Int64) -> Bool = { _ in true }) { self.goesOn = goesOn }
}

/// The whole way of one capture: octets → packets → flows → the phone's side.
public enum Inspection {
    /// Reads `content` whole, or until it is damaged or `control` says stop: then what precedes is passed on all the same
    /// and the overview's `damage` says where and why. `each` gets every flow as it closes.
    /// - Throws: `CaptureError` when it is no capture at all or the filter does not compile.
    public static func read(
        _ content: borrowing CaptureContent, options: InspectionOptions = InspectionOptions(),
        control: InspectionControl = InspectionControl(), each: (inout ClosedFlow) -> Void
    ) throws(CaptureError) -> CaptureOverview {
        var file = try content.file()
        var filter: PacketFilter?
        if let expression = options.filter { filter = try PacketFilter(expression) }
        let identity = CaptureIdentity(name: content.name, id: content.captureID, timeDigits: max(6, file.timeDigits))
        var engine = FlowEngine(
            identity: identity, timeouts: options.timeouts, limits: options.limits, keepsBursts: options.keepsBursts,
            keepsExchanges: options.keepsExchanges)
        var phone = PhoneLabeling(given: options.phones)
        var damage: String?, isStopped = false
        do throws(CaptureError) {
            var untilCheck = packetsBetweenChecks, namesLearned = 0
            while try step(&file, &filter, &engine) {
                engine.takeClosed { phone.take(&$0, each) }
                if file.resolvedNames.count > namesLearned { learnNames(from: file, after: &namesLearned, into: &engine) }
                untilCheck -= 1
                guard untilCheck == 0 else { continue }
                untilCheck = packetsBetweenChecks
                engine.setTimeDigits(file.timeDigits)
                guard control.goesOn(file.offset) else {
                    damage = "\(content.name): stopped after packet \(file.packetsRead); what was read until then is shown"
                    isStopped = true
                    break
                }
            }
            learnNames(from: file, after: &namesLearned, into: &engine)
        } catch {
            damage = error.description
        }
        engine.setTimeDigits(file.timeDigits)
        engine.finish { phone.take(&$0, each) }
        phone.finish(each)
        var overview = engine.overview
        overview.fileOctets = content.octets
        if options.hashesFiles { overview.fileSHA256 = try content.sha256() }
        overview.format = file.formatName
        overview.linkTypes = file.interfaces.map(\.linkType)
        overview.flowsOpened = phone.flowsOpened
        (overview.phone, overview.phoneReason) = (phone.phoneText, phone.reason)
        overview.damage = content.unpackingDamage ?? damage ?? unsupportedLink(overview)
        overview.isStopped = isStopped
        return overview
    }

    private static var packetsBetweenChecks: Int { 4096 }

    /// One packet on its way; false at the end of the file.
    @inline(__always)
    private static func step(
        _ file: inout CaptureFile, _ filter: inout PacketFilter?, _ engine: inout FlowEngine
    ) throws(CaptureError) -> Bool {
        guard let packet = try file.next() else { return false }
        let link = LinkType(rawValue: packet.record.linkType)
        if filter?.accepts(packet, link: link) ?? true {
            engine.process(packet, link: link)
        } else {
            engine.countFiltered(at: packet.record.time)
        }
        return true
    }

    /// Names that pcapng name resolution blocks gave since the last time.
    private static func learnNames(from file: borrowing CaptureFile, after count: inout Int, into engine: inout FlowEngine) {
        for (address, name) in file.resolvedNames.dropFirst(count) { engine.learn(name, for: address) }
        count = file.resolvedNames.count
    }

    /// Packets that were left out for their link type are no success, however much else was read.
    private static func unsupportedLink(_ overview: CaptureOverview) -> String? {
        let refused = overview.account.unsupportedLink.sorted { $0.key < $1.key }
        if let (link, count) = refused.first {
            return "\(overview.identity.name): \(count) of \(overview.account.packets) packets have \(LinkType(rawValue: link).name), "
                + "which is not supported; capture on an Ethernet, cooked (any) or raw IP interface"
        }
        guard overview.account.packets == 0, let link = overview.linkTypes.first.map(LinkType.init), !link.isSupported else { return nil }
        return "\(overview.identity.name): \(link.name) is not supported; capture on an Ethernet, cooked (any) or raw IP interface"
    }
}
