import Foundation
import GRDB
import TrafficCore

/// Captures' profiles and cohorts of them, in one SQLite file (DESIGN.md §6).
///
/// A capture is known by its content: added twice, it is there once. Each is added in a transaction of its own, so a program that is
/// killed loses none that it said was added.
public final class Store: Sendable {
    /// What a table of the store cannot give.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public enum Kind: Sendable { case notThere, newer, damaged, noPermission, inputOutput, unknown }
        public var kind: Kind
        public var description: String
    }

    /// Of the tables; the profiles inside have their own (`ProfileCodec.version`).
    public static let version = 1

    let queue: DatabaseQueue
    public let path: String

    /// Opens the store, making it where it is not there.
    /// - Parameter creates: false: a store that is not there is an error (`notThere`).
    /// - Throws: `Failure`, with the file's name and what to do.
    public init(path: String, creates: Bool) throws(Failure) {
        self.path = path
        queue = try Self.wrapped(path) {
            if !creates, !FileManager.default.fileExists(atPath: path) {
                throw Failure(kind: .notThere, description: "\(path): there is no store; trafficscope baseline add makes one")
            }
            if creates { try Self.makeFile(path) }
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.prepareDatabase { database in
                // Readers go on while one writes; a commit is on the disk before it is reported.
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrate(queue, path)
            return queue
        }
    }

    /// The file, readable by its owner alone, and the folder for it.
    private static func makeFile(_ path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw Failure(kind: .noPermission, description: "\(path): the store cannot be made there; --store FILE names another place")
        }
    }

    private static func migrate(_ queue: DatabaseQueue, _ path: String) throws {
        let found = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard found <= version else {
            throw Failure(kind: .newer, description: "\(path): a store of version \(found); this program reads version \(version): use a newer one")
        }
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: StoreSchema.version1)
        }
        try migrator.migrate(queue)
    }

    /// Errors of SQLite in words, with the store's name.
    static func wrapped<Value>(_ path: String, _ body: () throws -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch let error as DatabaseError {
            let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT:
                throw Failure(kind: .damaged, description: "\(path): no store, or a damaged one (\(message)); move it away and add the captures again")
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                throw Failure(kind: .noPermission, description: "\(path): \(message); --store FILE names another place")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                throw Failure(kind: .inputOutput, description: "\(path): another program is writing to it; try again when it is done")
            case .SQLITE_FULL: throw Failure(kind: .inputOutput, description: "\(path): the disk is full; nothing of this capture was added")
            default: throw Failure(kind: .inputOutput, description: "\(path): \(message)")
            }
        } catch {
            throw Failure(kind: .inputOutput, description: "\(path): \(error.localizedDescription)")
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(Failure) -> Value { try Self.wrapped(path) { try queue.read(body) } }
    func write<Value>(_ body: (Database) throws -> Value) throws(Failure) -> Value { try Self.wrapped(path) { try queue.write(body) } }
}

/// The tables, as their migrations make them.
enum StoreSchema {
    static let version1 = """
        CREATE TABLE app (
            id TEXT PRIMARY KEY NOT NULL,
            owner TEXT, owner_parent TEXT,   -- where somebody named them; else data/apps.tsv is asked
            kind TEXT NOT NULL DEFAULT '',
            domains TEXT NOT NULL DEFAULT '' -- separated by spaces
        ) WITHOUT ROWID;
        CREATE TABLE capture (
            id TEXT PRIMARY KEY NOT NULL,    -- SHA-256 of its content
            app TEXT NOT NULL REFERENCES app(id),
            name TEXT, version TEXT, platform TEXT, system TEXT, region TEXT,
            recorded INTEGER NOT NULL,       -- seconds since 1970
            added INTEGER NOT NULL,          -- seconds since 1970
            tool TEXT NOT NULL,              -- version of the program that read it
            profile BLOB NOT NULL
        );
        CREATE INDEX capture_app ON capture(app);
        CREATE TABLE cohort (
            name TEXT PRIMARY KEY NOT NULL,
            note TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID;
        CREATE TABLE member (
            cohort TEXT NOT NULL REFERENCES cohort(name) ON DELETE CASCADE,
            capture TEXT NOT NULL REFERENCES capture(id) ON DELETE CASCADE,
            PRIMARY KEY (cohort, capture)
        ) WITHOUT ROWID;
        CREATE INDEX member_capture ON member(capture);
        PRAGMA user_version = 1;
        """
}
