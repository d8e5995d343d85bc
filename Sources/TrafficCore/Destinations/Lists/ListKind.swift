/// Publishers' formats of destination lists that can be imported (docs/data.md, "Your own lists").
public enum ListKind: String, CaseIterable, Sendable {
    /// This project's own table, tab-separated.
    case own = "tsv"
    case trackerRadar = "tracker-radar"
    /// DuckDuckGo's blocklists, `*-tds.json`.
    case trackerData = "tds"
    case disconnect, ghostery, adguard, exodus
    case xray = "x-ray"
    case domainListCommunity = "v2fly"
    case filterList = "abp"
    case hosts

    /// Under what terms its publisher gives it out; nil where that is the user's to know. Shown, never checked.
    public var licence: String? {
        switch self {
        case .trackerRadar, .trackerData, .disconnect, .ghostery: "CC BY-NC-SA 4.0"
        case .adguard: "CC BY-SA 4.0"
        case .domainListCommunity: "MIT"
        case .own, .exodus, .xray, .filterList, .hosts: nil
        }
    }

    /// Lists that take what they say from the same work count as one witness.
    var witness: String {
        switch self {
        case .trackerRadar, .trackerData: "ddg"
        case .ghostery, .adguard: "ghostery"      // most of AdGuard's is WhoTracksMe's
        default: rawValue
        }
    }

    /// Place among the lists: the user's own first, then those that name owners, then those that only say what is blocked.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// Whether all files of one import are one list. Of the others each file is a list of its own.
    var isOfManyFiles: Bool {
        switch self {
        case .trackerRadar, .disconnect, .ghostery, .adguard, .domainListCommunity: true
        case .own, .trackerData, .exodus, .xray, .filterList, .hosts: false
        }
    }
}

/// What one file of a list is.
enum ListForm: Hashable, Sendable {
    case ownTable
    case radarDomain, radarEntity, radarDomainMap, radarEntityMap, radarCategories
    case trackerData
    case disconnectServices, disconnectEntities
    case ghosteryPattern, ghosteryOrganization, ghosteryExport
    case adguardTrackers, adguardCompanies, adguardDomains
    case exodus
    case xray
    case domainList
    case filterList
    case hosts

    var kind: ListKind {
        switch self {
        case .ownTable: .own
        case .radarDomain, .radarEntity, .radarDomainMap, .radarEntityMap, .radarCategories: .trackerRadar
        case .trackerData: .trackerData
        case .disconnectServices, .disconnectEntities: .disconnect
        case .ghosteryPattern, .ghosteryOrganization, .ghosteryExport: .ghostery
        case .adguardTrackers, .adguardCompanies, .adguardDomains: .adguard
        case .exodus: .exodus
        case .xray: .xray
        case .domainList: .domainListCommunity
        case .filterList: .filterList
        case .hosts: .hosts
        }
    }

    /// What a rule takes in a file at least, for forms of which one file is a whole list; nil: one file says little.
    var octetsOfRule: Int? {
        switch self {
        case .filterList, .hosts, .ownTable: 48
        case .trackerData: 256
        default: nil
        }
    }
}
