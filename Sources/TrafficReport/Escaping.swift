/// The one place where text from a capture becomes safe for a format. Host names, user agents and file names are
/// written by strangers: whatever they hold, it stays text.
public enum Escaping {
    // MARK: JSON

    /// Appends `text` as a JSON string with its quotation marks (RFC 8259 §7): only what must be escaped is.
    public static func appendJSON(_ text: String, to buffer: inout [UInt8]) {
        var output = OctetRow(capacity: 2 + text.utf8.count)
        appendJSON(text, to: &output)
        output.move(to: &buffer)
    }

    /// The same into reserved room: needs at most six octets for one of `text`, and two.
    @inline(__always)
    static func appendJSON(_ text: String, to output: inout OctetRow) {
        output.append(0x22)
        let octets = text.utf8Span.span
        var index = output.append(plain: octets, from: 0)
        while index < octets.count {
            index += appendJSONSpecial(octets, at: index, to: &output)
            index = output.append(plain: octets, from: index)
        }
        output.append(0x22)
    }

    /// What is no printable ASCII character, or must be escaped; returns its octets. Beyond what JSON asks for, characters
    /// that a terminal obeys or that turn the order of text are escaped, which loses nothing: DEL, C1 controls, bidi marks.
    @inline(never)
    private static func appendJSONSpecial(_ octets: Span<UInt8>, at index: Int, to output: inout OctetRow) -> Int {
        let octet = octets[index], left = octets.count - index
        if octet < 0x7f {
            appendJSONEscape(octet, to: &output)
            return 1
        }
        let second = left > 1 ? octets[index + 1] : 0, third = left > 2 ? octets[index + 2] : 0
        let scalar: UInt16, length: Int
        switch (octet, second, third) {
        case (0x7f, _, _): (scalar, length) = (0x7f, 1)
        case (0xc2, 0x80...0x9f, _): (scalar, length) = (UInt16(second), 2)
        case (0xe2, 0x80, 0x8e...0x8f), (0xe2, 0x80, 0xaa...0xae): (scalar, length) = (0x2000 | UInt16(third & 0x3f), 3)
        case (0xe2, 0x81, 0xa6...0xa9): (scalar, length) = (0x2040 | UInt16(third & 0x3f), 3)
        default:
            output.append(octet)
            return 1
        }
        output.append(text: "\\u" as StaticString)
        for shift: UInt16 in [12, 8, 4, 0] { output.append(hexDigit(UInt8(truncatingIfNeeded: scalar >> shift & 15))) }
        return length
    }

    @inline(never)
    private static func appendJSONEscape(_ octet: UInt8, to output: inout OctetRow) {
        output.append(0x5c)
        switch octet {
        case 0x22, 0x5c: output.append(octet)
        case 0x0a: output.append(0x6e)
        case 0x0d: output.append(0x72)
        case 0x09: output.append(0x74)
        default:
            output.append(text: "u00" as StaticString)
            output.append(hexDigit(octet >> 4))
            output.append(hexDigit(octet & 15))
        }
    }

    // MARK: CSV

    /// Appends one cell (RFC 4180 §2). A cell that a spreadsheet would take for a formula begins with an apostrophe.
    @inline(__always)
    public static func appendCSV(_ cell: String, to buffer: inout [UInt8]) {
        appendCSV(octets: cell.utf8Span.span, to: &buffer)
    }

    /// The same for octets of UTF-8 text.
    public static func appendCSV(octets: Span<UInt8>, to buffer: inout [UInt8]) {
        guard !octets.isEmpty else { return }
        var isQuoted = false
        for index in octets.indices {
            let octet = octets[index]
            if (octet < 0x20 && octet != 0x09 && octet != 0x0a && octet != 0x0d) || octet == 0x7f || octet == 0xc2 || octet == 0xe2 {
                // Perhaps a control character or a bidi mark: shown as in a terminal, since that is where CSV ends up too.
                var copy: [UInt8] = []
                for place in octets.indices { copy.append(octets[place]) }
                let text = String(decoding: copy, as: UTF8.self)
                let shown = terminal(text)
                if shown != text { return appendCSV(shown, to: &buffer) }
            }
            isQuoted = isQuoted || octet == 0x22 || octet == 0x2c || octet == 0x0a || octet == 0x0d
        }
        if isQuoted { buffer.append(0x22) }
        if startsFormula(octets[0]) { buffer.append(0x27) }
        for index in octets.indices {
            if octets[index] == 0x22 { buffer.append(0x22) }
            buffer.append(octets[index])
        }
        if isQuoted { buffer.append(0x22) }
    }

    /// `=`, `+`, `-`, `@`, tab and carriage return start a formula in the spreadsheets in use (OWASP, CSV injection).
    private static func startsFormula(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0d: true
        default: false
        }
    }

    // MARK: Terminal

    /// `text` with everything that a terminal would obey, or that would change the order or be invisible, written out
    /// as `\u{202e}`: control characters (ESC among them), line breaks, bidi marks and overrides, zero-width spaces, tags.
    public static func terminal(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDeceptive) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if isDeceptive(scalar) {
                safe += written(scalar)
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    private static func written(_ scalar: Unicode.Scalar) -> String {
        "\\u{" + String(scalar.value, radix: 16) + "}"
    }

    /// Acts instead of being seen.
    static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e: false
        case 0..<0x20, 0x7f...0x9f,  // C0, DEL, C1
            0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069,  // bidi controls (UAX #9)
            0xad, 0x200b, 0x2028, 0x2029, 0x2060...0x2065, 0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f: true
        default: false
        }
    }

    // MARK: HTML, SVG

    /// `text` for the content of an element or a quoted attribute, in HTML and in SVG within HTML. What acts instead of
    /// being seen is written out as for the terminal, so that a right-to-left mark cannot turn a host name round.
    public static func html(_ text: String) -> String {
        var safe = ""
        safe.reserveCapacity(text.utf8.count + 8)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default:
                if isDeceptive(scalar) { safe += written(scalar) } else { safe.unicodeScalars.append(scalar) }
            }
        }
        return safe
    }

    @inline(__always)
    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
