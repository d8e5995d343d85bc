/// Rows of named values, shown in any of the plain formats.
public struct Listing: Sendable {
    public enum Cell: Sendable, Equatable {
        case text(String), number(Double), integer(Int), bool(Bool), unknown
        /// An array of objects in JSON; in the other formats a text.
        case objects([[Member]])
        public init(_ text: String?) { self = text.map { .text($0) } ?? .unknown }
        public init(_ number: Int?) { self = number.map { .integer($0) } ?? .unknown }
    }
    /// A member of an object.
    public struct Member: Sendable, Equatable {
        public var key: String
        public var value: Cell
        public init(_ key: String, _ value: Cell) { (self.key, self.value) = (key, value) }
    }
    public struct Column: Sendable {
        /// Name in JSON and CSV.
        public var key: String
        /// Heading of the terminal table; nil: not shown there.
        public var title: String?
        public init(_ key: String, title: String?) { (self.key, self.title) = (key, title) }
    }
    public var columns: [Column]
    public var rows: [[Cell]]

    public init(columns: [Column], rows: [[Cell]]) { (self.columns, self.rows) = (columns, rows) }

    /// An aligned table.
    public func terminal(width: Int = 100, color: Bool = false) -> String {
        let shown = columns.indices.filter { columns[$0].title != nil }
        let headings = shown.map { index in
            Terminal.Column(columns[index].title ?? "", right: rows.contains { Self.isNumber($0[index]) })
        }
        let table = Terminal.table(headings, rows.map { row in shown.map { Self.text(row[$0]) } }, color: color)
        return table.hasSuffix("\n") ? table : table + "\n"
    }

    /// An array of objects.
    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true)
        json.array { json in for row in rows { write(row, to: &json) } }
        return json.octets + [0x0a]
    }

    /// An object a line; unknown is null.
    public func ndjson() -> [UInt8] {
        var octets: [UInt8] = []
        for row in rows {
            var json = JSONWriter()
            write(row, to: &json)
            octets += json.octets
            octets.append(0x0a)
        }
        return octets
    }

    public func csv() -> [UInt8] {
        var csv = CSV(columns: columns.map(\.key))
        for row in rows {
            csv.row { line in
                for cell in row {
                    switch cell {
                    case .text(let text): line.cell(text)
                    case .number(let number): line.cell(number)
                    case .integer(let number): line.cell(number)
                    case .bool(let value): line.cell(value ? "true" : "false")
                    case .unknown: line.cell(String?.none)
                    case .objects: line.cell(Self.text(cell))
                    }
                }
            }
        }
        return csv.octets
    }

    private func write(_ row: [Cell], to json: inout JSONWriter) {
        json.object { json in
            for (column, cell) in zip(columns, row) { Self.write(column.key, cell, to: &json) }
        }
    }

    private static func write(_ key: String, _ cell: Cell, to json: inout JSONWriter) {
        switch cell {
        case .text(let text): json.member(key, text)
        case .number(let number): json.member(key, number)
        case .integer(let number): json.member(key, number)
        case .bool(let value): json.member(key, value)
        case .unknown: json.member(key, orNull: String?.none)
        case .objects(let objects):
            json.array(key, of: objects) { json, members in
                json.object { json in for member in members { write(member.key, member.value, to: &json) } }
            }
        }
    }

    private static func isNumber(_ cell: Cell) -> Bool {
        switch cell {
        case .number, .integer: true
        default: false
        }
    }

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : number.description
        case .integer(let number): String(number)
        case .bool(let value): value ? "yes" : "no"
        case .unknown: "–"
        case .objects(let objects):
            // "list: tds, owner: Example; list: hosts"
            objects.map { object in
                object.filter { $0.value != .unknown }.map { $0.key + ": " + text($0.value) }.joined(separator: ", ")
            }.joined(separator: "; ")
        }
    }
}
