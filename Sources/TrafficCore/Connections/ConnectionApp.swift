/// One app's connections by run, each with whom it went to.
public struct ConnectionApp: Sendable {
    public var identity: AppIdentity
    /// In order of their ids' octets.
    public internal(set) var runs: [ConnectionRun]

    public var id: String { identity.id }
    public var group: String { identity.group }
    /// Nobody knows whose app it is: it counts as a group of its own (DESIGN.md §5).
    public var isWithoutOwner: Bool { identity.owner == nil && identity.ownerParent == nil }
}

/// One run of an app: what METHOD.md §1 calls a capture. How long it lasted is not known.
public struct ConnectionRun: Sendable {
    public var id: String
    /// Alike ones together, in the order in which they came.
    var connections: [ClassifiedConnection]
}

/// Connections of one run to one place.
struct ClassifiedConnection: Hashable, Sendable {
    var party: RemoteParty
    /// The handshake names the server.
    var isNamed: Bool
    var transport: TransportProtocol?
    var count = 1

    /// Counts for the app: neither the system's nor push traffic (METHOD.md §1).
    var isAttributable: Bool { party.category != .os && party.category != .push }
    var isTracker: Bool { party.category == .analytics || party.category == .advertising || party.category == .crash }
}

extension ConnectionTable {
    /// The apps of all files, by id, with every connection's owner, category and party as a flow of a capture has them.
    /// - Parameter catalog: tells whose app a name of the list means.
    public func apps(catalog: AppCatalog = AppCatalog(), classifier: DestinationClassifier) -> [ConnectionApp] {
        var classifier = classifier
        let identities = Dictionary(Set(runs.map(\.app)).map { ($0, catalog.identity(orUnknown: $0)) }) { first, _ in first }
        var record = FlowRecord(capture: CaptureIdentity(name: "", id: String(repeating: "0", count: 64), timeDigits: 9))
        record.phone = .originator
        var gathered = runs.map { _ in ConnectionTally() }
        for row in rows {
            guard let identity = identities[runs[row.run].app] else { continue }
            record.responder = Endpoint(address: row.address ?? IPAddress(v4: 0), port: 443)
            record.transport = row.transport ?? .tcp
            record.serverName = row.serverName
            classifier.classify(&record, app: identity)
            let party = RemoteParty(ProfileDestination(responderOf: record), app: identity, classifier: &classifier)
            gathered[row.run].add(
                ClassifiedConnection(party: party, isNamed: row.serverName != nil, transport: row.transport),
                count: row.connections)
        }
        var apps: [UTF8Key: ConnectionApp] = [:], ids: [UTF8Key: Set<UTF8Key>] = [:]
        for (run, tally) in zip(runs, gathered) {
            guard let identity = identities[run.app] else { continue }
            let key = UTF8Key(identity.id)
            var id = name(of: run)
            // Two aliases of an app may have runs of one name; the method counts captures of one id once.
            while !ids[key, default: []].insert(UTF8Key(id)).inserted { id += "'" }
            apps[key, default: ConnectionApp(identity: identity, runs: [])].runs.append(ConnectionRun(id: id, connections: tally.connections))
        }
        return apps.values.map { app in
            var app = app
            app.runs.sort { UTF8Key($0.id) < UTF8Key($1.id) }
            return app
        }.sorted { UTF8Key($0.id) < UTF8Key($1.id) }
    }

    private func name(of run: Run) -> String {
        let name = [run.system.isEmpty ? "" : "Android " + run.system, run.name.isEmpty ? "" : "run " + run.name].filter { !$0.isEmpty }
        let file = files.count > 1 ? files[run.file] + ": " : ""
        return file + (name.isEmpty ? "run" : name.joined(separator: ", "))
    }
}

/// Adds connections that are alike.
private struct ConnectionTally {
    var connections: [ClassifiedConnection] = []
    private var places: [ClassifiedConnection: Int] = [:]

    mutating func add(_ connection: ClassifiedConnection, count: Int) {
        if let place = places[connection] {
            connections[place].count += count
            return
        }
        places[connection] = connections.count
        connections.append(connection)
        connections[connections.count - 1].count = count
    }
}
