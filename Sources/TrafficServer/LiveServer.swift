import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Serves the page of a live capture on this machine alone: 127.0.0.1 and ::1 (`LiveGate`), to whoever has the token, and to no other page
/// (the `Host` and `Origin` of every request are checked, so that no name on the internet can be made to point here).
public final class LiveServer: Sendable {
    /// What is served, and what the page may do.
    public struct Content: Sendable {
        /// The page; its scripts and styles are marked with the nonce.
        public var page: @Sendable (_ nonce: String) -> [UInt8]
        /// The state of the capture as one JSON object without a line break; nil before there is any.
        public var status: @Sendable () -> [UInt8]?
        /// Takes a marker.
        public var mark: @Sendable (_ event: String, _ note: String?) -> Void

        public init(
            page: @escaping @Sendable (String) -> [UInt8], status: @escaping @Sendable () -> [UInt8]?, mark: @escaping @Sendable (String, String?) -> Void
        ) {
            (self.page, self.status, self.mark) = (page, status, mark)
        }
    }

    /// The port could not be had, in words.
    public struct Failure: Error, Sendable {
        public var description: String
        public init(description: String) { self.description = description }
    }

    private let content: Content
    private let token: String
    private let port: UInt16
    private let server: HTTPServer
    private let gate: Task<Void, Never>
    /// Holds the server's socket; 0700.
    private let folder: String
    private let streams = Mutex(0)
    private let isStopped = Atomic<Bool>(false)

    /// Streams of events at once; a browser opens one a tab.
    private static let streamLimit = 16
    /// Octets of an event's name and of a note.
    private static let longestEvent = 32
    private static let longestNote = 400

    /// Begins to listen on a free port, or on `port`.
    /// - Throws: `Failure` when the port cannot be had.
    public static func start(port: UInt16, content: Content) async throws -> LiveServer {
        var latest = ""
        // A port that is tried may be taken: then another one. Where it is taken on IPv6 alone, there is no page on ::1.
        for _ in 0..<(port == 0 ? 8 : 1) {
            do {
                let wanted = port == 0 ? UInt16.random(in: 20_000...60_000) : port
                return try await LiveServer(port: wanted, content: content)
            } catch { latest = "\(error)" }
        }
        throw Failure(description: port == 0 ? "no port of 127.0.0.1 could be had: \(latest)" : "port \(port) of 127.0.0.1 cannot be had; choose another --port, or none")
    }

    private init(port: UInt16, content: Content) async throws {
        (self.content, self.port) = (content, port)
        var random = SystemRandomNumberGenerator()
        token = (0..<4).map { _ in Self.hexadecimal(random.next()) }.joined()
        // The name of a socket is at most 107 octets long.
        let temporary = NSTemporaryDirectory()
        folder = (temporary.utf8.count <= 64 ? temporary : "/tmp") + "/trafficscope-" + Self.hexadecimal(random.next())
        let path = folder + "/page"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        server = HTTPServer(address: sockaddr_un.unix(path: path), logger: .disabled)
        let running = Task { [server] in try await server.run() }
        do {
            try await server.waitUntilListening(timeout: 3)
            let gate = try await LiveGate(port: port, serverPath: path)
            self.gate = Task { await gate.run() }
        } catch {
            running.cancel()
            await server.stop()
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        await server.appendRoute("*") { [weak self] request in
            guard let self else { return HTTPResponse(statusCode: .serviceUnavailable) }
            return self.answer(request)
        }
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// What to open in a browser. Whoever has it can see the page and mark.
    public var address: String { "http://127.0.0.1:\(port)/?token=\(token)" }

    public func stop() async {
        isStopped.store(true, ordering: .relaxed)
        gate.cancel()
        await gate.value
        await server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Requests

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard isOurs(request) else { return refuse(.forbidden, "This page is served to its own machine alone.") }
        guard isKnown(request) else { return refuse(.unauthorized, "The address has no token, or an old one: take the one that the program printed.") }
        switch (request.method, request.path) {
        case (.GET, "/"): return page()
        case (.GET, "/events"): return events()
        case (.POST, "/marker"): return mark(request)
        case (_, "/"), (_, "/events"), (_, "/marker"): return refuse(.methodNotAllowed, "No such method here.")
        default: return refuse(.notFound, "There is nothing here.")
        }
    }

    /// Whether the request was made to this machine by one of its names, and not by another page.
    private func isOurs(_ request: HTTPRequest) -> Bool {
        let names = ["127.0.0.1:\(port)", "[::1]:\(port)", "localhost:\(port)"]
        guard let host = request.headers[.host], names.contains(host.lowercased()) else { return false }
        guard let origin = request.headers[HTTPHeader("Origin")] else { return true }
        return origin.lowercased() == "http://" + host.lowercased()
    }

    /// Whether the request has the token, in the same time whatever is wrong with it.
    private func isKnown(_ request: HTTPRequest) -> Bool {
        let given = Array((request.query["token"] ?? "").utf8), wanted = Array(token.utf8)
        guard given.count == wanted.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(given, wanted) { difference |= a ^ b }
        return difference == 0
    }

    private func page() -> HTTPResponse {
        var random = SystemRandomNumberGenerator()
        let nonce = Self.hexadecimal(random.next()) + Self.hexadecimal(random.next())
        var headers = Self.headers("text/html; charset=utf-8")
        headers[HTTPHeader("Content-Security-Policy")] = "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return HTTPResponse(statusCode: .ok, headers: headers, body: Data(content.page(nonce)))
    }

    private func events() -> HTTPResponse {
        let hasRoom = streams.withLock { count in
            guard count < Self.streamLimit else { return false }
            count += 1
            return true
        }
        guard hasRoom else { return refuse(.serviceUnavailable, "Too many pages are open.") }
        let stream = EventStream(
            status: content.status, isOver: { [weak self] in self?.isStopped.load(ordering: .relaxed) ?? true },
            onEnd: { [weak self] in self?.streams.withLock { $0 -= 1 } })
        return HTTPResponse(
            statusCode: .ok, headers: Self.headers("text/event-stream"), body: HTTPBodySequence(from: stream, suggestedBufferSize: 1 << 20))
    }

    private func mark(_ request: HTTPRequest) -> HTTPResponse {
        let event = request.query["event"] ?? "", note = request.query["note"]
        let isName = !event.isEmpty && event.utf8.count <= Self.longestEvent && event.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x5f }
        guard isName, note?.utf8.count ?? 0 <= Self.longestNote else { return refuse(.badRequest, "A marker has an event of small letters, and a short note.") }
        content.mark(event, note.flatMap { $0.isEmpty ? nil : $0 })
        return HTTPResponse(statusCode: .noContent, headers: Self.headers("text/plain; charset=utf-8"))
    }

    private func refuse(_ status: HTTPStatusCode, _ text: String) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: Self.headers("text/plain; charset=utf-8"), body: Data((text + "\n").utf8))
    }

    private static func headers(_ type: String) -> HTTPHeaders {
        [
            .contentType: type, HTTPHeader("Cache-Control"): "no-store", HTTPHeader("X-Content-Type-Options"): "nosniff",
            HTTPHeader("Referrer-Policy"): "no-referrer", HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin", HTTPHeader("X-Frame-Options"): "DENY",
        ]
    }
}
