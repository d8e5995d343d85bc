import PacketForge
import Testing

@testable import TrafficCore

@Suite struct QUICDissectorTests {
    /// The CRYPTO frame of the client's first flight in both RFCs' Appendix A.2.
    static let publishedFrame = Forge.hex("""
        060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868 04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
        616d706c652e636f6dff01000100000a00080006001d00170018001000070005 04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
        baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400 0d0010000e0403050306030203080408050806002d00020101001c0002400100
        3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000 75300901100f088394c8f03e51570806048000ffff
        """)

    struct Published: CustomTestStringConvertible, Sendable {
        var version: ForgedQUICVersion
        var name: String
        var start: String
        var end: String
        var testDescription: String { name }
    }
    /// RFC 9001 and RFC 9369, Appendix A.2: the first and the last octets of the 1200 of the protected packet; the last 16
    /// authenticate all of it.
    static let published: [Published] = [
        Published(version: .v1, name: "QUIC v1", start: "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c",
                  end: "7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934"),
        Published(version: .v2, name: "QUIC v2", start: "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071bf03dceebfa162e75d6c",
                  end: "9a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb69745a262ccde96ba18b2faa745b6fe189cf772a9f84cbfc"),
    ]

    @Test("the published packets open", arguments: published)
    func publishedPacket(_ c: Published) {
        var packet = ForgedQUICPacket()
        packet.version = c.version
        let datagram = packet.initial(Self.publishedFrame + Forge.padding(1162 - Self.publishedFrame.count))
        // The forge agrees with the RFC, so what the dissector reads is the RFC's packet.
        #expect(datagram.count == 1200)
        #expect(Forge.hexText(datagram).hasPrefix(c.start) && Forge.hexText(datagram).hasSuffix(c.end))
        let record = run([at(0, path.udp(payload: datagram))]).record
        #expect(record.service == "quic" && record.version == c.name)
        #expect(record.serverName == "example.com" && record.alpn == ["alpn"])
    }

    private let path = ForgedPath()
    private func record(_ datagrams: [[UInt8]]) -> FlowRecord {
        run(datagrams.enumerated().map { at(Double($0) / 100, path.udp(payload: $1)) }).record
    }
    /// A hello as large as one with post-quantum keys, so that it needs two datagrams.
    private var largeHello: ForgedClientHello {
        var hello = ForgedClientHello(host: "large.example", alpn: ["h3"], versions: [0x0304])
        hello.extensions.append((51, Forge.be16(1254) + Forge.padding(1254)))
        return hello
    }

    @Test("every version, every length of packet number and connection ID", arguments: ForgedQUICVersion.allCases, [1, 2, 3, 4])
    func variants(_ version: ForgedQUICVersion, _ numberLength: Int) {
        for idLength in [0, 1, 8, 20] {
            var packet = ForgedQUICPacket()
            (packet.version, packet.numberLength, packet.number) = (version, numberLength, 1)
            (packet.destinationID, packet.sourceID) = ([UInt8](repeating: 9, count: idLength), [UInt8](repeating: 3, count: 20 - idLength))
            packet.token = Forge.padding(idLength * 5)
            #expect(record([Forge.quicInitial(ForgedClientHello(host: "quic.example"), packet)]).serverName == "quic.example", "ID of \(idLength)")
        }
    }

    @Test("a hello over several packets, in any order of its pieces", arguments: 0..<12)
    func pieces(seed: UInt64) {
        var random = SplitMix64(seed: seed), frames: [[UInt8]] = [], offset = 0
        let message = largeHello.message
        while offset < message.count {
            let length = min(Int.random(in: 1...600, using: &random), message.count - offset)
            frames.append(Forge.cryptoFrame(Array(message[offset..<offset + length]), at: offset))
            offset += length
        }
        frames.shuffle(using: &random)
        if seed % 2 == 0 { frames.append(frames[0]) }
        let datagrams = frames.enumerated().map { number, frame in
            var packet = ForgedQUICPacket()
            packet.number = number
            // Chrome puts PING and PADDING between the pieces.
            return packet.initial([1] + Forge.padding(3) + frame + Forge.padding(max(0, 1100 - frame.count)))
        }
        let found = record(datagrams), whole = run([at(0, path.udp(payload: Forge.quicInitial(largeHello)))]).record
        #expect(found.serverName == "large.example" && found.alpn == ["h3"])
        #expect(found.ja4 == whole.ja4 && found.ja4?.hasPrefix("q13d") == true)
    }

