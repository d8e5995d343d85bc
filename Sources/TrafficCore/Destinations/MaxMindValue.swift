/// Values of the data section of a MaxMind DB ([MaxMind DB File Format 2.0](https://maxmind.github.io/MaxMind-DB/)), one at a
/// time and by their place: nothing is copied, no value reaches beyond its section, and nesting costs no stack.
struct MaxMindData {
    /// The format's type numbers.
    enum Kind {
        static let pointer: UInt8 = 1, string: UInt8 = 2, uint16: UInt8 = 5, uint32: UInt8 = 6, map: UInt8 = 7, int32: UInt8 = 8
        static let uint64: UInt8 = 9, uint128: UInt8 = 10, array: UInt8 = 11, boolean: UInt8 = 14
    }

    struct Value {
        var kind: UInt8
        /// Octets of a scalar, members of a map or array; of a boolean its value; 0 for a pointer.
        var size: Int
        /// Where the scalar's octets or the first member are; of a pointer the place that it points to.
        var content: Int
        /// The first octet behind a scalar or pointer; of a map or array behind its head.
        var next: Int
    }

    let octets: [UInt8]
    /// Where pointers count from, and what no value reaches beyond.
    let section: Range<Int>

    /// The value at `place`, a pointer as it is; nil when it is cut, or of no type.
    func head(at place: Int) -> Value? {
        var place = place
        func next() -> Int? {
            guard place >= section.lowerBound, place < section.upperBound else { return nil }
            place += 1
            return Int(octets[place - 1])
        }
        guard let control = next() else { return nil }
        var kind = UInt8(control >> 5)
        if kind == Kind.pointer {
            // Two bits of size, and the first three bits of the three shorter forms.
            let more = control >> 3 & 3
            var offset = more == 3 ? 0 : control & 7
            for _ in 0...more {
                guard let octet = next() else { return nil }
                offset = offset << 8 | octet
            }
            offset += [0, 2048, 526_336, 0][more]
            guard offset < section.count else { return nil }
            return Value(kind: kind, size: 0, content: section.lowerBound + offset, next: place)
        }
        if kind == 0 {
            guard let extended = next(), extended <= 8 else { return nil }
            kind = UInt8(extended + 7)
        }
        var size = control & 31
        if size >= 29 {
            let more = size - 28
            var number = 0
            for _ in 0..<more {
                guard let octet = next() else { return nil }
                number = number << 8 | octet
            }
            size = number + [29, 285, 65_821][more - 1]
        }
        switch kind {
        case Kind.map, Kind.array, Kind.boolean: return Value(kind: kind, size: size, content: place, next: place)
        case 12, 13: return nil    // cache container and end marker: in no file
        default:
            guard size <= section.upperBound - place else { return nil }
            return Value(kind: kind, size: size, content: place, next: place + size)
        }
    }

    /// `value`, or what it points to. A pointer to a pointer is not allowed by the format.
    func target(of value: Value) -> Value? {
        guard value.kind == Kind.pointer else { return value }
        guard let target = head(at: value.content), target.kind != Kind.pointer else { return nil }
        return target
    }

    /// The first octet behind `value` and all that is in it; nil when something is broken or `steps` are used up.
    func end(of value: Value, steps: inout Int) -> Int? {
        var pending = Self.members(value), place = value.next
        while pending > 0 {
            steps -= 1
            guard steps >= 0, let inner = head(at: place) else { return nil }
            pending += Self.members(inner) - 1
            place = inner.next
        }
        return place
    }

    private static func members(_ value: Value) -> Int {
        switch value.kind {
        case Kind.map: 2 * value.size
        case Kind.array: value.size
        default: 0
        }
    }

    /// Calls `body` with each key of a map and its value, pointers followed; false when something is broken or `steps` are
    /// used up.
    func members(of map: Value, steps: inout Int, _ body: (_ key: ArraySlice<UInt8>, _ value: Value, _ steps: inout Int) -> Void) -> Bool {
        var place = map.content
        for _ in 0..<map.size {
            steps -= 2
            guard steps >= 0, let keyHead = head(at: place), let key = target(of: keyHead), key.kind == Kind.string,
                let valueHead = head(at: keyHead.next), let value = target(of: valueHead)
            else { return false }
            body(string(key), value, &steps)
            guard let end = end(of: valueHead, steps: &steps) else { return false }
            place = end
        }
        return true
    }

    /// The octets of a string.
    func string(_ value: Value) -> ArraySlice<UInt8> { octets[value.content..<(value.content + value.size)] }

    /// The value of an unsigned integer of at most 64 bits; nil for other types and for larger ones.
    func number(_ value: Value) -> UInt64? {
        switch value.kind {
        case Kind.uint16, Kind.uint32, Kind.uint64, Kind.uint128, Kind.int32: break
        default: return nil
        }
        guard value.size <= 16 else { return nil }
        var number: UInt64 = 0
        for place in value.content..<(value.content + value.size) {
            guard number >> 56 == 0 else { return nil }
            number = number << 8 | UInt64(octets[place])
        }
        // A negative 32-bit number is no count; shorter ones are not sign-extended.
        return value.kind == Kind.int32 && number > UInt64(Int32.max) ? nil : number
    }
}
