/// Reads the text files of Debian's tor-geoipdb: comments begin with `#`; else `low,high,CC` a line, ascending and
/// inclusive; low and high are decimal numbers for IPv4 and addresses for IPv6; `??` is unknown.
/// A line that is not so, or that steps back, is counted and left out.
struct GeoText {
    private(set) var ranges = GeoRanges()
    /// Ranges read.
    private(set) var rows = 0
    /// `# Generated:` and `# License:` of the comments; the first file that has them counts.
    private(set) var date: String?
    private(set) var licence: String?
    /// The first bad line of each file and how many there are, in words.
    private(set) var problems: [String] = []

    /// Reads one file. `path` is only named in problems.
    mutating func read(_ text: [UInt8], family: IPAddress.Family, path: String) {
        let octets = text.span
        var number = 0, start = 0, bad = 0, firstBad = 0
        var next = Bound(high: 0, low: 0, isPastEnd: false)
        while start < octets.count {
            var end = start
            while end < octets.count, octets[end] != 0x0a { end += 1 }
            number += 1
            var stop = end
            if stop > start, octets[stop - 1] == 0x0d { stop -= 1 }
            if start < stop, octets[start] == 0x23 {
                if date == nil || licence == nil { readComment(octets.extracting(start..<stop)) }
            } else if start < stop, !readRange(octets.extracting(start..<stop), family: family, next: &next) {
                bad += 1
                if firstBad == 0 { firstBad = number }
            }
            start = end + 1
        }
        close(family, next)
        if bad > 0 { problems.append("\(path):\(firstBad): \(bad) malformed \(bad == 1 ? "line" : "lines") skipped, the first here") }
    }

    /// The first address behind the ranges read so far.
    private struct Bound { var high: UInt64, low: UInt64, isPastEnd: Bool }

    private mutating func readRange(_ line: Span<UInt8>, family: IPAddress.Family, next: inout Bound) -> Bool {
        var commas = (-1, -1)
        for index in 0..<line.count where line[index] == 0x2c {
            if commas.0 < 0 { commas.0 = index } else if commas.1 < 0 { commas.1 = index } else { return false }
        }
        guard commas.1 > 0, let code = Self.code(line.extracting((commas.1 + 1)..<line.count)) else { return false }
        let lowText = line.extracting(0..<commas.0), highText = line.extracting((commas.0 + 1)..<commas.1)
        guard let low = Self.address(lowText, family), let high = Self.address(highText, family), !next.isPastEnd,
            Self.isOrdered(low, high), Self.isOrdered((next.high, next.low), low)
        else { return false }
        // What lies between two ranges is unknown, not the former's.
        if low != (next.high, next.low) { ranges.append(family, high: next.high, low: next.low, code: 0) }
        ranges.append(family, high: low.high, low: low.low, code: code)
        rows += 1
        let (lower, carry) = high.low.addingReportingOverflow(1)
        let (upper, overflow) = high.high.addingReportingOverflow(carry ? 1 : 0)
        next = Bound(high: upper, low: lower, isPastEnd: family == .v4 ? lower > UInt64(UInt32.max) : overflow)
        return true
    }

    private mutating func close(_ family: IPAddress.Family, _ next: Bound) {
        if !next.isPastEnd { ranges.append(family, high: next.high, low: next.low, code: 0) }
    }

    private static func isOrdered(_ a: (high: UInt64, low: UInt64), _ b: (high: UInt64, low: UInt64)) -> Bool {
        a.high < b.high || (a.high == b.high && a.low <= b.low)
    }

    /// Two capital letters; 0 for `??` and what names no country (`GeoCode`); nil for anything else.
    private static func code(_ text: Span<UInt8>) -> UInt32? {
        guard text.count == 2 else { return nil }
        if text[0] == 0x3f, text[1] == 0x3f { return 0 }
        guard (0x41...0x5a).contains(text[0]), (0x41...0x5a).contains(text[1]) else { return nil }
        return GeoCode.country(text[0], text[1])
    }

