/// A cohort as one portable file: JSON values a line (docs/baseline.md). The first says what the file is, each further one is a capture.
/// Nothing in it names a file, a device or a local address; the same cohort gives the same octets.
public enum ProfileDocument {
    public static let schemaName = "trafficscope.baseline"
    public static let schemaVersion = 1
    /// Octets of one line: a capture of an hour with ten thousand destinations has a few million.
    static let longestLine = 1 << 28

    /// What the first line says.
    public struct Header: Sendable, Equatable {
        public var cohort: String
        public var captures: Int
        /// Names that fewer than two apps contact, and that were left out or cut to their domain.
        public var rareNames: Int
        /// Version of the program that wrote it.
        public var tool: String

        public init(cohort: String, captures: Int, rareNames: Int, tool: String) {
            (self.cohort, self.captures, self.rareNames, self.tool) = (cohort, captures, rareNames, tool)
        }
    }

    // MARK: Writing

    /// A line with its line feed.
    public static func line(_ header: Header) -> [UInt8] {
        line(.members([
            "schema": .members(["name": .string(schemaName), "version": .integer(schemaVersion)]), "cohort": .string(header.cohort),
            "captures": .integer(header.captures), "rare_names": .integer(header.rareNames), "tool": .string(header.tool),
        ]))
    }

    /// A line with its line feed. The file's name is left out.
    public static func line(_ capture: ProfiledCapture) -> [UInt8] {
        let profile = capture.profile
        var members: [JSONValue.Member] = [.init(key: "capture", value: .string(profile.id))]
        members.append(.init(key: "app", value: .members([
            "id": .string(capture.app.id), "owner": .text(capture.app.owner), "owner_parent": .text(capture.app.ownerParent),
            "kind": .string(capture.app.kind), "domains": .array(capture.app.ownDomains.map(JSONValue.string)),
        ])))
        for (key, value) in [("version", capture.version), ("platform", capture.platform), ("system", capture.system), ("region", capture.region)] {
            if let value { members.append(.init(key: key, value: .string(value))) }
        }
        // The day: when exactly somebody used the phone is not needed.
        members.append(.init(key: "recorded", value: .integer(Int(profile.start / 86_400_000_000_000) * 86_400)))
        members.append(.init(key: "seconds", value: .object(Phase.allCases.compactMap { phase in
            profile.seconds[phase].map { .init(key: phase.rawValue, value: .finite($0)) }
        })))
        members.append(.init(key: "events", value: .array(profile.events.map(JSONValue.finite))))
        members.append(.init(key: "event_kinds", value: .array(profile.eventKinds.map(JSONValue.string))))
        members.append(.init(key: "destinations", value: .array(zip(profile.destinations, profile.totals).map(value))))
        members.append(.init(key: "cells", value: .array(profile.cells.map { cell in
            .array([
                .string(cell.phase.rawValue), .integer(Int(cell.cell)), .integer(cell.destination), .bool(cell.clear), .integer(cell.bursts),
                .integer(cell.uploads), .integer(cell.up), .integer(cell.down), .finite(cell.first),
                .array(profile.sizes[cell.sizes].flatMap { [.integer(Int($0.bin)), .integer($0.count)] }),
            ])
        })))
        for (key, bursts) in [("background", profile.background), ("foreground", profile.foreground)] {
            members.append(.init(key: key, value: .array(bursts.map { .array([.integer($0.destination), .finite($0.time), .integer($0.up), $0.connection.map(JSONValue.integer) ?? .null]) })))
        }
        members.append(.init(key: "ledger", value: .array(profile.ledger.counters.map(JSONValue.integer))))
        members.append(.init(key: "flags", value: .array(profile.flags.map(JSONValue.string))))
        return line(.object(members))
    }

    private static func value(_ destination: ProfileDestination, _ total: CaptureProfile.Total) -> JSONValue {
        func sizes(_ counts: PayloadSizeCounts) -> JSONValue { .array(PayloadSizeClass.allCases.map { .integer(counts[$0]) }) }
        return .members([
            "name": .string(destination.name), "source": .string(destination.nameSource.rawValue), "cover": .bool(destination.isCover),
            "block": .string(destination.block), "reach": .string(destination.reach.rawValue), "asn": .integer(Int(destination.system)),
            "country": .string(destination.country), "port": .integer(Int(destination.port)), "transport": .string(destination.transport.name),
            "service": .string(destination.service), "sender": .string(destination.sender.rawValue), "flows": .integer(total.flows),
            "up": .integer(total.up), "down": .integer(total.down), "adus_up": sizes(total.sizesUp), "adus_down": sizes(total.sizesDown),
        ])
    }

