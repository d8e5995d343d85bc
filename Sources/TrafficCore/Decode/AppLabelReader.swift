/// Reads from each packet what the capture says of whose it is.
struct AppLabelReader {
    private enum Layout { case options, trailer, packetTap, netfilterLog }
    private var layout = Layout.options
    private var isDecided = false
    /// Labels by the octets that they were read from: of one socket they are always the same.
    private var numbers: [[UInt8]: Int32] = [:]
    private var latest: (octets: [UInt8], number: Int32) = ([], -1)
    /// What the file has told so far, and how many of its apps were looked at.
    private var gathered = GatheredEvidence()
    private var appsSeen = 0
    /// The section of the latest packet with options, and the apps that it has told, by user id.
    private var section = 0
    private var apps: [Int32: CaptureApp] = [:]
    /// Labels whose processes the section has not told yet, by the number of the process; and how many processes were looked at.
    private var waiting: [Int: [WaitingLabel]] = [:]
    private var processesSeen = 0

    private struct WaitingLabel {
        var number: Int32
        var owner: Int?
        var effective: Int?
    }

    /// Whether packets of this file have to be looked at; options are told by each packet.
    var readsOctets: Bool { layout != .options }
    /// The first packet of a file says what the others have.
    var isUndecided: Bool { !isDecided }

    /// Another file of the capture follows.
    mutating func beginFile(_ gathered: GatheredEvidence, into labels: inout FlowLabels) {
        (isDecided, layout, appsSeen, processesSeen, self.gathered) = (false, .options, 0, 0, gathered)
        beginSection(0, into: &labels)
    }

    /// The file has ended, or stops here for now: what it told behind its last packet counts for those before.
    mutating func endFile(into labels: inout FlowLabels) {
        learnApps(into: &labels)
        learnProcesses(into: &labels)
    }

    /// Processes are numbered, and apps told, in each section anew.
    private mutating func beginSection(_ number: Int, into labels: inout FlowLabels) {
        (section, apps, numbers, latest, waiting) = (number, [:], [:], ([], -1), [:])
        labels.beginSection()
    }

    /// Looks at the first packet of a file.
    mutating func decide(_ packet: borrowing PacketView, into labels: inout FlowLabels) {
        let link = LinkType(rawValue: packet.record.linkType)
        // Frames that were too long for PCAPdroid's header or trailer tell nothing yet; they count as what they look like.
        isDecided = link != .ethernet || packet.octets.hasTrailer
            || !packet.octets.hasBogusEthernet && !packet.octets.isBareInternetPacket(of: packet.record.wireLength)
        switch link {
        case .pktap, .user2: layout = .packetTap
        case .netfilterLog: layout = .netfilterLog
        case .ethernet where packet.octets.hasTrailer: layout = .trailer
        default: layout = .options
        }
        if layout == .trailer || link == .pktap { labels.activate() }
    }

    /// The link type by which a packet is to be decoded. PCAPdroid leaves the Ethernet header away where header and trailer
    /// would exceed the snapshot length.
    func link(of packet: borrowing PacketView) -> LinkType {
        let link = LinkType(rawValue: packet.record.linkType)
        guard layout == .trailer || isUndecided, link == .ethernet, packet.octets.isBareInternetPacket(of: packet.record.wireLength)
        else { return link }
        return .raw
    }

    /// Makes the label of `packet` the one under way.
    mutating func read(_ packet: borrowing PacketView, into labels: inout FlowLabels) {
        labels.current = -1
        let octets = packet.octets
        switch layout {
        case .options: break
        case .trailer:
            if octets.hasTrailer { intern(octets.extracting(octets.count - 28..<octets.count - 4).copied(), AppLabel.trailer, into: &labels) }
        case .packetTap:
            if let header = octets.packetTapNames { intern(header, AppLabel.packetTap, into: &labels) }
        case .netfilterLog:
            if let uid = octets.netfilterUser {
                labels.activate()
                intern([11] + uid, { _ in AppLabel(netfilterUser: number(uid)) }, into: &labels)
            }
        }
        if labels.current < 0, packet.record.hasOptions { readOptions(packet, into: &labels) }
    }

    private mutating func readOptions(_ packet: borrowing PacketView, into labels: inout FlowLabels) {
        learnApps(into: &labels)
        learnProcesses(into: &labels)
        if packet.record.options.section != section {
            beginSection(packet.record.options.section, into: &labels)
            learnApps(into: &labels)
            learnProcesses(into: &labels)
        }
        readProcesses(packet.options.process, packet.options.effectiveProcess, into: &labels)
        if labels.current >= 0, !labels.labels[Int(labels.current)].isEmpty { return }
        let apps = apps, unknown = labels.current
        for comment in packet.options.comments {
            let octets = Array(comment.utf8.prefix(2048))
            // "u--1": the capture says whose packets are, and these are nobody's.
            if octets.starts(with: "u-".utf8) { labels.activate() }
            intern([2] + octets, { _ in AppLabel(comment: octets, apps: apps) }, into: &labels)
            if labels.current >= 0 { return }
        }
        labels.current = unknown
    }

