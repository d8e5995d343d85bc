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
    private let destinations: RowIndex
    private let senders: RowIndex
    /// By the name behind the first dot: what stands between the `*` of the label before it.
    private var globs: [String: [(pieces: [Substring.UTF8View], kind: Kind)]] = [:]

    /// The compiled-in tables, read when they are first needed.
    static let builtIn = SystemCatalog(destinations: builtInDestinations, senders: builtInSenders)

    /// - Parameters:
    ///   - destinations: lines of name, match (e, s or g) and kind, separated by tabulators.
    ///   - senders: lines of a/ or i/ (Android, iOS) and the id in lower case, and kind.
    init(destinations: String, senders: String) {
        self.destinations = RowIndex(destinations, columns: 3, key: 0)
        self.senders = RowIndex(senders, columns: 2, key: 0)
        for line in destinations.utf8.split(separator: 0x0a) {
            // Few rows have a pattern.
            guard let star = line.firstIndex(of: 0x2a), let dot = line.firstIndex(of: 0x2e), star < dot, let tab = line.firstIndex(of: 0x09),
                let last = line.lastIndex(of: 0x09), dot < tab, tab < last,
                let kind = Kind(rawValue: String(Substring(line[line.index(after: last)...])))
            else { continue }
            let pieces = line[..<dot].split(separator: 0x2a, omittingEmptySubsequences: false)
            globs[String(Substring(line[line.index(after: dot)..<tab])), default: []].append((pieces, kind))
        }
    }

    /// What the system asks `name` for; nil when apps may ask it as well. `name` is in lower case without a dot at its end. An
    /// exact row wins, then a glob row of the parent, then the longest suffix.
    func kind(ofDestination name: String) -> Kind? {
        if let kind = row(name, isWhole: true) ?? glob(name) { return kind }
        var rest = Substring(name)
        while let dot = rest.utf8.firstIndex(of: 0x2e) {
            rest = rest[rest.utf8.index(after: dot)...]
            if let kind = row(String(rest), isWhole: false) { return kind }
        }
        return nil
    }

    private func row(_ name: String, isWhole: Bool) -> Kind? {
        guard let cells = destinations.row(name), isWhole || cells[1] == "s" else { return nil }
        return Kind(rawValue: cells[2])
    }

    private func sender(_ platform: String, _ id: String) -> Kind? {
        senders.row(platform + "/" + id.lowercased()).flatMap { Kind(rawValue: $0[1]) }
    }

    private func glob(_ name: String) -> Kind? {
        guard let dot = name.utf8.firstIndex(of: 0x2e), let rules = globs[String(name[name.utf8.index(after: dot)...])] else { return nil }
        return rules.first { Self.fits(name[..<dot].utf8, $0.pieces) }?.kind
    }

    /// Whether the pieces stand in the label in this order, the first at its beginning and the last at its end.
    private static func fits(_ label: Substring.UTF8View, _ pieces: [Substring.UTF8View]) -> Bool {
        guard let first = pieces.first, let last = pieces.last, label.starts(with: first) else { return false }
        var rest = label.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let place = rest.indices.first(where: { rest[$0...].starts(with: piece) }) else { return false }
            rest = rest[place...].dropFirst(piece.count)
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }

    /// What kind of sender of the system the label names; nil for an app, and for nobody.
    func kind(ofSender label: AppLabel) -> Kind? {
        if let package = label.package, let kind = sender("a", package) { return kind }
        if let process = label.process {
            switch label.place {
            case .packetTap, .processBlock, .comment, .map:
                if let kind = sender("i", process) { return kind }
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
        return (0..<10_000).contains(id) ? sender("a", String(id)) ?? .osService : nil
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
