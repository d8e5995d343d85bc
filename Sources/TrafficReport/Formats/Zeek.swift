import TrafficCore

/// One value of a Zeek log, by Zeek's types.
enum ZeekValue {
    case unset
    /// Nanoseconds since 1970, or of an interval; `digits` decimal places.
    case seconds(Int64, digits: Int)
    case count(Int)
    case text(String)
    case boolean(Bool)
    /// A vector or set of texts, or of intervals in whole seconds.
    case texts([String])
    case intervals([UInt32])
}

/// The columns of one log file.
struct ZeekSchema {
    var path: String
    var fields: [(name: String, type: String)]
}

/// Writes rows of Zeek logs: tab-separated with the header that Zeek's readers ask for, or one JSON object a line
/// (docs.zeek.org, "Zeek Log Formats").
struct ZeekWriter {
    var isJSON: Bool

    /// The header of a TSV log; nothing for JSON. `#open` is Zeek's wall-clock time, and ours would make every run differ.
    func header(_ schema: ZeekSchema, into buffer: inout [UInt8]) {
        guard !isJSON else { return }
        let lines = [
            "#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\t" + schema.path,
            "#open\t1970-01-01-00-00-00", "#fields\t" + schema.fields.map(\.name).joined(separator: "\t"),
            "#types\t" + schema.fields.map(\.type).joined(separator: "\t"),
        ]
        for line in lines { buffer.append(contentsOf: (line + "\n").utf8) }
    }

    func footer(into buffer: inout [UInt8]) {
        if !isJSON { buffer.append(contentsOf: "#close\t1970-01-01-00-00-00\n".utf8) }
    }

    /// One row; `values` in the order of the schema's fields.
    func append(_ values: [ZeekValue], _ schema: ZeekSchema, to buffer: inout [UInt8]) {
        precondition(values.count == schema.fields.count)
        if isJSON { appendObject(values, schema, to: &buffer) } else { appendLine(values, to: &buffer) }
    }

    private func appendLine(_ values: [ZeekValue], to buffer: inout [UInt8]) {
        for (index, value) in values.enumerated() {
            if index > 0 { buffer.append(0x09) }
            switch value {
            case .unset: buffer.append(0x2d)
            case .seconds(let time, let digits): Decimal.appendSeconds(nanoseconds: time, digits: digits, to: &buffer)
            case .count(let number): Decimal.append(number, to: &buffer)
            case .boolean(let flag): buffer.append(flag ? 0x54 : 0x46)
            case .text(let text): Self.appendEscaped(text, inSet: false, to: &buffer)
            case .texts(let texts):
                guard !texts.isEmpty else {
                    buffer.append(contentsOf: "(empty)".utf8)
                    continue
                }
                for (place, text) in texts.enumerated() {
                    if place > 0 { buffer.append(0x2c) }
                    Self.appendEscaped(text, inSet: true, to: &buffer)
                }
            case .intervals(let seconds):
                for (place, second) in seconds.enumerated() {
                    if place > 0 { buffer.append(0x2c) }
                    Decimal.append(UInt(second), to: &buffer)
                    buffer.append(contentsOf: ".000000".utf8)
                }
                if seconds.isEmpty { buffer.append(contentsOf: "(empty)".utf8) }
            }
        }
        buffer.append(0x0a)
    }

    /// Zeek's ASCII writer: control characters, DEL, the backslash and separators as \xNN; so also a text that would read as
    /// unset or empty.
    private static func appendEscaped(_ text: String, inSet: Bool, to buffer: inout [UInt8]) {
        if text.isEmpty {
            buffer.append(contentsOf: "(empty)".utf8)
            return
        }
        if text == "-" || text == "(empty)" {
            appendHexadecimal(text.utf8.first ?? 0x2d, to: &buffer)
            buffer.append(contentsOf: text.utf8.dropFirst())
            return
        }
        for octet in text.utf8 {
            if octet < 0x20 || octet == 0x7f || octet == 0x5c || (inSet && octet == 0x2c) {
                appendHexadecimal(octet, to: &buffer)
            } else {
                buffer.append(octet)
            }
        }
    }

    private static func appendHexadecimal(_ octet: UInt8, to buffer: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        buffer += [0x5c, 0x78, digits[Int(octet >> 4)], digits[Int(octet & 15)]]
    }

    private func appendObject(_ values: [ZeekValue], _ schema: ZeekSchema, to buffer: inout [UInt8]) {
        buffer.append(0x7b)
        var isFirst = true
        for (value, field) in zip(values, schema.fields) {
            if case .unset = value { continue }
            if !isFirst { buffer.append(0x2c) }
            isFirst = false
            Escaping.appendJSON(field.name, to: &buffer)
            buffer.append(0x3a)
            switch value {
            case .unset: break
            case .seconds(let time, let digits): Decimal.appendSeconds(nanoseconds: time, digits: digits, to: &buffer)
            case .count(let number): Decimal.append(number, to: &buffer)
            case .boolean(let flag): buffer.append(contentsOf: (flag ? "true" : "false").utf8)
            case .text(let text): Escaping.appendJSON(text, to: &buffer)
            case .texts(let texts): appendArray(texts, to: &buffer) { Escaping.appendJSON($0, to: &$1) }
            case .intervals(let seconds): appendArray(seconds, to: &buffer) { Decimal.append(UInt($0), to: &$1) }
            }
        }
        buffer.append(0x7d)
        buffer.append(0x0a)
    }

    private func appendArray<Element>(_ elements: [Element], to buffer: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void) {
        buffer.append(0x5b)
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(0x2c) }
            append(element, &buffer)
        }
        buffer.append(0x5d)
    }
}
