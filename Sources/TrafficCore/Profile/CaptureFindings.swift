// Findings about one capture: what was not read, and whose traffic it is.

extension Finding {
    static func capture(_ overview: CaptureOverview) -> [Finding] {
        account(overview) + quality(overview) + reading(overview) + synthetic(overview) + phone(overview) + marking(overview)
    }

    // MARK: Packets that are in no flow

    private static func account(_ overview: CaptureOverview) -> [Finding] {
        let account = overview.account, name = overview.identity.name
        var findings: [Finding] = []
        if account.accounted != account.packets {
            findings.append(Finding(
                "account_wrong", .problem,
                "The packet account does not add up: \(account.packets) packets read, \(account.accounted) accounted for. This is a fault of the program; please report it.",
                capture: name))
        }
        let unsupported = total(account.unsupportedLink.values)
        if unsupported > 0 {
            let types = account.unsupportedLink.keys.sorted().map { String($0) }.joined(separator: ", ")
            findings.append(Finding(
                "unsupported_link", .problem,
                "\(counted(unsupported, "packet")) of \(account.packets) could not be read: link type \(types) is not supported.",
                advice: "Capture on another interface, or convert the file to Ethernet or raw IP.", capture: name))
        }
        let malformed = total(account.malformed.values)
        if malformed > 0 {
            findings.append(Finding(
                "malformed", .notice,
                "\(counted(malformed, "packet")) of \(account.packets) contradict their own headers and are in no flow (\(named(account.malformed))).",
                capture: name))
        }
        let cut = total(account.truncated.values)
        if cut > 0 {
            findings.append(Finding(
                "truncated", .problem,
                "The snapshot length cut the headers of \(counted(cut, "packet")) of \(account.packets); they are in no flow (\(named(account.truncated))).",
                advice: "Record again with the whole packet: tcpdump -s 0.", capture: name))
        }
        if account.incompleteFragments > 0 {
            findings.append(Finding(
                "incomplete_fragments", .limit,
                "\(counted(account.incompleteFragments, "fragment")) of IP datagrams could not be put together and are in no flow\(reasons(overview.unfinishedDatagrams)).",
                capture: name))
        }
        let hidden = (account.otherTransport[50] ?? 0)
        if hidden > 0 {
            findings.append(Finding(
                "opaque_tunnel", .limit,
                "\(counted(hidden, "packet")) of \(account.packets) are IPsec (ESP): whose they are and what is inside cannot be told.",
                capture: name))
        }
        if account.protectedWLAN > 0 {
            findings.append(Finding(
                "protected_wlan", .limit,
                "\(counted(account.protectedWLAN, "frame")) of \(account.packets) are encrypted by the wireless network and were not read.",
                advice: "Capture behind the access point, or decrypt with: airdecap-ng.", capture: name))
        }
        if account.overLimits > 0 {
            findings.append(Finding(
                "over_limits", .problem,
                "\(counted(account.overLimits, "packet")) were left out because a memory limit was reached.",
                advice: "Raise --max-flows, or read the capture in parts.", capture: name))
        }
        if account.filtered > 0 {
            findings.append(Finding(
                "filtered", .limit, "The filter left out \(account.filtered) of \(counted(account.packets, "packet")).", capture: name))
        }
        return findings
    }

    /// Why datagrams were given up: ": 3 datagrams timed out, 1 was over the memory limit".
    private static func reasons(_ datagrams: UnfinishedDatagrams) -> String {
        var reasons: [String] = []
        if datagrams.timedOut > 0 { reasons.append("\(counted(datagrams.timedOut, "datagram")) lacked a part for over 60 s") }
        if datagrams.evicted > 0 { reasons.append("\(counted(datagrams.evicted, "datagram")) gave way to the memory limit") }
        if datagrams.open > 0 { reasons.append("\(counted(datagrams.open, "datagram")) lacked a part at the end of the capture") }
        return reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")
    }

    private static func total(_ counts: some Sequence<Int>) -> Int {
        var sum = 0
        for count in counts { sum.addSaturating(count) }
        return sum
    }

    /// "bad_length_ipv4 3, bad_offset_tcp 1", most first.
    private static func named(_ counts: [String: Int]) -> String {
        let most = counts.sorted { a, b in a.value != b.value ? a.value > b.value : a.key.precedes(b.key) }
        return most.prefix(5).map { $0.key + " " + String($0.value) }.joined(separator: ", ") + (most.count > 5 ? ", …" : "")
    }

    // MARK: Reading and time

