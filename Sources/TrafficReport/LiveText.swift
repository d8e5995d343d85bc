import TrafficCore

extension LiveReport {
    /// What the lists are ordered by.
    public enum Order: String, CaseIterable, Sendable { case newest, upload, name }

    /// A screen of exactly `height` lines of at most `width` columns, without line breaks at their ends.
    ///
    /// - Parameter prompt: the last line: what is asked of the person, or the keys.
    public func screen(width: Int, height: Int, color: Bool, order: Order, isPaused: Bool, prompt: String) -> [String] {
        let width = max(40, width), height = max(8, height)
        var lines = head(width: width, color: color, isPaused: isPaused)
        let free = max(0, height - lines.count - 1)
        // What moves against the peers gets a third, apps a fifth at most.
        let metrics = metricLines(width: width, limit: max(3, free / 3), color: color)
        let apps = appLines(width: width, limit: max(2, free / 5), color: color)
        var body = apps + (metrics.isEmpty ? [] : [""] + metrics)
        let words = said.suffix(2).map { Terminal.cut(Escaping.terminal($0), to: width) }
        let rest = free - body.count - words.count - (words.isEmpty ? 0 : 1) - 1
        if rest >= 3 { body += [""] + destinationLines(width: width, limit: rest - 1, order: order, color: color) }
        if !words.isEmpty { body += [""] + words.map { Terminal.styled($0, .yellow, color: color) } }
        lines += body.prefix(free)
        while lines.count < height - 1 { lines.append("") }
        return Array(lines.prefix(height - 1)) + [Terminal.cut(prompt, to: width)]
    }

    private func head(width: Int, color: Bool, isPaused: Bool) -> [String] {
        let lost = picture.lostBySystem + picture.dropped
        var first = "trafficscope live  " + Escaping.terminal(setting.interface) + "  " + Self.clock(seconds)
        if isPaused { first += "  (paused: it is still captured)" }
        let second = Quantity.grouped(picture.packets) + " packets, " + Quantity.octets(picture.octets) + "   "
            + Quantity.grouped(Int(min(1e15, rates.packets))) + "/s, " + Quantity.octets(Int(min(1e15, rates.octets))) + "/s"
        var third = "lost: " + (lost == 0 ? "none" : Quantity.grouped(picture.lostBySystem) + " by the kernel, " + Quantity.grouped(picture.dropped) + " by the analysis")
        third += "   flows: " + Quantity.grouped(picture.overview.flows + picture.openFlows) + " (" + Quantity.grouped(picture.openFlows) + " open)"
        third += "   markers: " + Quantity.grouped(picture.markers.count)
        var fourth = "phone: " + Escaping.terminal(phoneText) + "   up " + Quantity.octets(picture.summary.total.up) + ", down " + Quantity.octets(picture.summary.total.down)
        if let file = picture.files.last { fourth += "   → " + Escaping.terminal(file) }
        if let page = setting.page { first += "  " + page }
        return [
            Terminal.styled(Terminal.cut(first, to: width), .bold, color: color), Terminal.cut(second, to: width),
            Terminal.styled(Terminal.cut(third, to: width), lost > 0 ? .red : .dim, color: color && lost > 0), Terminal.cut(fourth, to: width), "",
        ]
    }

    /// "0:01:23".
    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(whole / 3600):" + two(whole / 60 % 60) + ":" + two(whole % 60)
    }

    private func appLines(width: Int, limit: Int, color: Bool) -> [String] {
        let apps = picture.summary.apps.filter { $0.sum.flows > 0 }
        let rows = apps.prefix(limit).map { app in
            [app.title, Quantity.octets(app.sum.up), Quantity.octets(app.sum.down), Quantity.grouped(app.sum.flows), Quantity.grouped(app.destinations.count)]
        }
        return lines(Terminal.table(
            [.init("app", maximum: max(12, width - 44)), .init("up", right: true), .init("down", right: true), .init("flows", right: true), .init("destinations", right: true)],
            rows, color: color), width)
    }

    private func metricLines(width: Int, limit: Int, color: Bool) -> [String] {
        guard let comparison else { return comparisonNote.map { [Terminal.cut(Escaping.terminal($0), to: width)] } ?? [] }
        let rows = metrics.prefix(max(1, limit - 2)).map { metric in
            [
                MetricText.plain(metric.name), MetricText.value(metric.value, metric.unit, name: metric.name),
                MetricText.value(metric.peerMedian, metric.unit, name: metric.name), metric.verdict.rawValue,
            ]
        }
        let title = "against " + Quantity.count(comparison.groups, "peer owner") + ": " + comparison.overall.rawValue + ", if it ended now"
        return [Terminal.styled(Terminal.cut(title, to: width), .bold, color: color)] + lines(Terminal.table(
            [.init("metric", maximum: max(12, width - 44)), .init("value", right: true), .init("peer median", right: true), .init("verdict")], rows, color: color), width)
    }

    private func destinationLines(width: Int, limit: Int, order: Order, color: Bool) -> [String] {
        var contacts = picture.newest(order == .newest ? limit : 5000)
        switch order {
        case .newest: break
        case .upload: contacts.sort { a, b in (b.destination.sum.up, a.destination.name) < (a.destination.sum.up, b.destination.name) }
        case .name: contacts.sort { a, b in a.destination.name < b.destination.name }
        }
        let isSeveral = picture.summary.apps.count { $0.sum.flows > 0 } > 1
        let names = max(14, (width - 62) / (isSeveral ? 3 : 2))
        let rows = contacts.prefix(max(1, limit - 1)).map { contact -> [String] in
            let destination = contact.destination
            return [
                name(destination), destination.owner ?? "–", destination.category ?? "–", destination.countries.first ?? "–",
                destination.party?.rawValue ?? "–", Quantity.octets(destination.sum.up), Quantity.octets(destination.sum.down),
            ] + (isSeveral ? [contact.app.title] : [])
        }
        var columns: [Terminal.Column] = [
            .init("destination (" + order.rawValue + ")", maximum: names), .init("owner", maximum: max(10, names * 2 / 3)), .init("category", maximum: 14), .init("in"),
            .init("party", maximum: 9), .init("up", right: true), .init("down", right: true),
        ]
        if isSeveral { columns.append(.init("app", maximum: max(10, names))) }
        return lines(Terminal.table(columns, rows, color: color), width)
    }

    private func lines(_ table: String, _ width: Int) -> [String] {
        table.split(separator: "\n", omittingEmptySubsequences: true).map { Terminal.fit(String($0), to: width) }
    }
}
