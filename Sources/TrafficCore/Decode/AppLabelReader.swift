/// Reads from each packet what the capture says of whose it is.
struct AppLabelReader {
    private enum Layout { case options, trailer, packetTap, netfilterLog }
    private var layout = Layout.options
    private var isDecided = false
    /// Labels by the octets that they were read from: of one socket they are always the same.
    private var numbers: [[UInt8]: Int32] = [:]
    private var latest: (octets: [UInt8], number: Int32) = ([], -1)
    private var appsKnown = 0
    /// What the file has told so far.
    private var gathered = GatheredEvidence()

    /// Whether packets of this file have to be looked at; options are told by each packet.
    var readsOctets: Bool { layout != .options }
    /// The first packet of a file says what the others have.
    var isUndecided: Bool { !isDecided }

    /// Another file of the capture follows.
    mutating func beginFile(_ gathered: GatheredEvidence) {
        (isDecided, layout, appsKnown, self.gathered) = (false, .options, 0, gathered)
        // Processes are numbered in each file anew.
        numbers = [:]
        latest = ([], -1)
    }

    /// Looks at the first packet of a file.
    mutating func decide(_ packet: borrowing PacketView, into labels: inout FlowLabels) {
        // Of a frame too long for PCAPdroid's header and trailer nothing can be told yet; it counts as what its link type says.
        isDecided = !packet.octets.isBareInternetPacket || LinkType(rawValue: packet.record.linkType) != .ethernet
        switch LinkType(rawValue: packet.record.linkType) {
        case .pktap, .user2: layout = .packetTap
        case .netfilterLog: layout = .netfilterLog
        case .ethernet where packet.octets.hasTrailer: layout = .trailer
        default: layout = .options
        }
        if layout == .trailer || LinkType(rawValue: packet.record.linkType) == .pktap { labels.activate() }
    }

    /// The link type by which a packet is to be decoded. PCAPdroid leaves the Ethernet header away where header and trailer
    /// would exceed the snapshot length.
    func link(of packet: borrowing PacketView) -> LinkType {
        let link = LinkType(rawValue: packet.record.linkType)
        guard layout == .trailer, link == .ethernet, packet.octets.isBareInternetPacket else { return link }
        return .raw
    }

    /// Makes the label of `packet` the one under way.
    mutating func read(_ packet: borrowing PacketView, into labels: inout FlowLabels) {
        labels.current = -1
        let evidence = gathered.evidence
        if evidence.apps.count > appsKnown {
            for app in evidence.apps[appsKnown...] { labels.name(uid: app.uid, package: app.package, name: app.name) }
            appsKnown = evidence.apps.count
        }
        let octets = packet.octets
        switch layout {
        case .options: break
        case .trailer:
            if octets.hasTrailer { intern(octets.extracting(octets.count - 28..<octets.count - 4).copied(), AppLabel.trailer, into: &labels) }
        case .packetTap:
            if let header = octets.packetTapNames { intern(header, AppLabel.packetTap, into: &labels) }
        case .netfilterLog:
            if let uid = octets.netfilterUser {
                intern([11] + uid, { _ in AppLabel(place: .netfilterLog, uid: Int32(bitPattern: number(uid))) }, into: &labels)
            }
        }
        if labels.current < 0, packet.record.hasOptions { readOptions(packet, evidence, into: &labels) }
    }

    private mutating func readOptions(_ packet: borrowing PacketView, _ evidence: CaptureEvidence, into labels: inout FlowLabels) {
        let owner = packet.options.process, effective = packet.options.effectiveProcess
        if owner != nil || effective != nil {
            let key = [owner ?? -1, effective ?? -1].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
            intern([1] + key, { _ in AppLabel.process(owner, effective, evidence.processes) }, into: &labels)
            if labels.current >= 0 { return }
        }
        for comment in packet.options.comments {
            let octets = Array(comment.utf8.prefix(2048))
            intern([2] + octets, { _ in AppLabel(comment: octets, apps: evidence.apps) }, into: &labels)
            if labels.current >= 0 { return }
        }
    }

    private mutating func intern(_ octets: [UInt8], _ make: ([UInt8]) -> AppLabel?, into labels: inout FlowLabels) {
        if latest.octets == octets {
            labels.current = latest.number
            return
        }
        let number: Int32
        if let known = numbers[octets] {
            number = known
        } else {
            number = make(octets).flatMap { $0.isEmpty ? nil : labels.add($0) } ?? -1
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

    /// An IP packet without anything in front of it: version and length of its header say so.
    fileprivate var isBareInternetPacket: Bool {
        guard count >= 40 else { return false }
        switch self[0] >> 4 {
        case 4: return self[0] & 15 >= 5 && Int(self[2]) << 8 | Int(self[3]) == count
        case 6: return (Int(self[4]) << 8 | Int(self[5])) + 40 == count
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

extension AppLabel {
    /// From user id and name of PCAPdroid's trailer, 4 and 20 octets; user id -1 is nobody's.
    fileprivate static func trailer(_ octets: [UInt8]) -> AppLabel? {
        let uid = Int32(bitPattern: number(octets.prefix(4)))
        guard uid >= 0 else { return nil }
        var name = octets.dropFirst(4).prefix { $0 != 0 }
        // Nineteen octets are kept, whether or not a character ends there.
        while let last = name.last, last & 0xc0 == 0x80 || last >= 0xc0, String(validating: name, as: UTF8.self) == nil { name.removeLast() }
        let text = String(decoding: name, as: UTF8.self)
        return AppLabel(place: .trailer, uid: uid, name: text.isEmpty ? nil : text)
    }

    /// From process ids (little-endian) and names of a PKTAP header: the effective process's name, then the socket's owner's.
    /// The effective one is the app where a daemon of the system sends for it.
    fileprivate static func packetTap(_ octets: [UInt8]) -> AppLabel? {
        let pid = Int32(bitPattern: number(octets[0..<4].reversed())), effective = Int32(bitPattern: number(octets[4..<8].reversed()))
        let names = octets[8...].split(separator: 0, omittingEmptySubsequences: false)
        guard names.count >= 2 else { return nil }
        let (behalf, owner) = (String(decoding: names[0], as: UTF8.self), String(decoding: names[1], as: UTF8.self))
        // Process 0 is the kernel, which sends for sockets that nobody has any more.
        if !behalf.isEmpty, effective != 0 { return AppLabel(place: .packetTap, pid: effective > 0 ? effective : nil, process: behalf) }
        return owner.isEmpty || pid == 0 ? nil : AppLabel(place: .packetTap, pid: pid > 0 ? pid : nil, process: owner)
    }

    fileprivate static func process(_ owner: Int?, _ effective: Int?, _ processes: [CaptureProcess]) -> AppLabel? {
        for index in [effective, owner] {
            guard let index, processes.indices.contains(index) else { continue }
            let process = processes[index]
            let name = process.name ?? process.path.flatMap { $0.split(separator: "/").last.map(String.init) }
            guard let name, !name.isEmpty else { continue }
            return AppLabel(place: .processBlock, pid: Int32(exactly: process.identifier), process: name)
        }
        return nil
    }
}
