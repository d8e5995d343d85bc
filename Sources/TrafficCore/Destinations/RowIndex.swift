/// Rows of a static text, found by key. The text stays what it is; only where each key stands is kept, so that a start costs one
/// pass over the octets. The text and so the keys are ours, not the wire's.
struct RowIndex: Sendable {
    private let text: String
    private let columns: Int
    /// Open addressing, linear probing: the upper half of a hash, and the key's offset + 1; 0 is free.
    private var slots: [UInt64]
    private static let seed: UInt64 = 0x51_7cc1_b727_2202

    /// Indexes lines that end with a line feed and have `columns` cells, separated by tabulators; others are passed over. Of two
    /// rows with one key the first counts.
    /// - Parameter key: the cell whose comma-separated pieces are the row's keys.
    init(_ rows: String, columns: Int, key: Int) {
        (text, self.columns) = (rows, columns)
        let octets = rows.utf8Span.span
        var keys = 1
        for index in octets.indices where octets[index] == 0x0a || octets[index] == 0x2c { keys += 1 }
        var size = 16
        while size < 2 * keys { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
        var start = 0
        while start < octets.count {
            var end = start, tabs = 0, keyStart = start, keyEnd = -1
            while end < octets.count, octets[end] != 0x0a {
                if octets[end] == 0x09 {
                    if tabs == key { keyEnd = end }
                    tabs += 1
                    if tabs == key { keyStart = end + 1 }
                }
                end += 1
            }
            if tabs == columns - 1 { insert(octets, keyStart, keyEnd < 0 ? end : keyEnd) }
            start = end + 1
        }
    }

    private mutating func insert(_ octets: Span<UInt8>, _ start: Int, _ end: Int) {
        var first = start
        while first < end {
            var last = first
            while last < end, octets[last] != 0x2c { last += 1 }
            if last > first {
                let hash = SuffixHash.hash(octets, first, last, seed: Self.seed)
                if Self.find(octets, first, last, hash, octets, slots) == nil {
                    var slot = Int(hash >> 32) & (slots.count - 1)
                    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                    slots[slot] = hash & 0xffff_ffff_0000_0000 | UInt64(first + 1)
                }
            }
            first = last + 1
        }
    }

    /// The offset in `rows` of the key that is `octets[start..<end]`.
    private static func find(
        _ octets: Span<UInt8>, _ start: Int, _ end: Int, _ hash: UInt64, _ rows: Span<UInt8>, _ slots: [UInt64]
    ) -> Int? {
        var slot = Int(hash >> 32) & (slots.count - 1)
        while slots[slot] != 0 {
            let offset = Int(slots[slot] & 0xffff_ffff) - 1, stop = offset + end - start
            if slots[slot] >> 32 == hash >> 32, stop <= rows.count, stop == rows.count || isEnd(rows[stop]) {
                var index = start
                while index < end, octets[index] == rows[offset + index - start] { index += 1 }
                if index == end { return offset }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private static func isEnd(_ octet: UInt8) -> Bool { octet == 0x09 || octet == 0x0a || octet == 0x2c }

    private func offset(of key: String) -> Int? {
        let octets = key.utf8Span.span
        guard octets.count > 0 else { return nil }
        for index in octets.indices where Self.isEnd(octets[index]) { return nil }
        return Self.find(octets, 0, octets.count, SuffixHash.hash(octets, 0, octets.count, seed: Self.seed), text.utf8Span.span, slots)
    }

    func has(_ key: String) -> Bool { offset(of: key) != nil }

    /// The cells of the row with this key.
    func row(_ key: String) -> [String]? { offset(of: key).map(cells(around:)) }

    /// The cells of every row of the right form, in order.
    var rows: [[String]] {
        let octets = text.utf8Span.span
        var rows: [[String]] = [], start = 0
        while start < octets.count {
            let end = octets.firstIndex(of: 0x0a, from: start) ?? octets.count
            let row = end > start ? cells(around: start) : []
            if row.count == columns { rows.append(row) }
            start = end + 1
        }
        return rows
    }

    private func cells(around place: Int) -> [String] {
        let octets = text.utf8Span.span
        var start = place
        while start > 0, octets[start - 1] != 0x0a { start -= 1 }
        var cells: [String] = []
        cells.reserveCapacity(columns)
        while true {
            var end = start
            while end < octets.count, octets[end] != 0x09, octets[end] != 0x0a { end += 1 }
            cells.append(String(decoding: octets.extracting(start..<end).copied(), as: UTF8.self))
            guard end < octets.count, octets[end] == 0x09 else { return cells }
            start = end + 1
        }
    }
}
