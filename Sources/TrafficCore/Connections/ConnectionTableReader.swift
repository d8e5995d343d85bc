extension ConnectionTable {
    private static var longestLine: Int { 65_536 }

    /// Adds the rows of a file: UTF-8 with a header, cells separated by tabs or commas, lines that begin with # left out
    /// (docs/connections.md). Rows that are none are left out and told; a file whose header is none has no rows.
    public mutating func read(_ octets: [UInt8], name: String) -> ConnectionProblems {
        var problems = ConnectionProblems()
        guard begin(file: name, octets: octets) else { return problems }
        var columns: ConnectionColumns?, number = 0, start = octets.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        while start < octets.count {
            number += 1
            let end = octets[start...].firstIndex(of: 0x0a) ?? octets.count
            var line = octets[start..<end]
            start = end + 1
            if line.last == 0x0d { line.removeLast() }
            // The last cells of a row may be empty: only a line without anything is passed over.
            guard let first = line.first, first != 0x23, line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(ConnectionColumns.Problem) {
                guard line.count <= Self.longestLine else {
                    throw ConnectionColumns.Problem(text: "longer than \(Self.longestLine) octets: split it into rows, one a line")
                }
                guard let columns else {
                    columns = try ConnectionColumns(header: line)
                    continue
                }
                guard add(try columns.cells(of: line)) else {
                    problems.add(name, number, "more than \(Self.rowLimit) rows, \(Self.runLimit) runs or \(Self.appLimit) apps: the rest is left out; compare parts of it")
                    return problems
                }
            } catch {
                problems.add(name, number, error.text)
                if columns == nil { return problems }
            }
        }
        if columns == nil, problems.count == 0 { problems.add(name, max(1, number), "no header: " + ConnectionColumns.wanted) }
        return problems
    }
}

/// Which cell of a row is what, by the names in the header.
struct ConnectionColumns {
    /// What is wrong with a line, and the cure.
    struct Problem: Error { var text: String }

    /// One row, checked.
    struct Cells {
        var app: String
        var system: String
        var run: String
        var serverName: String?
        var address: IPAddress?
        var transport: TransportProtocol?
        var connections: Int
        var isHostMachine: Bool
    }

    /// Other columns are passed over.
    private enum Column: String {
        case app, system = "android", run, transport = "proto", serverName = "sni", address = "dst_ip", connections
        case hostMachine = "host_machine"
    }

    static let wanted = "the first line names the columns, app and sni or dst_ip among them (docs/connections.md)"
    private static let longestName = 200

    private var places: [Column: Int] = [:]
    private let count: Int
    private let separator: UInt8

    init(header: ArraySlice<UInt8>) throws(Problem) {
        separator = header.contains(0x09) ? 0x09 : 0x2c
        let names = try Self.split(header, separator)
        count = names.count
        for (place, name) in names.enumerated() {
            guard let column = Column(rawValue: name.lowercased()) else { continue }
            guard places.updateValue(place, forKey: column) == nil else { throw Problem(text: "two columns \(name): leave one out") }
        }
        guard places[.app] != nil, places[.serverName] != nil || places[.address] != nil else {
            throw Problem(text: "no header: " + Self.wanted)
        }
    }

    func cells(of line: ArraySlice<UInt8>) throws(Problem) -> Cells {
        let cells = try Self.split(line, separator)
        guard cells.count == count else {
            throw Problem(text: "\(cells.count) cells, not \(count): leave a cell empty for what is not known, quote commas")
        }
        func cell(_ column: Column) -> String { places[column].map { cells[$0] } ?? "" }
        for column in [Column.app, .system, .run] where cell(column).utf8.count > Self.longestName {
            throw Problem(text: "\(column.rawValue) is longer than \(Self.longestName) octets: shorten it")
        }
        guard !cell(.app).isEmpty else { throw Problem(text: "no app: name the app that was run") }
        let name = cell(.serverName), address = cell(.address)
        guard !name.isEmpty || !address.isEmpty else { throw Problem(text: "neither sni nor dst_ip: one of them says who was called") }
        let serverName = HostName.canonical(name)
        guard name.isEmpty || serverName != nil else {
            throw Problem(text: "sni \(Self.shown(name)) is no host name: leave the cell empty when none was sent")
        }
        let place = IPAddress(address)
        guard address.isEmpty || place != nil else {
            throw Problem(text: "dst_ip \(Self.shown(address)) is no address: leave the cell empty when it is not known")
        }
        return Cells(
            app: cell(.app), system: cell(.system), run: cell(.run), serverName: serverName, address: place,
            transport: try Self.transport(cell(.transport)), connections: try Self.multiplicity(cell(.connections)),
            isHostMachine: try Self.isYes(cell(.hostMachine)))
    }

    private static func transport(_ text: String) throws(Problem) -> TransportProtocol? {
        switch text.lowercased() {
        case "": nil
        case "6", "tcp": .tcp
        case "17", "udp", "quic": .udp
        default: throw Problem(text: "proto \(shown(text)) is neither 6 (tcp) nor 17 (udp): leave other rows out")
        }
    }

    private static func multiplicity(_ text: String) throws(Problem) -> Int {
        guard !text.isEmpty else { return 1 }
        guard let count = Int(text), (1...ConnectionTable.mostConnections).contains(count) else {
            throw Problem(text: "connections \(shown(text)) is no whole number from 1 to \(ConnectionTable.mostConnections)")
        }
        return count
    }

    private static func isYes(_ text: String) throws(Problem) -> Bool {
        switch text.lowercased() {
        case "", "no": false
        case "yes": true
        default: throw Problem(text: "host_machine \(shown(text)) is neither yes nor no")
        }
    }

    /// Cells of a line. With commas they may be quoted (RFC 4180 §2, but no line breaks within); with tabs a quote is a quote.
    private static func split(_ line: ArraySlice<UInt8>, _ separator: UInt8) throws(Problem) -> [String] {
        var cells: [String] = [], cell: [UInt8] = [], isQuoted = false, wasQuoted = false, index = line.startIndex
        while index < line.endIndex {
            let octet = line[index]
            index += 1
            if isQuoted {
                if octet != 0x22 {
                    cell.append(octet)
                } else if index < line.endIndex, line[index] == 0x22 {
                    cell.append(octet)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if octet == separator {
                cells.append(String(decoding: cell, as: UTF8.self))
                (cell, wasQuoted) = ([], false)
            } else if octet == 0x22, separator == 0x2c, cell.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else if wasQuoted {
                throw Problem(text: "text behind a closing quote: double quotes that belong to the text")
            } else {
                cell.append(octet)
            }
        }
        guard !isQuoted else { throw Problem(text: "a quote is not closed: cells have no line breaks") }
        return cells + [String(decoding: cell, as: UTF8.self)]
    }

    /// The beginning of a cell, quoted.
    private static func shown(_ text: String) -> String {
        "\"" + String(text.unicodeScalars.prefix(60).map(Character.init)) + (text.unicodeScalars.count > 60 ? "…" : "") + "\""
    }
}
