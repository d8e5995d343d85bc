/// Days as text, UTC.
public enum CivilDay {
    /// "2023-02-09" of seconds since 1970; nil beyond the year 9999, which no clock means.
    public static func text(secondsSince1970 seconds: UInt64) -> String? {
        seconds < 253_402_300_800 ? EpochTime.day(seconds: Int(seconds)) : nil
    }
}
