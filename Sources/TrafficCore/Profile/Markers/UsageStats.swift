/// Markers out of `adb shell dumpsys usagestats`: lines such as
/// `time="2020-07-10 14:03:22" type=ACTIVITY_RESUMED package=com.example class=com.example.MainActivity …`.
/// Times are local and whole seconds, and the same event stands in several lists.
enum UsageStats {
    private struct Key: Hashable {
        var time: Int64
        var event: String
        var name: String
    }

    static func read(_ octets: [UInt8], name: String, zone: Int?) throws(StudyError) -> MarkerReading {
        var reading = MarkerReading(.usageStats, name: name), timeline = ActivityTimeline(), seen: Set<Key> = []
        var lines = MarkerLines(octets)
        while let line = lines.next() {
            guard let read = UsageStatsLine(line.text), let event = read.event else { continue }
            guard let zone else {
                throw StudyError(name, line.number, "its times have no zone; give the phone's with --marker-zone +02:00")
            }
            guard let time = read.time.nanoseconds(zone: zone), seen.insert(Key(time: time, event: read.type, name: read.package)).inserted else { continue }
            try MarkerTime.checkRoom(timeline.count, name, line.number)
            timeline.take(event, at: time)
        }
        reading.markers = timeline.finish().map(\.marker)
        guard !reading.markers.isEmpty else {
            throw StudyError(name, nil, "usage statistics without an event that tells a phase (ACTIVITY_RESUMED, ACTIVITY_PAUSED, SCREEN_NON_INTERACTIVE)")
        }
        if let zone { reading.notes.append("\(name): its times have no zone and were read as \(EpochTime.zoneText(zone)); they are whole seconds") }
        return reading
    }
}

/// One event of the usage statistics.
struct UsageStatsLine {
    var time: CivilTime
    /// "ACTIVITY_RESUMED", "MOVE_TO_BACKGROUND", …
    var type: String
    var package: String

    init?(_ line: ArraySlice<UInt8>) {
        let line = line.prefix(2048).drop { $0 == 0x20 || $0 == 0x09 }, opening = Array("time=\"".utf8)
        guard line.starts(with: opening), let quote = line[(line.startIndex + opening.count)...].firstIndex(of: 0x22),
            let time = CivilTime(Array(line[line.startIndex + opening.count..<quote])), time.year != nil
        else { return nil }
        self.time = time
        var type: String?, package: String?
        for word in line[(quote + 1)...].split(separator: 0x20) {
            let text = String(decoding: word, as: UTF8.self)
            if text.hasPrefix("type="), type == nil { type = String(text.dropFirst(5)) }
            if text.hasPrefix("package="), package == nil { package = String(text.dropFirst(8)) }
        }
        guard let type, let package else { return nil }
        (self.type, self.package) = (type, package)
    }

    /// nil where it says nothing of phases (android.app.usage.UsageEvents.Event; the older names until Android 9).
    var event: LogcatEvent? {
        switch type {
        case "SCREEN_NON_INTERACTIVE": return .screen(isOn: false)
        case "SCREEN_INTERACTIVE": return .screen(isOn: true)
        case "ACTIVITY_RESUMED", "MOVE_TO_FOREGROUND": return LogcatEvent.isName(package[...]) ? .resumed(package: package) : nil
        case "ACTIVITY_PAUSED", "MOVE_TO_BACKGROUND": return LogcatEvent.isName(package[...]) ? .paused(package: package) : nil
        default: return nil
        }
    }
}
