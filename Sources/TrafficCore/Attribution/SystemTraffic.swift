/// Traffic of the phone's own system: no app's, and apart in every figure.
public struct SystemTraffic: Sendable, Hashable {
    /// What it is for.
    public enum Kind: String, Sendable, CaseIterable {
        case connectivityCheck = "connectivity-check", time, push, osUpdate = "os-update", appStore = "app-store"
        case osTelemetry = "os-telemetry", osService = "os-service", certificateStatus = "certificate-status"
        /// What Google Play services send, for themselves and for apps that asked them to.
        case playServices = "play-services"
        /// What the phone also sent when no app was used (`--idle-capture`).
        case idle
    }
    /// How we know.
    public enum Evidence: String, Sendable {
        /// Only systems talk to this destination.
        case destination
        /// The sender's user id, package or process is the system's.
        case sender
        /// The protocol is one by which a device looks after itself.
        case service
        /// The idle capture has the same destination.
        case idleCapture = "idle-capture"
    }
    public var kind: Kind
    public var evidence: Evidence

    public init(_ kind: Kind, _ evidence: Evidence) { (self.kind, self.evidence) = (kind, evidence) }
}

/// What is known of a phone's own traffic: destinations, user ids, packages and processes (`data/system-traffic.tsv`,
/// `data/system-uids.tsv`).
struct SystemCatalog: Sendable {
    typealias Kind = SystemTraffic.Kind
    private var exact: [String: Kind] = [:]
    private var suffixes: [String: Kind] = [:]
    /// By the name behind the first dot: what stands between the `*` of the label before it.
    private var globs: [String: [(pieces: [Substring], kind: Kind)]] = [:]
    private var androidUsers: [Int32: Kind] = [:]
    private var androidPackages: [String: Kind] = [:]
    private var iosProcesses: [String: Kind] = [:]

    /// The compiled-in tables, read when they are first needed.
    static let builtIn = SystemCatalog(destinations: builtInDestinations, senders: builtInSenders)

    /// - Parameters:
    ///   - destinations: lines of name, match (e, s or g) and kind, separated by tabulators.
    ///   - senders: lines of id, platform (a or i) and kind.
    init(destinations: String, senders: String) {
        for cells in Self.rows(destinations) {
            guard let kind = Kind(rawValue: cells[2]) else { continue }
            switch cells[1] {
            case "e": exact[cells[0]] = kind
            case "s": suffixes[cells[0]] = kind
            default:
                guard let dot = cells[0].utf8.firstIndex(of: 0x2e) else { continue }
                let parent = String(cells[0][cells[0].utf8.index(after: dot)...])
                let pieces = cells[0][..<dot].split(separator: "*", omittingEmptySubsequences: false)
                if pieces.count > 1 { globs[parent, default: []].append((pieces, kind)) }
            }
        }
        for cells in Self.rows(senders) {
            guard let kind = Kind(rawValue: cells[2]) else { continue }
            if cells[1] == "i" {
                iosProcesses[cells[0].lowercased()] = kind
            } else if let user = Int32(cells[0]) {
                androidUsers[user] = kind
            } else {
                androidPackages[cells[0].lowercased()] = kind
            }
        }
    }

    private static func rows(_ text: String) -> [[String]] {
        text.utf8.split(separator: 0x0a).map { line in
            line.split(separator: 0x09, omittingEmptySubsequences: false).map { String(Substring($0)) }
        }.filter { $0.count == 3 }
    }

    /// What the system asks `name` for; nil when apps may ask it as well. `name` is in lower case without a dot at its end. An
    /// exact row wins, then a glob row of the parent, then the longest suffix.
    func kind(ofDestination name: String) -> Kind? {
        if let kind = exact[name] { return kind }
        if let kind = suffixes[name] ?? glob(name) { return kind }
        var rest = Substring(name)
        while let dot = rest.utf8.firstIndex(of: 0x2e) {
            rest = rest[rest.utf8.index(after: dot)...]
            if let kind = suffixes[String(rest)] { return kind }
        }
        return nil
    }

    private func glob(_ name: String) -> Kind? {
        guard let dot = name.utf8.firstIndex(of: 0x2e), let rules = globs[String(name[name.utf8.index(after: dot)...])] else { return nil }
        return rules.first { Self.fits(name[..<dot], $0.pieces) }?.kind
    }

    /// Whether the pieces stand in the label in this order, the first at its beginning and the last at its end.
    private static func fits(_ label: Substring, _ pieces: [Substring]) -> Bool {
        guard let first = pieces.first, let last = pieces.last, label.hasPrefix(first) else { return false }
        var rest = label.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let place = rest.indices.first(where: { rest[$0...].hasPrefix(piece) }) else { return false }
            rest = rest[place...].dropFirst(piece.count)
        }
        return rest.hasSuffix(last)
    }

    /// What kind of sender of the system the label names; nil for an app, and for nobody.
    func kind(ofSender label: AppLabel) -> Kind? {
        if let package = label.package, let kind = androidPackages[package.lowercased()] { return kind }
        if let process = label.process {
            switch label.place {
            case .packetTap, .processBlock, .comment, .map:
                if let kind = iosProcesses[process.lowercased()] { return kind }
            case .trailer, .appBlock, .netfilterLog: break
            }
        }
        guard let uid = label.uid else { return nil }
        switch label.place {
        case .trailer, .appBlock, .netfilterLog, .map: break
        case .packetTap, .processBlock, .comment: return nil
        }
        // Android: users of 100,000 ids each; below 10000 are the system's own (AID_APP_START).
        let id = uid % 100_000
        return (0..<10_000).contains(id) ? androidUsers[id] ?? .osService : nil
    }

    /// Services by which a device looks after itself, whoever else is on it.
    static func kind(ofService service: Service?) -> Kind? {
        switch service {
        case .ntp: .time
        case .dhcp, .dhcpv6: .osService
        default: nil
        }
    }
}
