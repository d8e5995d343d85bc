/// What is wrong with a JSON text, and where.
struct JSONError: Error, Equatable, CustomStringConvertible {
    var problem: String
    /// From 1; columns are octets.
    var line: Int
    var column: Int

    var description: String { "line \(line), column \(column): \(problem)" }
}

/// A strict reader of one JSON text (RFC 8259), by recursive descent of bounded depth.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Nesting beyond this many arrays and objects is refused.
    static let maximumDepth = 64

    /// The value of the whole text.
    static func value(of bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.error("text after the end of the value") }
        return value
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func error(_ problem: String) -> JSONError {
        let before = bytes.prefix(position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return JSONError(problem: problem, line: line, column: before.count - lineStart + 1)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard let next, next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch next {
        case nil: throw error("the text ends where a value should be")
        case UInt8(ascii: "{"): return .object(try members())
        case UInt8(ascii: "["): return .array(try elements())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw error("no JSON value begins like this") }
        position += text.utf8.count
        return value
    }

    private mutating func enter() throws(JSONError) {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        position += 1  // the bracket, already seen
        skipSpace()
    }

    private mutating func elements() throws(JSONError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if take("]") { return values }
        while true {
            values.append(try value())
            skipSpace()
            if take("]") { return values }
            guard take(",") else { throw error("expected , or ] in an array") }
        }
    }

    private mutating func members() throws(JSONError) -> [JSONValue.Member] {
        try enter()
        defer { depth -= 1 }
        var members: [JSONValue.Member] = []
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("expected a member's name in quotes") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw error("expected : after a member's name") }
            members.append(.init(key: key, value: try value()))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw error("expected , or } in an object") }
        }
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take("-")
        let first = next
        let whole = digits()
        guard whole > 0, whole == 1 || first != UInt8(ascii: "0") else { throw error("no JSON value begins like this") }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard digits() > 0 else { throw error("a number has no digit after its point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if !take("-") { _ = take("+") }
            guard digits() > 0 else { throw error("a number has no digit in its exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole {
            if let value = Int(text) { return .integer(value) }
            if let value = UInt64(text) { return .unsigned(value) }
        }
        guard let value = Double(text) else { throw error("a number that cannot be read") }
        return .number(value)
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1  // the quote, already seen
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        // Most strings have no escape and are taken as they stand.
        if next == UInt8(ascii: "\"") { return try text(bytes[start..<position]) }
        var decoded = Array(bytes[start..<position])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""): return try text(decoded[...])
            case UInt8(ascii: "\\"):
                position += 1
                decoded += String(try escape()).utf8
            case 0..<0x20: throw error("a control character inside a string")
            default:
                decoded.append(byte)
                position += 1
            }
        }
        throw error("the text ends inside a string")
    }

    /// Ends a string behind its closing quote.
    private mutating func text(_ utf8: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw error("a string is not UTF-8") }
        position += 1
        return text
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = next else { throw error("the text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw error("an escape that JSON does not have")
        }
        let unit = try hexUnit()
        guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let mark = position
        if take("\\"), take("u") {
            let low = try hexUnit()
            if (0xDC00..<0xE000).contains(low) {
                return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        position = mark
        return "\u{FFFD}"  // half of a pair has no character
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("\\u needs four hexadecimal digits") }
        position += 4
        return unit
    }
}
