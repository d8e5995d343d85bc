import Glibc

/// Pcap-over-IP: a capture that another program sends over TCP (Arkime's and Wireshark's way, PCAPdroid's TCP exporter).
enum CaptureConnection {
    /// A connected socket: `tcp://host:port` connects, `tcp-listen://[address]:port` waits for one sender (127.0.0.1 when no
    /// address is given).
    ///
    /// - Parameter goesOn: asked while waiting for a sender.
    /// - Throws: `CaptureError` when the address is none (usage), nobody answers there (unavailable), or the wait was ended.
    static func open(_ address: String, goesOn: @Sendable () -> Bool) throws(CaptureError) -> CInt {
        let listens = address.hasPrefix("tcp-listen://")
        let rest = address.dropFirst(listens ? 13 : 6)
        guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
            throw CaptureError(.usage, "\(address): no port; write tcp://host:port")
        }
        var host = String(rest[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.isEmpty {
            guard listens else { throw CaptureError(.usage, "\(address): no host; write tcp://host:port") }
            host = "127.0.0.1"
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        if listens { unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST }
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else {
            // Safe: gai_strerror returns a constant C string.
            throw CaptureError(.unavailable, "\(address): \(unsafe String(cString: gai_strerror(code))); check the host name")
        }
        defer { unsafe freeaddrinfo(found) }
        var failure: CInt = 0
        var next = unsafe found
        // Safe: the list is getaddrinfo's own, freed above after its last use.
        while let entry = unsafe next {
            let info = unsafe entry.pointee
            let descriptor = unsafe socket(info.ai_family, info.ai_socktype | CInt(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            if descriptor >= 0 {
                if listens {
                    if let accepted = unsafe accept(on: descriptor, info, &failure, goesOn) { return accepted }
                } else {
                    failure = unsafe connect(descriptor, info, goesOn)
                    if failure == 0 { return descriptor }
                }
                close(descriptor)
            } else {
                failure = errno
            }
            unsafe next = info.ai_next
        }
        throw CaptureError(.unavailable, "\(address): \(CaptureError.systemMessage(failure)); "
            + (listens ? "choose another address or port" : "start the program that sends the capture first"))
    }

    /// Connects, asking several times a second whether to go on. Returns 0, or the `errno`.
    private static func connect(_ descriptor: CInt, _ info: addrinfo, _ goesOn: () -> Bool) -> CInt {
        var yes: CInt = 1
        // A sender that lost its power is noticed in the end.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, socklen_t(MemoryLayout<CInt>.size))
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        defer { _ = fcntl(descriptor, F_SETFL, flags) }
        guard unsafe Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) != 0 else { return 0 }
        guard errno == EINPROGRESS else { return errno }
        while goesOn() {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // Safe: one entry, which lives through the call.
            guard unsafe poll(&waiting, 1, 200) > 0 else { continue }
            var code: CInt = 0, size = socklen_t(MemoryLayout<CInt>.size)
            return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
        }
        return EINTR
    }

    /// Waits for one sender; closes nothing but what it accepted and cannot use.
    private static func accept(on descriptor: CInt, _ info: addrinfo, _ failure: inout CInt, _ goesOn: () -> Bool) -> CInt? {
        var yes: CInt = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        guard unsafe bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 1) == 0 else {
            failure = errno
            return nil
        }
        while goesOn() {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Safe: one entry, which lives through the call.
            guard unsafe poll(&waiting, 1, 200) > 0 else { continue }
            let accepted = Glibc.accept(descriptor, nil, nil)
            if accepted >= 0 {
                unsafe setsockopt(accepted, SOL_SOCKET, SO_KEEPALIVE, &yes, socklen_t(MemoryLayout<CInt>.size))
                close(descriptor)
                return accepted
            }
        }
        failure = EINTR
        return nil
    }
}
