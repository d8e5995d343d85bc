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
    /// Verify TCP and UDP checksums and count the verdicts.
    public var verifiesChecksums = false
    /// Wait for more at the end of a file that is being written, until `InspectionControl` says stop.
    public var follows = false
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
    /// Reads the files of one capture as one, in order of their first packets: flows go on from file to file. A file that is
    /// being written (`options.follows`) and a connection are read as they come, once.
    ///
    /// - Returns: what is known of each file. The sums over them are the capture's; `CaptureOverview.joined` makes them.
    /// - Throws: `CaptureError` when one cannot be opened or is no capture at all, or the filter does not compile.
    public static func read(
        _ files: [CapturePath], options: InspectionOptions = InspectionOptions(),
        control: InspectionControl = InspectionControl(), each: (inout ClosedFlow) -> Void
    ) throws(CaptureError) -> [CaptureOverview] {
        guard let first = files.first else { return [] }
        if first.isConnection || options.follows { return [try readOnce(first, options, control, each)] }
        guard files.count > 1 else {
            return [try read(CaptureContent(first), options: options, control: control, each: each)]
        }
        let order = try inOrder(files)
        let identity = CaptureIdentity(
            name: order[0].file.path, id: CaptureContent.captureID(ofFileDigests: order.map(\.digest)), timeDigits: order.map(\.digits).max() ?? 6)
        var run = try InspectionRun(identity, options, control)
        var parts: [CaptureOverview] = []
        for (file, _, _, _) in order {
            let content = try CaptureContent(file)
            parts.append(try run.read(content, options, each))
            parts[parts.count - 1].joinedIdentity = identity
            if parts[parts.count - 1].isStopped { break }
        }
        run.finish(&parts, each)
        return parts
    }

    /// Reads `content` whole, or until it is damaged or `control` says stop: then what precedes is passed on all the same
    /// and the overview's `damage` says where and why. `each` gets every flow as it closes.
    /// - Throws: `CaptureError` when it is no capture at all or the filter does not compile.
    public static func read(
        _ content: borrowing CaptureContent, options: InspectionOptions = InspectionOptions(),
        control: InspectionControl = InspectionControl(), each: (inout ClosedFlow) -> Void
    ) throws(CaptureError) -> CaptureOverview {
        var run = try InspectionRun(CaptureIdentity(name: content.name, id: content.captureID, timeDigits: 6), options, control)
        var parts = [try run.read(content, options, each)]
        run.finish(&parts, each)
        return parts[0]
    }

    /// Time of the first packet in the first of the files that has any, nanoseconds since 1970; nil for what can be read only once, and where
    /// none can be read.
    public static func firstTime(of files: [CapturePath]) -> Int64? {
        for path in files where !path.isStandardInput && !path.isConnection {
            guard let content = try? CaptureContent(path), var file = try? content.file() else { continue }
            // Damage at the very start is told when the file is read.
            if let packet = try? file.next() { return packet.record.time }
        }
        return nil
    }

    private typealias Ordered = (file: CapturePath, digest: [UInt8], first: Int64, digits: Int)

    /// The files by the times of their first packets; those without any come last.
    private static func inOrder(_ files: [CapturePath]) throws(CaptureError) -> [Ordered] {
        var order: [Ordered] = []
        for file in files {
            let content = try CaptureContent(file)
            var reader = try content.file()
            var first = Int64.max
            do throws(CaptureError) {
                if let packet = try reader.next() { first = packet.record.time }
            } catch {}      // damage at the very start: told when the file is read
            order.append((file, content.digest, first, max(6, reader.timeDigits)))
        }
        return order.enumerated().sorted { ($0.element.first, $0.offset) < ($1.element.first, $1.offset) }.map(\.element)
    }

    /// A capture that comes once: its id is made of its first packet, for there is no whole to hash.
    private static func readOnce(
        _ path: CapturePath, _ options: InspectionOptions, _ control: InspectionControl, _ each: (inout ClosedFlow) -> Void
    ) throws(CaptureError) -> CaptureOverview {
        let idle: @Sendable () -> Bool = { control.goesOn(0) }
        var file: CaptureFile
        if path.isConnection {
            file = try CaptureFile(descriptor: CaptureConnection.open(path.path, goesOn: idle), owned: true, name: path.path)
        } else {
            file = try CaptureFile(path: path.path, waiting: idle)
        }
        var run = try InspectionRun(CaptureIdentity(name: path.path, id: "", timeDigits: 6), options, control)
        run.identifiesByFirstPacket = true
        var parts = [run.read(&file, each)]
        parts[0].fileOctets = file.offset
        run.finish(&parts, each)
        return parts[0]
    }
}

extension Inspection {
    /// Packets that were left out for their link type are no success, however much else was read.
    static func unsupportedLink(_ overview: CaptureOverview) -> String? {
        let refused = overview.account.unsupportedLink.sorted { $0.key < $1.key }
        if let (link, count) = refused.first {
            return "\(overview.identity.name): \(count) of \(overview.account.packets) packets have \(LinkType(rawValue: link).name), "
                + "which is not supported; capture on an Ethernet, cooked (any) or raw IP interface"
        }
        guard overview.account.packets == 0, let link = overview.linkTypes.first.map(LinkType.init), !link.isSupported else { return nil }
        return "\(overview.identity.name): \(link.name) is not supported; capture on an Ethernet, cooked (any) or raw IP interface"
    }
}
