/// Markers out of `adb logcat` (main, system and events buffers): which app came to the front, which left it, and when the screen
/// went off. Everything else in a log is passed over.
enum Logcat {
    static func read(_ octets: [UInt8], name: String, zone: Int?) throws(StudyError) -> MarkerReading {
        var reading = MarkerReading(.logcat, name: name), timeline = ActivityTimeline()
        var lines = MarkerLines(octets), isYearTold: Bool?, usesZone = false, passed = 0
        while let line = lines.next() {
            guard let read = LogcatLine(line.text), let said = LogcatEvent(tag: read.tag, message: read.message) else { continue }
            try MarkerTime.checkRoom(timeline.count, name, line.number)
            var time: Int64, local = 0
            switch read.stamp {
            case .epoch(let epoch): time = epoch
            case .monotonic:
                throw StudyError(name, line.number, "its times count from the phone's start; record with logcat -v epoch")
            case .civil(let civil):
                guard let own = civil.zone ?? zone else {
                    throw StudyError(name, line.number, "its times have no zone; give the phone's with --marker-zone +02:00, or record with logcat -v epoch")
                }
                usesZone = usesZone || civil.zone == nil
                local = own
                guard let inZone = civil.nanoseconds(zone: civil.year == nil ? 0 : own) else {
                    passed += 1
                    continue
                }
                time = inZone
            }
            var lacksYear = false
            if case .civil(let civil) = read.stamp { lacksYear = civil.year == nil }
            guard isYearTold ?? !lacksYear == !lacksYear else {
                throw StudyError(name, line.number, "some of its times have a year and some have none; give each log by itself")
            }
            isYearTold = !lacksYear
            if lacksYear { reading.zones.append(local) }
            timeline.take(said, at: time)
        }
        if usesZone, let zone { reading.notes.append("\(name): its times have no zone and were read as \(EpochTime.zoneText(zone))") }
        if passed > 0 { reading.notes.append("\(name): \(passed) lines with a time beyond all calendars were passed over") }
        let kept = timeline.finish()
        reading.markers = kept.map(\.marker)
        if !reading.zones.isEmpty { reading.zones = kept.map { reading.zones[$0.index] } }
        guard !reading.markers.isEmpty else {
            throw StudyError(name, nil, "a log without a line that tells a phase (ActivityTaskManager, wm_on_resume_called, screen_toggled, …); record with logcat -b main,system,events")
        }
        return reading
    }
}

/// What a line of the phone's log says of phases.
enum LogcatEvent {
    /// An activity came to the front: of this package, or of this class where only that is told.
    case resumed(package: String), resumedClass(String)
    case paused(package: String), pausedClass(String)
    case screen(isOn: Bool)
    /// What somebody wrote: `adb shell log -t trafficscope 'keypress'`.
    case noted(String)

    init?(tag: String, message: String) {
        switch tag {
        case "ActivityTaskManager", "ActivityManager":
            guard let package = Self.started(message) ?? Self.displayed(message) else { return nil }
            self = .resumed(package: package)
        // Lists such as "[0,216843124,87,com.example/.MainActivity]" (frameworks/base, EventLogTags.logtags).
        case "am_resume_activity", "wm_resume_activity", "am_set_resumed_activity", "wm_set_resumed_activity", "am_focused_activity":
            guard let package = Self.component(message) else { return nil }
            self = .resumed(package: package)
        case "am_pause_activity", "wm_pause_activity":
            guard let package = Self.component(message) else { return nil }
            self = .paused(package: package)
        case "am_on_resume_called", "wm_on_resume_called":
            guard let name = Self.className(message) else { return nil }
            self = .resumedClass(name)
        case "am_on_paused_called", "wm_on_paused_called":
            guard let name = Self.className(message) else { return nil }
            self = .pausedClass(name)
        case "screen_toggled":
            let value = message.filter { $0 != "[" && $0 != "]" && $0 != " " }
            guard value == "0" || value == "1" else { return nil }
            self = .screen(isOn: value == "1")
        case "trafficscope": self = .noted(message)
        default: return nil
        }
    }

    /// "START u0 {act=… cmp=com.example/.MainActivity} from uid 10123 … result code=0"
    private static func started(_ message: String) -> String? {
        guard message.hasPrefix("START u"), let place = message.firstRange(of: "cmp=") else { return nil }
        if let code = message.firstRange(of: "result code=") {
            // 0 to 3: it was started, or was there already and came to the front (ActivityManager.START_…).
            let digits = message[code.upperBound...].prefix { $0 == "-" || $0.isNumber }
            guard let number = Int(digits), (0...3).contains(number) else { return nil }
        }
        return package(message[place.upperBound...])
    }

    /// "Displayed com.example/.MainActivity: +411ms"
    private static func displayed(_ message: String) -> String? {
        message.hasPrefix("Displayed ") ? package(message.dropFirst("Displayed ".count)) : nil
    }

    private static func component(_ list: String) -> String? {
        for field in fields(list) where field.contains("/") {
            if let found = package(field) { return found }
        }
        return nil
    }

    private static func className(_ list: String) -> String? {
        guard let name = fields(list).first(where: { !$0.isEmpty && Int($0) == nil }), isName(name) else { return nil }
        return String(name)
    }

    private static func fields(_ list: String) -> [Substring] {
        list.drop { $0 == "[" }.split(separator: ",", maxSplits: 8, omittingEmptySubsequences: false)
    }

    /// The part before the slash of "com.example/.MainActivity".
    private static func package(_ text: Substring) -> String? {
        guard let slash = text.firstIndex(of: "/"), isName(text[..<slash]) else { return nil }
        return String(text[..<slash])
    }

    /// Letters, digits, underscores and dots, as packages and classes have; `$` in inner classes.
    static func isName(_ text: Substring) -> Bool {
        let octets = text.utf8
        return (1...255).contains(octets.count) && octets.contains(0x2e)
            && octets.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2e || $0 == 0x5f || $0 == 0x24 }
    }
}
