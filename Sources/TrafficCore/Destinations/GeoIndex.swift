/// Address ranges and what they mean as one array of words: what is in memory is what is in the file.
///
/// Words, in the machine's byte order: magic and version, checksum of all that follows, key of the sources, seven counts
/// (IPv4 starts, IPv6 starts, fine IPv6 starts, octets of the note, bits of a code, systems, octets of their names); then
/// IPv4 starts two a word, their codes, IPv6 starts (upper halves of those whose lower half is 0), their codes, upper and
/// lower halves of the other IPv6 starts, their codes, two words a system (its number, whether it is anycast, octets of
/// its name; where that begins), and names and note in UTF-8, eight octets a word. Starts are ascending; a range ends
/// where the next begins. Code 0 is unknown; else it is a country (`GeoCode`, 16 bits) or the place of a system, counted
/// from 1 (32 bits).
final class GeoIndex: Sendable {
    /// Changes with the format, so that an index of another version is never read.
    static let magic: UInt64 = 0x5453_4745_4f00_0002
    private static let headerWords = 10

    private let words: GeoWords
    /// How many IPv4 starts lie before each of 4,096 equal parts of the address space, and in all: a search for one address then stays
    /// within a few lines of memory.
    private let parts: [UInt32]
    private let v4: Int, v6: Int, fine: Int
    private let codesPerWord: Int
    private let v4Codes: Int, v6Starts: Int, v6Codes: Int, fineHigh: Int, fineLow: Int, fineCodes: Int, systems: Int, names: Int

    /// Takes `words` when they are a whole, unharmed index of the sources with this key.
    convenience init?(words: [UInt64], key: UInt64) { self.init(words: GeoWords(words), key: key) }

    init?(words: GeoWords, key: UInt64) {
        guard words.count >= Self.headerWords, words[0] == Self.magic, words[2] == key,
            (3...9).allSatisfy({ words[$0] < 1 << 32 }), words[7] == 16 || words[7] == 32, words[1] == Self.checksum(words.span)
        else { return nil }
        (v4, v6, fine) = (Int(words[3]), Int(words[4]), Int(words[5]))
        codesPerWord = 64 / Int(words[7])
        let round = codesPerWord - 1
        v4Codes = Self.headerWords + (v4 + 1) / 2
        v6Starts = v4Codes + (v4 + round) / codesPerWord
        v6Codes = v6Starts + v6
        fineHigh = v6Codes + (v6 + round) / codesPerWord
        fineLow = fineHigh + fine
        fineCodes = fineLow + fine
        systems = fineCodes + (fine + round) / codesPerWord
        names = systems + 2 * Int(words[8])
        guard names + (Int(words[9]) + 7) / 8 + (Int(words[6]) + 7) / 8 == words.count else { return nil }
        self.words = words
        parts = Self.countParts(words, v4)
    }

    /// The words of an index of one field of a file.
    static func pack(key: UInt64, _ contents: GeoContents, field: GeoField, note: String) -> [UInt64] {
        let v4 = contents.ranges.v4, v6 = contents.ranges.v6
        let coarse = v6.filter { $0.low == 0 }, fine = v6.filter { $0.low != 0 }
        let note = Array(note.utf8), names = contents.systems.names, systems = contents.systems.entries
        let bits = field == .country ? 16 : 32
        var words: [UInt64] = [magic, 0, key]
        words += [v4.count, coarse.count, fine.count, note.count, bits, systems.count, names.count].map { UInt64($0) }
        words.reserveCapacity(words.count + v4.count + 3 * v6.count + 2 * systems.count + (names.count + note.count) / 8 + 8)
        func append(_ count: Int, bits: Int, _ value: (Int) -> UInt64) {
            let perWord = 64 / bits
            for first in stride(from: 0, to: count, by: perWord) {
                var word: UInt64 = 0
                for index in first..<min(first + perWord, count) { word |= value(index) << UInt64((index - first) * bits) }
                words.append(word)
            }
        }
        append(v4.count, bits: 32) { UInt64(v4[$0].start) }
        append(v4.count, bits: bits) { UInt64(v4[$0].code) }
        words += coarse.map(\.high)
        append(coarse.count, bits: bits) { UInt64(coarse[$0].code) }
        words += fine.map(\.high)
        words += fine.map(\.low)
        append(fine.count, bits: bits) { UInt64(fine[$0].code) }
        for system in systems {
            words.append(UInt64(system.number) | (system.isAnycast ? 1 << 32 : 0) | UInt64(system.nameLength) << 40)
            words.append(UInt64(system.nameOffset))
        }
        append(names.count, bits: 8) { UInt64(names[$0]) }
        append(note.count, bits: 8) { UInt64(note[$0]) }
        words[1] = checksum(words.span)
        return words
    }

