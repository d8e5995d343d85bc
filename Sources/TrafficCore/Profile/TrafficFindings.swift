// Findings about the traffic of all captures, and what it cannot answer.

extension Finding {
    static func traffic(_ summary: InspectionSummary) -> [Finding] {
        var findings: [Finding] = []
        let total = summary.total
        if !summary.ledger.isBalanced {
            findings.append(Finding(
                "ledger_wrong", .problem,
                "The ledger does not add up: \(summary.ledger.octets) B uploaded by packets, \(summary.ledger.classified) B in its classes. This is a fault of the program; please report it."))
        }
        if total.clearUp > 0 {
            var finding = Finding(
                "cleartext_upload", .notice,
                "\(total.clearUp) of \(total.up) B uploaded (\(percent(total.clearUp, of: total.up))) could be read by anyone on the way.")
            finding.hosts = hosts(of: summary) { $0.sum.clearUp }
            findings.append(finding)
        }
        let unknown = unknownUpload(summary)
        if unknown.octets > 0 {
            var finding = Finding(
                "unknown_destinations", .notice,
                "\(unknown.octets) of \(total.up) B uploaded (\(percent(unknown.octets, of: total.up))) went to \(counted(unknown.count, "destination")) that no list knows.",
                advice: "Look them up with: trafficscope lookup HOST.")
            finding.hosts = hosts(of: summary) { $0.isUnlisted ? $0.sum.up : 0 }
            findings.append(finding)
        }
        findings += cloaking(summary)
        let covered = summary.apps.reduce(0) { $0 &+ $1.coveredFlows }
        if covered > 0 {
            var finding = Finding(
                "encrypted_client_hello", .limit,
                "\(counted(covered, "flow")) used Encrypted Client Hello: the server name on the wire may be a cover name, the true one is hidden.")
            var names: [String] = []
            for app in summary.apps { for name in app.coverNames { DestinationSummary.insert(name, into: &names) } }
            finding.hosts = names
            findings.append(finding)
        }
        let secret = summary.apps.reduce(0) { $0 &+ $1.encryptedDNSFlows }
        if secret > 0 {
            findings.append(Finding(
                "encrypted_dns", .limit,
                "\(counted(secret, "flow")) resolved names where nobody on the way can read them (DNS over TLS, QUIC or HTTPS): what was asked is hidden, and connections that show no name of their own have only an address.",
                advice: "Switch private DNS (secure DNS) off on the phone while recording."))
        }
        let esni = summary.apps.reduce(0) { $0 &+ $1.encryptedNameFlows }
        if esni > 0 {
            findings.append(Finding(
                "encrypted_server_name", .limit,
                "\(counted(esni, "flow")) encrypted the server's name by ESNI, the draft before Encrypted Client Hello: it is hidden."))
        }
        let hidden = hiddenTraffic(summary)
        if hidden.octets > 0 {
            var finding = Finding(
                "opaque_tunnel", .limit,
                "\(hidden.octets) B went through encrypted tunnels (\(hidden.services.joined(separator: ", "))): which apps sent what to whom inside them cannot be told.",
                advice: "Record without the VPN, or inside it.")
            finding.hosts = hidden.hosts
            findings.append(finding)
        }
        if summary.unknownPhone.flows > 0 {
            let apart = summary.unknownPhone
            findings.append(Finding(
                "unknown_phone", .notice,
                "\(counted(apart.flows, "flow")) with \(apart.up &+ apart.down) B of payload have no known phone: they are shown apart and count in no metric.",
                advice: "Give --phone with the phone's address."))
        }
        return findings
    }

    /// Names that DNS gave as aliases of a tracker's (CNAME cloaking): owner and party stay those of the name.
    private static func cloaking(_ summary: InspectionSummary) -> [Finding] {
        var names: Set<String> = [], owners: Set<String> = [], octets = 0
        for app in summary.apps {
            for destination in app.destinations where destination.isCloaked && !destination.isOthers {
                names.insert(destination.name)
                if let owner = destination.aliasOwner?.owner { owners.insert(owner) }
                octets.addSaturating(destination.sum.up)
            }
        }
        guard !names.isEmpty else { return [] }
        let named = owners.sorted { $0.precedes($1) }.prefix(5).joined(separator: ", ")
        var finding = Finding(
            "cname_cloaking", .notice,
            "\(counted(names.count, "destination is", "destinations are")) by DNS only another name for machines of trackers (\(named)): "
                + "\(octets) B uploaded there are counted under the destination's own owner and party.",
            advice: "To count them as the trackers', name these owners in a list of your own: trafficscope lists import --prefer FILE.")
        finding.hosts = hosts(of: summary) { $0.isCloaked ? max(1, $0.sum.up) : 0 }
        return [finding]
    }

