/// Finds the addresses of the phone where a link-layer address does not tell them (METHOD.md §1, *Phone*; DESIGN.md §4, *Device*).
struct PhoneAddresses {
    /// Flows that are looked at.
    private static var flowLimit: Int { 4096 }
    private static var addressLimit: Int { 16 }

    /// The addresses of the system that captured, where it says whose packets are: only it can know that. These are the fewest
    /// addresses one of which is in each of nine tenths of its labelled flows. nil when there are no such flows, or no such addresses.
    static func ofLabelled(_ flows: [ClosedFlow]) -> [IPAddress]? {
        var rest = flows.prefix(flowLimit).filter { !($0.record.labels ?? []).isEmpty }.map { ($0.record.originator.address, $0.record.responder.address) }
        let all = rest.count
        var found: [IPAddress] = []
        while !rest.isEmpty {
            var counts: [IPAddress: (flows: Int, begun: Int, first: Int)] = [:]
            for (index, ends) in rest.enumerated() {
                counts[ends.0, default: (0, 0, index)].flows += 1
                counts[ends.0]?.begun += 1
                counts[ends.1, default: (0, 0, index)].flows += 1
            }
            // Group addresses are nobody's own. Of two in as many flows the one that begins them, then the one seen first.
            let own = counts.filter { !$0.key.isMulticast && !$0.key.isBroadcast }
            guard let best = own.max(by: { a, b in
                (a.value.flows, a.value.begun, -a.value.first) < (b.value.flows, b.value.begun, -b.value.first)
            }), found.count < addressLimit else { break }
            found.append(best.key)
            rest.removeAll { $0.0 == best.key || $0.1 == best.key }
        }
        return all > 0 && 10 * (all - rest.count) >= 9 * all ? found : nil
    }

    /// One device by family, in a capture without link-layer addresses: the IPv4 address that opened nine tenths of the flows over
    /// IPv4, and the IPv6 addresses of the one network (/64) that opened nine tenths of those over IPv6. A phone has one of the
    /// former and several of the latter. nil unless there are flows of both families.
    static func ofFamilies(_ opened: [DeviceID: Int]) -> [IPAddress]? {
        guard !opened.isEmpty, opened.keys.allSatisfy({ $0.link == 0 }) else { return nil }
        var v4: [IPAddress: Int] = [:], networks: [UInt64: Int] = [:]
        for (device, count) in opened {
            if device.address.family == .v4 {
                v4[device.address, default: 0] += count
            } else {
                networks[device.address.high, default: 0] += count
            }
        }
        guard let own = dominant(v4), let network = dominant(networks) else { return nil }
        let addresses = opened.keys.map(\.address).filter { $0.family != .v4 && $0.high == network }
        return [own] + addresses.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
    }

    private static func dominant<Key: Hashable>(_ counts: [Key: Int]) -> Key? {
        let total = counts.values.reduce(0, +)
        return counts.first { 10 * $0.value >= 9 * total }?.key
    }
}
