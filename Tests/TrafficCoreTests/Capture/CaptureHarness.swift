import PacketForge

@testable import TrafficCore

/// What a capture's reading gave: its packets, and the error that ended it.
struct CaptureResult {
    var packets: [[UInt8]] = []
    var times: [Int64] = []
    var wireLengths: [Int] = []
    var interfaces: [Int] = []
    var linkTypes: [UInt16] = []
    var names: [String] = []
    var skippedTypes: [UInt32] = []
    var timeDigits = 0
    var format = ""
    var error: CaptureError?
}

func readCapture(_ octets: [UInt8]) -> CaptureResult {
    var result = CaptureResult()
    do throws(CaptureError) {
        var file = try CaptureFile(octets: octets, name: "forged")
        result.format = file.formatName
        do throws(CaptureError) {
            while true {
                guard let packet = try file.next() else { break }
                result.packets.append(packet.octets.copied())
                result.times.append(packet.record.time)
                result.wireLengths.append(packet.record.wireLength)
                result.interfaces.append(packet.record.interface)
                result.linkTypes.append(packet.record.linkType)
            }
        } catch { result.error = error }
        result.names = file.resolvedNames.map { "\($0.0) \($0.1)" }
        result.skippedTypes = file.skippedBlocks.map(\.type)
        result.timeDigits = file.timeDigits
    } catch { result.error = error }
    return result
}

/// Small frames of different lengths, each one known by its octets.
func sampleFrames(_ count: Int) -> [[UInt8]] {
    (0..<count).map { index in
        Forge.ethernet(Forge.ipv4(Forge.udp(from: 1000 + index, payload: [UInt8](repeating: UInt8(index), count: index + 1)), transport: 17))
    }
}

func samplePackets(_ count: Int, step: Int64 = 1_500_000_000) -> [ForgedPacket] {
    sampleFrames(count).enumerated().map { ForgedPacket($1, at: ForgedPacket.start + Int64($0) * step) }
}
