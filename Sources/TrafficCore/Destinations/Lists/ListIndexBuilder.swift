extension ListIndex {
    /// A stored list that goes into an index.
    struct Part {
        var description: ListDescription
        /// Its file, and where in it the rules begin.
        var octets: [UInt8]
        var body: Int
    }

    /// The words of an index of `parts`, in their order, and what is wrong with their rules.
    static func pack(_ parts: [Part], key: UInt64, note: (_ problems: [String]) -> String) -> [UInt64] {
        let seed = UInt64.random(in: 0...UInt64.max)
        var text: [UInt8] = [], ends: [UInt64] = [], offsets: [Int] = [], problems: [String] = []
        text.reserveCapacity(parts.reduce(0) { $0 + $1.octets.count - $1.body })
        for part in parts {
            // Places have 32 bits. So much was not imported by this program.
            guard text.count + part.octets.count < 1 << 31 else {
                problems.append("\(part.description.name): too large beside the other lists, it is left out")
                ends.append(UInt64(text.count))
                continue
            }
            let bad = append(part, to: &text, &offsets)
            if bad > 0 { problems.append("\(part.description.name): \(bad) rules in its file are harmed; import it again") }
            ends.append(UInt64(text.count))
        }
        var slots = Table(rows: offsets.count), globs = Table(rows: 0), keywords: [UInt64] = []
        let globOffsets = offsets.filter { Self.match(text, $0) == ListRow.Match.glob.rawValue }
        globs = Table(rows: globOffsets.count)
        for offset in offsets {
            let tab = Self.tab(text, offset), match = text[tab + 1]
            switch ListRow.Match(rawValue: match) {
            case .keyword: keywords.append(UInt64(offset))
            case .glob:
                guard let dot = text[offset..<tab].firstIndex(of: 0x2e) else { continue }
                globs.insert(SuffixHash.hash(text.span, dot + 1, tab, seed: seed), offset)
            default: slots.insert(SuffixHash.hash(text.span, offset, tab, seed: seed), offset)
            }
        }
        let noteOctets = Array(note(problems).utf8)
        var words: [UInt64] = [
            magic, 0, key, seed, UInt64(parts.count), UInt64(slots.entries.count), UInt64(globs.entries.count), UInt64(keywords.count),
            UInt64(text.count), UInt64(noteOctets.count),
        ]
        words.reserveCapacity(slots.entries.count + globs.entries.count + (text.count + noteOctets.count) / 8 + 4096)
        words += ends
        words += slots.entries
        words += globs.entries
        words += keywords
        append(text, to: &words)
        append(noteOctets, to: &words)
        words[1] = GeoIndex.checksum(words.span)
        return words
    }

    /// Appends the sound rules of a list; returns how many are not.
    private static func append(_ part: Part, to text: inout [UInt8], _ offsets: inout [Int]) -> Int {
        let octets = part.octets
        var start = part.body, bad = 0
        while start < octets.count {
            var end = start, tabs = 0, tab = 0, isName = true
            while end < octets.count, octets[end] != 0x0a {
                let octet = octets[end]
                if octet == 0x09 {
                    if tabs == 0 { tab = end }
                    tabs += 1
                } else if tabs == 0, octet >= 0x80 || octet &- 0x41 < 26 {
                    isName = false
                }
                end += 1
            }
            if tabs == 7, isName, tab > start, tab - start <= HostName.longest, octets[tab + 2] == 0x09,
                ListRow.Match(rawValue: octets[tab + 1]) != nil {
                offsets.append(text.count)
                text += octets[start..<end]
                text.append(0x0a)
            } else if end > start {
                bad += 1
            }
            start = end + 1
        }
        return bad
    }

    private static func tab(_ text: [UInt8], _ offset: Int) -> Int {
        var tab = offset
        while text[tab] != 0x09 { tab += 1 }    // every rule that was appended has one
        return tab
    }

    private static func match(_ text: [UInt8], _ offset: Int) -> UInt8 { text[tab(text, offset) + 1] }

    private static func append(_ octets: [UInt8], to words: inout [UInt64]) {
        let span = octets.span
        var index = 0
        while index + 8 <= span.count {
            words.append(UInt64(littleEndian: span.word(at: index)))
            index += 8
        }
        guard index < span.count else { return }
        var word: UInt64 = 0
        for place in index..<span.count { word |= UInt64(span[place]) << UInt64((place - index) * 8) }
        words.append(word)
    }

    /// Slots with open addressing, at most half full.
    private struct Table {
        var entries: [UInt64]

        init(rows: Int) {
            var size = 16
            while size < 2 * rows { size *= 2 }
            entries = [UInt64](repeating: 0, count: size)
        }

        mutating func insert(_ hash: UInt64, _ offset: Int) {
            var slot = Int(hash >> 32) & (entries.count - 1)
            while entries[slot] != 0 { slot = (slot + 1) & (entries.count - 1) }
            entries[slot] = hash & 0xffff_ffff_0000_0000 | UInt64(offset + 1)
        }
    }
}