    static func limits(_ summary: InspectionSummary, hasMarkers: Bool) -> [Finding] {
        var findings: [Finding] = []
        let all = summary.total.flows.addingReportingOverflow(summary.unknownPhone.flows).partialValue
        if !hasMarkers, all > 0 {
            findings.append(Finding(
                "no_markers", .limit,
                "Without markers everything counts as foreground: what the app sends in the background, at regular intervals, or in answer to key presses cannot be told (clause B).",
                advice: "Note what you do while recording, one line each, such as {\"t\": \"2026-05-01T10:01:00Z\", \"event\": \"background\"}: at least 60 s in the foreground, then 60 s in the background."))
        }
        if summary.ledger.octets > 0 { findings.append(Finding("ledger", .limit, ledger(summary.ledger))) }
        let missing = summary.total.missing.addingReportingOverflow(summary.unknownPhone.missing).partialValue
        if missing > 0 {
            findings.append(Finding(
                "missing_octets", .limit,
                "\(missing) B inside TCP streams were never captured; they are not counted as payload."))
        }
        let duplicates = summary.total.duplicatePackets.addingReportingOverflow(summary.unknownPhone.duplicatePackets).partialValue
        if duplicates > 0 {
            findings.append(Finding(
                "duplicate_packets", .limit,
                "\(counted(duplicates, "packet was", "packets were")) captured twice; their payload counts once."))
        }
        if all > 0, !summary.apps.contains(where: { $0.dnsFlows > 0 }) {
            let nameless = summary.apps.reduce(0) { $0 + $1.destinations.filter { $0.nameSource == .address && !$0.isOthers }.count }
            if nameless > 0 { findings.append(Finding(
                "no_dns", .limit,
                "No DNS was seen \(summary.ledger.quote) (cached, encrypted, or asked before the capture began): \(counted(nameless, "destination has", "destinations have")) no name but the address.",
                advice: "Start recording before the app starts, and switch private DNS off.")) }
        }
        if let unattributed = summary.apps.first(where: { $0.role == .unattributed }) {
            let flows = unattributed.sum.flows &+ unattributed.unknownPhone.flows
            findings.append(Finding(
                "unattributed", .limit, "\(counted(flows, "flow")) could not be given to an app.",
                advice: "Name the app with --app, or keep captures in a folder named after it."))
        }
        findings += otherApps(summary)
        if let conflict = summary.apps.first(where: { $0.role == .conflict }) {
            var finding = Finding(
                "conflicting_labels", .notice,
                "\(counted(conflict.sum.flows &+ conflict.unknownPhone.flows, "flow has", "flows have")) packets that the capture gives to several apps: \(conflict.sum.up) B uploaded are counted for none of them.",
                advice: "The capturing system may have given a port to another app in between; see flows --format ndjson, app_candidates.")
            finding.sentence += " They are: " + conflict.candidates.joined(separator: ", ") + "."
            findings.append(finding)
        }
        if summary.flowsBeyondLimit > 0 {
            findings.append(Finding(
                "destinations_beyond_limit", .limit,
                "More than \(InspectionSummary.destinationLimit) destinations: \(counted(summary.flowsBeyondLimit, "flow is", "flows are")) counted in the rows “others”."))
        }
        return findings
    }