    @Test("a missing piece gives no name", arguments: 0..<3)
    func missingPiece(_ lost: Int) {
        var pieces = Forge.pieces(largeHello.message, of: 500).enumerated().map { Forge.cryptoFrame($1, at: $0 * 500) }
        pieces.remove(at: lost)
        let found = record(pieces.enumerated().map { number, frame in
            var packet = ForgedQUICPacket()
            packet.number = number
            return packet.initial(frame + Forge.padding(600))
        })
        #expect(found.service == "quic" && found.serverName == nil && found.ja4 == nil)
    }

    @Test("packets coalesced in one datagram, the hello in the last")
    func coalesced() {
        let first = ForgedQUICPacket()
        var second = ForgedQUICPacket()
        second.number = 3
        let message = ForgedClientHello(host: "coalesced.example").message
        let datagram = first.initial([2, 0, 0, 0, 0] + Forge.cryptoFrame(Array(message.prefix(50)), at: 0)) + first.other(.zeroRTT, Forge.padding(80))
            + second.initial(Forge.cryptoFrame(Array(message.dropFirst(50)), at: 50)) + Forge.padding(200)
        #expect(record([datagram]).serverName == "coalesced.example")
    }

    @Test("after a Retry the keys come from the new connection ID")
    func retry() {
        var again = ForgedQUICPacket()
        (again.destinationID, again.token, again.number) = ([UInt8](repeating: 0xaa, count: 8), Forge.padding(40), 3)
        var server = ForgedQUICPacket()
        server.destinationID = []
        server.sourceID = again.destinationID
        // The first hello's keys are spoilt: only the one after the Retry can be read.
        var unreadable = ForgedQUICPacket()
        unreadable.keyID = [1, 2, 3]
        let packets = [
            at(0, path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "first.example"), unreadable))),
            at(0.1, path.udp(fromPhone: false, payload: server.other(.retry, Forge.padding(60)))),
            at(0.2, path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "again.example"), again))),
        ]
        #expect(run(packets).record.serverName == "again.example")
    }

    @Test("a Retry between two halves of a hello")
    func retryMidway() {
        let message = largeHello.message
        func half(_ range: Range<Int>, _ packet: ForgedQUICPacket) -> [UInt8] { packet.initial(Forge.cryptoFrame(Array(message[range]), at: range.lowerBound) + Forge.padding(200)) }
        var again = ForgedQUICPacket()
        (again.destinationID, again.token) = ([UInt8](repeating: 0xbb, count: 8), Forge.padding(40))
        var server = ForgedQUICPacket()
        (server.destinationID, server.sourceID) = ([], again.destinationID)
        var later = again
        later.number = 3
        let packets = [
            at(0, path.udp(payload: half(0..<900, ForgedQUICPacket()))), at(0.1, path.udp(fromPhone: false, payload: server.other(.retry, Forge.padding(60)))),
            at(0.2, path.udp(payload: half(0..<900, again))), at(0.3, path.udp(payload: half(900..<message.count, later))),
        ]
        #expect(run(packets).record.serverName == "large.example")
    }

    @Test("the server's Initials between the client's are not taken for the client's")
    func serverBetween() {
        let message = largeHello.message
        var second = ForgedQUICPacket(), server = ForgedQUICPacket()
        second.number = 3
        (server.destinationID, server.sourceID, server.keyID, server.fromClient) = ([], [7, 7, 7, 7], Forge.hex("8394c8f03e515708"), false)
        let packets = [
            at(0, path.udp(payload: ForgedQUICPacket().initial(Forge.cryptoFrame(Array(message.prefix(700)), at: 0) + Forge.padding(300)))),
            at(0.1, path.udp(fromPhone: false, payload: server.initial([2, 2, 0, 0, 0] + Forge.cryptoFrame(Forge.serverHello(), at: 0) + Forge.padding(900)))),
            at(0.2, path.udp(payload: second.initial(Forge.cryptoFrame(Array(message.dropFirst(700)), at: 700) + Forge.padding(300)))),
        ]
        #expect(run(packets).record.serverName == "large.example")
    }

    /// RFC 9001, Appendix A.3: the server's answer to the packet of A.2.
    static let publishedAnswer = Forge.hex("""
        cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a 5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3
        dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84 022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4
        2158407dd074ee
        """)

    @Test("the published answer of the server opens: its suite and JA3S", arguments: [false, true])
    func publishedAnswer(isDelayed: Bool) {
        let question = ForgedQUICPacket().initial(Self.publishedFrame + Forge.padding(1162 - Self.publishedFrame.count))
        let acknowledgment = isDelayed ? [at(0.1, path.udp(fromPhone: false, payload: ForgedQUICPacket().other(.handshake, Forge.padding(50))))] : []
        let record = run([at(0, path.udp(payload: question))] + acknowledgment + [at(0.2, path.udp(fromPhone: false, payload: Self.publishedAnswer))]).record
        #expect(record.version == "QUIC v1" && record.facts.cipherSuite == 0x1301)
        // MD5 of "771,4865,51-43", by md5sum.
        #expect(record.ja3s == "eb1d94daa7e0344597e756a1fb6e7054")
    }

    @Test("the server's hello in every version; and the version is the one that it speaks", arguments: ForgedQUICVersion.allCases)
    func serverHello(_ version: ForgedQUICVersion) {
        var client = ForgedQUICPacket(), server = ForgedQUICPacket(), refused = ForgedQUICPacket()
        refused.version = version == .v1 ? .draft29 : .v1
        (client.version, server.version) = (version, version)
        (server.destinationID, server.sourceID, server.keyID, server.fromClient) = ([], [7, 7, 7, 7], client.destinationID, false)
        let record = run([
            at(0, path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "refused.example"), refused))),
            at(0.1, path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "served.example"), client))),
            at(0.2, path.udp(fromPhone: false, payload: server.initial(Forge.cryptoFrame(Forge.serverHello(), at: 0) + Forge.padding(600)))),
        ]).record
        let overTLS = converse([(true, Forge.record(ForgedClientHello(host: "a.example").message)), (false, Forge.record(Forge.serverHello()))])
        #expect(record.ja3s != nil && record.ja3s == overTLS.ja3s)
    }

    @Test("a packet with a flipped bit is not opened, and nothing traps", arguments: 0..<60)
    func flipped(seed: UInt64) {
        var random = SplitMix64(seed: seed), datagram = Forge.quicInitial(ForgedClientHello(host: "quic.example"))
        datagram[Int.random(in: 0..<datagram.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        let name = record([datagram]).serverName
        #expect(name == nil)
        _ = record([Array(datagram.prefix(Int.random(in: 0...datagram.count, using: &random)))])
    }

    @Test("authentic packets with hostile frames", arguments: [
        Forge.cryptoFrame([1, 0xff, 0xff, 0xff] + Forge.padding(40), at: 0), Forge.cryptoFrame([2, 0, 0, 0], at: 0), [6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4],
        [6, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Forge.cryptoFrame([1, 2, 3], at: 65535), Forge.cryptoFrame([1, 2, 3], at: 1 << 40),
        [2, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], [3, 0, 0, 0], [0x1c, 0], [0xff], [6], [6, 0], [6, 0, 5, 1], [2], [],
    ] as [[UInt8]])
    func hostileFrames(_ frames: [UInt8]) {
        for padding in [0, 40] {
            let found = record([ForgedQUICPacket().initial(Forge.padding(4) + frames + Forge.padding(padding)), Forge.quicInitial(ForgedClientHello(host: "later.example"))])
            #expect(found.service == "quic")
            #expect(found.serverName == nil || found.serverName == "later.example")
        }
    }

    @Test("a far offset holds no more than what came")
    func farOffset() {
        let quic = QUICDissector()
        var facts = FlowFacts()
        let datagram = ForgedQUICPacket().initial(Forge.cryptoFrame([1, 2, 3], at: 65_530) + Forge.padding(40))
        quic.consume(datagram.span, from: .first, into: &facts)
        #expect(facts.service == .quic && quic.heldOctets == 3 && !quic.isDone)
    }

    @Test("other UDP is not QUIC", arguments: [[0x40] + Forge.padding(40), Forge.padding(40), [0xc0, 0, 0, 0, 0, 8] + Forge.padding(40), [0xc0, 0, 0, 0, 99, 8] + Forge.padding(40), [0xc0, 0, 0, 0, 1, 21] + Forge.padding(40)] as [[UInt8]])
    func notQUIC(_ datagram: [UInt8]) { #expect(record([datagram]).service == nil) }
}