    private static func line(_ value: JSONValue) -> [UInt8] {
        var octets: [UInt8] = []
        value.write(into: &octets)
        return octets + [0x0a]
    }

    // MARK: Reading

    /// The first line of a file.
    /// - Throws: `StudyError` with file and line where it is no baseline, or of a newer version.
    public static func header(_ octets: [UInt8], name: String) throws(StudyError) -> Header {
        let value = try json(octets, name, 1)
        guard case .string(schemaName)? = value["schema"]?["name"], case .integer(let version)? = value["schema"]?["version"] else {
            throw StudyError(name, 1, "no baseline: the first line should have \"schema\": {\"name\": \"\(schemaName)\", …}")
        }
        guard version <= schemaVersion else {
            throw StudyError(name, 1, "a baseline of version \(version); this program reads version \(schemaVersion): use a newer one")
        }
        guard case .string(let cohort)? = value["cohort"], !cohort.isEmpty else { throw StudyError(name, 1, "\"cohort\" is missing") }
        var header = Header(cohort: cohort, captures: 0, rareNames: 0, tool: "")
        if case .integer(let count)? = value["captures"] { header.captures = count }
        if case .integer(let count)? = value["rare_names"] { header.rareNames = count }
        if case .string(let tool)? = value["tool"] { header.tool = tool }
        return header
    }

    /// A further line of a file.
    /// - Throws: `StudyError` with file, line and the member that is wrong.
    public static func capture(_ octets: [UInt8], name: String, line: Int) throws(StudyError) -> ProfiledCapture {
        let value = try json(octets, name, line)
        do {
            return try capture(value)
        } catch let error as VectorFileError {
            throw StudyError(name, line, error.description)
        } catch {
            throw StudyError(name, line, "no capture of a baseline")
        }
    }

    private static func json(_ octets: [UInt8], _ name: String, _ line: Int) throws(StudyError) -> JSONValue {
        guard octets.count <= longestLine else { throw StudyError(name, line, "longer than \(longestLine >> 20) MiB") }
        do throws(JSONError) { return try JSONReader.value(of: octets) } catch {
            throw StudyError(name, line, "column \(error.column): \(error.problem)")
        }
    }

