// Blocks of pcapng that are no packets, and what they tell.

/// A text in an option or a block; octets that are no UTF-8 are replaced.
func optionText(_ octets: Span<UInt8>, _ range: Range<Int>, limit: Int) -> String {
    var text: [UInt8] = []
    for index in range.prefix(limit) {
        if octets[index] == 0 { break }         // some writers count the terminator
        text.append(octets[index])
    }
    return String(decoding: text, as: UTF8.self)
}

/// Octets of a name or path that are kept.
private var longestName: Int { 1024 }

extension CaptureSecrets {
    /// A Decryption Secrets Block (§4.7): type, length, octets.
    init?(_ body: Span<UInt8>, _ order: SectionOrder, section: Int, packetsBefore: Int) {
        guard body.count >= 8 else { return nil }
        let length = Int(body.u32(4, order))
        guard length <= body.count - 8 else { return nil }
        self.init(
            kind: Kind(rawValue: body.u32(0, order)), octets: body.extracting(8..<8 + length).copied(), section: section,
            packetsBefore: packetsBefore)
    }
}

extension CaptureProcess {
    /// Apple's Process Information Block: identifier, then options 2 name, 3 path, 4 UUID.
    init?(_ body: Span<UInt8>, _ order: SectionOrder, section: Int) {
        guard body.count >= 4 else { return nil }
        var process = CaptureProcess(identifier: body.u32(0, order), section: section)
        forEachOption(body, from: 4, order) { code, range in
            switch code {
            case 2: process.name = optionText(body, range, limit: longestName)
            case 3: process.path = optionText(body, range, limit: longestName)
            case 4 where range.count >= 16: process.uuid = body.extracting(range.lowerBound..<range.lowerBound + 16).copied()
            default: break
            }
        }
        self = process
    }
}

extension CaptureApp {
    /// PCAPdroid's custom block, behind its enterprise number: version 1, type 1 (uid map), padding, uid, two lengths, package
    /// and name.
    init?(_ body: Span<UInt8>, _ order: SectionOrder, section: Int) {
        guard body.count >= 10, body.u16(0, order) == 1, body[2] == 1 else { return nil }
        let packageEnd = 10 + Int(body[8]), end = packageEnd + Int(body[9])
        guard end <= body.count else { return nil }
        self.init(
            uid: Int32(bitPattern: body.u32(4, order)), package: optionText(body, 10..<packageEnd, limit: longestName),
            name: optionText(body, packageEnd..<end, limit: longestName), section: section)
    }
}

extension InterfaceStatistics {
    /// The options of an Interface Statistics Block (§4.6), which stand behind interface number and time.
    ///
    /// - Parameter clock: of the interface; nil when it was not described.
    init(_ body: Span<UInt8>, _ order: SectionOrder, clock: CaptureClock?) {
        self.init()
        var found = InterfaceStatistics()
        forEachOption(body, from: 12, order) { code, range in
            guard range.count >= 8 else { return }
            switch code {
            case 2, 3:          // two halves of 32 bits, the upper one first in either byte order, as in packets
                let ticks = UInt64(body.u32(range.lowerBound, order)) << 32 | UInt64(body.u32(range.lowerBound + 4, order))
                let time = clock?.nanoseconds(ticks)
                if code == 2 { found.start = time } else { found.end = time }
            case 4: found.received = body.u64(range.lowerBound, order)
            case 5: found.lostByInterface = body.u64(range.lowerBound, order)
            case 6: found.accepted = body.u64(range.lowerBound, order)
            case 7: found.lostBySystem = body.u64(range.lowerBound, order)
            case 8: found.delivered = body.u64(range.lowerBound, order)
            default: break
            }
        }
        self = found
    }
}

/// The comments of an Interface Statistics Block.
func statisticsComments(_ body: Span<UInt8>, _ order: SectionOrder) -> [String] {
    var comments: [String] = []
    forEachOption(body, from: 12, order) { code, range in
        guard code == 1, comments.count < PacketOptions.commentLimit else { return }
        comments.append(optionText(body, range, limit: PacketOptions.commentLength))
    }
    return comments
}
