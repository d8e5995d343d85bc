/// How a flow came to its app (DESIGN.md §5). The text is what records show.
public enum AttributionSource: String, Sendable {
    /// The phone's own system: told before any app.
    case system
    // The capture itself says it, packet by packet.
    case trailer = "pcapdroid-trailer", appBlock = "pcapdroid-block", netfilterLog = "nflog", packetTap = "pktap"
    case processBlock = "process-block", comment = "packet-comment"
    /// The packets of the flow have labels of several apps.
    case conflict
    /// A file that the user gave (`--app-map`).
    case appMap = "app-map"
    // All of the capture is of one app: by the user's word, the study file, its folder, its name.
    case option, study, folder, stem
    // Guessed, and only where the user asked for guesses (`--infer-apps`).
    case userAgent = "inferred-user-agent", owner = "inferred-owner", fingerprint = "inferred-fingerprint", time = "inferred-time"
    case unattributed

    init(_ place: AppLabel.Place) {
        self =
            switch place {
            case .trailer: .trailer
            case .appBlock: .appBlock
            case .netfilterLog: .netfilterLog
            case .packetTap: .packetTap
            case .processBlock: .processBlock
            case .comment: .comment
            case .map: .appMap
            }
    }

    /// Evidence for this one flow, from the capture or a file beside it.
    public var isOfThisFlow: Bool {
        switch self {
        case .trailer, .appBlock, .netfilterLog, .packetTap, .processBlock, .comment, .conflict, .appMap: true
        case .system, .option, .study, .folder, .stem, .userAgent, .owner, .fingerprint, .time, .unattributed: false
        }
    }

    /// Guessed: never counted together with what is known.
    public var isInferred: Bool {
        switch self {
        case .userAgent, .owner, .fingerprint, .time: true
        default: false
        }
    }
}

/// How sure it is that a flow is its app's.
public enum AttributionConfidence: String, Sendable {
    /// The system that captured said so of every labelled packet, or a table has this very connection.
    case high
    /// Only a lesser part of the packets has a label, or a table has the phone's side of the connection alone.
    case medium
    /// Guessed, or told by the phone's address.
    case low
}
