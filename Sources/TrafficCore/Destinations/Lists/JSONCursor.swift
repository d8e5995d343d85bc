/// Reads one JSON text (RFC 8259) from front to back without building a tree: a destination list has megabytes and most of it is
/// of no use here. Strict: what is passed over is checked as well. Every call either goes on or throws.
struct JSONCursor {
    enum Kind { case object, array, string, number, word }

    private let bytes: [UInt8]
    private(set) var position = 0
    private var depth = 0
    /// Where the line under way begins, the lines before it, and where it ends: so that telling line after line stays linear.
    private var lineStart = 0, linesBefore = 0, lineEnd = 0

    /// Nesting beyond this many arrays and objects is refused.
    static let maximumDepth = 32

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        lineEnd = bytes.span.firstIndex(of: 0x0a, from: 0) ?? .max
    }

    /// The line of the place that is read next, from 1.
    var line: Int {
        mutating get {
            if position < lineStart { (lineStart, linesBefore, lineEnd) = (0, 0, bytes.span.firstIndex(of: 0x0a, from: 0) ?? .max) }
            while lineEnd < position {
                linesBefore += 1
                lineStart = lineEnd + 1
                lineEnd = bytes.span.firstIndex(of: 0x0a, from: lineStart) ?? .max
            }
            return linesBefore + 1
        }
    }

    private mutating func error(_ problem: String) -> JSONError {
        var start = min(position, bytes.count)
        while start > 0, bytes[start - 1] != 0x0a { start -= 1 }
        return JSONError(problem: problem, line: line, column: position - start + 1)
    }

    @inline(__always)
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    @inline(__always)
    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// What begins here.
    mutating func kind() throws(JSONError) -> Kind {
        skipSpace()
        guard let next else { throw error("the text ends where a value should be") }
        switch next {
        case 0x7b: return .object
        case 0x5b: return .array
        case 0x22: return .string
        case 0x2d, 0x30...0x39: return .number
        case 0x74, 0x66, 0x6e: return .word
        default: throw error("no JSON value begins like this")
        }
    }

    /// Nothing but space may follow.
    mutating func end() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else { throw error("text after the end of the value") }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        position += 1   // the bracket, already seen
        skipSpace()
    }

    private mutating func leaves(_ bracket: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        if next == bracket {
            position += 1
            return true
        }
        guard next == 0x2c else { throw error("expected , or \(bracket == 0x7d ? "}" : "]")") }
        position += 1
        skipSpace()
        return false
    }

    /// Gives `member` each key, with the cursor at its value, which it must read or skip. A value of another kind is skipped.
    /// - Returns: whether an object was there.
    @discardableResult
    mutating func object(_ member: (inout JSONCursor, String) throws(JSONError) -> Void) throws(JSONError) -> Bool {
        guard try kind() == .object else {
            try skip()
            return false
        }
        try members { (cursor) throws(JSONError) in
            let key = try cursor.text()
            try cursor.colon()
            try member(&cursor, key)
        }
        return true
    }

    /// Calls `member` with the cursor at the quote of each member's name of an object, which is known to begin here.
    @inline(__always)
    private mutating func members(_ member: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        try enter()
        defer { depth -= 1 }
        if next == 0x7d {
            position += 1
            return
        }
        while true {
            guard next == 0x22 else { throw error("expected a member's name in quotes") }
            try member(&self)
            if try leaves(0x7d) { return }
        }
    }

    @inline(__always)
    private mutating func colon() throws(JSONError) {
        skipSpace()
        guard next == 0x3a else { throw error("expected : after a member's name") }
        position += 1
    }

    /// Calls `element` with the cursor at each element, which it must read or skip. A value of another kind is skipped.
    mutating func array(_ element: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        guard try kind() == .array else { return try skip() }
        try enter()
        defer { depth -= 1 }
        if next == 0x5d {
            position += 1
            return
        }
        while true {
            try element(&self)
            if try leaves(0x5d) { return }
        }
    }

    /// A string; nil for a value of another kind, which is skipped.
    mutating func string() throws(JSONError) -> String? {
        guard try kind() == .string else {
            try skip()
            return nil
        }
        return try text()
    }

    /// A string, or a number as it is written; nil for a value of another kind, which is skipped.
    mutating func scalar() throws(JSONError) -> String? {
        switch try kind() {
        case .string: return try text()
        case .number:
            let start = position
            try skip()
            return String(decoding: bytes[start..<position], as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// The strings of an array; elements and values of other kinds are skipped.
    mutating func strings() throws(JSONError) -> [String] {
        var values: [String] = []
        try array { (cursor) throws(JSONError) in
            if let value = try cursor.string() { values.append(value) }
        }
        return values
    }

    /// Passes over one value of any kind, and gives it as it is written.
    mutating func skipped() throws(JSONError) -> String {
        skipSpace()
        let start = position
        try skip()
        return bytes.span.extracting(start..<position).decodedText
    }

    /// Passes over one value of any kind.
    mutating func skip() throws(JSONError) {
        switch try kind() {
        case .object:
            try members { (cursor) throws(JSONError) in
                try cursor.skipText()
                try cursor.colon()
                try cursor.skip()
            }
        case .array: try array { (cursor) throws(JSONError) in try cursor.skip() }
        case .string: try skipText()
        case .number: try number()
        case .word:
            for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return
            }
            throw error("no JSON value begins like this")
        }
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, byte &- 0x30 < 10 { position += 1 }
        return position - start
    }

    private mutating func number() throws(JSONError) {
        if next == 0x2d { position += 1 }
        let first = next, whole = digits()
        guard whole > 0, whole == 1 || first != 0x30 else { throw error("a number that is none") }
        if next == 0x2e {
            position += 1
            guard digits() > 0 else { throw error("a number has no digit after its point") }
        }
        if next == 0x65 || next == 0x45 {
            position += 1
            if next == 0x2b || next == 0x2d { position += 1 }
            guard digits() > 0 else { throw error("a number has no digit in its exponent") }
        }
    }

    /// Passes over a string; one of plain ASCII, as most are, without making a `String`.
    private mutating func skipText() throws(JSONError) {
        let start = position
        position += 1   // the quote, already seen
        while let byte = next, byte >= 0x20, byte < 0x80, byte != 0x5c {
            position += 1
            if byte == 0x22 { return }
        }
        position = start
        _ = try text()
    }

    private mutating func text() throws(JSONError) -> String {
        position += 1   // the quote, already seen
        let start = position
        var isPlain = true, isASCII = true
        while let byte = next, byte != 0x22 {
            guard byte >= 0x20 else { throw error("a control character inside a string") }
            if byte == 0x5c {
                isPlain = false
                position += 1
            } else if byte >= 0x80 {
                isASCII = false
            }
            position += 1
        }
        guard position < bytes.count else {
            position = bytes.count
            throw error("the text ends inside a string")
        }
        position += 1
        // Most strings have no escape and are taken as they stand.
        if isPlain {
            // Validating costs several times what making a short string does.
            if isASCII { return String(decoding: bytes[start..<position - 1], as: UTF8.self) }
            guard let text = String(validating: bytes[start..<position - 1], as: UTF8.self) else { throw error("a string is not UTF-8") }
            return text
        }
        // The project's reader of values knows the escapes; the string is bounded by its quotes, so its cost is too.
        do throws(JSONError) {
            guard case .string(let text) = try JSONReader.value(of: Array(bytes[start - 1..<position])) else { return "" }
            return text
        } catch {
            throw self.error(error.problem)
        }
    }
}
