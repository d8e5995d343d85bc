import CPcap
import Glibc

/// What a source of packets has.
enum LiveInput: ~Escapable {
    case packet(PacketView)
    /// Nothing came for a moment; the time is nanoseconds since 1970, by the clock of the packets.
    case idle(Int64)
    /// There will be no more; the reason, unless somebody asked for the end.
    case stopped(CaptureError?)
}

/// A network interface under capture, by libpcap (on Linux a ring in memory that the kernel fills, TPACKET_V3).
// @unchecked, safe: libpcap lets any thread use a handle, one at a time; this cannot be copied (~Copyable) and the handle is private, so
// that whoever owns it is the only one who can use it, and handing it on hands it over whole.
@safe struct LiveInterface: ~Copyable, @unchecked Sendable {
    /// What to capture, and how.
    struct Settings: Sendable {
        var name: String
        /// pcap-filter(7); the kernel applies it.
        var filter: String?
        /// Octets of the kernel's ring.
        var ring: Int
        /// Octets of a packet that are kept.
        var snapLength: Int32
        var isPromiscuous: Bool
    }

    let settings: Settings
    private let handle: OpaquePointer
    private let descriptor: CInt
    private let isNanoseconds: Bool
    let linkType: UInt16
    /// Of the interface in the system, whatever it is called; 0 for what is none ("any", netfilter's log).
    let index: UInt32
    /// Of the interface in its packets' records.
    var number = 0
    /// Of this handle alone.
    private var counted = (received: UInt32(0), dropped: UInt32(0), droppedByInterface: UInt32(0))
    /// Since the interface was first opened.
    private(set) var statistics = InterfaceStatistics()
    /// The latest packet had to be waited for.
    private(set) var hasWaited = false

    /// Milliseconds that one look waits for packets, and after which the kernel hands over a part of its ring.
    static var patience: CInt { 100 }

