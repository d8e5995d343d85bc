import TrafficCore

extension CaptureNotes {
    /// What the file holds beside its packets: "Beside its packets: 3 comments (1 marker), a TLS key log (2.1 KB), 4 processes."
    var sentence: String? {
        guard !isEmpty else { return nil }
        var parts: [String] = []
        if comments > 0 {
            parts.append(Quantity.count(comments, "packet comment") + (markers.isEmpty ? "" : " (" + Quantity.count(markers.count, "marker") + ")"))
        }
        for (kind, count) in secrets.sorted(by: { $0.key < $1.key }) {
            parts.append(Quantity.count(count.blocks, "block") + " of " + kind + " (" + Quantity.octets(count.octets) + ")")
        }
        if secretsLeftOut > 0 { parts.append(Quantity.count(secretsLeftOut, "block") + " of secrets that there was no room for") }
        if processes > 0 { parts.append(Quantity.count(processes, "process", "processes")) }
        if apps > 0 { parts.append(Quantity.count(apps, "named app")) }
        return "Beside its packets: " + parts.joined(separator: ", ") + "."
    }
}
