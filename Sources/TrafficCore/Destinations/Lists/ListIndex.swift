/// The rules of all imported lists, ready to be asked: one array of words, in memory as in its file.
///
/// Words, in the machine's byte order: magic and version, checksum of all that follows, key of the lists, seed of the hash, and
/// the counts of lists, of slots for names and for globs (powers of two), of keywords, and of the octets of text and note; then
/// where each list's rules end in the text, the slots, where each keyword's rule begins, the text (the rules of `StoredList`, the
/// lists one after the other in their order) and the note (the lists' heads), eight octets a word.
///
/// A slot holds the upper half of a hash and the place of a rule in the text + 1; 0 is free. The hash begins with a seed drawn
/// when the index is made, so that no list can be written to fill one slot; nothing that is told depends on it.
struct ListIndex: Sendable {
    /// Changes with the format, so that an index of another version is never read.
    static let magic: UInt64 = 0x5453_4c53_5400_0001
    static let headerWords = 10
    /// Lists beyond this many are not read.
    static let listLimit = 64

    let words: GeoWords
    let lists: Int
    private let seed: UInt64
    private let names: Slots, globs: Slots
    private let ends: Int, keywords: Int, keywordCount: Int, text: Int, textOctets: Int, note: Int, noteOctets: Int

    private struct Slots: Sendable {
        var start: Int
        var count: Int
    }

    /// Takes `words` when they are a whole, unharmed index of the lists with this key.
    init?(words: GeoWords, key: UInt64) {
        guard words.count >= Self.headerWords, words[0] == Self.magic, words[2] == key, (4...9).allSatisfy({ words[$0] < 1 << 32 }),
            words[1] == GeoIndex.checksum(words.span)
        else { return nil }
        lists = Int(words[4])
        (keywordCount, textOctets, noteOctets) = (Int(words[7]), Int(words[8]), Int(words[9]))
        seed = words[3]
        ends = Self.headerWords
        names = Slots(start: ends + lists, count: Int(words[5]))
        globs = Slots(start: names.start + names.count, count: Int(words[6]))
        keywords = globs.start + globs.count
        text = keywords + keywordCount
        note = text + (textOctets + 7) / 8
        guard note + (noteOctets + 7) / 8 == words.count, names.count.nonzeroBitCount == 1, globs.count.nonzeroBitCount == 1
        else { return nil }
        self.words = words
    }

    // MARK: Look-up

    /// A rule that has the name.
    struct Hit {
        /// Number of the list.
        var list: Int
        /// How near the rule is to the name; a greater one wins within its list.
        var rank: Int
        var row: ListRow
    }

    private func octet(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: words[text + index / 8] >> UInt64(index % 8 * 8)) }

    private func text(_ section: Int, _ start: Int, _ count: Int) -> [UInt8] {
        (start..<start + count).map { UInt8(truncatingIfNeeded: words[section + $0 / 8] >> UInt64($0 % 8 * 8)) }
    }

    /// What was said of the lists when the index was made.
    var noteText: String { String(decoding: text(note, 0, noteOctets), as: UTF8.self) }

    /// The rules for `name`, a canonical host name: list after list, within one the nearest first.
    func hits(_ name: String) -> [Hit] {
        let octets = Array(name.utf8)
        var found: [Hit] = [], hash = seed, parentHash: UInt64 = 0, firstDot = -1, index = octets.count
        while index > 0 {
            index -= 1
            if octets[index] == 0x2e {
                let finished = SuffixHash.finish(hash)
                probe(names, finished, octets[(index + 1)...], rank: octets.count - index, isWhole: false, into: &found)
                (parentHash, firstDot) = (finished, index)
            }
            hash = SuffixHash.step(hash, octets[index])
        }
        guard !octets.isEmpty else { return [] }
        probe(names, SuffixHash.finish(hash), octets[...], rank: 1000, isWhole: true, into: &found)
        if firstDot > 0 { probeGlobs(parentHash, octets, firstDot, into: &found) }
        for place in 0..<keywordCount {
            let offset = Int(words[keywords + place])
            guard let row = row(at: offset), row.match == .keyword, Self.contains(octets, Array(row.pattern.utf8)) else { continue }
            found.append(Hit(list: list(at: offset), rank: 0, row: row))
        }
        // Stable: equal ranks within a list in the order they were found.
        return found.enumerated().sorted { a, b in
            (a.element.list, -a.element.rank, a.offset) < (b.element.list, -b.element.rank, b.offset)
        }.map(\.element)
    }

    private func probe(_ slots: Slots, _ hash: UInt64, _ name: ArraySlice<UInt8>, rank: Int, isWhole: Bool, into found: inout [Hit]) {
        each(slots, hash) { offset in
            guard offset + name.count < textOctets, octet(offset + name.count) == 0x09 else { return }
            var place = offset
            for wanted in name {
                guard octet(place) == wanted else { return }
                place += 1
            }
            guard let row = row(at: offset), isWhole || row.match != .full else { return }
            found.append(Hit(list: list(at: offset), rank: row.match == .full ? rank + 1 : rank, row: row))
        }
    }

    private func probeGlobs(_ hash: UInt64, _ octets: [UInt8], _ firstDot: Int, into found: inout [Hit]) {
        let parent = octets[firstDot...]
        each(globs, hash) { offset in
            guard let row = row(at: offset) else { return }
            let pattern = Array(row.pattern.utf8), dot = pattern.firstIndex(of: 0x2e) ?? pattern.count
            guard pattern[dot...].elementsEqual(parent) else { return }
            guard OwnerIndex.fits(octets.span.extracting(0..<firstDot), pattern: pattern.span.extracting(0..<dot)) else { return }
            found.append(Hit(list: list(at: offset), rank: 500 + dot, row: row))
        }
    }

    private func each(_ slots: Slots, _ hash: UInt64, _ body: (Int) -> Void) {
        var slot = Int(hash >> 32) & (slots.count - 1)
        // At most as many steps as there are slots: one is free, but the file said so, not we.
        for _ in 0..<slots.count {
            let entry = words[slots.start + slot]
            guard entry != 0 else { return }
            if entry >> 32 == hash >> 32, entry & 0xffff_ffff != 0 { body(Int(entry & 0xffff_ffff) - 1) }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private static func contains(_ name: [UInt8], _ keyword: [UInt8]) -> Bool {
        guard !keyword.isEmpty, keyword.count <= name.count else { return false }
        return (0...name.count - keyword.count).contains { start in
            name[start] == keyword[0] && name[start..<start + keyword.count].elementsEqual(keyword)
        }
    }

    /// The list whose rules hold the place `offset`.
    private func list(at offset: Int) -> Int {
        var list = 0
        while list + 1 < lists, Int(words[ends + list]) <= offset { list += 1 }
        return list
    }

    /// The rule that begins at `offset`.
    private func row(at offset: Int) -> ListRow? {
        guard offset >= 0, offset < textOctets else { return nil }
        var end = offset
        while end < textOctets, octet(end) != 0x0a { end += 1 }
        return ListRow(line: text(text, offset, end - offset)[...])
    }
}

extension ListRow {
    /// Reads a line of a stored list; nil when it is none.
    init?(line: ArraySlice<UInt8>) {
        let cells = line.split(separator: 0x09, omittingEmptySubsequences: false)
        guard cells.count == 8, let letter = cells[1].first, cells[1].count == 1, let match = Match(rawValue: letter) else { return nil }
        self.init(cells[0].text, match)
        (owner, ownerParent, ownerCountry, category, label) = (cells[2].text, cells[3].text, cells[4].text, cells[5].text, cells[6].text)
        isShared = cells[7].first == 0x79
    }
}
