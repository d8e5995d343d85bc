import PacketForge

@testable import TrafficCore

/// What the engine made of some packets.
struct EngineReading {
    var flows: [(record: FlowRecord, bursts: [Burst])]
    var overview: CaptureOverview
    var records: [FlowRecord] { flows.map(\.record) }
    /// The only flow, or an empty stand-in when there is not exactly one; tests ask for `flows.count` too.
    var record: FlowRecord { flows.count == 1 ? flows[0].record : EngineReading.nothing }

    static let nothing = FlowRecord(
        capture: testIdentity, firstFrame: 0, lastFrame: 0, originator: Endpoint(address: IPAddress(v4: 0), port: 0),
        responder: Endpoint(address: IPAddress(v4: 0), port: 0), transport: .udp, first: 0, last: 0,
        packets: Directional(forward: -1, reverse: -1), octets: Directional(forward: -1, reverse: -1),
        payload: Directional(forward: -1, reverse: -1), resent: Directional(forward: -1, reverse: -1),
        overlapConflict: Directional(forward: -1, reverse: -1), missing: Directional(forward: -1, reverse: -1),
        outOfOrder: Directional(forward: -1, reverse: -1), state: "not exactly one flow",
        adus: Directional(forward: PayloadSizeCounts(), reverse: PayloadSizeCounts()))
}

let testIdentity = CaptureIdentity(name: "test", id: String(repeating: "0", count: 64), timeDigits: 9)

/// Runs packets through the engine as if a file held them.
func run(
    _ packets: [ForgedPacket], link: LinkType = .ethernet, timeouts: FlowTimeouts = FlowTimeouts(), limits: FlowLimits = FlowLimits()
) -> EngineReading {
    var engine = FlowEngine(identity: testIdentity, timeouts: timeouts, limits: limits)
    var flows: [(record: FlowRecord, bursts: [Burst])] = []
    for packet in packets {
        let record = PacketRecord(
            time: packet.time, capturedLength: packet.octets.count, wireLength: packet.wireLength ?? packet.octets.count, interface: 0,
            linkType: link.rawValue, start: 0)
        let view = PacketView(octets: packet.octets.span, record: record)
        engine.process(view, link: link)
        engine.takeClosed { flows.append(($0.record, $0.bursts)) }
    }
    engine.finish { flows.append(($0.record, $0.bursts)) }
    return EngineReading(flows: flows, overview: engine.overview)
}

/// One packet, decoded: the fields, or the error.
func decode(_ octets: [UInt8], link: LinkType = .ethernet, wireLength: Int? = nil) -> Result<DecodedPacket, DecodeError> {
    var packet = DecodedPacket()
    do throws(DecodeError) {
        switch try packet.decode(octets.span, wireLength: wireLength ?? octets.count, link: link) {
        case .transport: return .success(packet)
        default: return .success(DecodedPacket())
        }
    } catch { return .failure(error) }
}

/// Which bin of the account a packet falls in.
func kind(of octets: [UInt8], link: LinkType = .ethernet, wireLength: Int? = nil) -> String {
    var packet = DecodedPacket()
    do throws(DecodeError) {
        switch try packet.decode(octets.span, wireLength: wireLength ?? octets.count, link: link) {
        case .transport: return packet.isTCP ? "tcp" : "udp"
        case .otherTransport(let number): return "other \(number)"
        case .fragment: return "fragment"
        case .nonIP(let type): return "non-IP " + String(type, radix: 16)
        case .protected: return "protected"
        case .unsupportedLink: return "unsupported"
        }
    } catch { return error.name }
}

let second: Int64 = 1_000_000_000

/// `octets` with their time `seconds` after the start of forged captures.
func at(_ seconds: Double, _ octets: [UInt8]) -> ForgedPacket {
    ForgedPacket(octets, at: ForgedPacket.start + Int64(seconds * 1e9))
}
