/// The lines of a text file with their numbers: ended by LF or CR LF, trimmed of blanks. A line beyond `longest` is cut.
struct TextLines: Sequence, IteratorProtocol {
    /// Octets of a line that are looked at; rules are shorter.
    static let longest = 4096

    private let octets: [UInt8]
    private var position = 0
    private var number = 0

    init(_ octets: [UInt8]) {
        self.octets = octets
        if octets.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    struct Line {
        /// From 1.
        var number: Int
        var text: ArraySlice<UInt8>
    }

    mutating func next() -> Line? {
        guard position < octets.count else { return nil }
        var start = position, end = position
        while end < octets.count, octets[end] != 0x0a { end += 1 }
        position = end + 1
        number += 1
        end = Swift.min(end, start + Self.longest)
        while start < end, Self.isBlank(octets[start]) { start += 1 }
        while end > start, Self.isBlank(octets[end - 1]) { end -= 1 }
        return Line(number: number, text: octets[start..<end])
    }

    static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0d }
}

extension ArraySlice<UInt8> {
    /// As text; octets that are no UTF-8 become U+FFFD, which no host name has.
    var text: String { String(decoding: self, as: UTF8.self) }
}
