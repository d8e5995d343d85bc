import CPcap
import Glibc

/// The rights of this process that capturing needs, and how the others are given up (capabilities(7)).
public enum CapturePrivileges {
    private static var rawSockets: UInt32 { UInt32(CAP_NET_RAW) }
    private static var administration: UInt32 { UInt32(CAP_NET_ADMIN) }

    /// Whether interfaces can be captured (CAP_NET_RAW), and netfilter's log (CAP_NET_ADMIN).
    public static var canCapture: Bool { effective & 1 << UInt64(rawSockets) != 0 }
    public static var canReadNetfilterLog: Bool { effective & 1 << UInt64(administration) != 0 }

    /// Interfaces of this machine that libpcap would capture, the likeliest first.
    public static var interfaces: [String] { LiveInterface.names }

    /// Gives up every right of this thread, and of threads that it starts, but those that opening `interface` again needs (nil: none at
    /// all). To be called before there are other threads.
    ///
    /// - Returns: nil, or why it could not be done.
    public static func keepOnly(for interface: String?) -> String? {
        var kept: UInt64 = interface == nil ? 0 : 1 << UInt64(rawSockets)
        if let interface, isNetfilterLog(interface) { kept |= 1 << UInt64(administration) }
        kept &= permitted
        // Nothing that is executed later gets any right back, setuid programs included.
        guard no_new_privileges() == 0 else { return CaptureError.systemMessage(errno) }
        var header = version
        var data = (part(UInt32(truncatingIfNeeded: kept)), part(UInt32(truncatingIfNeeded: kept >> 32)))
        // Safe: version 3 of the call reads two entries, which lie one behind the other in the tuple.
        let status = unsafe withUnsafeMutableBytes(of: &data) { unsafe capset(&header, $0.bindMemory(to: __user_cap_data_struct.self).baseAddress) }
        return status == 0 ? nil : CaptureError.systemMessage(errno)
    }

    /// What to do for the right that is missing.
    static func missing(for interface: String) -> CaptureError {
        let right = isNetfilterLog(interface) ? "CAP_NET_ADMIN" : "CAP_NET_RAW", capability = right.lowercased()
        return CaptureError(.noPermission, "\(interface): capturing needs the right \(right): run as root, or give the program that right alone: "
            + "sudo setcap \(capability)+ep \"$(command -v trafficscope)\"")
    }

    static func isNetfilterLog(_ interface: String) -> Bool { interface.hasPrefix("nflog") || interface.hasPrefix("nfqueue") }

    private static var version: __user_cap_header_struct { __user_cap_header_struct(version: 0x2008_0522, pid: 0) }

    private static func part(_ bits: UInt32) -> __user_cap_data_struct { __user_cap_data_struct(effective: bits, permitted: bits, inheritable: 0) }

    private static var effective: UInt64 { capabilities { $0.effective } }
    private static var permitted: UInt64 { capabilities { $0.permitted } }

    private static func capabilities(_ member: (__user_cap_data_struct) -> UInt32) -> UInt64 {
        var header = version
        var data = (part(0), part(0))
        // Safe: as above, the call fills two entries.
        let status = unsafe withUnsafeMutableBytes(of: &data) { unsafe capget(&header, $0.bindMemory(to: __user_cap_data_struct.self).baseAddress) }
        return status == 0 ? UInt64(member(data.1)) << 32 | UInt64(member(data.0)) : 0
    }
}