    /// - Parameter before: what was counted on the interface before it went away.
    /// - Throws: `CaptureError`: no such interface (noInput), no right (noPermission), a filter that does not compile (usage),
    ///   the interface is down or something else is wrong (unavailable).
    init(_ settings: Settings, before: InterfaceStatistics? = nil) throws(CaptureError) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let opened = unsafe pcap_create(settings.name, &message) else {
            throw CaptureError(.unavailable, "\(settings.name): \(Self.text(message))")
        }
        do throws(CaptureError) {
            unsafe pcap_set_snaplen(opened, settings.snapLength)
            unsafe pcap_set_promisc(opened, settings.isPromiscuous ? 1 : 0)
            unsafe pcap_set_timeout(opened, Self.patience)
            unsafe pcap_set_buffer_size(opened, CInt(clamping: settings.ring))
            unsafe pcap_set_tstamp_precision(opened, PCAP_TSTAMP_PRECISION_NANO)
            let status = unsafe pcap_activate(opened)
            guard status >= 0 else { throw Self.failure(settings.name, status, unsafe String(cString: pcap_geterr(opened))) }
            if let expression = settings.filter {
                var program = unsafe bpf_program()
                // Safe: the program is filled by the first call, copied into the kernel by the second and freed once.
                guard unsafe pcap_compile(opened, &program, expression, 1, 0xffff_ffff) == 0 else {
                    throw CaptureError(.usage, "filter \"\(expression)\": \(unsafe String(cString: pcap_geterr(opened))); see pcap-filter(7)")
                }
                let status = unsafe pcap_setfilter(opened, &program)
                unsafe pcap_freecode(&program)
                guard status == 0 else { throw CaptureError(.unavailable, "\(settings.name): \(unsafe String(cString: pcap_geterr(opened)))") }
            }
            guard unsafe pcap_setnonblock(opened, 1, &message) == 0 else { throw CaptureError(.unavailable, "\(settings.name): \(Self.text(message))") }
        } catch {
            unsafe pcap_close(opened)
            throw error
        }
        self.settings = settings
        unsafe handle = unsafe opened
        descriptor = unsafe pcap_get_selectable_fd(opened)
        isNanoseconds = unsafe pcap_get_tstamp_precision(opened) == PCAP_TSTAMP_PRECISION_NANO
        // LINKTYPE_ numbers are DLT_ numbers but for raw IP, which is 12 to libpcap on Linux.
        let link = unsafe pcap_datalink(opened)
        linkType = link == 12 ? 101 : UInt16(truncatingIfNeeded: link)
        index = unsafe if_nametoindex(settings.name)
        if let before { statistics = before }
        statistics.start = statistics.start ?? Self.now
    }

    deinit { unsafe pcap_close(handle) }

    /// Nanoseconds since 1970.
    static var now: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// The next packet, or what there is in its place after at most `patience`.
    @_lifetime(&self)
    mutating func next() -> LiveInput {
        var header: UnsafeMutablePointer<pcap_pkthdr>?, data: UnsafePointer<UInt8>?
        var status = unsafe look(&header, &data)
        hasWaited = status == 0
        if status == 0 {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Safe: one entry, which lives through the call.
            guard unsafe poll(&waiting, 1, Self.patience) > 0 else { return .idle(Self.now) }
            status = unsafe look(&header, &data)
        }
        guard status == 1, let header = unsafe header, let data = unsafe data else {
            if status == 0 { return .idle(Self.now) }
            return .stopped(CaptureError(.unavailable, "\(settings.name): \(unsafe String(cString: pcap_geterr(handle)))"))
        }
        let fixed = unsafe header.pointee
        let fraction = Int64(fixed.ts.tv_usec) * (isNanoseconds ? 1 : 1000)
        let record = PacketRecord(
            time: Int64(fixed.ts.tv_sec) * 1_000_000_000 + fraction, capturedLength: Int(fixed.caplen), wireLength: Int(fixed.len), interface: number,
            linkType: linkType, start: 0)
        // Safe: libpcap promises `caplen` readable octets at `data` until the next call on this handle.
        let view = PacketView(octets: unsafe Span(_unsafeStart: data, count: Int(fixed.caplen)), record: record)
        return .packet(unsafe _overrideLifetime(view, mutating: &self))
    }

    /// pcap_next_ex(3PCAP), but that nothing to read is 0 wherever: of netfilter's log libpcap (to 1.10.3 at least) says that the read failed.
    private func look(_ header: inout UnsafeMutablePointer<pcap_pkthdr>?, _ data: inout UnsafePointer<UInt8>?) -> CInt {
        errno = 0
        let status = unsafe pcap_next_ex(handle, &header, &data)
        return status == PCAP_ERROR && errno == EAGAIN ? 0 : status
    }

    /// Asks the kernel what it lost; counts of 32 bits run over.
    mutating func count() {
        var now = pcap_stat()
        guard unsafe pcap_stats(handle, &now) == 0 else { return }
        // Of netfilter's log libpcap counts how often the socket was full, the kernel how many messages did not fit.
        if CapturePrivileges.isNetfilterLog(settings.name) { now.ps_drop = droppedByNetlink ?? now.ps_drop }
        statistics.received = (statistics.received ?? 0) + Self.step(from: counted.received, to: now.ps_recv)
        statistics.lostBySystem = (statistics.lostBySystem ?? 0) + Self.step(from: counted.dropped, to: now.ps_drop)
        statistics.lostByInterface = (statistics.lostByInterface ?? 0) + Self.step(from: counted.droppedByInterface, to: now.ps_ifdrop)
        counted = (now.ps_recv, now.ps_drop, now.ps_ifdrop)
    }

    /// What a count of 32 bits has grown by. One that went back began anew: libpcap reads what a card missed by the card's name, which
    /// may have changed.
    private static func step(from before: UInt32, to now: UInt32) -> UInt64 {
        let step = now &- before
        return step > UInt32.max / 2 ? 0 : UInt64(step)
    }

    /// Messages that did not fit into the socket of netfilter's log (proc_net(5): netlink).
    private var droppedByNetlink: UInt32? {
        var status = stat()
        // Safe: `status` outlives the call.
        guard unsafe fstat(descriptor, &status) == 0, let file = unsafe fopen("/proc/self/net/netlink", "re") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, CInt(line.count), file) != nil {
            // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
            let columns = Self.text(line).split { $0 == " " || $0 == "\n" }
            if columns.count >= 10, columns[9] == String(status.st_ino) { return Int(columns[8]).map { UInt32(truncatingIfNeeded: $0) } }
        }
        return nil
    }

    // MARK: Interfaces

    /// Whether an interface of the system is up; nil when there is none of that name ("any" and "nflog:100" are none).
    static func isUp(_ name: String) -> Bool? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return nil }
        defer { unsafe freeifaddrs(list) }
        var next = unsafe list
        // Safe: the list is getifaddrs' own, freed above after its last use.
        while let entry = unsafe next {
            let interface = unsafe entry.pointee
            if unsafe String(cString: interface.ifa_name) == name { return unsafe interface.ifa_flags & UInt32(IFF_UP) != 0 }
            unsafe next = interface.ifa_next
        }
        return nil
    }

    /// What the interface with this index is called by now; nil when it is gone.
    static func name(ofIndex index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        // Safe: the call writes at most IF_NAMESIZE octets, NUL included.
        return unsafe if_indextoname(index, &name) == nil ? nil : text(name)
    }

    /// Names of the interfaces that can be captured, in libpcap's order: the likeliest first.
    static var names: [String] {
        var list: UnsafeMutablePointer<pcap_if_t>?, message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard unsafe pcap_findalldevs(&list, &message) == 0 else { return [] }
        defer { unsafe pcap_freealldevs(list) }
        var names: [String] = [], next = unsafe list
        // Safe: the list is libpcap's own, freed above after its last use.
        while let entry = unsafe next {
            unsafe names.append(String(cString: entry.pointee.name))
            unsafe next = entry.pointee.next
        }
        return names
    }

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func failure(_ name: String, _ status: CInt, _ detail: String) -> CaptureError {
        switch status {
        case PCAP_ERROR_NO_SUCH_DEVICE:
            let names = Self.names.prefix(12).joined(separator: ", ")
            return CaptureError(.noInput, "\(name): no such interface; there are \(names.isEmpty ? "none" : names)")
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED: return CapturePrivileges.missing(for: name)
        case PCAP_ERROR_IFACE_NOT_UP: return CaptureError(.unavailable, "\(name): the interface is down; ip link set \(name) up")
        default:
            // Netlink answers so to whoever may not ask for netfilter's log, and where another program has it.
            if detail.contains("not permitted"), CapturePrivileges.isNetfilterLog(name), CapturePrivileges.canReadNetfilterLog {
                return CaptureError(.unavailable, "\(name): another program reads this group; end it, or log to another group")
            }
            if detail.contains("not permitted") || detail.contains("Permission denied") { return CapturePrivileges.missing(for: name) }
            return CaptureError(.unavailable, "\(name): \(detail.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : detail)")
        }
    }
}
