/// Tells what a file is by its content; its name only decides where the content leaves two readings.
enum ListDetection {
    /// What was found: a form, or a file of bare host names, which is a hosts file unless the files beside it are v2fly's.
    enum Answer: Equatable { case form(ListForm), bareHosts, unknown }

    static func form(of source: ListSource) -> Answer {
        let octets = source.octets
        guard let first = octets.first(where: { !TextLines.isBlank($0) && $0 != 0x0a && $0 < 0x80 }) else { return .unknown }
        if first == 0x7b || first == 0x5b, let form = json(source) { return .form(form) }
        if first == 0x7d, DisconnectReader.isReversed(octets),
            let form = json(ListSource(path: source.path, octets: octets.reversed())), form.kind == .disconnect {
            return .form(form)
        }
        return text(source)
    }

    /// The form that a file has when the user says that it is of this kind.
    static func form(of source: ListSource, as kind: ListKind) -> ListForm {
        if case .form(let form) = form(of: source), form.kind == kind { return form }
        switch kind {
        case .own: return .ownTable
        case .trackerRadar: return .radarDomain
        case .trackerData: return .trackerData
        case .disconnect: return .disconnectServices
        case .ghostery: return source.name.hasSuffix(".json") ? .ghosteryExport : enoForm(source)
        case .adguard: return source.name.hasSuffix(".csv") ? .adguardDomains : .adguardTrackers
        case .exodus: return .exodus
        case .xray: return .xray
        case .domainListCommunity: return .domainList
        case .filterList: return .filterList
        case .hosts: return .hosts
        }
    }

    // MARK: JSON

    /// What the members at the top say; of a harmed text those before the harm.
    private struct Shape {
        var keys: Set<String> = []
        /// Members of the first member's value.
        var inner: Set<String> = []
        /// Members of the first tracker, below "trackers".
        var tracker: Set<String> = []
        var isCategoriesOfArrays = false
        /// Known without reading on.
        var decided: ListForm?
    }

    /// Ends the looking.
    private static let enough = JSONError(problem: "", line: 0, column: 0)

    private static func json(_ source: ListSource) -> ListForm? {
        var cursor = JSONCursor(source.octets), shape = Shape(), isArrayOfCompanies = false
        // The reader will tell what is wrong with the text.
        _ = try? look(&cursor, &shape, &isArrayOfCompanies)
        if isArrayOfCompanies { return .xray }
        let keys = shape.keys
        if let form = shape.decided { return form }
        if keys.contains("trackers") {
            if keys.contains("trackerDomains") { return .adguardTrackers }
            if !shape.tracker.isDisjoint(with: ["network_signature", "code_signature"]) { return .exodus }
            if shape.tracker.contains("categoryId") { return .adguardTrackers }
            return .trackerData
        }
        if keys.contains("trackerDomains") { return .adguardTrackers }
        if keys.contains("patterns"), !keys.isDisjoint(with: ["organizations", "categories"]) { return .ghosteryExport }
        if keys.contains("companies") { return .adguardCompanies }
        if keys.contains("categories"), shape.isCategoriesOfArrays { return .disconnectServices }
        if keys.contains("domain"), !keys.isDisjoint(with: ["owner", "prevalence", "resources", "categories"]) { return .radarDomain }
        if keys.contains("name"), keys.contains("properties") { return .radarEntity }
        if keys.contains("entities") { return .disconnectEntities }
        if keys.contains("domains"), keys.contains("cnames") { return .trackerData }
        if shape.inner.contains("entityName") { return .radarDomainMap }
        if shape.inner.contains("properties") { return .radarEntityMap }
        return nil
    }

