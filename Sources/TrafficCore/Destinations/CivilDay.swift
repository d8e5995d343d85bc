/// Days as text, UTC.
public enum CivilDay {
    /// "2023-02-09" of seconds since 1970, by the civil calendar (Howard Hinnant's days_from_civil, inverted); nil beyond the
    /// year 9999, which no clock means.
    public static func text(secondsSince1970 seconds: UInt64) -> String? {
        guard seconds < 253_402_300_800 else { return nil }
        let shifted = Int(seconds / 86400) + 719_468
        let era = shifted / 146_097, dayOfEra = shifted % 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(civilYear)-\(two(civilMonth))-\(two(day))"
    }
}
