/// An SSH identification string (RFC 4253 §4.2): "SSH-protoversion-softwareversion SP comments".
struct SSHIdentification {
    var version: String
    var software: String?

    /// RFC 4253 §4.2: 255 octets with the line's end.
    static var longestLine: Int { 255 }
    /// Lines that a server may send before it; no server that is known sends more than a few.
    static var otherLines: Int { 16 }

    /// The line without its end.
    init?(_ line: Span<UInt8>) {
        guard line.hasText("SSH-"), let hyphen = line.firstIndex(of: 0x2d, from: 4), hyphen > 4, let version = line.extracting(4..<hyphen).shortText else { return nil }
        self.version = version
        software = line.extracting(hyphen + 1..<line.count).shortText
    }
}

/// Reads the banners of both sides; all behind them is encrypted or of no use.
struct SSHDissector: StreamDissector {
    private var lines = PerSender(0)

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.matches("SSH-") else { return .no }
        guard head.count >= 8 else { return .needs(8) }
        // "2.0", "1.99", "1.5" (RFC 4253 §5).
        return head[4] == 0x31 || head[4] == 0x32 ? head[5] == 0x2e ? .yes : .no : .no
    }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .ssh }
        var position = 0
        while true {
            let rest = octets.extracting(position..<octets.count)
            guard let end = rest.extracting(0..<min(rest.count, SSHIdentification.longestLine)).firstIndex(of: 0x0a, from: 0) else {
                return rest.count >= SSHIdentification.longestLine ? .finished : Consumption(done: position, wanted: rest.count + 1)
            }
            if let banner = SSHIdentification(rest.extracting(0..<end)) {
                note(banner, from: sender, into: &facts)
                return .finished
            }
            lines[sender] += 1
            guard lines[sender] <= SSHIdentification.otherLines else { return .finished }
            position += end + 1
        }
    }

    /// Servers listen on 22, or on the lower port: both sides send the same kind of line, and either may be the first.
    private func note(_ banner: SSHIdentification, from sender: Sender, into facts: inout FlowFacts) {
        if facts.version == nil { facts.version = "SSH \(banner.version)" }
        let isServer = facts.ports.first == 22 ? sender == .first : facts.ports.second == 22 ? sender == .second
            : (facts.ports.first < facts.ports.second) == (sender == .first)
        if isServer {
            facts.details.serverSoftware = banner.software
        } else {
            facts.details.clientSoftware = banner.software
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
}