    /// Much upload to the own machines of a company whose app this is not: that app ran on the phone as well, most likely. Only
    /// where a capture was given to an app as a whole; elsewhere each flow has its own.
    private static func otherApps(_ summary: InspectionSummary) -> [Finding] {
        var findings: [Finding] = [], catalog: AppCatalog?
        for app in summary.apps where app.role == .app && app.sum.up > 0 && app.attributions.allSatisfy(\.isCapturesWhole) {
            var ups: [String: (octets: Int, hosts: [String])] = [:]
            for row in app.destinations where row.party == .third {
                guard let owner = row.owner, isOwnMachine(row, of: owner) else { continue }
                ups[owner, default: (0, [])].octets.addSaturating(row.sum.up)
                ups[owner]?.hosts.append(row.name)
            }
            for (owner, sent) in ups.sorted(by: { ($1.value.octets, $0.key) < ($0.value.octets, $1.key) }) where sent.octets >= app.sum.up / 10 {
                let known = catalog ?? AppCatalog()
                catalog = known
                let apps = known.all.filter { $0.owner == owner && $0.kind != "mixed" && $0.kind != "device" }
                guard !apps.isEmpty else { continue }
                var finding = Finding(
                    "other_app", .notice,
                    "\(percent(sent.octets, of: app.sum.up)) of what counts as \(app.title)’s upload went to \(owner), whose own app (\(apps.prefix(3).map(\.id).joined(separator: ", "))) may have run on the phone too: it is charged to \(app.title) because nothing in the capture says whose it is.",
                    advice: "Record with labels (PCAPdroid, NFLOG, PKTAP), give --app-map, or close the other apps.")
                finding.hosts = Array(sent.hosts.prefix(5))
                findings.append(finding)
            }
        }
        return findings
    }

    /// Whether a company's app talks to it, rather than a part of another one's. What these send to everybody's apps is delivery.
    private static func isOwnMachine(_ row: DestinationSummary, of owner: String) -> Bool {
        switch row.category {
        case "first-party-platform", "video-call": true
        case "content-cdn": !["Amazon", "Apple", "Google", "Microsoft"].contains(owner)
        case nil: row.nameSource == .address        // of the company's own network
        default: false
        }
    }

    /// "Of 4000 B uploaded in IP packets 120 B (3 %) could be read; most of the rest is TLS without key (90 %)."
    private static func ledger(_ ledger: Ledger) -> String {
        let readable = ledger[.readable].octets
        var sentence = "Of \(ledger.octets) B uploaded in IP packets \(readable) B (\(percent(readable, of: ledger.octets))) could be read"
        let hidden = Ledger.Class.allCases.filter { $0.isHidden && ledger[$0].octets > 0 }
        // The first of the largest, in the order of classes.
        if let most = hidden.reversed().max(by: { ledger[$0].octets < ledger[$1].octets }) {
            sentence += "; most of the rest is \(most.title) (\(percent(ledger[most].octets, of: ledger.octets)))"
        }
        if ledger.unnamed > 0 { sentence += "; \(percent(ledger.unnamed, of: ledger.octets)) went to destinations without a name" }
        return sentence + ". What is not reported may be in what could not be read."
    }

    private static func unknownUpload(_ summary: InspectionSummary) -> (octets: Int, count: Int) {
        var octets = 0, count = 0
        for app in summary.apps {
            for destination in app.destinations where destination.isUnlisted {
                octets.addSaturating(destination.sum.up)
                count += 1
            }
        }
        return (octets, count)
    }

    /// Octets both ways to destinations whose flows are mostly an encrypted tunnel.
    private static func hiddenTraffic(_ summary: InspectionSummary) -> (octets: Int, services: [String], hosts: [String]) {
        var octets = 0, services: [String] = [], hosts: [String] = []
        for app in summary.apps {
            for destination in app.destinations {
                guard let name = destination.services.first?.name, let service = Service(rawValue: name), service.isOpaqueTunnel else { continue }
                octets.addSaturating(destination.sum.up)
                octets.addSaturating(destination.sum.down)
                DestinationSummary.insert(name, into: &services)
                DestinationSummary.insert(destination.name, into: &hosts)
            }
        }
        return (octets, services, hosts)
    }

    /// The five destinations with the most of `amount`, over all apps.
    private static func hosts(of summary: InspectionSummary, by amount: (DestinationSummary) -> Int) -> [String] {
        var sums: [String: Int] = [:]
        for app in summary.apps {
            for destination in app.destinations where amount(destination) > 0 && !destination.isOthers {
                sums[destination.name, default: 0].addSaturating(amount(destination))
            }
        }
        return sums.sorted { a, b in a.value != b.value ? a.value > b.value : a.key.precedes(b.key) }.prefix(5).map(\.key)
    }
}
