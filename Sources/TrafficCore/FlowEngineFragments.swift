// How fragments of IP datagrams come into flows.

extension FlowEngine {
    /// Fragments inside tunnels inside fragments that are followed.
    private static var deepestDatagram: Int { 4 }

    /// Takes a fragment, and what its datagram holds when it is complete. A flow counts each fragment as a packet.
    @inline(never)
    mutating func addFragment(_ first: IPFragment, of header: borrowing DecodedPacket, _ octets: Span<UInt8>, at time: Int64, interface: Int) {
        overview.account.incompleteFragments += 1
        outside.add(header, as: .undecoded)
        let completed = fragments.add(first, of: header, octets.extracting(header.payloadStart..<header.payloadEnd), at: time, frame: frame)
        (overview.fragmentOverlaps, overview.fragmentConflicts) = (fragments.overlaps, fragments.conflicts)
        (overview.unfinishedDatagrams.timedOut, overview.unfinishedDatagrams.evicted) = (fragments.timedOut, fragments.evicted)
        guard let datagram = completed else { return }
        var packet = copy header
        addDatagram(datagram, &packet, at: time, interface: interface, depth: 1)
    }

    /// `packet` holds the IP header of the fragment that came last, which is counted as incomplete until here.
    private mutating func addDatagram(_ datagram: CompletedDatagram, _ packet: inout DecodedPacket, at time: Int64, interface: Int, depth: Int) {
        let lastOctets = packet.octets
        // What its fragments brought twice, or beyond the end, stays where it is.
        outside.takeBack(datagram.octets.count, of: packet)
        packet.networkPayload = datagram.octets.count
        let kind: DecodedKind
        do throws(DecodeError) {
            kind = try packet.walk(datagram.octets.span, wireLength: datagram.octets.count, from: .transport(datagram.transport))
        } catch {
            overview.account.incompleteFragments -= datagram.fragments
            outside.add(packet, as: .undecoded)
            for _ in 0..<datagram.fragments { countError(error) }
            return
        }
        // The fragments before the last are packets of the flow only where they belong to the same IP packet as it.
        overview.account.incompleteFragments -= datagram.fragments
        let isCarrier = packet.depth > datagram.depth
        if isCarrier { overview.account.tunnelFragments += datagram.fragments - 1 }
        let count = isCarrier ? 1 : datagram.fragments
        switch kind {
        case .transport:
            if !isCarrier { packet.octets = lastOctets }
            addToFlow(packet, datagram.octets.span, at: time, interface: interface)
            if !isCarrier { addEarlierFragments(datagram, to: packet) }
        case .fragment(let inner):
            overview.account.incompleteFragments += 1
            outside.add(packet, as: .undecoded)
            guard depth < Self.deepestDatagram,
                let next = fragments.add(inner, of: packet, datagram.octets.span.extracting(packet.payloadStart..<packet.payloadEnd), at: time, frame: frame)
            else { return }
            addDatagram(next, &packet, at: time, interface: interface, depth: depth + 1)
        case .otherTransport(let number):
            overview.account.otherTransport[number, default: 0] += count
            outside.add(packet, as: OctetsOutsideFlows.Kind(transport: number))
        case .nonIP(let type): overview.account.nonIP[type, default: 0] += count
        case .protected: overview.account.protectedWLAN += count
        case .unsupportedLink: overview.account.unsupportedLink[0, default: 0] += count
        }
    }

    /// The flow of `packet` has had its last fragment; the others are packets of it too.
    private mutating func addEarlierFragments(_ datagram: CompletedDatagram, to packet: borrowing DecodedPacket) {
        let (key, senderIsLow) = FlowKey.of(packet)
        let place = table.find(key, hash: table.hash(of: key))
        overview.account.inFlows += datagram.fragments - 1
        guard place >= 0 else { return }
        let fromFirst = table.flows[place].firstSenderIsLow == senderIsLow
        if fromFirst {
            table.flows[place].sides.0.packets += datagram.fragments - 1
            table.flows[place].sides.0.octets += datagram.octetsBefore
        } else {
            table.flows[place].sides.1.packets += datagram.fragments - 1
            table.flows[place].sides.1.octets += datagram.octetsBefore
        }
        table.flows[place].first = min(table.flows[place].first, datagram.first)
        table.flows[place].firstFrame = min(table.flows[place].firstFrame, datagram.firstFrame)
    }
}