    private static func capture(_ value: JSONValue) throws -> ProfiledCapture {
        let id = try value.text("capture")
        guard id.utf8.count == 64, id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
            throw VectorFileError("\"capture\" is no SHA-256 in lower case")
        }
        let recorded = try (value["recorded"] ?? .integer(0)).octets()
        guard (-9_000_000_000...9_000_000_000).contains(recorded) else { throw VectorFileError("\"recorded\" is out of range") }
        var seconds: [Phase: Double] = [:]
        for phase in Phase.allCases {
            guard let length = value["seconds"]?[phase.rawValue] else { continue }
            let number = try length.number()
            guard number >= 0, number < 1e9 else { throw VectorFileError("\"seconds\" is out of range") }
            seconds[phase] = number
        }
        var profile = CaptureProfile(id: id, start: Int64(recorded) * 1_000_000_000, seconds: seconds)
        profile.events = try (value["events"] ?? .array([])).numbers()
        guard profile.events.allSatisfy(\.isFinite) else { throw VectorFileError("\"events\" is out of range") }
        profile.eventKinds = try (value["event_kinds"] ?? .array([])).list().map { try $0.text() }
        guard profile.eventKinds.isEmpty || profile.eventKinds.count == profile.events.count else {
            throw VectorFileError("\"event_kinds\" and \"events\" are not equally many")
        }
        for row in try value.list("destinations") {
            profile.destinations.append(try destination(row))
            profile.totals.append(try total(row))
        }
        for row in try value.list("cells") { try append(row, to: &profile) }
        profile.background = try bursts(value, "background", profile.destinations.count)
        profile.foreground = try bursts(value, "foreground", profile.destinations.count)
        guard let ledger = Ledger(counters: try value.list("ledger").map { try $0.octets() }) else { throw VectorFileError("\"ledger\" has other counters") }
        profile.ledger = ledger
        profile.flags = try value.list("flags").map { try $0.text() }
        guard let app = value["app"] else { throw VectorFileError("\"app\" is missing") }
        func text(_ value: JSONValue?) throws -> String? { try value.flatMap { $0 == .null ? nil : try $0.text() } }
        let identity = AppIdentity(
            id: try app.text("id"), owner: try text(app["owner"]), ownerParent: try text(app["owner_parent"]), kind: try text(app["kind"]) ?? "",
            ownDomains: try (app["domains"] ?? .array([])).list().map { try $0.text() }.compactMap(HostName.canonical))
        guard !identity.id.isEmpty else { throw VectorFileError("\"app\" has no id") }
        var capture = ProfiledCapture(profile, app: identity)
        (capture.version, capture.platform) = (try text(value["version"]), try text(value["platform"]))
        (capture.system, capture.region) = (try text(value["system"]), try text(value["region"]))
        return capture
    }

    private static func destination(_ value: JSONValue) throws -> ProfileDestination {
        let name = try value.text("name")
        guard name.isEmpty || HostName.canonical(name) == name else { throw VectorFileError("\"name\" is no host name in lower case") }
        guard let source = Destination.NameSource(rawValue: try value.text("source")), let reach = ProfileDestination.Reach(rawValue: try value.text("reach")),
            let sender = ProfileDestination.Sender(rawValue: try value.text("sender"))
        else { throw VectorFileError("\"source\", \"reach\" or \"sender\" is none that is known") }
        guard let system = UInt32(exactly: try (value["asn"] ?? .integer(0)).octets()), let port = UInt16(exactly: try (value["port"] ?? .integer(0)).octets()) else {
            throw VectorFileError("\"asn\" or \"port\" is out of range")
        }
        return ProfileDestination(
            name: name, nameSource: source, isCover: value["cover"] == .bool(true), block: try value.text("block"), reach: reach, system: system,
            country: try value.text("country"), port: port, transport: try value.text("transport") == "udp" ? .udp : .tcp,
            service: try value.text("service"), sender: sender)
    }

    private static func total(_ value: JSONValue) throws -> CaptureProfile.Total {
        func sizes(_ key: String) throws -> PayloadSizeCounts {
            var counts = PayloadSizeCounts()
            for (size, count) in zip(PayloadSizeClass.allCases, try value.list(key)) {
                counts.add(size, count: UInt32(clamping: try count.octets()))
            }
            return counts
        }
        func count(_ key: String) throws -> Int { max(0, try (value[key] ?? .integer(0)).octets()) }
        return CaptureProfile.Total(
            flows: try count("flows"), up: try count("up"), down: try count("down"), sizesUp: try sizes("adus_up"), sizesDown: try sizes("adus_down"))
    }

    private static func append(_ value: JSONValue, to profile: inout CaptureProfile) throws {
        let row = try value.list()
        guard row.count == 10, let phase = Phase(rawValue: try row[0].text()) else { throw VectorFileError("a cell has ten elements, the first a phase") }
        let cell = try row[1].octets(), destination = try row[2].octets(), counts = try row[4...7].map { try $0.octets() }, first = try row[8].number()
        guard cell >= -0x4000_0000, cell <= TimeCell.edges.count, profile.destinations.indices.contains(destination), counts.allSatisfy({ $0 >= 0 }),
            first.isFinite
        else {
            throw VectorFileError("a cell is out of range")
        }
        let begin = profile.sizes.count, sizes = try row[9].list().map { try $0.octets() }
        guard sizes.count % 2 == 0 else { throw VectorFileError("a cell's sizes are pairs of bin and number") }
        for place in stride(from: 0, to: sizes.count, by: 2) {
            guard (0..<SizeDistribution.bins).contains(sizes[place]), sizes[place + 1] >= 0 else { throw VectorFileError("a cell's sizes are out of range") }
            profile.sizes.append(CaptureProfile.SizeCount(bin: UInt8(sizes[place]), count: sizes[place + 1]))
        }
        profile.cells.append(CaptureProfile.Cell(
            phase: phase, cell: Int32(cell), destination: destination, clear: row[3] == .bool(true), bursts: counts[0], uploads: counts[1],
            up: counts[2], down: counts[3], first: first, sizes: begin..<profile.sizes.count))
    }

    private static func bursts(_ value: JSONValue, _ key: String, _ destinations: Int) throws -> [CaptureProfile.TimedBurst] {
        try (value[key] ?? .array([])).list().map { element in
            let row = try element.list()
            guard row.count == 3 || row.count == 4 else { throw VectorFileError("\"\(key)\" has rows of destination, seconds, octets and connection") }
            var burst = CaptureProfile.TimedBurst(destination: try row[0].octets(), time: try row[1].number(), up: max(0, try row[2].octets()))
            if row.count == 4, row[3] != .null { burst.connection = max(0, min(try row[3].octets(), .max - 1)) }
            guard (0..<destinations).contains(burst.destination), burst.time.isFinite else { throw VectorFileError("\"\(key)\" is out of range") }
            return burst
        }
    }
}