    private static func look(_ cursor: inout JSONCursor, _ shape: inout Shape, _ isArrayOfCompanies: inout Bool) throws(JSONError) {
        if try cursor.kind() == .array {
            var isCompanies = false, count = 0
            try cursor.array { (cursor) throws(JSONError) in
                count += 1
                guard count == 1 else { return try cursor.skip() }
                try cursor.object { (cursor, key) throws(JSONError) in
                    if key == "doms" || key == "owner_name" { isCompanies = true }
                    try cursor.skip()
                }
                isArrayOfCompanies = isCompanies
            }
            return
        }
        try cursor.object { (cursor, key) throws(JSONError) in
            let isFirst = shape.keys.isEmpty
            // Of a map of domains there is no need to keep every key.
            if shape.keys.count < 64 { shape.keys.insert(key) }
            switch (key, try cursor.kind()) {
            case ("trackers", .object):
                var count = 0
                try cursor.object { (cursor, _) throws(JSONError) in
                    count += 1
                    if count > 4 {
                        // Four trackers with an owner and an action each: there may be megabytes of them.
                        let isTrackerData = shape.tracker.isSuperset(of: ["owner", "default"]) && !shape.tracker.contains("categoryId")
                        guard !isTrackerData else {
                            shape.decided = .trackerData
                            throw enough
                        }
                        return try cursor.skip()
                    }
                    try cursor.object { (cursor, key) throws(JSONError) in
                        if shape.tracker.count < 64 { shape.tracker.insert(key) }
                        try cursor.skip()
                    }
                }
            case ("categories", .object):
                try cursor.object { (cursor, _) throws(JSONError) in
                    if try cursor.kind() == .array { shape.isCategoriesOfArrays = true }
                    try cursor.skip()
                }
            case (_, .object) where isFirst:
                try cursor.object { (cursor, key) throws(JSONError) in
                    if shape.inner.count < 64 { shape.inner.insert(key) }
                    try cursor.skip()
                }
            default: try cursor.skip()
            }
        }
    }

    // MARK: Text

    private static func text(_ source: ListSource) -> Answer {
        if source.name.hasSuffix(".eno") { return .form(enoForm(source)) }
        var looked = 0, bare = 0, addressed = 0, filters = 0, domainRules = 0
        for line in TextLines(source.octets) where !line.text.isEmpty {
            let text = line.text
            if text.first == 0x5b, text.text.lowercased().hasPrefix("[ad") { return .form(.filterList) }
            if text.first == 0x23 || text.first == 0x21 { continue }
            if looked == 0 {
                let first = text.text
                if first.hasPrefix("domain,") || first.hasPrefix("\"domain\",") { return .form(.radarCategories) }
                if first.hasPrefix("domain;") { return .form(.adguardDomains) }
                if first.split(separator: "\t").contains("host_suffix") { return .form(.ownTable) }
                if first.hasPrefix("name:") { return .form(enoForm(source)) }
            }
            looked += 1
            if looked > 200 { break }
            if text.starts(with: [0x7c, 0x7c]) || text.starts(with: [0x40, 0x40]) || text.text.contains("##") {
                filters += 1
                continue
            }
            let words = text.prefix { $0 != 0x23 }.split(whereSeparator: TextLines.isBlank).map(\.text)
            guard let word = words.first else { continue }
            let prefix = word.prefix { $0 != ":" }
            if ["include", "full", "domain", "keyword", "regexp"].contains(prefix), prefix.utf8.count < word.utf8.count {
                domainRules += 1
            } else if words.dropFirst().contains(where: { $0.hasPrefix("@") }) {
                domainRules += 1
            } else if words.count > 1, IPAddress(word) != nil {
                addressed += 1
            } else if words.count == 1, HostName.canonical(word) != nil {
                bare += 1
            }
        }
        if filters > 0, filters >= max(addressed, domainRules) { return .form(.filterList) }
        if domainRules > 0, domainRules >= addressed { return .form(.domainList) }
        if addressed > 0 { return .form(.hosts) }
        return bare > 0 && 2 * bare >= looked ? .bareHosts : .unknown
    }

    /// `db/organizations/ID.eno` or `db/patterns/ID.eno`; where the folder does not say, a pattern is what has hosts.
    private static func enoForm(_ source: ListSource) -> ListForm {
        let folder = source.path.split(separator: "/").dropLast().last ?? ""
        if folder == "organizations" { return .ghosteryOrganization }
        if folder == "patterns" { return .ghosteryPattern }
        for line in TextLines(source.octets) where line.text.starts(with: "category:".utf8) || line.text.starts(with: "--".utf8) {
            return .ghosteryPattern
        }
        return .ghosteryOrganization
    }
}
