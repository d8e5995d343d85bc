import FlyingSocks
import Foundation
import Synchronization

/// The ports of the page, in front of the server that answers there. The server would read the head of a request without a limit, and
/// slower with each octet; what comes in here is bounded: heads, connections, and how long one may be silent.
///
/// The server listens on a socket in a folder that this user alone can enter.
final class LiveGate: Sendable {
    private let listeners: [AsyncSocket]
    private let pool: any AsyncSocketPool
    private let serverPath: String
    private let connections = Mutex(0)

    /// Connections at once: a browser opens at most six to one host.
    private static let connectionLimit = 64
    /// How long one may say nothing, and how long the head of its first request may take.
    private static let longestSilence = Duration.seconds(30), longestGreeting = Duration.seconds(5)

    /// Begins to listen on `port` of 127.0.0.1 and, where the machine has that, of ::1.
    /// - Throws: when the port of 127.0.0.1 cannot be had.
    init(port: UInt16, serverPath: String) async throws {
        let pool: some AsyncSocketPool = .make()
        try await pool.prepare()
        var listeners = [try Self.listener(sockaddr_in.inet(ip4: "127.0.0.1", port: port), pool)]
        if let six = try? Self.listener(sockaddr_in6.inet6(ip6: "::1", port: port), pool) { listeners.append(six) }
        (self.listeners, self.pool, self.serverPath) = (listeners, pool, serverPath)
    }

    private static func listener(_ address: some SocketAddress, _ pool: some AsyncSocketPool) throws -> AsyncSocket {
        let socket = try Socket(domain: Int32(address.family))
        do {
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: address)
            try socket.listen()
            return try AsyncSocket(socket: socket, pool: pool)
        } catch {
            try? socket.close()
            throw error
        }
    }

    /// Lets connections in until its task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.pool.run() }
            for listener in listeners { group.addTask { await self.accept(on: listener) } }
        }
        for listener in listeners { try? listener.close() }
    }

    private func accept(on listener: AsyncSocket) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    let client = try await listener.accept()
                    guard enter() else {
                        try? client.close()
                        continue
                    }
                    group.addTask {
                        await self.serve(client)
                        self.connections.withLock { $0 -= 1 }
                    }
                } catch {
                    // Such as too many open files: that passes.
                    try? await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    private func enter() -> Bool {
        connections.withLock { count in
            guard count < Self.connectionLimit else { return false }
            count += 1
            return true
        }
    }

    // MARK: One connection

    /// By when something has to be passed on, either way.
    private final class Deadline: Sendable {
        private let time = Mutex(ContinuousClock.now + longestGreeting)
        func renew() { time.withLock { $0 = .now + longestSilence } }
        var hasPassed: Bool { time.withLock { $0 <= .now } }
    }

    private func serve(_ client: AsyncSocket) async {
        let deadline = Deadline()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.relay(client, deadline) }
            group.addTask {
                while !Task.isCancelled, !deadline.hasPassed { try? await Task.sleep(for: .seconds(1)) }
            }
            await group.next()
            group.cancelAll()
        }
        try? client.close()
    }

    /// Passes heads to the server and what it answers back.
    private func relay(_ client: AsyncSocket, _ deadline: Deadline) async {
        var heads = RequestHeads()
        do {
            guard let first = try await heads.next(from: client) else { return }
            let server = try await AsyncSocket.connected(to: sockaddr_un.unix(path: serverPath), pool: pool)
            defer { try? server.close() }
            try await pass(first, heads, client, server, deadline)
        } catch let refusal as RequestHeads.Refusal {
            try? await client.write(Data("HTTP/1.1 \(refusal.status)\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8))
        } catch {}          // it was closed
    }

    private func pass(_ first: [UInt8], _ rest: RequestHeads, _ client: AsyncSocket, _ server: AsyncSocket, _ deadline: Deadline) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                var heads = rest, head: [UInt8]? = first
                while let octets = head {
                    deadline.renew()
                    try await server.write(Data(octets))
                    head = try await heads.next(from: client)
                }
                return false        // an answer may still be under way
            }
            group.addTask {
                while let octets = try? await server.read(atMost: 4096) {
                    deadline.renew()
                    try await client.write(Data(octets))
                }
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
    }
}

/// The heads of requests without a body (RFC 9112 §2.1), one after the other out of what one side sends.
struct RequestHeads: Sendable {
    struct Refusal: Error { var status: String }
    /// Octets of one, with its empty line; browsers send about a thousand.
    static let longest = 16_384
    private var octets: [UInt8] = []

    /// The next one; nil where the side ended.
    /// - Throws: `Refusal` for one that is too long or announces a body, and what `socket` throws.
    mutating func next(from socket: AsyncSocket) async throws -> [UInt8]? {
        while true {
            if let head = try take() { return head }
            do { add(try await socket.read(atMost: 4096)) } catch SocketError.disconnected { return nil }
        }
    }

    mutating func add(_ received: [UInt8]) { octets += received }

    /// The first head of what was added; nil while it is not whole.
    mutating func take() throws -> [UInt8]? {
        guard let end = Self.end(octets[...]) else {
            guard octets.count <= Self.longest else { throw Refusal(status: "431 Request Header Fields Too Large") }
            return nil
        }
        guard end <= Self.longest else { throw Refusal(status: "431 Request Header Fields Too Large") }
        let head = Array(octets[..<end])
        octets.removeFirst(end)
        for line in head.split(separator: 0x0a).dropFirst() {
            guard let colon = line.firstIndex(of: 0x3a) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = line[(colon + 1)...].filter { $0 > 0x20 }
            if name == "transfer-encoding" || name == "content-length" && value != [0x30] { throw Refusal(status: "413 Content Too Large") }
        }
        return head
    }

    /// Behind the empty line that ends the first head. At most 20 kB are looked at, as often as octets come.
    private static func end(_ octets: ArraySlice<UInt8>) -> Int? {
        var index = octets.startIndex
        while index + 4 <= octets.endIndex {
            if octets[index + 3] == 0x0a, octets[index + 2] == 0x0d, octets[index + 1] == 0x0a, octets[index] == 0x0d { return index + 4 }
            index += 1
        }
        return nil
    }
}
