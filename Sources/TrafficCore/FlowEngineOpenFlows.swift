// What a capture that goes on asks of the engine beside its packets.

extension FlowEngine {
    /// Time passes without a packet: flows that have been silent for too long close. Steps backwards do nothing.
    ///
    /// - Parameter time: nanoseconds since 1970, by the capture's clock.
    mutating func advance(to time: Int64) {
        guard time > now else { return }
        now = time
        if wheel.isDue(now) { expire() }
    }

    var openFlows: Int { table.count }

    /// Shows every open flow as it would be if it closed now, in order of their first packets. Nothing closes: a flow under way can
    /// be shown many times. Costs about a microsecond a flow.
    mutating func showOpen(_ body: (inout ClosedFlow) -> Void) {
        let order = table.openPlaces().sorted { table.flows[Int($0)].firstFrame < table.flows[Int($1)].firstFrame }
        for place in order {
            var flow = ClosedFlow(record: FlowRecord(capture: overview.identity), bursts: [])
            show(Int(place), in: &flow)
            body(&flow)
        }
    }

    private func show(_ place: Int, in shown: inout ClosedFlow) {
        var flow = table.flows[place]
        flow.closeADU()
        let state = Int(flow.protocolState)
        Self.fill(&shown.record, from: flow, regions)
        if labels.isActive { shown.record.labels = labels.shares(of: place) }
        if state >= 0 {
            shown.record.facts = protocols[state].facts
            shown.record.service = shown.record.facts.service?.rawValue
        } else if let entry = dnsEntry(of: flow) {
            (shown.record.dnsName, shown.record.dnsAliases) = (entry.name, entry.aliases)
        }
        shown.record.payloadSizing = sizing(of: flow, shown.record.facts.service)
        guard keepsBursts else { return }
        let bursts = arena.all(from: flow.bursts) + (flow.burst.start == .min ? [] : [flow.burst])
        shown.bursts = Self.oriented(bursts, byFirst: flow.originatorIsFirst, areClear: shown.record.facts.isClear)
    }
}
