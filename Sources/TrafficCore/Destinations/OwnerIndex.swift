/// Finds the catalogue row of a host name. Labels are compared whole: nottiktok.com and tiktok.com.example.net are not
/// tiktok.com. An exact row wins, then a glob row of the parent, then the longest suffix.
///
/// The rows stay where they are, in one static text; the index holds only where each begins. Building it takes well under
/// a millisecond, so that a start without captures costs nothing to speak of.
public struct OwnerIndex: Sendable {
    private let text: String
    /// Open addressing, linear probing: the upper half of a hash, and offset of the row + 1; 0 is free.
    /// The keys are ours, not the wire's: a hostile name cannot lengthen a probe beyond the longest cluster.
    private var suffixes: [UInt64]
    /// The same by the parent of a glob row, that is all but its first label.
    private var globs: [UInt64]
    /// Rows that the index holds. Of two rows with one name the first counts.
    public private(set) var count = 0
    /// Lines that are no row.
    public private(set) var malformedLines = 0

    /// Indexes `rows`: lines as in `DestinationCatalogue.builtInRows`.
    public init(rows: String) {
        text = rows
        let octets = rows.utf8Span.span
        var lines = 0
        for index in 0..<octets.count where octets[index] == 0x0a { lines += 1 }
        // At most half full. Offsets have 32 bits.
        let size = Self.tableSize(for: octets.count <= Int(UInt32.max) ? lines + 1 : 0)
        suffixes = [UInt64](repeating: 0, count: size)
        globs = [UInt64](repeating: 0, count: size)
        guard octets.count <= Int(UInt32.max) else { return }
        var start = 0
        while start < octets.count {
            var tab = start
            while tab < octets.count, octets[tab] != 0x09, octets[tab] != 0x0a { tab += 1 }
            var end = tab
            while end < octets.count, octets[end] != 0x0a { end += 1 }
            if end > start { insert(octets, start: start, tab: tab, end: end) }
            start = end + 1
        }
    }

    private static func tableSize(for rows: Int) -> Int {
        var size = 16
        while size < 2 * rows { size *= 2 }
        return size
    }

    private mutating func insert(_ octets: Span<UInt8>, start: Int, tab: Int, end: Int) {
        guard tab > start, tab + 2 < end, octets[tab + 2] == 0x09 else {
            malformedLines += 1
            return
        }
        if octets[tab + 1] == 0x67 {
            var parent = start
            while parent < tab, octets[parent] != 0x2e { parent += 1 }
            guard parent < tab else {
                malformedLines += 1
                return
            }
            Self.place(start, hash: Self.hash(octets, parent + 1, tab), in: &globs)
            count += 1
        } else {
            let hash = Self.hash(octets, start, tab)
            guard row(octets, start, tab, hash: hash) == nil else { return }
            Self.place(start, hash: hash, in: &suffixes)
            count += 1
        }
    }

    private static func place(_ offset: Int, hash: UInt64, in table: inout [UInt64]) {
        var slot = Int(hash >> 32) & (table.count - 1)
        while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
        table[slot] = hash & 0xffff_ffff_0000_0000 | UInt64(offset + 1)
    }

    // MARK: Hash

    private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325
    private static func hash(_ octets: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        SuffixHash.hash(octets, start, end, seed: seed)
    }

    // MARK: Look-up

    /// The offset of the row for `name` in the rows; nil when none has it, or it is no host name.
    func find(_ name: String) -> Int? {
        let octets = name.utf8Span.span
        var isLower = true
        let end = HostName.measure(octets, isLower: &isLower)
        var hash = Self.seed, best: Int?
        var firstDot = -1, parentHash: UInt64 = 0
        var index = end
        while index > 0 {
            index -= 1
            let octet = octets[index]
            if octet == 0x2e {
                firstDot = index
                parentHash = SuffixHash.finish(hash)
                if let row = row(octets, index + 1, end, hash: parentHash) { best = row }
            }
            hash = SuffixHash.step(hash, HostName.lower(octet))
        }
        guard end > 0 else { return nil }
        if let row = row(octets, 0, end, hash: SuffixHash.finish(hash)) { return row }
        if firstDot > 0, let row = globRow(octets, firstDot: firstDot, end: end, parentHash: parentHash) { return row }
        return best
    }

