/// Text as its UTF-8 bytes: two spellings of one character are two keys, and order is by byte. METHOD.md §8 orders and
/// tells apart ids this way, where `String` would use Unicode's equivalence.
struct UTF8Key: Hashable, Comparable, Sendable {
    var text: String
    init(_ text: String) { self.text = text }

    static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
    static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    /// Equal bytes are equal text, so the text's own hash will do.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Numbers for names, given in order of first sight, so that sets of owners are sets of integers.
struct NameTable: Sendable {
    private var numbers: [UTF8Key: Int] = [:]
    private(set) var names: [String] = []

    mutating func number(of name: String) -> Int {
        if let known = numbers[UTF8Key(name)] { return known }
        numbers[UTF8Key(name)] = names.count
        names.append(name)
        return names.count - 1
    }
}
