/// What a file of markers held.
public struct MarkerReading: Sendable {
    /// What the file was taken for, by its content.
    public enum Form: String, Sendable { case ndjson, csv, logcat, usageStats = "usagestats" }

    public var form: Form
    /// In the order of the file.
    var markers: [Marker]
    /// Where the file's times have no year: of each marker the seconds that its zone is east of Greenwich. `markers` are then in
    /// local time of 2000, which has every day that a year can have.
    var zones: [Int] = []
    /// What was inferred or passed over, in words.
    public var notes: [String]
    private let name: String

    init(_ form: Form, name: String, markers: [Marker] = [], notes: [String] = []) {
        (self.form, self.name, self.markers, self.notes) = (form, name, markers, notes)
    }

    /// Its times have no year: the capture's is needed.
    public var needsYear: Bool { !zones.isEmpty }

    /// The markers, each in the year that brings it nearest to the capture where the file names none.
    /// - Parameter near: the capture's first packet, nanoseconds since 1970; nil when that is not known beforehand.
    /// - Throws: `StudyError` when a year is needed and `near` is not there.
    public func resolved(near: Int64?) throws(StudyError) -> (markers: [Marker], notes: [String]) {
        guard !zones.isEmpty else { return (markers, notes) }
        guard let near else {
            throw StudyError(name, nil, "its times have no year, and the capture's is not known before it is read; record with logcat -v year or -v epoch")
        }
        var resolved = markers, years: Set<Int> = []
        for (index, zone) in zip(resolved.indices, zones) {
            let shift = Int64(zone) * 1_000_000_000
            let (time, year) = EpochTime.nearest(markers[index].time, to: near.addingReportingOverflow(shift).partialValue)
            resolved[index].time = time.subtractingReportingOverflow(shift).partialValue
            years.insert(year)
        }
        let text = years.sorted().map { String($0) }.joined(separator: " and ")
        return (resolved, notes + ["\(name): its times have no year; \(text) is nearest to the capture"])
    }
}

/// Files of markers. What one is, its content tells: NDJSON, CSV with a header, `adb logcat`, `dumpsys usagestats`
/// (docs/study.md, Markers).
public enum MarkerFile {
    /// Markers that a file may hold.
    static let limit = 1_000_000

    /// Reads all markers, in the order of the file.
    /// - Parameter zone: seconds east of Greenwich that times without a zone are in; nil: such times are an error.
    /// - Throws: `StudyError` that names the line and the cure. A table with a wrong line is refused whole, for a phase that
    ///   is missing would count what was sent in it elsewhere; in a log, lines that say nothing of phases are passed over.
    public static func read(_ octets: [UInt8], name: String, zone: Int? = nil) throws(StudyError) -> MarkerReading {
        let octets = octets.starts(with: [0xef, 0xbb, 0xbf]) ? Array(octets.dropFirst(3)) : octets
        var lines = MarkerLines(octets)
        while let line = lines.next() {
            guard let first = line.text.first(where: { $0 > 0x20 }) else { continue }
            if first == 0x7b { return try MarkerJSON.read(octets, name: name, zone: zone) }
            if let header = MarkerTable.Header(line.text) { return try MarkerTable.read(octets, header, name: name, zone: zone) }
            break
        }
        lines = MarkerLines(octets)
        while let line = lines.next() {
            if LogcatLine(line.text) != nil { return try Logcat.read(octets, name: name, zone: zone) }
            if UsageStatsLine(line.text) != nil { return try UsageStats.read(octets, name: name, zone: zone) }
        }
        return try MarkerJSON.read(octets, name: name, zone: zone)
    }
}

/// NDJSON, one object a line: `{"t": …, "event": …, "app", "device", "note"}`. `t` is seconds since 1970 or RFC 3339. Empty lines are
/// passed over, members of other names too.
enum MarkerJSON {
    static func read(_ octets: [UInt8], name: String, zone: Int?) throws(StudyError) -> MarkerReading {
        var reading = MarkerReading(.ndjson, name: name)
        var lines = MarkerLines(octets)
        while let line = lines.next() {
            guard line.text.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            try MarkerTime.checkRoom(reading.markers.count, name, line.number)
            reading.markers.append(try marker(Array(line.text), name, line.number, zone))
        }
        return reading
    }

    private static func marker(_ octets: [UInt8], _ name: String, _ line: Int, _ zone: Int?) throws(StudyError) -> Marker {
        let value: JSONValue
        do throws(JSONError) { value = try JSONReader.value(of: octets) } catch {
            throw StudyError(
                name, line, "column \(error.column): \(error.problem); a marker is one JSON object a line (or the file a CSV with a header, or a logcat)")
        }
        guard case .object = value else { throw StudyError(name, line, "a marker is a JSON object such as {\"t\": 1594389802.5, \"event\": \"background\"}") }
        guard case .string(let event)? = value["event"], !event.isEmpty else {
            throw StudyError(name, line, "a marker needs \"event\", such as \"foreground\", \"background\" or \"keypress\"")
        }
        var marker = Marker(time: try time(value["t"], name, line, zone), event: event)
        marker.takeNames(value)
        return marker
    }

    private static func time(_ value: JSONValue?, _ name: String, _ line: Int, _ zone: Int?) throws(StudyError) -> Int64 {
        let seconds: Double
        switch value {
        case .string(let text)?: return try MarkerTime.read(text, zone, name, line)
        case .integer(let whole)?: seconds = Double(whole)
        case .number(let number)?: seconds = number
        default: throw StudyError(name, line, "a marker needs \"t\": seconds since 1970, or text such as \"2020-07-10T14:03:22+02:00\"")
        }
        guard let time = EpochTime.nanoseconds(seconds: seconds) else {
            throw StudyError(name, line, "\"t\" is out of range: seconds since 1970, not milliseconds")
        }
        return time
    }
}

/// Times in files of markers.
enum MarkerTime {
    /// RFC 3339, seconds since 1970, or a time without a zone where `zone` is given.
    static func read(_ text: String, _ zone: Int?, _ name: String, _ line: Int) throws(StudyError) -> Int64 {
        if let time = EpochTime.nanoseconds(rfc3339: text) { return time }
        if let time = EpochTime.nanoseconds(decimal: text) { return time }
        if let civil = CivilTime(Array(text.utf8)) {
            guard let zone else {
                throw StudyError(name, line, "\"\(text)\" is no time with a zone; write 2020-07-10T14:03:22+02:00, or seconds since 1970, or give the zone of all with --marker-zone +02:00")
            }
            if let time = civil.nanoseconds(zone: zone) { return time }
        }
        throw StudyError(name, line, "\"\(text)\" is no time with a zone; write 2020-07-10T14:03:22+02:00, or seconds since 1970")
    }

    static func checkRoom(_ markers: Int, _ name: String, _ line: Int) throws(StudyError) {
        guard markers < MarkerFile.limit else { throw StudyError(name, line, "more than \(MarkerFile.limit) markers; split the file") }
    }
}

/// The lines of a text, each with its number from 1, without LF or CR LF.
struct MarkerLines {
    private let octets: [UInt8]
    private var place = 0
    private var number = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    mutating func next() -> (text: ArraySlice<UInt8>, number: Int)? {
        guard place < octets.count else { return nil }
        let end = octets[place...].firstIndex(of: 0x0a) ?? octets.count
        var text = octets[place..<end]
        place = end + 1
        number += 1
        if text.last == 0x0d { text.removeLast() }
        return (text, number)
    }
}
