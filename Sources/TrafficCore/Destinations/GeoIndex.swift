/// Address ranges and their countries as one array of words: what is in memory is what is in the file.
///
/// Words, in the machine's byte order: magic and version, checksum of all that follows, key of the sources, four counts
/// (IPv4 starts, IPv6 starts, fine IPv6 starts, octets of the note); then IPv4 starts two a word, their codes four a
/// word, IPv6 starts (upper halves of those whose lower half is 0), their codes, upper and lower halves of the other
/// IPv6 starts, their codes, and the note in UTF-8, eight octets a word. Starts are ascending; a range ends where the
/// next begins. A code is two ASCII letters in 16 bits; 0 is unknown.
struct GeoIndex: Sendable {
    /// Changes with the format, so that an index of another version is never read.
    static let magic: UInt64 = 0x5453_4745_4f00_0001
    private static let headerWords = 7

    private let words: GeoWords
    private let v4: Int, v6: Int, fine: Int
    private let v4Codes: Int, v6Starts: Int, v6Codes: Int, fineHigh: Int, fineLow: Int, fineCodes: Int

    /// Takes `words` when they are a whole, unharmed index of the sources with this key.
    init?(words: [UInt64], key: UInt64) { self.init(words: GeoWords(words), key: key) }

    init?(words: GeoWords, key: UInt64) {
        guard words.count >= Self.headerWords, words[0] == Self.magic, words[2] == key,
            (3...6).allSatisfy({ words[$0] < 1 << 32 }), words[1] == Self.checksum(words.span)
        else { return nil }
        (v4, v6, fine) = (Int(words[3]), Int(words[4]), Int(words[5]))
        v4Codes = Self.headerWords + (v4 + 1) / 2
        v6Starts = v4Codes + (v4 + 3) / 4
        v6Codes = v6Starts + v6
        fineHigh = v6Codes + (v6 + 3) / 4
        fineLow = fineHigh + fine
        fineCodes = fineLow + fine
        guard fineCodes + (fine + 3) / 4 + (Int(words[6]) + 7) / 8 == words.count else { return nil }
        self.words = words
    }

    /// Four sums side by side, for the processor's sake: every word enters by a multiplication that can be undone, so
    /// that no change of a single word goes unseen.
    private static func checksum(_ span: Span<UInt64>) -> UInt64 {
        let prime: UInt64 = 0x9e37_79b9_7f4a_7c15
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
        var index = 2
        while index + 4 <= span.count {
            a = (a ^ span[index]) &* prime
            b = (b ^ span[index + 1]) &* prime
            c = (c ^ span[index + 2]) &* prime
            d = (d ^ span[index + 3]) &* prime
            index += 4
        }
        while index < span.count {
            a = (a ^ span[index]) &* prime
            index += 1
        }
        for word in [b, c, d, UInt64(span.count)] { a = ((a ^ a >> 32) ^ word) &* prime }
        return a ^ a >> 29
    }

    /// The words of an index. Starts are ascending; a v6 start is (upper half, lower half, code).
    static func pack(key: UInt64, v4: [(start: UInt32, code: UInt16)], v6: [(high: UInt64, low: UInt64, code: UInt16)],
                     note: String) -> [UInt64] {
        let coarse = v6.filter { $0.low == 0 }, fine = v6.filter { $0.low != 0 }
        let note = Array(note.utf8)
        var words: [UInt64] = [magic, 0, key, UInt64(v4.count), UInt64(coarse.count), UInt64(fine.count), UInt64(note.count)]
        words.reserveCapacity(words.count + v4.count + 2 * v6.count + note.count)
        func append(_ count: Int, perWord: Int, _ value: (Int) -> UInt64) {
            for first in stride(from: 0, to: count, by: perWord) {
                var word: UInt64 = 0
                for index in first..<min(first + perWord, count) { word |= value(index) << UInt64((index - first) * 64 / perWord) }
                words.append(word)
            }
        }
        append(v4.count, perWord: 2) { UInt64(v4[$0].start) }
        append(v4.count, perWord: 4) { UInt64(v4[$0].code) }
        words += coarse.map(\.high)
        append(coarse.count, perWord: 4) { UInt64(coarse[$0].code) }
        words += fine.map(\.high)
        words += fine.map(\.low)
        append(fine.count, perWord: 4) { UInt64(fine[$0].code) }
        append(note.count, perWord: 8) { UInt64(note[$0]) }
        words[1] = checksum(words.span)
        return words
    }

    /// What was said of the sources when the index was made.
    var note: String {
        let count = Int(words[6]), start = words.count - (count + 7) / 8
        return String(decoding: (0..<count).map { UInt8(truncatingIfNeeded: words[start + $0 / 8] >> UInt64($0 % 8 * 8)) }, as: UTF8.self)
    }

    // MARK: Look-up

    private func code(_ index: Int, from section: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: words[section + index >> 2] >> UInt64((index & 3) * 16))
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

    /// Two ASCII letters in 16 bits, 0 for unknown; `address` is IPv4.
    func code(v4 address: UInt32) -> UInt16 {
        let after = Self.partition(v4) { index in
            UInt32(truncatingIfNeeded: words[Self.headerWords + index >> 1] >> UInt64((index & 1) * 32)) <= address
        }
        return after == 0 ? 0 : code(after - 1, from: v4Codes)
    }

    /// Two ASCII letters in 16 bits, 0 for unknown.
    func code(v6High high: UInt64, low: UInt64) -> UInt16 {
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
