/// Guesses of which app a flow is, for flows that nothing tells it of (`--infer-apps`). A guess is marked as one and never counts
/// together with what is known.
struct AppInference {
    private let catalog: AppCatalog
    /// Apps by the owner of their own machines.
    private var byOwner: [String: [AppIdentity]] = [:]

    init(_ catalog: AppCatalog) {
        self.catalog = catalog
        for app in catalog.all {
            guard let owner = app.owner, app.kind != "mixed", app.kind != "device" else { continue }
            byOwner[owner, default: []].append(app)
        }
    }

    /// By what the flow itself says: its user agent names an app, or its destination is the own machine of a company with one app.
    func guess(_ record: borrowing FlowRecord) -> (app: AppIdentity, source: AttributionSource)? {
        if let agent = record.userAgent, let app = app(inUserAgent: agent) { return (app, .userAgent) }
        guard let destination = record.destination, let owner = destination.owner, !destination.isShared,
            destination.category == "first-party-platform", let apps = byOwner[owner]
        else { return nil }
        // A company that is called like its one app has no other. Else the one that is named in the destination.
        if apps.count == 1, CompanyName.keys(owner).contains(where: { Self.plain($0) == Self.plain(apps[0].id) }) { return (apps[0], .owner) }
        let named = apps.filter { app in
            app.id.utf8.count >= 4 && destination.name.split(separator: ".").contains { $0.utf8.elementsEqual(app.id.utf8) || $0.hasSuffix(app.id) }
        }
        return named.count == 1 ? (named[0], .owner) : nil
    }

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

    /// The app whose alias is the name of a product in a user agent ("Instagram 300.0 Android", "WhatsApp/2.23 A"; RFC 9110
    /// §10.1.5): the first word, or one with a version; comments are none. Browsers are passed over: their names stand in every web view's.
    func app(inUserAgent agent: String) -> AppIdentity? {
        var depth = 0
        let outside = agent.prefix(512).filter { character in
            if character == "(" { depth += 1 }
            defer { if character == ")" { depth = max(0, depth - 1) } }
            return depth == 0
        }
        let words = outside.split(whereSeparator: { " ;[],".contains($0) }).prefix(32)
        for (index, word) in words.enumerated() {
            let product = word.prefix { $0 != "/" && $0 != ":" }
            let hasVersion = product.count < word.count || (index + 1 < words.count && words[index + 1].first?.isNumber ?? false)
            guard index == 0 || hasVersion, product.utf8.count >= 4, !Self.generic.contains(product.lowercased()),
                let app = catalog.identity(forAlias: String(product)), app.owner != nil, app.kind != "browser"
            else { continue }
            return app
        }
        return nil
    }

    /// What stands in user agents whatever the app.
    private static let generic: Set<String> = [
        "mozilla", "applewebkit", "chrome", "safari", "mobile", "version", "gecko", "khtml", "okhttp", "dalvik", "cfnetwork", "darwin",
        "android", "linux", "iphone", "ipad", "windows", "like", "build", "webview", "cronet", "curl", "python", "java", "google", "samsung",
        "facebook", "amazon", "huawei", "xiaomi", "apple", "microsoft", "opera", "firefox", "edge",
    ]
}

/// The flows of a capture, held until all of them can be looked at together.
struct HeldFlows {
    private(set) var flows: [ClosedFlow] = []
    /// Beyond it flows are passed on with what they tell by themselves.
    static var limit: Int { 100_000 }
    var isFull: Bool { flows.count >= Self.limit }

    mutating func hold(_ flow: ClosedFlow) { flows.append(flow) }

    /// Seconds after the start of an app's flow in which a flow of nobody is likely the same app's.
    private static var window: Int64 { 2_000_000_000 }

    /// Gives flows of nobody to the app whose fingerprint they have, where no other app in the capture has it and it is no library
    /// of the system or a browser; then to the one app that began a flow on the same device shortly before.
    mutating func inferByOthers() -> [Int: (app: String, source: AttributionSource)] {
        var found: [Int: (app: String, source: AttributionSource)] = [:]
        var byFingerprint: [String: Set<String>] = [:]
        var begun: [(time: Int64, app: String, device: String?)] = []
        for flow in flows {
            guard let app = flow.record.app, !flow.record.attribution.isCapturesWhole else { continue }
            if let print = flow.record.ja4 { byFingerprint[print, default: []].insert(app) }
            begun.append((flow.record.first, app, flow.record.device))
        }
        begun.sort { ($0.time, $0.app) < ($1.time, $1.app) }
        for index in flows.indices where flows[index].record.app == nil && flows[index].record.attribution == .unattributed {
            let record = flows[index].record
            guard record.phone == .originator || record.phone == .unknown else { continue }
            if let print = record.ja4, let kind = record.clientLibrary?.kind, kind == .app, let apps = byFingerprint[print], apps.count == 1,
                let app = apps.first {
                found[index] = (app, .fingerprint)
                continue
            }
            guard record.facts.service == .tls || record.facts.service == .quic || record.facts.service == .http else { continue }
            var low = 0, high = begun.count
            while low < high {
                let middle = (low + high) / 2
                if begun[middle].time < record.first &- Self.window { low = middle + 1 } else { high = middle }
            }
            var apps: Set<String> = []
            while low < begun.count, begun[low].time <= record.first, apps.count < 2 {
                if begun[low].device == record.device { apps.insert(begun[low].app) }
                low += 1
            }
            if apps.count == 1, let app = apps.first { found[index] = (app, .time) }
        }
        return found
    }

    mutating func releaseAll() -> [ClosedFlow] {
        let all = flows
        flows = []
        return all
    }
}

extension AttributionSource {
    /// The app was given to all of the capture at once.
    var isCapturesWhole: Bool {
        switch self {
        case .option, .study, .folder, .stem: true
        default: false
        }
    }
}