    /// The processes that Apple's options name. The label may be empty for now: blocks that tell of them may follow their packets.
    private mutating func readProcesses(_ owner: Int?, _ effective: Int?, into labels: inout FlowLabels) {
        guard owner != nil || effective != nil else { return }
        labels.activate()
        let key: [UInt8] = [1] + [owner ?? -1, effective ?? -1].flatMap { (word: Int) -> [UInt8] in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        let processes = gathered.evidence.processes
        let missing = [owner, effective].compactMap { $0 }.filter { $0 >= processes.count && $0 < CaptureEvidence.entryLimit }
        let isNew = numbers[key] == nil, section = section
        intern(key, { _ in AppLabel.process(owner, effective, processes, section) ?? AppLabel(place: .processBlock) }, keepsEmpty: !missing.isEmpty, into: &labels)
        guard isNew, labels.current >= 0 else { return }
        for index in missing { waiting[index, default: []].append(WaitingLabel(number: labels.current, owner: owner, effective: effective)) }
    }

    /// Takes what the file has told of processes since the packet before.
    private mutating func learnProcesses(into labels: inout FlowLabels) {
        let processes = gathered.evidence.processes
        while processesSeen < processes.count {
            for label in waiting.removeValue(forKey: processesSeen) ?? [] {
                if let known = AppLabel.process(label.owner, label.effective, processes, section) { labels.replace(label.number, with: known) }
            }
            processesSeen += 1
        }
    }

    /// Takes what the section has told of its apps since the packet before.
    private mutating func learnApps(into labels: inout FlowLabels) {
        while appsSeen < gathered.evidence.apps.count {
            let app = gathered.evidence.apps[appsSeen]
            guard min(app.section, OptionsPlace.lastSection) <= section else { return }
            appsSeen += 1
            guard min(app.section, OptionsPlace.lastSection) == section else { continue }
            let before = apps.updateValue(app, forKey: app.uid)
            if before == nil {
                labels.name(app)
            } else if before != app {
                // Packets from here on are another's.
                (numbers, latest) = ([:], ([], -1))
            }
        }
    }

    private mutating func intern(
        _ octets: [UInt8], _ make: ([UInt8]) -> AppLabel?, keepsEmpty: Bool = false, into labels: inout FlowLabels
    ) {
        if latest.octets == octets {
            labels.current = latest.number
            return
        }
        let number: Int32
        if let known = numbers[octets] {
            number = known
        } else {
            number = make(octets).flatMap { $0.isEmpty && !keepsEmpty ? nil : labels.add($0) } ?? -1
            // What says nothing is remembered as well; both are bounded alike.
            if numbers.count >= FlowLabels.limit { numbers.removeAll(keepingCapacity: true) }
            numbers[octets] = number
        }
        latest = (octets, number)
        labels.current = number
    }
}

/// The octets of a number, the first one the highest.
private func number(_ octets: some Sequence<UInt8>) -> UInt32 { octets.reduce(0) { $0 << 8 | UInt32($1) } }

// MARK: What stands where

extension Span<UInt8> {
    /// PCAPdroid's Ethernet header: both addresses are zero.
    fileprivate var hasBogusEthernet: Bool {
        guard count >= 14 else { return false }
        for index in 0..<12 where self[index] != 0 { return false }
        return true
    }

    /// An IP packet of `wireLength` octets without anything in front of it: version and length say so, and where Ethernet has its type
    /// there is none.
    fileprivate func isBareInternetPacket(of wireLength: Int) -> Bool {
        guard count >= 20 else { return false }
        let type = u16(at: 12)
        guard type != EtherType.ipv4, type != EtherType.ipv6, !EtherType.isVLAN(type) else { return false }
        switch self[0] >> 4 {
        case 4: return self[0] & 15 >= 5 && Int(u16(at: 2)) == wireLength
        case 6: return count >= 40 && Int(u16(at: 4)) + 40 == wireLength
        default: return false
        }
    }

    /// PCAPdroid's 32 octets behind the packet: magic, user id, name, checksum.
    fileprivate var hasTrailer: Bool {
        count >= 14 + 20 + 32 && u32(at: count - 32) == 0x0107_2021 && hasBogusEthernet
    }

