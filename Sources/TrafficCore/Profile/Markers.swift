/// One thing that the person with the phone, or the phone itself, noted (DESIGN.md §6).
public struct Marker: Sendable, Equatable {
    /// Nanoseconds since 1970, by the clock of whoever wrote it.
    public var time: Int64
    /// "foreground", "background", "idle", "keypress", …
    public var event: String
    /// The app it is about; nil for the app of the capture.
    public var app: String?
    public var device: String?
    public var note: String?

    public init(time: Int64, event: String, app: String? = nil, device: String? = nil, note: String? = nil) {
        (self.time, self.event, self.app, self.device, self.note) = (time, event, app, device, note)
    }
}

/// Files of markers: NDJSON, one object a line, `{"t": …, "event": …, "app", "device", "note"}`.
public enum MarkerFile {
    /// Markers that a file may hold.
    static let limit = 1_000_000

    /// Reads all markers, in the order of the file. `t` is seconds since 1970 or RFC 3339 text with a zone. Empty lines are
    /// passed over, members of other names too.
    /// - Throws: `StudyError` that names the line.
    public static func read(_ octets: [UInt8], name: String) throws(StudyError) -> [Marker] {
        var markers: [Marker] = [], line = 0, start = 0
        while start < octets.count {
            line += 1
            let end = octets[start...].firstIndex(of: 0x0a) ?? octets.count
            var text = octets[start..<end]
            start = end + 1
            if text.last == 0x0d { text.removeLast() }
            guard text.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            guard markers.count < limit else { throw StudyError(name, line, "more than \(limit) markers; split the file") }
            markers.append(try marker(Array(text), name, line))
        }
        return markers
    }

    private static func marker(_ octets: [UInt8], _ name: String, _ line: Int) throws(StudyError) -> Marker {
        let value: JSONValue
        do throws(JSONError) { value = try JSONReader.value(of: octets) } catch {
            throw StudyError(name, line, "column \(error.column): \(error.problem); a marker is one JSON object a line")
        }
        guard case .object = value else { throw StudyError(name, line, "a marker is a JSON object such as {\"t\": 1594389802.5, \"event\": \"background\"}") }
        guard case .string(let event)? = value["event"], !event.isEmpty else {
            throw StudyError(name, line, "a marker needs \"event\", such as \"foreground\", \"background\" or \"keypress\"")
        }
        var marker = Marker(time: try time(value["t"], name, line), event: event)
        if case .string(let text)? = value["app"] { marker.app = text }
        if case .string(let text)? = value["device"] { marker.device = text }
        if case .string(let text)? = value["note"] { marker.note = text }
        return marker
    }

    private static func time(_ value: JSONValue?, _ name: String, _ line: Int) throws(StudyError) -> Int64 {
        let seconds: Double
        switch value {
        case .string(let text)?:
            guard let time = EpochTime.nanoseconds(rfc3339: text) else {
                throw StudyError(name, line, "\"\(text)\" is no time with a zone; write 2020-07-10T14:03:22+02:00, or seconds since 1970")
            }
            return time
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
