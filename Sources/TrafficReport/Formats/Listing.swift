/// Rows of named values, shown in any of the plain formats.
public struct Listing: Sendable {
    public enum Cell: Sendable, Equatable {
        case text(String), number(Double), integer(Int), bool(Bool), unknown
        public init(_ text: String?) { self = text.map { .text($0) } ?? .unknown }
        public init(_ number: Int?) { self = number.map { .integer($0) } ?? .unknown }
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
                    }
                }
            }
        }
        return csv.octets
    }

    private func write(_ row: [Cell], to json: inout JSONWriter) {
        json.object { json in
            for (column, cell) in zip(columns, row) {
                switch cell {
                case .text(let text): json.member(column.key, text)
                case .number(let number): json.member(column.key, number)
                case .integer(let number): json.member(column.key, number)
                case .bool(let value): json.member(column.key, value)
                case .unknown: json.member(column.key, orNull: String?.none)
                }
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
        }
    }
}