    /// Of a PKTAP header: which version, process ids and names; nil when the packet has none.
    fileprivate var packetTapNames: [UInt8]? {
        guard count >= 40 else { return nil }
        if self[38] & 0x08 != 0 {           // flags, little-endian: 0x80000
            let length = Int(self[0])
            guard length >= 40, length <= count else { return nil }
            var octets: [UInt8] = extracting(28..<36).copied()
            for place in [Int(self[5]), Int(self[4])] {
                var index = place
                while place >= 40, index < length, self[index] != 0 {
                    octets.append(self[index])
                    index += 1
                }
                octets.append(0)
            }
            return octets
        }
        let length = Int(u32LittleEndian(0))
        guard length >= 76, length <= count else { return nil }
        var octets: [UInt8] = extracting(52..<56).copied()
        octets += length >= 108 ? extracting(84..<88).copied() : [0xff, 0xff, 0xff, 0xff]
        for start in [88, 56] {
            var index = start
            while start + 20 <= length, index < start + 20, self[index] != 0 {
                octets.append(self[index])
                index += 1
            }
            octets.append(0)
        }
        return octets
    }

    private func u32LittleEndian(_ index: Int) -> UInt32 { u32(at: index).byteSwapped }

    /// The user id (four octets, the first one the highest) that netfilter's log gives; lengths and types are in the byte order
    /// of the host that captured.
    fileprivate var netfilterUser: [UInt8]? { netfilterUser(isLittle: true) ?? netfilterUser(isLittle: false) }

    private func netfilterUser(isLittle: Bool) -> [UInt8]? {
        var index = 4
        while index + 4 <= count {
            let (first, second) = (UInt16(self[index]), UInt16(self[index + 1]))
            let (third, fourth) = (UInt16(self[index + 2]), UInt16(self[index + 3]))
            let length = Int(isLittle ? second << 8 | first : first << 8 | second)
            let type = (isLittle ? fourth << 8 | third : third << 8 | fourth) & 0x7fff
            guard length >= 4, type <= 64, index + length <= count else { return nil }
            if type == 11, length == 8 { return extracting(index + 4..<index + 8).copied() }
            index += (length + 3) & ~3
        }
        return nil
    }
}

/// A name that its field may have cut inside a character: without the rest of it.
private func cutName(_ octets: some Sequence<UInt8>) -> String {
    var octets = Array(octets)
    let start = octets.lastIndex { $0 & 0xc0 != 0x80 } ?? 0
    if octets.count - start <= 4, octets[start...].first ?? 0 >= 0xc0, String(validating: octets[start...], as: UTF8.self) == nil {
        octets.removeSubrange(start...)
    }
    return String(decoding: octets, as: UTF8.self)
}

extension AppLabel {
    /// From user id and name of PCAPdroid's trailer, 4 and 20 octets; user id -1 is nobody's.
    fileprivate static func trailer(_ octets: [UInt8]) -> AppLabel? {
        let uid = Int32(bitPattern: number(octets.prefix(4)))
        guard uid >= 0 else { return nil }
        let name = cutName(octets.dropFirst(4).prefix { $0 != 0 })
        return AppLabel(place: .trailer, uid: uid, name: name.isEmpty ? nil : name)
    }

    /// Netfilter logs -1 where the owner has no user id in its namespace.
    fileprivate init?(netfilterUser: UInt32) {
        guard let uid = Int32(exactly: netfilterUser) else { return nil }
        self.init(place: .netfilterLog, uid: uid)
    }

    /// From process ids (little-endian) and names of a PKTAP header: the effective process's name, then the socket's owner's.
    /// The effective one is the app where a daemon of the system sends for it.
    fileprivate static func packetTap(_ octets: [UInt8]) -> AppLabel? {
        let pid = Int32(bitPattern: number(octets[0..<4].reversed())), effective = Int32(bitPattern: number(octets[4..<8].reversed()))
        let names = octets[8...].split(separator: 0, omittingEmptySubsequences: false)
        guard names.count >= 2 else { return nil }
        let (behalf, owner) = (cutName(names[0]), cutName(names[1]))
        // Process 0 is the kernel, which sends for sockets that nobody has any more.
        if !behalf.isEmpty, effective != 0 { return AppLabel(place: .packetTap, pid: effective > 0 ? effective : nil, process: behalf) }
        return owner.isEmpty || pid == 0 ? nil : AppLabel(place: .packetTap, pid: pid > 0 ? pid : nil, process: owner)
    }

    /// The effective process, else the owner; process 0 is nobody's here too.
    fileprivate static func process(_ owner: Int?, _ effective: Int?, _ processes: [CaptureProcess], _ section: Int) -> AppLabel? {
        for index in [effective, owner] {
            guard let index, processes.indices.contains(index) else { continue }
            let process = processes[index]
            guard process.identifier != 0, min(process.section, OptionsPlace.lastSection) == section else { continue }
            let name = process.name ?? process.path.flatMap { $0.split(separator: "/").last.map(String.init) }
            guard let name, !name.isEmpty else { continue }
            return AppLabel(place: .processBlock, pid: Int32(exactly: process.identifier), process: name)
        }
        return nil
    }
}