    private static func reading(_ overview: CaptureOverview) -> [Finding] {
        let name = overview.identity.name
        var findings: [Finding] = []
        if let damage = overview.damage {
            findings.append(Finding(
                "damage", .problem,
                "The file is damaged: \(damage). The \(counted(overview.account.packets, "packet")) before it are counted.", capture: name))
        }
        if overview.evictedFlows > 0 {
            findings.append(Finding(
                "evicted_flows", .problem,
                "\(counted(overview.evictedFlows, "flow")) were closed early because a memory limit was reached; one flow may show as several.",
                advice: "Raise --max-flows.", capture: name))
        }
        if overview.isTimeImplausible {
            let gap = Double(overview.longestGap) / 1e9, step = Double(overview.largestBackwardStep) / 1e9
            findings.append(Finding(
                "time_implausible", .limit,
                "Minutes observed cannot be told (longest silence \(Int(gap.rounded())) s, largest step back \(Int(step.rounded())) s): the capture is described, but kept out of rates.",
                capture: name))
        } else if let seconds = overview.exposureSeconds, seconds < 10 {
            findings.append(Finding(
                "short_capture", .limit,
                "The capture lasts \((seconds * 10).rounded() / 10) s: under 10 s nothing can be compared, and under 60 s start-up traffic dominates.",
                advice: "Record at least one minute in the foreground and one in the background.", capture: name))
        }
        return findings
    }

    /// What the capturing host lost, and what came with a wrong checksum.
    private static func quality(_ overview: CaptureOverview) -> [Finding] {
        var findings: [Finding] = []
        let name = overview.identity.name
        if let dropped = overview.dropped, dropped > 0 {
            findings.append(Finding(
                "capture_drops", .problem, "The capturing host lost \(counted(dropped, "packet")) beside the \(overview.account.packets) that it wrote.",
                advice: "Capture with a larger buffer: dumpcap -B 64, or on a machine with less to do.", capture: name))
        }
        if let away = overview.awaySeconds {
            let whole = overview.exposureSeconds.map { " of the \(Int($0.rounded())) s observed" } ?? ""
            findings.append(Finding(
                "interface_away", .problem,
                "For \((away * 10).rounded() / 10) s\(whole) the interface could not be captured: what was sent then is missing, and rates are too low by as much.",
                advice: "Capture anew while the interface stays up.", capture: name))
        }
        if overview.fragmentConflicts > 0 {
            findings.append(Finding(
                "fragment_conflicts", .notice,
                "\(counted(overview.fragmentConflicts, "fragment")) of IP datagrams contradict others of the same datagram: what came first was kept.",
                capture: name))
        }
        if !overview.anomalies.isEmpty {
            findings.append(Finding(
                "protocol_anomalies", .notice,
                "Something is wrong with the octets of a protocol, in flows (\(named(overview.anomalies))): they count, but names and versions in them may be missing.",
                advice: "List them with: trafficscope flows --format ndjson, member anomalies.", capture: name))
        }
        if let sums = overview.checksums, sums.wrong > 0 {
            findings.append(Finding(
                "bad_checksums", .notice,
                "\(sums.wrong) of \(sums.right + sums.wrong) verified checksums are wrong: a receiver drops such packets, but they count here.",
                capture: name))
        }
        return findings
    }

    /// Packets that no network carried.
    private static func synthetic(_ overview: CaptureOverview) -> [Finding] {
        guard let maker = overview.synthetic else { return [] }
        return [Finding(
            "synthetic", .limit,
            "\(maker) made the packets itself for the connections that it relayed: bytes, names and times of payload are true, but what was sent again, lost or out of order, and round trips, are synthetic, not used.",
            capture: overview.identity.name)]
    }

    // MARK: Phone

    private static func phone(_ overview: CaptureOverview) -> [Finding] {
        let name = overview.identity.name
        switch overview.phoneReason {
        case "ambiguous":
            let opened = overview.flowsOpened.filter { $0.value > 0 }
            var finding = Finding(
                "phone_ambiguous", .problem,
                "Capture set aside: no single device opens 90 % of the connections (\(opened.count) open any); give the phone's address.",
                advice: "Give --phone with the address of one of the candidates.", capture: name)
            finding.candidates = candidates(opened)
            return [finding]
        case "given" where overview.isPhoneAbsent && overview.flows > 0:
            var finding = Finding(
                "phone_absent", .problem, "No flow of the capture is the given phone's: no byte counts as sent or received by it.",
                advice: "Give --phone with an address that the capture has, or leave it away.", capture: name)
            finding.candidates = candidates(overview.flowsOpened.filter { $0.value > 0 })
            return [finding]
        case "no_flows" where overview.phone == nil && overview.account.packets > 0:
            return [Finding(
                "phone_unknown", .limit,
                "No TLS, QUIC or HTTP flow was begun in the capture, so the phone cannot be told from the network.",
                advice: "Give --phone with its address.", capture: name)]
        default: return []
        }
    }

    /// The devices that opened most flows.
    private static func candidates(_ opened: [String: Int]) -> [Candidate] {
        opened.sorted { a, b in a.value != b.value ? a.value > b.value : a.key.precedes(b.key) }.prefix(8).map { Candidate(device: $0.key, flows: $0.value) }
    }
}
