/// Times as people and phones write them, as nanoseconds since 1970-01-01T00:00:00Z.
public enum EpochTime {
    /// "2020-07-10T14:03:22.5+02:00" (RFC 3339 §5.6), to the nanosecond; further decimals are cut. A time without a zone is
    /// nil: it would mean another instant on every machine.
    public static func nanoseconds(rfc3339 text: String) -> Int64? {
        let octets = Array(text.utf8)
        guard octets.count >= 20, octets[4] == 0x2d, octets[7] == 0x2d, octets[10] | 0x20 == 0x74 || octets[10] == 0x20,
            octets[13] == 0x3a, octets[16] == 0x3a, let year = number(octets, 0..<4), let month = number(octets, 5..<7),
            let day = number(octets, 8..<10), let hour = number(octets, 11..<13), let minute = number(octets, 14..<16),
            let second = number(octets, 17..<19)
        else { return nil }
        // A leap second counts as the second that follows, as POSIX time has it.
        guard (1...12).contains(month), day >= 1, day <= days(month, year), hour < 24, minute < 60, second <= 60 else { return nil }
        var place = 19, fraction: Int64 = 0
        if octets[place] == 0x2e {
            place += 1
            let start = place
            while place < octets.count, (0x30...0x39).contains(octets[place]) {
                if place - start < 9 { fraction = fraction * 10 + Int64(octets[place] - 0x30) }
                place += 1
            }
            guard place > start else { return nil }
            for _ in min(9, place - start)..<9 { fraction *= 10 }
        }
        guard let offset = zone(octets, place) else { return nil }
        return nanoseconds(days: daysSince1970(year, month, day), seconds: hour * 3600 + minute * 60 + second - offset, fraction: fraction)
    }

    /// `days` since 1970 and what is beyond them; nil where 64 bits of nanoseconds do not reach.
    static func nanoseconds(days: Int, seconds: Int, fraction: Int64) -> Int64? {
        let (product, isOver) = (Int64(days) * 86400 + Int64(seconds)).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOverToo) = product.addingReportingOverflow(fraction)
        return isOver || isOverToo ? nil : sum
    }

    /// Nanoseconds since 1970, not negative, as "1594389802.123456789".
    static func decimal(_ time: Int64) -> String {
        let time = max(0, time), fraction = String(time % 1_000_000_000)
        return "\(time / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
    }

    /// "1594389802.123456789": decimal seconds since 1970, exact to the nanosecond; further decimals are cut. nil for other text, and
    /// where 64 bits do not reach: milliseconds, most likely.
    public static func nanoseconds(decimal text: String) -> Int64? {
        let octets = Array(text.utf8), isNegative = octets.first == 0x2d
        var place = isNegative ? 1 : 0, whole: Int64 = 0, fraction: Int64 = 0, scale: Int64 = 100_000_000, digits = 0
        while place < octets.count, octets[place] &- 0x30 < 10 {
            guard digits < 10 else { return nil }
            whole = whole * 10 + Int64(octets[place] - 0x30)
            (digits, place) = (digits + 1, place + 1)
        }
        guard digits > 0, whole < 9_200_000_000 else { return nil }
        if place < octets.count, octets[place] == 0x2e {
            place += 1
            let start = place
            while place < octets.count, octets[place] &- 0x30 < 10 {
                fraction += Int64(octets[place] - 0x30) * scale
                (scale, place) = (scale / 10, place + 1)
            }
            guard place > start else { return nil }
        }
        guard place == octets.count else { return nil }
        let time = whole * 1_000_000_000 + fraction
        return isNegative ? -time : time
    }

    /// A time in the year 2000 put into the year that brings it nearest to `near`, and that year. 29 February stays in leap years.
    static func nearest(_ time: Int64, to near: Int64) -> (time: Int64, year: Int) {
        let (day, rest) = time.quotientAndRemainder(dividingBy: 86_400_000_000_000)
        var month = 1, left = min(max(Int(day) - daysSince1970(2000, 1, 1), 0), 365)
        while left >= days(month, 2000) { (left, month) = (left - days(month, 2000), month + 1) }
        let middle = Int(self.day(seconds: Int(near / 1_000_000_000)).prefix { $0 != "-" }) ?? 1970
        var best: (time: Int64, year: Int)?
        for year in middle - 4...middle + 4 where left + 1 <= days(month, year) {
            guard let candidate = nanoseconds(
                days: daysSince1970(year, month, left + 1), seconds: Int(rest / 1_000_000_000), fraction: rest % 1_000_000_000)
            else { continue }
            if let known = best, distance(known.time, near) <= distance(candidate, near) { continue }
            best = (candidate, year)
        }
        return best ?? (time, 2000)
    }

    private static func distance(_ a: Int64, _ b: Int64) -> UInt64 { a > b ? UInt64(bitPattern: a &- b) : UInt64(bitPattern: b &- a) }

    /// Seconds east of Greenwich: "+02:00", "-0530", "+2", "Z", "UTC".
    public static func zone(_ text: String) -> Int? {
        if ["Z", "UTC", "GMT"].contains(text.uppercased()) { return 0 }
        let octets = Array(text.utf8)
        guard octets.first == 0x2b || octets.first == 0x2d else { return nil }
        let digits = octets.dropFirst().filter { $0 != 0x3a }, colons = octets.count - 1 - digits.count
        guard digits.allSatisfy({ $0 &- 0x30 < 10 }), colons == 0 || (colons == 1 && octets.count == 6 && octets[3] == 0x3a) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let (hours, minutes): (Int, Int)
        switch digits.count {
        case 1, 2: (hours, minutes) = (value, 0)
        case 4: (hours, minutes) = (value / 100, value % 100)
        default: return nil
        }
        // The islands furthest east are 14 hours ahead.
        guard hours <= 14, minutes < 60 else { return nil }
        return (octets[0] == 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// Seconds since 1970 with any fraction; nil where 64 bits of nanoseconds do not reach (1677 to 2262).
    public static func nanoseconds(seconds: Double) -> Int64? {
        // Whole seconds apart: a Double of today's nanoseconds is exact only to 256 of them.
        guard seconds.isFinite, abs(seconds) < 9.2e9 else { return nil }
        let whole = seconds.rounded(.down)
        return Int64(whole) * 1_000_000_000 + Int64(((seconds - whole) * 1e9).rounded())
    }

    /// The day in UTC, "2023-02-09", of seconds since 1970 (Howard Hinnant's civil_from_days).
    public static func day(seconds: Int) -> String {
        let shifted = Int((Double(seconds) / 86400).rounded(.down)) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097, dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(civilYear)-\(two(civilMonth))-\(two(day))"
    }

    /// "+02:00".
    public static func zoneText(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// Seconds east of Greenwich of the zone that the text ends with.
    private static func zone(_ octets: [UInt8], _ place: Int) -> Int? {
        guard place < octets.count else { return nil }
        if octets[place] | 0x20 == 0x7a { return place + 1 == octets.count ? 0 : nil }
        guard octets[place] == 0x2b || octets[place] == 0x2d, octets.count == place + 6, octets[place + 3] == 0x3a,
            let hours = number(octets, place + 1..<place + 3), let minutes = number(octets, place + 4..<place + 6), hours < 24, minutes < 60
        else { return nil }
        return (octets[place] == 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func number(_ octets: [UInt8], _ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            guard (0x30...0x39).contains(octets[index]) else { return nil }
            value = value * 10 + Int(octets[index] - 0x30)
        }
        return value
    }

    static func days(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days of the Gregorian calendar, by eras of 400 years that begin on 1 March.
    static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400, yearOfEra = shifted % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