    private static func address(_ text: Span<UInt8>, _ family: IPAddress.Family) -> (high: UInt64, low: UInt64)? {
        if family == .v6 { return groups(text) }
        guard (1...10).contains(text.count) else { return nil }
        var value: UInt64 = 0
        for index in 0..<text.count {
            guard (0x30...0x39).contains(text[index]) else { return nil }
            value = value * 10 + UInt64(text[index] - 0x30)
        }
        return value <= UInt64(UInt32.max) ? (0, value) : nil
    }

    /// IPv6 text of hexadecimal groups (RFC 4291 §2.2, forms 1 and 2), without making a string: there are half a million.
    private static func groups(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
        var before: (high: UInt64, low: UInt64) = (0, 0), count = 0, gapAt: Int?
        var index = 0
        if text.count >= 2, text[0] == 0x3a, text[1] == 0x3a { (gapAt, index) = (0, 2) }
        while index < text.count {
            var group: UInt64 = 0, digits = 0
            while index < text.count, let digit = digit(text[index]) {
                group = group << 4 | digit
                digits += 1
                guard digits <= 4 else { return nil }
                index += 1
            }
            guard digits > 0, count < 8 else { return nil }
            before = (before.high << 16 | before.low >> 48, before.low << 16 | group)
            count += 1
            if index == text.count { break }
            guard text[index] == 0x3a else { return nil }
            index += 1
            if index < text.count, text[index] == 0x3a {
                guard gapAt == nil else { return nil }
                gapAt = count
                index += 1
            } else if index == text.count {
                return nil
            }
        }
        guard let gapAt else { return count == 8 ? before : nil }
        guard count < 8 else { return nil }
        // The groups behind the gap stay at the right end; those before it go to the left end.
        let behind = 16 * (count - gapAt), all = 16 * 8
        let tail = mask(before, lowest: behind)
        let head = shift(shiftRight(before, by: behind), by: all - 16 * gapAt)
        return (head.high | tail.high, head.low | tail.low)
    }

    private static func digit(_ octet: UInt8) -> UInt64? {
        switch octet {
        case 0x30...0x39: UInt64(octet - 0x30)
        case 0x61...0x66: UInt64(octet - 0x57)
        case 0x41...0x46: UInt64(octet - 0x37)
        default: nil
        }
    }

    // Shifts of 0...128 bits: Swift's shift of a 64-bit word by 64 or more gives 0, as wanted here.
    private static func mask(_ value: (high: UInt64, low: UInt64), lowest bits: Int) -> (high: UInt64, low: UInt64) {
        bits >= 64 ? (value.high & ~(UInt64.max << UInt64(bits - 64)), value.low) : (0, value.low & ~(UInt64.max << UInt64(bits)))
    }
    private static func shiftRight(_ value: (high: UInt64, low: UInt64), by bits: Int) -> (high: UInt64, low: UInt64) {
        bits >= 64 ? (0, value.high >> (bits - 64)) : (value.high >> bits, value.low >> bits | value.high << (64 - bits))
    }
    private static func shift(_ value: (high: UInt64, low: UInt64), by bits: Int) -> (high: UInt64, low: UInt64) {
        bits >= 64 ? (value.low << (bits - 64), 0) : (value.high << bits | value.low >> (64 - bits), value.low << bits)
    }

    // MARK: Comments

    private mutating func readComment(_ line: Span<UInt8>) {
        var octets: [UInt8] = []
        for index in 0..<min(line.count, 200) { octets.append((0x20...0x7e).contains(line[index]) ? line[index] : 0x3f) }
        let words = String(decoding: octets, as: UTF8.self).dropFirst().split(separator: " ")
        switch words.first {
        case "Generated:" where date == nil: date = Self.day(words.dropFirst())
        case "License:" where licence == nil: licence = words.dropFirst().joined(separator: " ")
        default: break
        }
    }

    /// "Thu, 25 Jun 2026 04:33:59 GMT" → "2026-06-25"; what is not so, as it stands.
    private static func day(_ words: ArraySlice<Substring>) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = Array(words)
        guard words.count >= 4, let month = months.firstIndex(of: String(words[2])), let day = UInt8(words[1]), words[3].utf8.count == 4
        else { return words.joined(separator: " ") }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(words[3])-\(two(month + 1))-\(two(Int(day)))"
    }
}
