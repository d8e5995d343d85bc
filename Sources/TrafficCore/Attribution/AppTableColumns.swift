/// A table with a header: PCAPdroid's connections, or our own plain one.
struct AppTableColumns {
    private enum Form { case pcapdroid(isMarked: Bool), plain }
    private enum Column: String { case uid, package, app, name, process, address, port, remote, remotePort = "remote_port", proto, from, to }
    private var form: Form
    private var columns: [Column?] = []
    private var separator: UInt8 = 0x09

    /// nil when the line is no header of a table that says which app is which.
    init?(header: String) {
        if header.hasPrefix("IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,") {
            form = .pcapdroid(isMarked: header.hasSuffix(",Malicious"))
            return
        }
        form = .plain
        // Spreadsheets of many languages put semicolons where others have commas.
        separator = header.contains("\t") ? 0x09 : header.contains(",") ? 0x2c : 0x3b
        guard let cells = cells(header) else { return nil }
        columns = cells.map { Column(rawValue: $0.lowercased()) }
        let named = columns.compactMap { $0 }
        guard named.count >= 2, named.contains(where: { $0 == .app || $0 == .package || $0 == .name || $0 == .process }),
            named.contains(where: { $0 == .uid || $0 == .address })
        else { return nil }
    }

    /// Adds the row; false when there is no more room.
    func add(_ line: String, to map: inout AppMap) throws(AppMapFile.LineProblem) -> Bool {
        switch form {
        case .pcapdroid(let isMarked): try addConnection(line, isMarked: isMarked, to: &map)
        case .plain: try addRow(line, to: &map)
        }
    }

    // MARK: PCAPdroid

    /// Nothing is quoted: commas in the app's name and in the info shift what is between. The first six cells are safe from the
    /// left, the last six (seven with `Malicious`) from the right.
    private func addConnection(_ line: String, isMarked: Bool, to map: inout AppMap) throws(AppMapFile.LineProblem) -> Bool {
        var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if isMarked, cells.count > 17 { cells.removeLast() }
        guard cells.count >= 17 else { throw AppMapFile.LineProblem(text: "\(cells.count) cells, not 17") }
        guard let address = IPAddress(cells[1]), let port = UInt16(cells[2]), let remote = IPAddress(cells[3]), let remotePort = UInt16(cells[4])
        else { throw AppMapFile.LineProblem(text: "no addresses and ports in cells 2 to 5") }
        guard let uid = Int32(cells[5]) else { throw AppMapFile.LineProblem(text: "\(cells[5]) is no user id") }
        guard let transport = UInt8(cells[0]) else { throw AppMapFile.LineProblem(text: "\(cells[0]) is no IP protocol number") }
        guard transport == 6 || transport == 17, uid >= 0 else { return true }
        let (name, package) = Self.nameAndPackage(cells[6..<cells.count - 6])
        let label = AppLabel(place: .map, uid: uid, package: package, name: name)
        var entry = AppMap.Entry(transport: transport, address: address, port: port, remote: remote, remotePort: remotePort, label: label)
        entry.from = Self.time(cells[cells.count - 2])
        entry.to = Self.time(cells[cells.count - 1])
        return map.add(entry)
    }

    /// App, package, protocol, status and info, five cells or more. The package is the first cell that has the form of one and a
    /// protocol's name behind it; where there is none, user id and nothing else are known.
    private static func nameAndPackage(_ cells: ArraySlice<String>) -> (String?, String?) {
        let cells = Array(cells)
        func name(_ count: Int) -> String? {
            var text = cells[..<count].joined(separator: ",")
            // A spreadsheet that saved the table anew has quoted what has commas.
            if text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
                text = String(text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
            }
            return text.isEmpty ? nil : text
        }
        // What has no comma of its own needs no guess.
        if cells.count == 5 { return (name(1), cells[1].isEmpty ? nil : cells[1]) }
        for index in 1..<max(1, cells.count - 3) where isPackage(cells[index]) && isProtocol(cells[index + 1]) {
            return (name(index), cells[index])
        }
        return (nil, nil)
    }

    /// Letters, digits and underscores between dots, or "android".
    static func isPackage(_ text: String) -> Bool {
        if text == "android" { return true }
        let parts = text.utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
        return parts.count >= 2 && parts.allSatisfy { part in
            guard let first = part.first, first | 0x20 &- 0x61 < 26 else { return false }
            return part.allSatisfy { $0 | 0x20 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5f }
        }
    }

