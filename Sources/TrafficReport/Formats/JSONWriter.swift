/// Writes JSON (RFC 8259) piece by piece into octets. Keys come out in the order they are written, so the same value
/// gives the same octets. The caller opens and closes; a missing comma cannot happen.
public struct JSONWriter: Sendable {
    public private(set) var octets: [UInt8] = []
    /// One entry an open object or array: whether something was written in it.
    private var hasElements: [Bool] = [false]
    private var isAfterKey = false
    private let isPretty: Bool

    /// - Parameter pretty: two spaces of indentation a level and a line each element.
    public init(pretty: Bool = false) { isPretty = pretty }

    public var text: String { String(decoding: octets, as: UTF8.self) }

    // MARK: Structure

    public mutating func object(_ body: (inout JSONWriter) -> Void) { nested(0x7b, 0x7d, body) }
    public mutating func array(_ body: (inout JSONWriter) -> Void) { nested(0x5b, 0x5d, body) }

    public mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }
    public mutating func array(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        array(body)
    }

    /// An array of one element for each of `elements`.
    public mutating func array<S: Sequence>(_ key: String, of elements: S, _ body: (inout JSONWriter, S.Element) -> Void) {
        array(key) { json in
            for element in elements { body(&json, element) }
        }
    }

    public mutating func strings(_ key: String, _ values: some Sequence<String>) {
        array(key, of: values) { $0.string($1) }
    }

    private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        octets.append(open)
        hasElements.append(false)
        body(&self)
        let hadElements = hasElements.popLast() ?? false
        if isPretty, hadElements { lineBreak() }
        octets.append(close)
    }

    public mutating func key(_ key: String) {
        separate()
        Escaping.appendJSON(key, to: &octets)
        octets.append(0x3a)
        if isPretty { octets.append(0x20) }
        isAfterKey = true
    }

    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        let level = hasElements.count - 1
        if hasElements[level] { octets.append(0x2c) }
        hasElements[level] = true
        if isPretty, level > 0 { lineBreak() }
    }

    private mutating func lineBreak() {
        octets.append(0x0a)
        for _ in 1..<max(1, hasElements.count) {
            octets.append(0x20)
            octets.append(0x20)
        }
    }

    // MARK: Values

    public mutating func string(_ value: String) {
        separate()
        Escaping.appendJSON(value, to: &octets)
    }
    public mutating func number(_ value: Int) {
        separate()
        Decimal.append(value, to: &octets)
    }
    /// The shortest decimal that reads back as the same value; null for what JSON has no number for.
    public mutating func number(_ value: Double) {
        separate()
        guard value.isFinite else {
            octets.append(contentsOf: "null".utf8)
            return
        }
        if value == value.rounded(), abs(value) < 1e15 {
            Decimal.append(Int(value), to: &octets)
        } else {
            octets.append(contentsOf: value.description.utf8)
        }
    }
    public mutating func bool(_ value: Bool) {
        separate()
        octets.append(contentsOf: (value ? "true" : "false").utf8)
    }
    public mutating func null() {
        separate()
        octets.append(contentsOf: "null".utf8)
    }

    // MARK: Members

    public mutating func member(_ key: String, _ value: String) {
        self.key(key)
        string(value)
    }
    public mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        number(value)
    }
    public mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        number(value)
    }
    public mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }
    /// Left out when nil.
    public mutating func member(_ key: String, ifKnown value: String?) {
        if let value { member(key, value) }
    }
    public mutating func member(_ key: String, ifKnown value: Int?) {
        if let value { member(key, value) }
    }
    /// null when nil.
    public mutating func member(_ key: String, orNull value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }
    public mutating func member(_ key: String, orNull value: Int?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }
    public mutating func member(_ key: String, orNull value: Double?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }
    /// A time as epoch seconds, exact to `digits` decimal places.
    public mutating func member(_ key: String, nanoseconds: Int64?, digits: Int) {
        self.key(key)
        guard let nanoseconds else { return null() }
        separate()
        Decimal.appendSeconds(nanoseconds: nanoseconds, digits: digits, to: &octets)
    }
}
