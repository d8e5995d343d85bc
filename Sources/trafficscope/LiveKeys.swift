import TrafficCore
import TrafficReport

/// What keys do while a live capture is watched.
struct LiveKeys {
    enum Action: Equatable { case mark(event: String, note: String?), quit }

    private(set) var order = LiveReport.Order.newest
    private(set) var isPaused = false
    /// The note that is being typed; nil when none is.
    private var note: [UInt8]?
    private var said: String?
    /// Octets of a note.
    private static let longest = 200

    /// The last line of the screen.
    var prompt: String {
        if let note { return "note: " + Escaping.terminal(String(decoding: note, as: UTF8.self)) + "_   (Enter marks it, Esc leaves it)" }
        let keys = "q quit  p \(isPaused ? "go on" : "pause")  s sort  f foreground  b background  i idle  k key press  c copy  m note"
        return said.map { $0 + "   " + keys } ?? keys
    }

    /// Takes what was typed.
    mutating func take(_ typed: [UInt8]) -> [Action] {
        var actions: [Action] = []
        // Arrows and the like come as several octets and mean nothing here.
        if typed.count > 1, typed.first == 0x1b { return [] }
        for octet in typed {
            // Ctrl-C and Ctrl-\, in the middle of a note too.
            if octet == 0x03 || octet == 0x1c {
                actions.append(.quit)
                continue
            }
            if note != nil {
                if let action = takeNote(octet) { actions.append(action) }
                continue
            }
            switch octet {
            case 0x71, 0x51, 0x04: actions.append(.quit)
            case 0x70, 0x20: isPaused.toggle()
            case 0x73:
                let all = LiveReport.Order.allCases
                order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
            case 0x6d: note = []
            case 0x66: actions.append(mark("foreground"))
            case 0x62: actions.append(mark("background"))
            case 0x69: actions.append(mark("idle"))
            case 0x6b: actions.append(mark("keypress"))
            case 0x63: actions.append(mark("copy"))
            default: break
            }
        }
        return actions
    }

    private mutating func takeNote(_ octet: UInt8) -> Action? {
        switch octet {
        case 0x0d, 0x0a:
            let text = String(decoding: note ?? [], as: UTF8.self)
            note = nil
            return text.isEmpty ? nil : mark("note", text)
        case 0x1b: note = nil
        case 0x7f, 0x08:
            // A character of several octets goes as a whole.
            while let last = note?.popLast(), last & 0xc0 == 0x80 {}
        default: if octet >= 0x20, (note?.count ?? 0) < Self.longest { note?.append(octet) }
        }
        return nil
    }

    private mutating func mark(_ event: String, _ text: String? = nil) -> Action {
        said = "marked \(event)"
        return .mark(event: event, note: text)
    }
}
