/// Turns the small regular expressions over hosts that lists have (Exodus' `network_signature`, v2fly's `regexp`) into rules with
/// label boundaries. They are never run: what cannot be written as a host, a suffix or a glob is refused and counted. Where the
/// expression would match in the middle of a label, the rule is narrower: a list does not mean look-alikes.
struct SignaturePattern {
    /// Longer ones are refused.
    static let longest = 4096
    /// Hosts that one alternative may stand for, and items that it may have, in groups too.
    static let limit = 64, itemLimit = 256
    private static let deepest = 4

    private let octets: [UInt8]
    private var position = 0, items = 0

    /// A piece that stands for any text without a dot, and one for any text; neither occurs in a host.
    private static let part = UInt8(ascii: "*"), any = UInt8(ascii: "%")

    /// What `signature` means, in its order, and how many of its alternatives are refused.
    static func hosts(_ signature: String) -> (hosts: [ListRow], refused: Int) {
        var hosts: [ListRow] = [], refused = 0
        guard signature.utf8.count <= longest else { return ([], 1) }
        for alternative in alternatives(Array(signature.utf8)) where !alternative.isEmpty {
            var pattern = SignaturePattern(octets: alternative)
            guard let texts = pattern.sequence(depth: 0), pattern.position == alternative.count else {
                refused += 1
                continue
            }
            let found = texts.compactMap(rule)
            hosts += found
            if found.count < texts.count { refused += 1 }
        }
        return (hosts, refused)
    }

    /// The pieces between the `|` that stand in no group.
    private static func alternatives(_ octets: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]], depth = 0, isClass = false, isEscaped = false
        for octet in octets {
            if octet == 0x7c, depth == 0, !isClass, !isEscaped {
                pieces.append([])
                continue
            }
            pieces[pieces.count - 1].append(octet)
            if isEscaped {
                isEscaped = false
            } else {
                switch octet {
                case 0x5c: isEscaped = true
                case 0x5b: isClass = true
                case 0x5d: isClass = false
                case 0x28 where !isClass: depth += 1
                case 0x29 where !isClass: depth -= 1
                default: break
                }
            }
        }
        return pieces
    }

    /// All texts that a sequence of items stands for; nil when it is beyond us. Ends before `|` and `)`.
    private mutating func sequence(depth: Int) -> [[UInt8]]? {
        var texts: [[UInt8]] = [[]]
        while position < octets.count, octets[position] != 0x7c, octets[position] != 0x29 {
            items += 1
            guard items <= Self.itemLimit, var item = item(depth: depth) else { return nil }
            if position < octets.count {
                switch octets[position] {
                case 0x3f:      // ?
                    position += 1
                    item.append([])
                case 0x2a, 0x2b:    // * +
                    position += 1
                    if position < octets.count, octets[position] == 0x3f { position += 1 }
                    item = item == [[0x2e]] && isBareDot ? [[Self.any]] : [[Self.part]]
                case 0x7b:      // {n,m}
                    guard let end = octets[position...].firstIndex(of: 0x7d) else { return nil }
                    position = end + 1
                    item = [[Self.part]]
                default: break
                }
            }
            guard texts.count * item.count <= Self.limit else { return nil }
            texts = texts.flatMap { text in item.map { text + $0 } }
            guard texts.allSatisfy({ $0.count <= HostName.longest + 8 }) else { return nil }
        }
        return texts
    }

    /// The item read last was a dot without a backslash: any character.
    private var isBareDot = false

    private init(octets: [UInt8]) { self.octets = octets }

    private mutating func item(depth: Int) -> [[UInt8]]? {
        let octet = octets[position]
        position += 1
        isBareDot = false
        switch octet {
        case 0x28:      // (
            guard depth < Self.deepest else { return nil }
            if octets[position...].starts(with: "?:".utf8) { position += 2 }
            if position < octets.count, octets[position] == 0x3f { return nil }     // looks ahead or behind
            var texts: [[UInt8]] = []
            while true {
                guard let sequence = sequence(depth: depth + 1), position < octets.count else { return nil }
                texts += sequence
                guard texts.count <= Self.limit else { return nil }
                position += 1
                if octets[position - 1] == 0x29 { break }
            }
            isBareDot = false
            return texts
        case 0x5b:      // [
            guard let end = octets[position...].firstIndex(of: 0x5d), end > position else { return nil }
            let members = octets[position..<end].filter { $0 != 0x5c }
            position = end + 1
            return [members.count == 1 ? members : [Self.part]]
        case 0x5c:      // \
            guard position < octets.count else { return nil }
            position += 1
            switch octets[position - 1] {
            case 0x2e, 0x2d, 0x5f: return [[octets[position - 1]]]
            case 0x64, 0x77, 0x53: return [[Self.part]]     // \d \w \S
            default: return nil
            }
        case 0x2e:
            isBareDot = true
            return [[octet]]
        case 0x5e, 0x24, 0x2d, 0x5f, 0x30...0x39, 0x61...0x7a: return [[octet]]
        case 0x41...0x5a: return [[octet | 0x20]]
        default: return nil
        }
    }

    /// The rule for one text; nil when it is no host.
    private static func rule(_ text: [UInt8]) -> ListRow? {
        var text = text[...]
        var isAnchored = false
        if text.first == 0x5e {
            isAnchored = true
            text.removeFirst()
        }
        if text.last == 0x24 { text.removeLast() }
        while let first = text.first, first == any || first == 0x2e {
            // ".*" or a dot before it: anything may stand there.
            isAnchored = false
            text.removeFirst()
        }
        guard let last = text.last, last != 0x2e, !text.contains(any), !text.contains(0x24), !text.contains(0x5e) else { return nil }
        var name = String(decoding: text, as: UTF8.self)
        if name.hasPrefix("*.") {
            name.removeFirst(2)
            isAnchored = false
        }
        if name.utf8.contains(part) { return ListHost.glob(name).map { ListRow($0, .glob) } }
        guard name.utf8.contains(0x2e), case .name(let host) = ListHost(name) else { return nil }
        return ListRow(host, isAnchored ? .full : .suffix)
    }
}
