/// Hosts files: `0.0.0.0 host`, `127.0.0.1 host`, or a bare host a line. Each host alone, nothing below it.
struct HostsReader: ListReader {
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        var address: ArraySlice<UInt8> = []     // the last that was one: it is the same on nearly every line
        for line in TextLines(source.octets) {
            guard let first = line.text.first else { continue }
            if first == 0x23 || first == 0x21 {
                if line.number <= 64 { ListHeader.read(line.text, into: &rows) }
                continue
            }
            let cells = line.text.prefix { $0 != 0x23 }.split(whereSeparator: TextLines.isBlank)
            guard let head = cells.first else { continue }
            let isAddressed = cells.count > 1
            // "fe80::1%lo0 localhost": a zone may stand behind the address.
            if isAddressed, head != address {
                guard IPAddress(head.prefix { $0 != 0x25 }.text) != nil else {
                    rows.malformed(source.path, line: line.number, "\(ListRows.quoted(head.text)) is no address")
                    continue
                }
                address = head
            }
            for cell in cells.dropFirst(isAddressed ? 1 : 0) {
                let host = cell.text
                if Self.isOwnMachine(host) { continue }
                rows.add(ListRow(host, .full), source.path, line: line.number)
            }
        }
        if rows.commonCategory.isEmpty { rows.commonCategory = ListCategories.category(ofTitle: rows.title ?? source.stem) }
    }

    /// Names that every hosts file has for the machine itself.
    private static func isOwnMachine(_ host: String) -> Bool {
        host.hasPrefix("ip6-") || ownNames.contains(host)
    }
    private static let ownNames: Set = ["localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"]
}