    /// The suffix row whose name is `octets[start..<end]`.
    private func row(_ octets: Span<UInt8>, _ start: Int, _ end: Int, hash: UInt64) -> Int? {
        let rows = text.utf8Span.span
        var slot = Int(hash >> 32) & (suffixes.count - 1)
        while suffixes[slot] != 0 {
            let entry = suffixes[slot]
            let offset = Int(entry & 0xffff_ffff) - 1
            if entry >> 32 == hash >> 32, Self.equal(octets, start, end, rows, offset) { return offset }
            slot = (slot + 1) & (suffixes.count - 1)
        }
        return nil
    }

    /// Whether the name in the row at `offset` is `octets[start..<end]`.
    private static func equal(_ octets: Span<UInt8>, _ start: Int, _ end: Int, _ rows: Span<UInt8>, _ offset: Int) -> Bool {
        let length = end - start
        guard offset + length < rows.count, rows[offset + length] == 0x09 else { return false }
        for index in 0..<length where HostName.lower(octets[start + index]) != rows[offset + index] { return false }
        return true
    }

    /// The glob row of the parent that fits the first label; the longest pattern when several do, then the first.
    private func globRow(_ octets: Span<UInt8>, firstDot: Int, end: Int, parentHash: UInt64) -> Int? {
        let rows = text.utf8Span.span
        var best: Int?, bestLength = -1
        var slot = Int(parentHash >> 32) & (globs.count - 1)
        while globs[slot] != 0 {
            let entry = globs[slot]
            slot = (slot + 1) & (globs.count - 1)
            guard entry >> 32 == parentHash >> 32 else { continue }
            let offset = Int(entry & 0xffff_ffff) - 1
            var dot = offset
            while rows[dot] != 0x2e { dot += 1 }    // an inserted glob row has a dot
            guard dot - offset > bestLength, Self.equal(octets, firstDot + 1, end, rows, dot + 1),
                Self.fits(octets.extracting(0..<firstDot), pattern: rows.extracting(offset..<dot))
            else { continue }
            (best, bestLength) = (offset, dot - offset)
        }
        return best
    }

    /// Whether a label fits a pattern in which `*` stands for any octets, none included.
    /// Linear with one point to fall back to: a later `*` never needs an earlier one again.
    static func fits(_ label: Span<UInt8>, pattern: Span<UInt8>) -> Bool {
        var position = 0, wanted = 0, star = -1, resume = 0
        while position < label.count {
            if wanted < pattern.count, pattern[wanted] == 0x2a {
                (star, resume) = (wanted, position)
                wanted += 1
            } else if wanted < pattern.count, pattern[wanted] == HostName.lower(label[position]) {
                position += 1
                wanted += 1
            } else if star >= 0 {
                resume += 1
                (position, wanted) = (resume, star + 1)
            } else {
                return false
            }
        }
        while wanted < pattern.count, pattern[wanted] == 0x2a { wanted += 1 }
        return wanted == pattern.count
    }

    /// The row for `name`; nil when no row has it, for an address and for what is no host name.
    public func row(for name: String) -> DestinationRow? {
        find(name).flatMap(row(at:))
    }

    /// The row that begins at `offset`.
    func row(at offset: Int) -> DestinationRow? {
        let octets = text.utf8Span.span
        guard offset >= 0, offset < octets.count else { return nil }
        var end = offset
        while end < octets.count, octets[end] != 0x0a { end += 1 }
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: offset)
        return DestinationRow(line: utf8[start..<utf8.index(start, offsetBy: end - offset)])
    }

    /// Every row, in the order of the text.
    public var rows: [DestinationRow] { text.utf8.split(separator: 0x0a).compactMap(DestinationRow.init(line:)) }
}
