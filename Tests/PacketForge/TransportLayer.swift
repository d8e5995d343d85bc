extension Forge {
    /// A TCP segment (RFC 9293 §3.1). `flags` in tcpdump's letters: S, F, R, P, A (".").
    public static func tcp(
        from sourcePort: Int = 40000, to destinationPort: Int = 443, sequence: UInt32, acknowledgment: UInt32 = 0, flags: String = "PA",
        options: [UInt8] = [], payload: [UInt8] = [], headerLength: Int? = nil
    ) -> [UInt8] {
        let options = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
        var bits: UInt8 = 0
        for letter in flags {
            switch letter {
            case "F": bits |= 1
            case "S": bits |= 2
            case "R": bits |= 4
            case "P": bits |= 8
            case "A", ".": bits |= 16
            default: break
            }
        }
        let header = (headerLength ?? 20 + options.count) / 4
        return be16(sourcePort) + be16(destinationPort) + be32(Int(sequence)) + be32(Int(acknowledgment))
            + [UInt8(header << 4), bits] + be16(65535) + be16(0) + be16(0) + options + payload
    }

    /// A UDP datagram (RFC 768); `length` overrides the right one.
    public static func udp(from sourcePort: Int = 40000, to destinationPort: Int = 9999, payload: [UInt8], length: Int? = nil) -> [UInt8] {
        be16(sourcePort) + be16(destinationPort) + be16(length ?? 8 + payload.count) + be16(0) + payload
    }
}

/// Two endpoints, and packets between them as Ethernet frames.
public struct ForgedPath: Sendable {
    public var phone = Forge.phoneV4
    public var server = Forge.serverV4
    public var phonePort = 40000
    public var serverPort = 443
    public var phoneMAC = Forge.phoneMAC
    public var serverMAC = Forge.gatewayMAC
    /// IPv4's identification, hop limit and VLAN tags of the packets in both directions.
    public var identification = 0x1234
    public var hopLimit = 64
    public var tags: [(tpid: Int, control: Int)] = []
    public init(phonePort: Int = 40000, serverPort: Int = 443) { (self.phonePort, self.serverPort) = (phonePort, serverPort) }

    public func tcp(fromPhone: Bool = true, sequence: UInt32, acknowledgment: UInt32 = 0, flags: String = "PA", payload: [UInt8] = []) -> [UInt8] {
        let ports = fromPhone ? (phonePort, serverPort) : (serverPort, phonePort)
        return frame(Forge.tcp(from: ports.0, to: ports.1, sequence: sequence, acknowledgment: acknowledgment, flags: flags, payload: payload),
                     transport: 6, fromPhone: fromPhone)
    }

    public func udp(fromPhone: Bool = true, payload: [UInt8]) -> [UInt8] {
        let ports = fromPhone ? (phonePort, serverPort) : (serverPort, phonePort)
        return frame(Forge.udp(from: ports.0, to: ports.1, payload: payload), transport: 17, fromPhone: fromPhone)
    }

    public func frame(_ datagram: [UInt8], transport: Int, fromPhone: Bool) -> [UInt8] {
        let (source, destination) = fromPhone ? (phone, server) : (server, phone)
        let macs = fromPhone ? (phoneMAC, serverMAC) : (serverMAC, phoneMAC)
        return Forge.ethernet(
            Forge.ip(datagram, transport: transport, from: source, to: destination, identification: identification, hopLimit: hopLimit),
            type: source.count == 4 ? Forge.ipv4Type : Forge.ipv6Type, from: macs.0, to: macs.1, tags: tags)
    }
}

/// A TCP connection that keeps its own sequence numbers and clock.
public struct ForgedConnection: Sendable {
    public var path: ForgedPath
    /// Next sequence number of each side.
    public var phoneNext: UInt32
    public var serverNext: UInt32
    public var time: Int64
    /// Nanoseconds between two packets.
    public var pause: Int64 = 10_000_000
    public private(set) var packets: [ForgedPacket] = []

    public init(_ path: ForgedPath = ForgedPath(), phoneStart: UInt32 = 1000, serverStart: UInt32 = 9000, at time: Int64 = ForgedPacket.start) {
        (self.path, phoneNext, serverNext, self.time) = (path, phoneStart, serverStart, time)
    }

    /// SYN, SYN+ACK, ACK.
    public mutating func open() {
        segment(fromPhone: true, flags: "S")
        segment(fromPhone: false, flags: "SA")
        segment(fromPhone: true, flags: "A")
    }

    /// `payload` in segments of at most `size` octets.
    public mutating func send(fromPhone: Bool = true, _ payload: [UInt8], size: Int = 1400) {
        for piece in Forge.pieces(payload, of: size) { segment(fromPhone: fromPhone, flags: "PA", piece) }
    }

    /// FIN from both sides, and the last acknowledgment.
    public mutating func close() {
        segment(fromPhone: true, flags: "FA")
        segment(fromPhone: false, flags: "FA")
        segment(fromPhone: true, flags: "A")
    }

    public mutating func segment(fromPhone: Bool, flags: String, _ payload: [UInt8] = []) {
        let sequence = fromPhone ? phoneNext : serverNext, acknowledgment = fromPhone ? serverNext : phoneNext
        packets.append(ForgedPacket(
            path.tcp(fromPhone: fromPhone, sequence: sequence, acknowledgment: acknowledgment, flags: flags, payload: payload), at: time))
        time += pause
        let used = UInt32(payload.count) + (flags.contains("S") || flags.contains("F") ? 1 : 0)
        if fromPhone { phoneNext &+= used } else { serverNext &+= used }
    }
}
