/// The publishers' words for what a tracker does, in the categories of `data/destinations.tsv`.
enum ListCategories {
    /// Which category stands when a list gives several: the purposes that METHOD.md counts come first, the narrow before the wide.
    private static let order = [
        "crash-reporting", "attribution", "push-messaging", "feature-flags", "consent", "advertising", "analytics", "customer-engagement",
        "social-sdk", "fraud-identity", "payments", "security-captcha", "maps-location", "video-call", "dns-resolver", "content-cdn",
        "os-platform", "time-connectivity-check", "certificate-status", "first-party-platform",
    ]
    private static let ranks = Dictionary(order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }

    /// Place in that order; the last for what is no category.
    static func rank(_ category: String) -> Int { category.isEmpty ? Int.max : ranks[category] ?? Int.max }

    /// Whether `data/destinations.tsv` has such a category.
    static func isKnown(_ category: String) -> Bool { ranks[category] != nil }

    static var all: [String] { order.sorted() }

    /// The category that a list's words mean; of several the first in the order above; "" when none says what we have a word for.
    static func category(_ kind: ListKind, _ labels: [String]) -> String {
        var best = ""
        for label in labels {
            let category = category(kind, label.lowercased())
            if rank(category) < rank(best) { best = category }
        }
        // DuckDuckGo's word for nearly every tracker: it says something only where it stands alone.
        if best.isEmpty, labels.contains(where: { $0.lowercased() == "ad motivated tracking" }) { best = "advertising" }
        return best
    }

    private static func category(_ kind: ListKind, _ label: String) -> String {
        switch kind {
        case .trackerRadar, .trackerData: duckDuckGo(label)
        case .disconnect: disconnect(label)
        case .ghostery, .adguard: ghostery(label)
        case .exodus: exodus(label)
        case .own: isKnown(label) ? label : ""
        case .xray, .domainListCommunity, .filterList, .hosts: ""
        }
    }

    private static func duckDuckGo(_ label: String) -> String {
        switch label {
        case "advertising", "action pixels": "advertising"
        case "analytics", "audience measurement", "third-party analytics marketing", "session replay", "tag manager": "analytics"
        case "social - comment", "social - share", "social network": "social-sdk"
        case "fraud prevention", "ad fraud": "fraud-identity"
        case "online payment": "payments"
        case "support chat widget": "customer-engagement"
        case "consent management platform": "consent"
        case "cdn", "embedded content": "content-cdn"
        default: ""
        }
    }

    private static func disconnect(_ label: String) -> String {
        switch label {
        case "advertising": "advertising"
        case "analytics", "fingerprintinginvasive": "analytics"
        case "social": "social-sdk"
        case "email", "emailaggressive": "customer-engagement"
        case "content": "content-cdn"
        case "anti-fraud": "fraud-identity"
        case "consentmanagers": "consent"
        default: ""
        }
    }

    private static func ghostery(_ label: String) -> String {
        switch label {
        case "advertising", "pornvertising": "advertising"
        case "site_analytics", "mobile_analytics", "telemetry": "analytics"
        case "customer_interaction": "customer-engagement"
        case "social_media": "social-sdk"
        case "hosting", "cdn", "audio_video_player": "content-cdn"
        case "consent": "consent"
        default: ""
        }
    }

    private static func exodus(_ label: String) -> String {
        switch label {
        case "crash reporting": "crash-reporting"
        case "advertisement": "advertising"
        case "analytics", "profiling", "location", "identification": "analytics"
        default: ""
        }
    }

    /// What a filter list or a hosts file is about, by its title: they name no category. "" when the title says nothing.
    static func category(ofTitle title: String) -> String {
        let title = title.lowercased()
        if ["privacy", "track", "analytic", "telemetry", "spy"].contains(where: title.contains) { return "analytics" }
        let words = title.split { !($0.isLetter || $0.isNumber) }
        let ads: Set<Substring> = ["ad", "ads", "adblock", "adserver", "adservers", "advertising"]
        if title.contains("easylist") || words.contains(where: ads.contains) {
            return "advertising"
        }
        return ""
    }
}

/// Names of countries as lists write them.
enum ListCountry {
    /// ISO 3166-1 alpha-2 in upper case; "" for what is none.
    static func code(_ text: String?) -> String {
        guard let text, text.utf8.count == 2, text.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 }) else { return "" }
        let code = text.uppercased()
        return code == "UK" ? "GB" : code == "EU" ? "" : code
    }
}

extension DestinationCatalogue {
    /// The categories of `data/destinations.tsv`, sorted.
    public static var categories: [String] { ListCategories.all }
    public static func isCategory(_ text: String) -> Bool { ListCategories.isKnown(text) }
}
