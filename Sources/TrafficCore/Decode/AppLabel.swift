/// What a capture says of who sent or received a packet, beside the packet: a claim of the system that captured it, or of whoever
/// wrote the file. Which app that is, `Attribution/` says.
public struct AppLabel: Hashable, Sendable {
    /// Where it stands (ATTRIBUTION of each format: docs/attribution.md).
    public enum Place: String, Sendable {
        /// Behind the packet, as PCAPdroid writes it.
        case trailer = "pcapdroid-trailer"
        /// A packet comment that names a user id, and a block that names its app: PCAPdroid's pcapng.
        case appBlock = "pcapdroid-block"
        case netfilterLog = "nflog"
        case packetTap = "pktap"
        /// A process that a block of the pcapng file describes (Apple).
        case processBlock = "process-block"
        case comment = "packet-comment"
        /// In a file beside the capture.
        case map = "app-map"
    }
    public var place: Place
    /// User id of the socket; Android gives each app one (user × 100000 + app id).
    public var uid: Int32?
    public var pid: Int32?
    /// Package or bundle id.
    public var package: String?
    /// The app's name as people see it.
    public var name: String?
    /// Name of the process; of the one on whose behalf it was sent, where that is another.
    public var process: String?

    public init(
        place: Place, uid: Int32? = nil, pid: Int32? = nil, package: String? = nil, name: String? = nil, process: String? = nil
    ) {
        (self.place, self.uid, self.pid, self.package, self.name, self.process) = (place, uid, pid, package, name, process)
    }

    /// It says nothing that an app could be told by.
    var isEmpty: Bool { uid == nil && package == nil && name == nil && process == nil }

    /// A user id alone.
    var isNameless: Bool { package == nil && name == nil && process == nil }

    /// Octets of a name that are kept.
    static var longestName: Int { 255 }
}

/// One label of a flow's packets.
public struct AppLabelShare: Sendable, Equatable {
    public var label: AppLabel
    /// Packets of the flow that have it, and their octets from the IP header on.
    public var packets: Int
    public var octets: Int

    public init(label: AppLabel, packets: Int, octets: Int) { (self.label, self.packets, self.octets) = (label, packets, octets) }
}

/// The labels of the packets of open flows. Nothing is counted before the first label of a capture came.
struct FlowLabels {
    /// By number.
    private(set) var labels: [AppLabel] = []
    /// Of the packet under way; -1 when it has none.
    var current: Int32 = -1
    /// The capture says of some packets whose they are.
    private(set) var isActive = false
    private var tallies: [Int32: [Tally]] = [:]
    /// Labels of the section under way that stand for a user id.
    private var byUser: [Int32: [Int32]] = [:]

    private struct Tally {
        var label: Int32
        var packets = 0
        var octets = 0
    }

    /// Labels of one flow that are told apart; more have no meaning but to fill memory.
    private static var flowLimit: Int { 16 }
    /// Labels of a capture.
    static var limit: Int { 65_536 }

    /// The number of another label; nil when there are too many.
    mutating func add(_ label: AppLabel) -> Int32? {
        guard labels.count < Self.limit else { return nil }
        isActive = true
        if label.place == .appBlock, let uid = label.uid, byUser[uid]?.count ?? 0 < Self.flowLimit { byUser[uid, default: []].append(Int32(labels.count)) }
        labels.append(label)
        return Int32(labels.count - 1)
    }

    /// The capture is one that has labels, whether or not one came yet.
    mutating func activate() { isActive = true }

    /// What the file says later of a label.
    mutating func replace(_ number: Int32, with label: AppLabel) { labels[Int(number)] = label }

    /// What names an app from here on is about this section of the file.
    mutating func beginSection() { byUser.removeAll() }

    /// What the section says of a user id that packets of it had before.
    mutating func name(_ app: CaptureApp) {
        for index in byUser[app.uid] ?? [] {
            (labels[Int(index)].package, labels[Int(index)].name) = (app.package.isEmpty ? nil : app.package, app.name.isEmpty ? nil : app.name)
        }
    }

    /// Counts the packet under way to the flow at `place`.
    @inline(never)
    mutating func count(_ octets: Int, to place: Int) {
        guard current >= 0 else { return }
        var counted = tallies.removeValue(forKey: Int32(truncatingIfNeeded: place)) ?? []
        if let index = counted.firstIndex(where: { $0.label == current }) {
            counted[index].packets += 1
            counted[index].octets += octets
        } else if counted.count < Self.flowLimit {
            counted.append(Tally(label: current, packets: 1, octets: octets))
        }
        tallies[Int32(truncatingIfNeeded: place)] = counted
    }

    /// The labels of the flow at `place`, which closes: most packets first, else in order of appearance. nil when the capture has
    /// no labels at all.
    mutating func take(_ place: Int) -> [AppLabelShare]? {
        guard let shares = shares(of: place) else { return nil }
        tallies.removeValue(forKey: Int32(truncatingIfNeeded: place))
        return shares
    }

    /// The same of a flow that goes on.
    func shares(of place: Int) -> [AppLabelShare]? {
        guard isActive else { return nil }
        guard let counted = tallies[Int32(truncatingIfNeeded: place)] else { return [] }
        let order = counted.enumerated().sorted { ($1.element.packets, $0.offset) < ($0.element.packets, $1.offset) }
        let shares = order.map { AppLabelShare(label: labels[Int($0.element.label)], packets: $0.element.packets, octets: $0.element.octets) }
        return shares.filter { !$0.label.isEmpty }
    }
}