    /// What was said of the sources when the index was made.
    var note: String {
        let count = Int(words[6])
        return text(from: words.count - (count + 7) / 8, offset: 0, count: count)
    }

    private func text(from section: Int, offset: Int, count: Int) -> String {
        let octets = (offset..<(offset + count)).map { UInt8(truncatingIfNeeded: words[section + $0 / 8] >> UInt64($0 % 8 * 8)) }
        return String(decoding: octets, as: UTF8.self)
    }

    // MARK: Look-up

    /// The system that `code` means; nil for 0.
    func system(_ code: UInt32) -> (number: UInt32, isAnycast: Bool, name: String?)? {
        guard code > 0, Int(code) <= Int(words[8]) else { return nil }
        let place = systems + 2 * (Int(code) - 1), word = words[place]
        let length = Int(word >> 40), offset = Int(truncatingIfNeeded: words[place + 1] & 0xffff_ffff)
        let hasName = length > 0 && offset + length <= Int(words[9])
        return (UInt32(truncatingIfNeeded: word), word >> 32 & 1 == 1, hasName ? text(from: names, offset: offset, count: length) : nil)
    }

    /// Whether the entry that `code` means is announced from many places; nil for 0.
    @inline(__always)
    func isAnycast(system code: UInt32) -> Bool? {
        code > 0 && UInt64(code) <= words[8] ? words[systems + 2 * (Int(code) - 1)] >> 32 & 1 == 1 : nil
    }

    @inline(__always)
    private func code(_ index: Int, from section: Int) -> UInt32 {
        codesPerWord == 4
            ? UInt32(truncatingIfNeeded: words[section + index >> 2] >> UInt64((index & 3) * 16)) & 0xffff
            : UInt32(truncatingIfNeeded: words[section + index >> 1] >> UInt64((index & 1) * 32))
    }

    /// The number of leading elements for which `holds`, which is true up to some element and false from there on.
    @inline(__always)
    private static func partition(_ count: Int, _ holds: (Int) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The code of an IPv4 address; 0 for unknown.
    func code(v4 address: UInt32) -> UInt32 {
        let part = Int(address >> 20), first = Int(parts[part])
        let after = first + Self.partition(Int(parts[part + 1]) - first) { v4Start(first + $0) <= address }
        return after == 0 ? 0 : code(after - 1, from: v4Codes)
    }

    @inline(__always)
    private func v4Start(_ index: Int) -> UInt32 { Self.start(words, index) }

    @inline(__always)
    private static func start(_ words: GeoWords, _ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: words[headerWords + index >> 1] >> UInt64((index & 1) * 32))
    }

    private static func countParts(_ words: GeoWords, _ v4: Int) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: 4097)
        counts[4096] = UInt32(v4)
        // Starts ascend, so what lies before a part's beginning lies between what lies before its neighbours'.
        var step = 4096
        while step > 1 {
            for part in stride(from: step / 2, to: 4096, by: step) {
                let before = Int(counts[part - step / 2]), most = Int(counts[part + step / 2]) - before
                counts[part] = UInt32(before + partition(most) { start(words, before + $0) < UInt32(part) << 20 })
            }
            step /= 2
        }
        // Before the first part's beginning, address 0, lies nothing.
        return counts
    }

    /// The code of an IPv6 address; 0 for unknown.
    func code(v6High high: UInt64, low: UInt64) -> UInt32 {
        let coarse = Self.partition(v6) { words[v6Starts + $0] <= high }
        let fine = Self.partition(fine) { index in
            let start = words[fineHigh + index]
            return start < high || (start == high && words[fineLow + index] <= low)
        }
        // The later start holds the address; at one upper half the fine one is later, since its lower half is not 0.
        if fine > 0, coarse == 0 || words[fineHigh + fine - 1] >= words[v6Starts + coarse - 1] {
            return code(fine - 1, from: fineCodes)
        }
        return coarse == 0 ? 0 : code(coarse - 1, from: v6Codes)
    }
}
