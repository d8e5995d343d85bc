/// A line of `adb logcat` with a time: the forms `threadtime` and `time`, with any of `year`, `zone`, `UTC`, `epoch`, `usec`, `nsec`, `uid`
/// (developer.android.com/tools/logcat; AOSP liblog, logprint.cpp).
struct LogcatLine {
    enum Stamp {
        /// Seconds since 1970, as nanoseconds.
        case epoch(Int64)
        case civil(CivilTime)
        /// Seconds since the phone started.
        case monotonic
    }

    var stamp: Stamp
    var tag: String
    var message: String

    /// Octets of a line that are looked at: what tells phases is short.
    private static var longest: Int { 4096 }

    /// nil for any other line.
    init?(_ line: ArraySlice<UInt8>) {
        let line = line.prefix(Self.longest)
        var place = line.startIndex
        Self.skipSpaces(line, &place)
        guard place < line.endIndex, line[place] &- 0x30 < 10, let stamp = Self.stamp(line, &place) else { return nil }
        guard place < line.endIndex, line[place] == 0x20 else { return nil }
        self.stamp = stamp
        Self.skipSpaces(line, &place)
        guard let (tag, rest) = Self.briefTag(line, place) ?? Self.threadTag(line, place) else { return nil }
        self.tag = String(decoding: line[tag], as: UTF8.self)
        message = String(decoding: line[rest], as: UTF8.self)
    }

    private static func skipSpaces(_ line: ArraySlice<UInt8>, _ place: inout Int) {
        while place < line.endIndex, line[place] == 0x20 { place += 1 }
    }

    private static func stamp(_ line: ArraySlice<UInt8>, _ place: inout Int) -> Stamp? {
        if var civil = CivilTime(line, from: &place) {
            // " +0200"
            if place + 6 <= line.endIndex, line[place] == 0x20, line[place + 1] == 0x2b || line[place + 1] == 0x2d,
                let zone = EpochTime.zone(String(decoding: line[place + 1..<place + 6], as: UTF8.self)) {
                civil.zone = zone
                place += 6
            }
            return .civil(civil)
        }
        let start = place
        while place < line.endIndex, line[place] &- 0x30 < 10 || line[place] == 0x2e { place += 1 }
        let text = line[start..<place]
        guard text.contains(0x2e), let time = EpochTime.nanoseconds(decimal: String(decoding: text, as: UTF8.self)) else { return nil }
        // No phone runs for three years, and none was made in 1973.
        return time < 100_000_000_000_000_000 ? .monotonic : .epoch(time)
    }

    /// "I/Tag( 1234): message"
    private static func briefTag(_ line: ArraySlice<UInt8>, _ start: Int) -> (Range<Int>, Range<Int>)? {
        guard start + 2 < line.endIndex, isLevel(line[start]), line[start + 1] == 0x2f,
            let open = line[start...].firstIndex(of: 0x28), let close = line[open...].firstIndex(of: 0x29),
            line[open + 1..<close].allSatisfy({ $0 == 0x20 || $0 &- 0x30 < 10 })
        else { return nil }
        return split(line, tag: start + 2..<open, colon: close + 1)
    }

    /// "[user] process thread I Tag     : message"
    private static func threadTag(_ line: ArraySlice<UInt8>, _ start: Int) -> (Range<Int>, Range<Int>)? {
        var place = start
        for words in 0..<4 {
            let begin = place
            while place < line.endIndex, line[place] != 0x20 { place += 1 }
            guard place < line.endIndex else { return nil }
            if place == begin + 1, isLevel(line[begin]) {
                guard words >= 2 else { return nil }
                skipSpaces(line, &place)
                var colon = place
                while colon + 1 < line.endIndex, line[colon] != 0x3a || line[colon + 1] != 0x20 { colon += 1 }
                // An empty message ends with the colon.
                guard colon < line.endIndex, line[colon] == 0x3a else { return nil }
                return split(line, tag: place..<colon, colon: colon)
            }
            skipSpaces(line, &place)
        }
        return nil
    }

    private static func split(_ line: ArraySlice<UInt8>, tag: Range<Int>, colon: Int) -> (Range<Int>, Range<Int>)? {
        guard colon < line.endIndex, line[colon] == 0x3a else { return nil }
        var end = tag.upperBound, begin = colon + 1
        while end > tag.lowerBound, line[end - 1] == 0x20 { end -= 1 }
        skipSpaces(line, &begin)
        return (tag.lowerBound..<end, begin..<line.endIndex)
    }

    private static func isLevel(_ octet: UInt8) -> Bool { "VDIWEFSA".utf8.contains(octet) }
}