    private static func isProtocol(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 32 && text.utf8.allSatisfy { $0 | 0x20 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2e || $0 == 0x2d || $0 == 0x5f }
    }

    /// RFC 3339; the zone of older Android versions has no colon ("+0200").
    private static func time(_ text: String) -> Int64? {
        if let time = EpochTime.nanoseconds(rfc3339: text) { return time }
        guard text.utf8.count > 5 else { return nil }
        return EpochTime.nanoseconds(rfc3339: text.dropLast(2) + ":" + text.suffix(2))
    }

    // MARK: Our own

    private func addRow(_ line: String, to map: inout AppMap) throws(AppMapFile.LineProblem) -> Bool {
        guard let cells = cells(line) else { throw AppMapFile.LineProblem(text: "a quotation mark does not close, or something stands behind it") }
        guard cells.count == columns.count else { throw AppMapFile.LineProblem(text: "\(cells.count) cells, not \(columns.count)") }
        var values: [Column: String] = [:]
        for (column, cell) in zip(columns, cells) {
            if let column, !cell.isEmpty { values[column] = cell }
        }
        let app = values[.app] ?? values[.name]
        let package = values[.package] ?? app.flatMap { Self.isPackage($0) ? $0 : nil }
        var uid: Int32?
        if let text = values[.uid] {
            uid = Int32(text)
            guard uid != nil else { throw AppMapFile.LineProblem(text: "\(text) is no user id") }
        }
        let label = AppLabel(place: .map, uid: uid, package: package, name: app, process: values[.process])
        guard package != nil || app != nil || values[.process] != nil else { throw AppMapFile.LineProblem(text: "no app") }
        guard let text = values[.address] else {
            guard let uid else { throw AppMapFile.LineProblem(text: "neither a user id nor an address") }
            return map.add(uid: uid, package: package, name: app ?? values[.process])
        }
        guard let (address, port) = AppMapFile.endpoint(text) else { throw AppMapFile.LineProblem(text: "\(text) is no address") }
        var entry = AppMap.Entry(transport: try AppMapFile.transport(values[.proto]), address: address, port: port, label: label)
        if let text = values[.port] {
            entry.port = UInt16(text)
            guard entry.port != nil else { throw AppMapFile.LineProblem(text: "\(text) is no port") }
        }
        if let text = values[.remote] {
            guard let (address, port) = AppMapFile.endpoint(text) else { throw AppMapFile.LineProblem(text: "\(text) is no address") }
            (entry.remote, entry.remotePort) = (address, port)
        }
        if let text = values[.remotePort] { entry.remotePort = UInt16(text) }
        entry.from = try Self.time(values[.from])
        entry.to = try Self.time(values[.to])
        return map.add(entry)
    }

    /// The cells of a line without blanks around them. Where not tabulators separate them, a cell may be quoted (RFC 4180 §2), within its line. nil where quotes
    /// are not where they belong.
    private func cells(_ line: String) -> [String]? {
        let octets = Array(line.utf8), end = octets.count
        var cells: [String] = [], index = 0
        while true {
            var cell: [UInt8] = []
            while index < end, octets[index] == 0x20 { index += 1 }
            if separator != 0x09, index < end, octets[index] == 0x22 {
                index += 1
                while index < end, octets[index] != 0x22 || (index + 1 < end && octets[index + 1] == 0x22) {
                    cell.append(octets[index])
                    index += octets[index] == 0x22 ? 2 : 1
                }
                guard index < end else { return nil }
                index += 1
                while index < end, octets[index] == 0x20 { index += 1 }
                guard index == end || octets[index] == separator else { return nil }
            } else {
                while index < end, octets[index] != separator {
                    cell.append(octets[index])
                    index += 1
                }
                while cell.last == 0x20 { cell.removeLast() }
            }
            cells.append(String(decoding: cell, as: UTF8.self))
            guard index < end else { return cells }
            index += 1
        }
    }

    private static func time(_ text: String?) throws(AppMapFile.LineProblem) -> Int64? {
        guard let text else { return nil }
        if let seconds = Double(text), let time = EpochTime.nanoseconds(seconds: seconds) { return time }
        guard let time = EpochTime.nanoseconds(rfc3339: text) else {
            throw AppMapFile.LineProblem(text: "\(text) is no time with a zone, and not seconds since 1970")
        }
        return time
    }
}
