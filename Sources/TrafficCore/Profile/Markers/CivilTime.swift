/// A date and time of day as phones and people write it, its zone and even its year perhaps left out.
struct CivilTime: Equatable {
    var year: Int?
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    /// Nanoseconds.
    var fraction: Int64 = 0
    /// Seconds east of Greenwich, where the text says.
    var zone: Int?

    /// All of a text: "2020-07-10 14:03:22.5", "07-10 14:03:22".
    init?(_ octets: [UInt8]) {
        var place = 0
        self.init(octets[...], from: &place)
        guard place == octets.count else { return nil }
    }

    /// "[YYYY-]MM-DD HH:MM:SS[.fraction]" or with a T, from `place` on, which then stands behind it.
    init?(_ octets: ArraySlice<UInt8>, from place: inout Int) {
        var at = place
        func digits(_ count: Int, then end: [UInt8]) -> Int? {
            guard at >= octets.startIndex, at + count <= octets.endIndex else { return nil }
            var value = 0
            for index in at..<at + count {
                guard octets[index] &- 0x30 < 10 else { return nil }
                value = value * 10 + Int(octets[index] - 0x30)
            }
            if !end.isEmpty { guard at + count < octets.endIndex, end.contains(octets[at + count]) else { return nil } }
            at += count + (end.isEmpty ? 0 : 1)
            return value
        }
        let year = digits(4, then: [0x2d])
        guard let month = digits(2, then: [0x2d]), let day = digits(2, then: [0x20, 0x54]), let hour = digits(2, then: [0x3a]),
            let minute = digits(2, then: [0x3a]), let second = digits(2, then: []),
            (1...12).contains(month), day >= 1, day <= EpochTime.days(month, year ?? 2000), hour < 24, minute < 60, second <= 60
        else { return nil }
        (self.year, self.month, self.day, self.hour, self.minute, self.second) = (year, month, day, hour, minute, second)
        if at < octets.endIndex, octets[at] == 0x2e {
            var places = 0
            at += 1
            while at < octets.endIndex, octets[at] &- 0x30 < 10 {
                if places < 9 { fraction = fraction * 10 + Int64(octets[at] - 0x30) }
                places += 1
                at += 1
            }
            guard places > 0 else { return nil }
            for _ in min(9, places)..<9 { fraction *= 10 }
        }
        place = at
    }

    /// nil where 64 bits do not reach. Without a year it is 2000.
    func nanoseconds(zone: Int) -> Int64? {
        EpochTime.nanoseconds(
            days: EpochTime.daysSince1970(year ?? 2000, month, day), seconds: hour * 3600 + minute * 60 + second - zone, fraction: fraction)
    }
}
