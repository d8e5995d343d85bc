/// Times as UTC calendar text (ISO 8601). Works for every Int64 of nanoseconds, 1677 to 2262.
public enum UTCTime {
    /// "2020-07-10 14:03:22", with `digits` decimals of the second (0…9).
    public static func text(nanoseconds: Int64, digits: Int = 0) -> String {
        date(nanoseconds: nanoseconds) + " " + clock(nanoseconds: nanoseconds, digits: digits)
    }

    /// "2020-07-10".
    public static func date(nanoseconds: Int64) -> String {
        let day = floorDivide(nanoseconds, 86_400_000_000_000).quotient
        let (year, month, dayOfMonth) = civil(daysSince1970: day)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2)
    }

    /// "14:03:22", with `digits` decimals (0…9), cut, not rounded.
    public static func clock(nanoseconds: Int64, digits: Int = 0) -> String {
        let inDay = floorDivide(nanoseconds, 86_400_000_000_000).remainder
        let seconds = inDay / 1_000_000_000
        var text = padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
        if digits > 0 { text += "." + padded(inDay % 1_000_000_000, 9).prefix(min(digits, 9)) }
        return text
    }

    private static func padded(_ value: Int64, _ places: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, places - digits.utf8.count)) + digits
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
    }

    /// Gregorian calendar date: eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
