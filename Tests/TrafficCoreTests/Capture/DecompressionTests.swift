import Foundation
import PacketForge
import Testing

@testable import TrafficCore

/// A gzip member of stored blocks (RFC 1951 §3.2.4, RFC 1952 §2.3), written without zlib.
private func gzip(_ octets: [UInt8]) -> [UInt8] {
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], start = 0
    repeat {
        let count = min(65_535, octets.count - start), isLast = start + count == octets.count
        member += [isLast ? 1 : 0, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255)]
        member += octets[start..<start + count]
        start += count
    } while start < octets.count
    var crc: UInt32 = 0xffff_ffff
    for octet in octets {
        crc ^= UInt32(octet)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    for value in [~crc, UInt32(truncatingIfNeeded: octets.count)] { for shift: UInt32 in [0, 8, 16, 24] { member.append(UInt8(value >> shift & 255)) } }
    return member
}

@Suite struct DecompressionTests {
    private func read(_ octets: [UInt8]) throws -> (packets: Int, octets: Int64, damage: String?) {
        let path = NSTemporaryDirectory() + "trafficscope-gzip-" + UUID().uuidString
        try Data(octets).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let content = try CaptureContent(CapturePath(path: path, given: path))
        let overview = try Inspection.read(content) { _ in }
        return (overview.account.packets, content.octets, overview.damage)
    }

    private var capture: [UInt8] {
        let path = ForgedPath(phonePort: 41000)
        let packets = (0..<200).map { at(Double($0) / 10, path.tcp(sequence: UInt32($0) * 100 + 1, payload: [UInt8](repeating: UInt8($0), count: 100))) }
        return ForgedPcap().file(packets)
    }

    @Test("a capture packed by gzip, in one member or in two, is the capture")
    func whole() throws {
        let plain = try read(capture)
        #expect(plain.packets == 200 && plain.damage == nil)
        for packed in [gzip(capture), gzip(Array(capture[..<1000])) + gzip(Array(capture[1000...])), gzip(capture) + [0, 0, 0]] {
            let result = try read(packed)
            #expect(result.packets == 200 && result.octets == plain.octets && result.damage == nil)
        }
    }

    @Test("cut or damaged gzip gives what precedes, and says so")
    func damaged() throws {
        let packed = gzip(capture)
        let cut = try read(Array(packed.prefix(packed.count / 2)))
        #expect(cut.packets > 50 && cut.packets < 200 && cut.damage?.contains("gzip") == true)
        var flipped = packed
        flipped[packed.count - 6] ^= 1                  // the checksum
        #expect(try read(flipped).damage?.contains("gzip") == true)
    }
}
