import Foundation
import GRDB
import TrafficCore

/// One cohort, in short.
public struct CohortSummary: Sendable, Equatable {
    public var name: String
    public var note: String
    public var apps: Int
    public var captures: Int
}

/// One capture of a cohort, without its profile.
public struct StoredCaptureSummary: Sendable, Equatable {
    public var id: String
    public var app: String
    public var name: String?
    public var version: String?
    public var platform: String?
    public var system: String?
    public var region: String?
    /// Seconds since 1970.
    public var recorded: Int
    public var added: Int
    /// Version of the program that read it.
    public var tool: String
}

/// What became of a capture that was added.
public enum Addition: String, Sendable {
    case added
    /// Its profile is there already, octet by octet.
    case there = "already there"
    /// It was there with other phases, labels or lists of system traffic.
    case replaced
}

extension Store {
    // MARK: Adding

    /// Adds a capture to a cohort, which is made where it is not there. All of it or nothing.
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - tool: version of this program.
    /// - Throws: `Failure`; of kind `unknown` where the same content is stored as another app's.
    @discardableResult
    public func add(_ capture: ProfiledCapture, to cohort: String, now: Int, tool: String) throws(Failure) -> Addition {
        let profile = capture.profile, octets = ProfileCodec.encode(profile)
        return try write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO cohort (name) VALUES (?)", arguments: [cohort])
            let known = try Row.fetchOne(database, sql: "SELECT app, profile FROM capture WHERE id = ?", arguments: [profile.id])
            if let other = known?["app"] as String?, other != capture.app.id {
                throw Failure(
                    kind: .unknown,
                    description: "\(capture.name ?? profile.id): its content is stored as a capture of \(other), not \(capture.app.id); remove that first: trafficscope baseline remove NAME --capture \(profile.id.prefix(12))")
            }
            try Self.put(capture.app, database)
            var addition = Addition.added
            if let stored = known?["profile"] as Data? { addition = stored == Data(octets) ? .there : .replaced }
            if addition != .there {
                try database.execute(
                    sql: """
                        INSERT INTO capture (id, app, name, version, platform, system, region, recorded, added, tool, profile)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version, platform = excluded.platform,
                            system = excluded.system, region = excluded.region, recorded = excluded.recorded, added = excluded.added,
                            tool = excluded.tool, profile = excluded.profile
                        """,
                    arguments: [
                        profile.id, capture.app.id, capture.name, capture.version, capture.platform, capture.system, capture.region,
                        Int(profile.start / 1_000_000_000), now, tool, Data(octets),
                    ])
            }
            try database.execute(sql: "INSERT OR IGNORE INTO member (cohort, capture) VALUES (?, ?)", arguments: [cohort, profile.id])
            return addition
        }
    }

    private static func put(_ app: AppIdentity, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO app (id, owner, owner_parent, kind, domains) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET owner = coalesce(excluded.owner, owner), owner_parent = coalesce(excluded.owner_parent, owner_parent),
                    kind = CASE excluded.kind WHEN '' THEN kind ELSE excluded.kind END,
                    domains = CASE excluded.domains WHEN '' THEN domains ELSE excluded.domains END
                """,
            arguments: [app.id, app.owner, app.ownerParent, app.kind, app.ownDomains.joined(separator: " ")])
    }

    // MARK: Reading

    /// Every cohort, by name.
    public func cohorts() throws(Failure) -> [CohortSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT cohort.name, note, count(capture.id) AS captures, count(DISTINCT capture.app) AS apps
                    FROM cohort LEFT JOIN member ON member.cohort = cohort.name LEFT JOIN capture ON capture.id = member.capture
                    GROUP BY cohort.name ORDER BY cohort.name
                    """
            ).map { CohortSummary(name: $0["name"], note: $0["note"], apps: $0["apps"], captures: $0["captures"]) }
        }
    }

    /// The captures of a cohort, by app, then id.
    /// - Throws: `Failure`; of kind `unknown` when there is no such cohort.
    public func summaries(of cohort: String) throws(Failure) -> [StoredCaptureSummary] {
        try read { database in
            try Self.require(cohort, database)
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT capture.* FROM member JOIN capture ON capture.id = member.capture WHERE member.cohort = ?
                    ORDER BY capture.app, capture.id
                    """, arguments: [cohort]
            ).map(Self.summary)
        }
    }

    private static func summary(_ row: Row) -> StoredCaptureSummary {
        StoredCaptureSummary(
            id: row["id"], app: row["app"], name: row["name"], version: row["version"], platform: row["platform"], system: row["system"],
            region: row["region"], recorded: row["recorded"], added: row["added"], tool: row["tool"])
    }

    /// The captures of a cohort with their profiles, by app, then id, given to `body` one after the other.
    /// - Throws: `Failure`; of kind `unknown` when there is no such cohort. A damaged profile is handed to `damage` and passed over.
    public func forEachCapture(of cohort: String, _ body: (ProfiledCapture) -> Void, damage: (String) -> Void) throws(Failure) {
        try read { database in
            try Self.require(cohort, database)
            var apps: [String: AppIdentity] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM app") {
                let domains: String = row["domains"]
                apps[row["id"]] = AppIdentity(
                    id: row["id"], owner: row["owner"], ownerParent: row["owner_parent"], kind: row["kind"],
                    ownDomains: domains.split(separator: " ").map(String.init))
            }
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT capture.id, app, name, version, platform, system, region, profile
                    FROM member JOIN capture ON capture.id = member.capture WHERE member.cohort = ? ORDER BY capture.app, capture.id
                    """, arguments: [cohort])
            while let row = try rows.next() {
                let data: Data = row[7]
                let id: String = row[0], app: String = row[1]
                do throws(ProfileCodec.Failure) {
                    var capture = ProfiledCapture(try ProfileCodec.decode(Array(data)), app: apps[app] ?? AppIdentity(id: app))
                    (capture.name, capture.version, capture.platform) = (row[2], row[3], row[4])
                    (capture.system, capture.region) = (row[5], row[6])
                    body(capture)
                } catch {
                    damage("\(path): capture \(id.prefix(12)) of \(app): \(error); remove it and add it again")
                }
            }
        }
    }

    private static func require(_ cohort: String, _ database: Database) throws {
        guard try Int.fetchOne(database, sql: "SELECT 1 FROM cohort WHERE name = ?", arguments: [cohort]) == nil else { return }
        let names = try String.fetchAll(database, sql: "SELECT name FROM cohort ORDER BY name LIMIT 20")
        throw Failure(
            kind: .unknown,
            description: "there is no cohort \"\(cohort)\"; " + (names.isEmpty ? "the store has none yet" : "the store has \(names.joined(separator: ", "))"))
    }

    // MARK: Removing

    /// Takes captures out of a cohort: those of `app`, the one whose id begins with `capture`, or all, and the cohort with them.
    /// Captures that are in no cohort any more are deleted.
    /// - Returns: Captures taken out.
    public func remove(from cohort: String, app: String? = nil, capture: String? = nil) throws(Failure) -> Int {
        try write { database in
            try Self.require(cohort, database)
            var sql = "DELETE FROM member WHERE cohort = ?", arguments: StatementArguments = [cohort]
            if let app {
                sql += " AND capture IN (SELECT id FROM capture WHERE app = ?)"
                arguments += [app]
            }
            if let capture {
                sql += " AND substr(capture, 1, ?) = ?"
                arguments += [capture.count, capture]
            }
            try database.execute(sql: sql, arguments: arguments)
            let removed = database.changesCount
            if app == nil, capture == nil { try database.execute(sql: "DELETE FROM cohort WHERE name = ?", arguments: [cohort]) }
            try Self.deleteOrphans(database)
            return removed
        }
    }

    /// Deletes captures that were recorded before `recorded`, or, without it, added before `added`; seconds since 1970.
    /// - Parameter onlyCounts: delete nothing, only say how many.
    /// - Returns: Captures deleted.
    public func purge(addedBefore added: Int?, recordedBefore recorded: Int?, onlyCounts: Bool) throws(Failure) -> Int {
        let removed = try write { database in
            let condition = recorded == nil ? "added < ?" : "recorded < ?", limit = recorded ?? added ?? 0
            if onlyCounts { return try Int.fetchOne(database, sql: "SELECT count(*) FROM capture WHERE \(condition)", arguments: [limit]) ?? 0 }
            try database.execute(sql: "DELETE FROM capture WHERE \(condition)", arguments: [limit])
            let removed = database.changesCount
            try Self.deleteOrphans(database)
            return removed
        }
        // What was deleted is gone from the disk too.
        if removed > 0, !onlyCounts {
            try Self.wrapped(path) {
                try queue.vacuum()
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            }
        }
        return removed
    }

    private static func deleteOrphans(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM capture WHERE id NOT IN (SELECT capture FROM member);
                DELETE FROM app WHERE id NOT IN (SELECT app FROM capture);
                """)
    }
}
