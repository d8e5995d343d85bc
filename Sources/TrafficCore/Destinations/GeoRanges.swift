/// Address ranges in the making: ascending starts, each range up to the next one's start. Code 0 is "unknown".
struct GeoRanges {
    private(set) var v4: [(start: UInt32, code: UInt32)] = []
    private(set) var v6: [(high: UInt64, low: UInt64, code: UInt32)] = []
    /// Ranges kept of one family: more than every network that is announced, in a few hundred megabytes at worst.
    static let limit = 1 << 23

    /// Ranges with an answer.
    var known: Int { v4.count { $0.code != 0 } + v6.count { $0.code != 0 } }

    var isFull: Bool { v4.count >= Self.limit || v6.count >= Self.limit }

    /// A range of the same code as the one before only makes that one longer. Starts ascend; of IPv4 `high` is 0.
    mutating func append(_ family: IPAddress.Family, high: UInt64, low: UInt64, code: UInt32) {
        if family == .v4 {
            if v4.last?.code ?? 0 != code { v4.append((UInt32(truncatingIfNeeded: low), code)) }
        } else if v6.last?.code ?? 0 != code {
            v6.append((high, low, code))
        }
    }
}

/// A country in 16 bits: two ASCII letters, seven bits each in their octets, and whether the network is anycast.
enum GeoCode {
    static let anycast: UInt32 = 0x8000

    /// Two letters in any case; 0 where they name no country: `??`, `None`, `EU` and `AP` (regions), `ZZ`, `XX`, and all
    /// that is not two letters. `UK`, reserved in ISO 3166-1 for GB, is that.
    static func country(_ first: UInt8, _ second: UInt8) -> UInt32 {
        let letters = (first & 0xdf, second & 0xdf)
        guard (0x41...0x5a).contains(letters.0), (0x41...0x5a).contains(letters.1) else { return 0 }
        switch letters {
        case (0x45, 0x55), (0x41, 0x50), (0x5a, 0x5a), (0x58, 0x58): return 0
        case (0x55, 0x4b): return 0x4742
        default: return UInt32(letters.0) << 8 | UInt32(letters.1)
        }
    }

    /// nil for 0, whatever the anycast bit says.
    static func text(_ code: UInt32) -> String? {
        guard code & 0x7f7f != 0 else { return nil }
        let first = UInt8(truncatingIfNeeded: code >> 8 & 0x7f), second = UInt8(truncatingIfNeeded: code & 0x7f)
        guard (0x41...0x5a).contains(first), (0x41...0x5a).contains(second) else { return String(decoding: [first, second], as: UTF8.self) }
        return texts[Int(first - 0x41) * 26 + Int(second - 0x41)]
    }

    /// AA, AB, … ZZ: every flow that is written asks for one.
    private static let texts: [String] = {
        let letters: ClosedRange<UInt8> = 0x41...0x5a
        return letters.flatMap { first in letters.map { second in String(decoding: [first, second], as: UTF8.self) } }
    }()
}

/// The autonomous systems of an index in the making: a code is the place in `entries`, counted from 1.
struct GeoSystems {
    struct Entry {
        /// 0: the network is of no known system, and only anycast.
        var number: UInt32
        var isAnycast: Bool
        var nameOffset = 0, nameLength = 0
    }
    private(set) var entries: [Entry] = []
    /// The names' octets, one behind the other.
    private(set) var names: [UInt8] = []
    private var codes: [UInt64: UInt32] = [:]
    private var nameOf: [UInt32: (offset: Int, length: Int)] = [:]
    /// Octets kept of a name, and of all.
    static let nameLimit = 255, namesLimit = 1 << 26

    /// The code for a network of this system; 0 when there is nothing to say of it. `name` is asked once a system: its
    /// first name counts.
    mutating func code(_ number: UInt32, isAnycast: Bool, name: (UInt32) -> ArraySlice<UInt8>?) -> UInt32 {
        guard number != 0 || isAnycast else { return 0 }
        let key = UInt64(number) | (isAnycast ? 1 << 32 : 0)
        if let known = codes[key] { return known }
        var entry = Entry(number: number, isAnycast: isAnycast)
        if number != 0 { (entry.nameOffset, entry.nameLength) = place(of: number, name) }
        entries.append(entry)
        let code = UInt32(clamping: entries.count)
        codes[key] = code
        return code
    }

    private mutating func place(of number: UInt32, _ name: (UInt32) -> ArraySlice<UInt8>?) -> (offset: Int, length: Int) {
        if let known = nameOf[number] { return known }
        let start = names.count
        if start < Self.namesLimit, let name = name(number) { names += GeoSystems.clean(name) }
        let place = (offset: start, length: names.count - start)
        nameOf[number] = place
        return place
    }

    /// What may stand in a line of a report: no control characters, whole UTF-8, at most `nameLimit` octets.
    static func clean(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        let kept = octets.prefix(nameLimit).filter { $0 >= 0x20 && $0 != 0x7f }
        // A cut or broken character at the end becomes U+FFFD, three octets for one: the limit is a little more than 255.
        return Array(String(decoding: kept, as: UTF8.self).utf8.prefix(3 * nameLimit))
    }
}

/// What compiling a file gives: ranges, the systems that their codes mean, and what the file says of itself.
struct GeoContents {
    var ranges = GeoRanges()
    var systems = GeoSystems()
    var description = GeoDescription()
}
