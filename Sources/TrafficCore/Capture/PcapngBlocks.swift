/// Writes blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds.
enum PcapngBlocks {
    /// The comment of an interface statistics block that says only this: at its time no packet had come for a while.
    static let idleComment = "trafficscope: idle"
    /// From its time on nothing could be captured, and then again.
    static let awayComment = "trafficscope: away", backComment = "trafficscope: back"

    /// A section header (§4.1) of unknown length.
    static func sectionHeader(program: String) -> [UInt8] {
        block(.sectionHeader) { body in
            body.append(word: 0x1a2b_3c4d)
            body.append(half: 1)
            body.append(half: 0)
            for _ in 0..<8 { body.append(0xff) }
            body.append(option: 4, text: program)           // shb_userappl
            body.append(option: 0, text: "")
        }
    }

    /// An interface description (§4.2).
    static func interfaceDescription(name: String, linkType: UInt16, snapLength: UInt32, filter: String?) -> [UInt8] {
        block(.interfaceDescription) { body in
            body.append(half: linkType)
            body.append(half: 0)
            body.append(word: snapLength)
            body.append(option: 2, text: name)
            body.append(option: 9, octets: [9])             // if_tsresol: 10^-9 s
            if let filter { body.append(option: 11, octets: [0] + Array(filter.utf8)) }
            body.append(option: 0, text: "")
        }
    }

    /// Appends an enhanced packet block (§4.3).
    ///
    /// - Parameters:
    ///   - options: of the packet as they stand in a little-endian section, without their end; empty for none.
    ///   - comments: that come before them.
    static func append(packet: borrowing PacketView, interface: UInt32, options: Span<UInt8>, comments: [String], to octets: inout [UInt8]) {
        let start = octets.count
        octets.append(word: PcapngBlockType.enhancedPacket.rawValue)
        octets.append(word: 0)
        octets.append(word: interface)
        let time = UInt64(bitPattern: max(0, packet.record.time))
        octets.append(word: UInt32(truncatingIfNeeded: time >> 32))
        octets.append(word: UInt32(truncatingIfNeeded: time))
        octets.append(word: UInt32(clamping: packet.octets.count))
        octets.append(word: UInt32(clamping: packet.record.wireLength))
        octets.append(span: packet.octets)
        octets.pad()
        if !options.isEmpty || !comments.isEmpty {
            for comment in comments { octets.append(option: 1, text: comment) }
            octets.append(span: options)
            octets.append(option: 0, text: "")
        }
        octets.endBlock(from: start)
    }

    /// Interface statistics (§4.6): what was counted until `time`, nanoseconds since 1970.
    static func statistics(_ counted: InterfaceStatistics, interface: UInt32, at time: Int64, comments: [String]) -> [UInt8] {
        block(.interfaceStatistics) { body in
            body.append(word: interface)
            body.append(time: time)
            for comment in comments { body.append(option: 1, text: comment) }
            for (code, value) in [(UInt16(2), counted.start), (3, counted.end)] {
                guard let value else { continue }
                var octets: [UInt8] = []
                octets.append(time: value)
                body.append(option: code, octets: octets)
            }
            let counts = [(UInt16(4), counted.received), (5, counted.lostByInterface), (6, counted.accepted), (7, counted.lostBySystem), (8, counted.delivered)]
            for (code, value) in counts {
                guard let value else { continue }
                body.append(option: code, octets: (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
            }
            body.append(option: 0, text: "")
        }
    }

    /// A block of any type with octets that are known.
    static func block(_ type: PcapngBlockType, body octets: [UInt8]) -> [UInt8] { block(type) { $0 += octets } }

    private static func block(_ type: PcapngBlockType, _ body: (inout [UInt8]) -> Void) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(word: type.rawValue)
        octets.append(word: 0)
        body(&octets)
        octets.pad()
        octets.endBlock(from: 0)
        return octets
    }
}

extension [UInt8] {
    fileprivate mutating func append(half value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    fileprivate mutating func append(word value: UInt32) {
        append(half: UInt16(truncatingIfNeeded: value))
        append(half: UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Two halves of 32 bits, the upper one first.
    fileprivate mutating func append(time: Int64) {
        let ticks = UInt64(bitPattern: Swift.max(0, time))
        append(word: UInt32(truncatingIfNeeded: ticks >> 32))
        append(word: UInt32(truncatingIfNeeded: ticks))
    }

    fileprivate mutating func append(option code: UInt16, text: String) { append(option: code, octets: Array(text.utf8)) }

    /// An option (§3.5); values beyond 65535 octets are cut.
    fileprivate mutating func append(option code: UInt16, octets: [UInt8]) {
        let value = octets.prefix(65_535)
        append(half: code)
        append(half: UInt16(value.count))
        self += value
        pad()
    }

    mutating func append(span: Span<UInt8>) {
        // Safe: the span's memory is only read, while it is lent.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Fills up to a multiple of four; blocks and options begin at one.
    mutating func pad() { while count % 4 != 0 { append(0) } }

    /// Writes the length of the block that begins at `start` into it and behind it.
    fileprivate mutating func endBlock(from start: Int) {
        let length = UInt32(clamping: count - start + 4)
        for index in 0..<4 { self[start + 4 + index] = UInt8(truncatingIfNeeded: length >> (index * 8)) }
        append(word: length)
    }
}
