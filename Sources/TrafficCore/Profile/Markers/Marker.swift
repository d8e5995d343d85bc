/// One thing that the person with the phone, or the phone itself, noted (DESIGN.md §6).
public struct Marker: Sendable, Equatable {
    /// Nanoseconds since 1970, by the clock of whoever wrote it.
    public var time: Int64
    /// "foreground", "background", "idle", "keypress", …
    public var event: String
    /// The app it is about; nil for the app of the capture.
    public var app: String?
    public var device: String?
    /// Of a `sync` marker: the host that the phone contacted at that instant.
    public var note: String?

    public init(time: Int64, event: String, app: String? = nil, device: String? = nil, note: String? = nil) {
        (self.time, self.event, self.app, self.device, self.note) = (time, event, app, device, note)
    }
}

extension Marker {
    /// A marker as packet comments and the phone's log have it, without a time of its own: `EVENT [note]`, or a JSON object with
    /// `event`, `app`, `device` and `note`, and perhaps its own `t` (RFC 3339 or seconds since 1970, as text). nil for anything else.
    init?(text: String, time: Int64) {
        let octets = Array(text.utf8)
        guard octets.first == 0x7b else {
            let words = text.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
            guard let event = words.first else { return nil }
            self.init(time: time, event: String(event), note: words.count > 1 ? String(words[1]) : nil)
            return
        }
        guard let value = try? JSONReader.value(of: octets), case .string(let event)? = value["event"], !event.isEmpty else { return nil }
        var own: Int64?
        if case .string(let text)? = value["t"] { own = EpochTime.nanoseconds(rfc3339: text) ?? EpochTime.nanoseconds(decimal: text) }
        self.init(time: own ?? time, event: event)
        takeNames(value)
    }

    /// `app`, `device` and `note`, where they are texts.
    mutating func takeNames(_ value: JSONValue) {
        if case .string(let text)? = value["app"] { app = text }
        if case .string(let text)? = value["device"] { device = text }
        if case .string(let text)? = value["note"] { note = text }
    }

    /// The markers of packet comments, by the packets' times; and how many were none.
    static func read(_ comments: some Sequence<CommentMarker>) -> (markers: [Marker], unread: Int) {
        var markers: [Marker] = [], unread = 0
        for comment in comments {
            if let marker = Marker(text: comment.text, time: comment.time) { markers.append(marker) } else { unread += 1 }
        }
        return (markers, unread)
    }
}
