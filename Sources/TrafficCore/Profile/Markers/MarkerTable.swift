/// Markers as a table: CSV (RFC 4180) with a header; the separator is a comma, a semicolon or a tab, whichever the header has.
enum MarkerTable {
    /// Which cell of a row holds what.
    struct Header {
        fileprivate let separator: UInt8
        fileprivate let cells: Int
        fileprivate var time: Int?
        fileprivate var event: Int?
        fileprivate var app: Int?
        fileprivate var device: Int?
        fileprivate var note: Int?

        /// nil when the line names neither a time nor an event.
        init?(_ line: ArraySlice<UInt8>) {
            guard line.count <= 4096 else { return nil }
            let separator = [UInt8(0x2c), 0x3b, 0x09].max { a, b in line.count { $0 == a } < line.count { $0 == b } } ?? 0x2c
            var cursor = TableCursor(Array(line), separator: separator)
            guard let row = try? cursor.next(), row.cells.count >= 2 else { return nil }
            (self.separator, cells) = (separator, row.cells.count)
            for (index, cell) in row.cells.enumerated() {
                let name = String(decoding: cell, as: UTF8.self).lowercased().filter { $0 != " " }
                switch name {
                case "t" where time == nil, "time" where time == nil, "timestamp" where time == nil: time = index
                case "event" where event == nil: event = index
                case "app" where app == nil: app = index
                case "device" where device == nil: device = index
                case "note" where note == nil: note = index
                default: break
                }
            }
            guard time != nil || event != nil else { return nil }
        }
    }

    static func read(_ octets: [UInt8], _ header: Header, name: String, zone: Int?) throws(StudyError) -> MarkerReading {
        var reading = MarkerReading(.csv, name: name), cursor = TableCursor(octets, separator: header.separator), isHeader = true
        while true {
            let row: TableCursor.Row?
            do throws(TableCursor.OpenQuote) { row = try cursor.next() } catch {
                throw StudyError(name, error.line, "a quote that begins here is never closed")
            }
            guard let row else { return reading }
            guard row.cells.contains(where: { !$0.isEmpty }) else { continue }
            if isHeader {
                isHeader = false
                guard header.time != nil else { throw StudyError(name, row.line, "the header names no time: a column t, time or timestamp") }
                guard header.event != nil else { throw StudyError(name, row.line, "the header names no column event") }
                continue
            }
            guard row.cells.count <= header.cells else {
                throw StudyError(name, row.line, "\(row.cells.count) cells, but the header has \(header.cells); a cell that holds the separator stands in quotes")
            }
            func text(_ place: Int?) -> String? {
                guard let place, place < row.cells.count, !row.cells[place].isEmpty else { return nil }
                return String(decoding: row.cells[place], as: UTF8.self)
            }
            guard let event = text(header.event) else { throw StudyError(name, row.line, "a marker needs an event, such as foreground, background or keypress") }
            guard var time = text(header.time) else {
                throw StudyError(name, row.line, "a marker needs a time: seconds since 1970, or text such as 2020-07-10T14:03:22+02:00")
            }
            // Where cells end with semicolons, spreadsheets write a decimal comma.
            if header.separator == 0x3b { time = String(time.map { $0 == "," ? "." : $0 }) }
            try MarkerTime.checkRoom(reading.markers.count, name, row.line)
            reading.markers.append(Marker(
                time: try MarkerTime.read(time, zone, name, row.line), event: event, app: text(header.app), device: text(header.device), note: text(header.note)))
        }
    }
}

/// The rows of a table (RFC 4180 §2): a cell in quotes may hold separators, line ends and, doubled, quotes.
struct TableCursor {
    struct Row {
        var cells: [[UInt8]]
        /// Of the row's first octet, from 1.
        var line: Int
    }
    /// A quote that is never closed, and the line that it stands in.
    struct OpenQuote: Error { var line: Int }

    private let octets: [UInt8]
    private let separator: UInt8
    private var place = 0
    private var line = 1

    init(_ octets: [UInt8], separator: UInt8) { (self.octets, self.separator) = (octets, separator) }

    /// nil at the end.
    mutating func next() throws(OpenQuote) -> Row? {
        guard place < octets.count else { return nil }
        var row = Row(cells: [], line: line)
        while true {
            row.cells.append(try cell())
            guard place < octets.count else { return row }
            let end = octets[place]
            place += 1
            if end == 0x0a {
                line += 1
                return row
            }
        }
    }

    /// One cell; stands on the separator or the line's end afterwards.
    private mutating func cell() throws(OpenQuote) -> [UInt8] {
        var text: [UInt8] = []
        if place < octets.count, octets[place] == 0x22 {
            let start = line
            place += 1
            while true {
                guard place < octets.count else { throw OpenQuote(line: start) }
                let octet = octets[place]
                place += 1
                if octet == 0x22 {
                    guard place < octets.count, octets[place] == 0x22 else { break }
                    place += 1
                }
                if octet == 0x0a { line += 1 }
                text.append(octet)
            }
        }
        while place < octets.count, octets[place] != separator, octets[place] != 0x0a {
            text.append(octets[place])
            place += 1
        }
        // A line's end is CR LF by the RFC, LF by most programs.
        if text.last == 0x0d, place == octets.count || octets[place] == 0x0a { text.removeLast() }
        while let last = text.last, last == 0x20 { text.removeLast() }
        return Array(text.drop { $0 == 0x20 })
    }
}
