import TrafficCore

/// What `inspect` shows: who received how much from which app, what matters about it, and where every packet went.
/// Identifiers of the phone are redacted unless `reveal`.
public struct InspectionReport: Sendable {
    let summary: InspectionSummary
    let provenance: Provenance
    let reveal: Bool

    /// - Parameter summary: after `finish`.
    public init(summary: InspectionSummary, provenance: Provenance, reveal: Bool = false) {
        (self.summary, self.provenance, self.reveal) = (summary, provenance, reveal)
    }

    /// Name and version of the JSON form; readers accept older versions and refuse newer ones.
    public static let schemaName = "trafficscope.inspection"
    public static let schemaVersion = 1

    // MARK: JSON

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true)
        var redaction = Redaction(reveal: reveal)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            provenance.write(to: &json, &redaction)
            json.object("options") { json in
                for option in provenance.options { json.member(option.name, option.value) }
                json.member("reveal", reveal)
            }
            json.array("captures", of: summary.overviews) { Self.write($1, to: &$0, &redaction) }
            json.object("total") { Self.write(summary.total, to: &$0) }
            json.object("unknown_phone") { Self.write(summary.unknownPhone, to: &$0) }
            json.key("ledger")
            summary.ledger.write(to: &json)
            json.array("tracker_matrix") { Self.write(TrackerContact.rows(of: summary.apps), to: &$0) }
            json.array("findings", of: summary.findings) { Self.write($1, to: &$0, &redaction) }
            json.array("apps", of: summary.apps) { Self.write($1, to: &$0, redaction) }
        }
        return json.octets + [0x0a]
    }

    private static func write(_ overview: CaptureOverview, to json: inout JSONWriter, _ redaction: inout Redaction) {
        json.object { json in
            json.member("capture", overview.identity.name)
            json.member("id", overview.identity.id)
            json.member("sha256", ifKnown: overview.fileSHA256.isEmpty ? nil : overview.fileSHA256)
            json.member("format", overview.format)
            json.member("octets", Int(clamping: overview.fileOctets))
            json.array("link_types", of: overview.linkTypes) { $0.number(Int($1)) }
            json.member("first", nanoseconds: overview.first, digits: overview.identity.timeDigits)
            json.member("last", nanoseconds: overview.last, digits: overview.identity.timeDigits)
            json.member("exposure_seconds", orNull: overview.exposureSeconds)
            json.member("exposure_source", orNull: overview.exposureSource)
            json.member("time_implausible", overview.isTimeImplausible)
            json.member("synthetic", ifKnown: overview.synthetic)
            json.member("fragment_overlaps", overview.fragmentOverlaps)
            json.member("fragment_conflicts", overview.fragmentConflicts)
            json.object("unfinished_datagrams") { json in
                json.member("timed_out", overview.unfinishedDatagrams.timedOut)
                json.member("evicted", overview.unfinishedDatagrams.evicted)
                json.member("open", overview.unfinishedDatagrams.open)
            }
            write(overview.notes, to: &json)
            if let marking = overview.marking { json.object("marking") { write(marking, to: &$0) } }
            if let dropped = overview.dropped { json.member("dropped", dropped) }
            if let away = overview.awaySeconds { json.member("away_seconds", away) }
            if let sums = overview.checksums {
                json.object("checksums") { json in
                    json.member("right", sums.right)
                    json.member("wrong", sums.wrong)
                    json.member("offloaded", sums.offloaded)
                    json.member("unknown", sums.unknown)
                }
            }
            json.object("anomalies") { json in
                for (name, count) in overview.anomalies.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
            }
            json.member("flows", overview.flows)
            json.member("phone", orNull: overview.phone.map { redaction.device($0) })
            json.member("phone_reason", overview.phoneReason)
            json.member("damage", orNull: overview.damage)
            write(overview.account, to: &json)
        }
    }

    private static func write(_ notes: CaptureNotes, to json: inout JSONWriter) {
        json.object("notes") { json in
            json.member("comments", notes.comments)
            json.member("markers", notes.markers.count)
            json.object("secrets") { json in
                for (kind, count) in notes.secrets.sorted(by: { $0.key < $1.key }) {
                    json.object(kind) { json in
                        json.member("blocks", count.blocks)
                        json.member("octets", count.octets)
                    }
                }
            }
            json.member("secrets_left_out", notes.secretsLeftOut)
            json.member("processes", notes.processes)
            json.member("apps", notes.apps)
        }
    }

    private static func write(_ marking: MarkingAccount, to json: inout JSONWriter) {
        json.member("source", marking.source.rawValue)
        json.member("markers", marking.markers)
        json.member("events", marking.events)
        json.member("settle_seconds", marking.settle)
        json.object("clock_offset") { json in
            json.member("source", marking.clock.source.rawValue)
            json.member("seconds", marking.clock.seconds)
            json.member("uncertainty", orNull: marking.clock.uncertainty)
            json.member("observations", marking.clock.observations)
        }
        json.member("outside", marking.isOutside)
        json.strings("notes", marking.notes)
    }

    private static func write(_ account: PacketAccount, to json: inout JSONWriter) {
        json.object("account") { json in
            json.member("packets", account.packets)
            json.member("accounted", account.accounted)
            json.member("in_flows", account.inFlows)
            json.object("other_transport") { json in
                for (number, count) in account.otherTransport.sorted(by: { $0.key < $1.key }) { json.member(String(number), count) }
            }
            json.member("incomplete_fragments", account.incompleteFragments)
            json.member("tunnel_fragments", account.tunnelFragments)
            json.member("aggregated_packets", account.aggregatedPackets)
            json.member("protected_802_11", account.protectedWLAN)
            json.object("not_ip") { json in
                for (type, count) in account.nonIP.sorted(by: { $0.key < $1.key }) { json.member(String(type), count) }
            }
            json.object("unsupported_link") { json in
                for (type, count) in account.unsupportedLink.sorted(by: { $0.key < $1.key }) { json.member(String(type), count) }
            }
            json.object("malformed") { json in
                for (reason, count) in account.malformed.sorted(by: { $0.key < $1.key }) { json.member(reason, count) }
            }
            json.object("truncated") { json in
                for (reason, count) in account.truncated.sorted(by: { $0.key < $1.key }) { json.member(reason, count) }
            }
            json.member("filtered", account.filtered)
            json.member("over_limits", account.overLimits)
        }
    }

    /// Members of an open object.
    static func write(_ sum: TrafficSum, to json: inout JSONWriter) {
        json.member("flows", sum.flows)
        json.member("packets", sum.packets)
        json.member("bytes", sum.octets)
        json.member("payload_up", sum.up)
        json.member("payload_down", sum.down)
        json.member("clear_up", sum.clearUp)
        json.object("adus") { json in
            for (name, counts) in [("up", sum.sizesUp), ("down", sum.sizesDown)] {
                json.object(name) { json in
                    for sizeClass in PayloadSizeClass.allCases where counts[sizeClass] != 0 {
                        json.member(sizeClass.name, counts[sizeClass])
                    }
                }
            }
        }
        json.member("resent", sum.resent)
        json.member("missing", sum.missing)
        json.member("out_of_order", sum.outOfOrder)
        json.member("duplicate_packets", sum.duplicatePackets)
        json.member("first", nanoseconds: sum.first, digits: 9)
        json.member("last", nanoseconds: sum.last, digits: 9)
    }

    private static func write(_ finding: Finding, to json: inout JSONWriter, _ redaction: inout Redaction) {
        json.object { json in
            json.member("code", finding.code)
            json.member("level", finding.level.rawValue)
            json.member("sentence", finding.sentence)
            json.member("advice", ifKnown: finding.advice)
            json.member("capture", ifKnown: finding.capture)
            if !finding.hosts.isEmpty { json.strings("hosts", finding.hosts.map { redaction.host($0) }) }
            if !finding.candidates.isEmpty {
                json.array("candidates", of: finding.candidates) { json, candidate in
                    json.object { json in
                        json.member("device", redaction.device(candidate.device))
                        json.member("flows", candidate.flows)
                    }
                }
            }
        }
    }

    private static func write(_ app: AppSummary, to json: inout JSONWriter, _ redaction: Redaction) {
        json.object { json in
            json.member("app", orNull: app.app)
            json.member("role", app.role.rawValue)
            if app.isGuessed { json.member("guessed", true) }
            if app.role == .system {
                json.object("system_up") { json in
                    for (kind, octets) in app.systemUp.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { json.member(kind.rawValue, octets) }
                }
            }
            if app.role == .conflict { json.strings("app_candidates", app.candidates) }
            json.strings("attribution", app.attributions.map(\.rawValue))
            write(app.sum, to: &json)
            write(app.phases, to: &json)
            json.key("ledger")
            app.ledger.write(to: &json)
            if app.unknownPhone.flows > 0 { json.object("unknown_phone") { write(app.unknownPhone, to: &$0) } }
            write(app.services, to: &json)
            json.array("client_libraries", of: app.clientLibraries) { json, library in
                json.object { json in
                    json.member("name", library.name)
                    json.member("kind", ifKnown: library.version)
                    json.member("flows", library.flows)
                }
            }
            json.member("encrypted_dns_flows", app.encryptedDNSFlows)
            json.strings("user_agents", app.userAgents.map { redaction.userAgent($0) })
            json.array("owners", of: app.owners) { json, owner in
                json.object { json in
                    json.member("owner", orNull: owner.owner)
                    json.member("owner_parent", ifKnown: owner.ownerParent)
                    json.member("owner_country", ifKnown: owner.ownerCountry)
                    json.member("destinations", owner.destinations)
                    json.strings("categories", owner.categories)
                    json.strings("parties", owner.parties.map(\.rawValue))
                    write(owner.sum, to: &json)
                }
            }
            json.array("trackers", of: app.trackers) { json, tracker in
                json.object { json in
                    json.member("owner", tracker.owner)
                    json.member("category", tracker.category)
                    json.strings("domains", tracker.domains)
                    write(tracker.sum, to: &json)
                }
            }
            json.array("categories") { write(app.categories, "category", to: &$0) }
            json.array("parties") { write(app.parties, "party", to: &$0) }
            json.array("countries", of: app.countries) { json, country in
                json.object { json in
                    json.member("country", orNull: country.country)
                    json.member("destinations", country.destinations)
                    write(country.sum, to: &json)
                }
            }
            json.array("destinations", of: app.destinations) { write($1, to: &$0, redaction) }
            if !app.unknownPhoneDestinations.isEmpty {
                json.array("unknown_phone_destinations", of: app.unknownPhoneDestinations) { write($1, to: &$0, redaction) }
            }
        }
    }

    private static func write(_ destination: DestinationSummary, to json: inout JSONWriter, _ redaction: Redaction) {
        json.object { json in
            if destination.isOthers {
                json.member("others", true)
            } else {
                json.member("destination", redaction.host(destination.name, registrableDomain: destination.registrableDomain))
                json.member("destination_source", destination.nameSource.rawValue)
            }
            json.member("registrable_domain", ifKnown: destination.registrableDomain)
            json.member("owner", ifKnown: destination.owner)
            json.member("owner_parent", ifKnown: destination.ownerParent)
            json.member("owner_country", ifKnown: destination.ownerCountry)
            json.member("category", ifKnown: destination.category)
            json.member("party", ifKnown: destination.party?.rawValue)
            json.strings("countries", destination.countries)
            if !destination.systems.isEmpty {
                json.array("systems", of: destination.systems) { json, system in
                    json.object { json in
                        json.member("asn", Int(system.number))
                        json.member("name", ifKnown: system.name)
                    }
                }
            }
            json.member("place_note", ifKnown: destination.placeNote?.rawValue)
            write(destination.services, to: &json)
            if !destination.serverNames.isEmpty { json.strings("server_names", destination.serverNames.map { redaction.host($0) }) }
            if destination.coveredFlows > 0 { json.member("ech_flows", destination.coveredFlows) }
            write(destination.sum, to: &json)
            write(destination.phases, to: &json)
        }
    }

    /// By phase; "outside": before the first marker or after the last; "settling": in the settle time of a stretch.
    static func write(_ phases: PhaseAmounts, to json: inout JSONWriter) {
        json.object("phases") { json in
            for (name, phase) in Phase.allCases.map({ ($0.rawValue, Phase?.some($0)) }) + [("outside", nil)] { write(phases[phase], name, to: &json) }
            write(phases.settling, "settling", to: &json)
        }
    }

    private static func write(_ amount: PhaseAmounts.Amount, _ name: String, to json: inout JSONWriter) {
        guard amount != PhaseAmounts.Amount() else { return }
        json.object(name) { json in
            json.member("payload_up", amount.up)
            json.member("payload_down", amount.down)
            json.member("uploads", amount.uploads)
        }
    }

    private static func write(_ services: [ServiceCount], to json: inout JSONWriter) {
        json.array("services", of: services) { json, service in
            json.object { json in
                json.member("service", service.name)
                json.member("version", ifKnown: service.version)
                json.member("flows", service.flows)
            }
        }
    }
}
