/// Text for a terminal: widths, columns, colours. Every string that comes from a capture goes through
/// `Escaping.terminal` here, so callers hand over what they have.
public enum Terminal {
    /// Attributes that tables and reports use (ECMA-48 SGR).
    public enum Style: String, Sendable {
        case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36"
    }

    /// `text` with a style, or as it is when `color` is false. `text` must be safe already.
    public static func styled(_ text: String, _ style: Style, color: Bool) -> String {
        color ? "\u{1b}[" + style.rawValue + "m" + text + "\u{1b}[0m" : text
    }

    // MARK: Width

    /// Columns that `text` takes: 2 for wide East Asian characters and emoji (UAX #11, W and F), 0 for combining marks.
    public static func width(_ text: String) -> Int {
        var columns = 0
        for scalar in text.unicodeScalars { columns += width(scalar) }
        return columns
    }

    static func width(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if isZeroWidth(value) { return 0 }
        return isWide(value) ? 2 : 1
    }

    private static func isZeroWidth(_ value: UInt32) -> Bool {
        switch value {
        case 0x300...0x36f, 0x483...0x489, 0x591...0x5bd, 0x610...0x61a, 0x64b...0x65f, 0x900...0x902, 0x93c, 0x941...0x948,
            0x94d, 0xe31, 0xe34...0xe3a, 0xe47...0xe4e, 0x1ab0...0x1aff, 0x1dc0...0x1dff, 0x200c...0x200d, 0x20d0...0x20ff,
            0x302a...0x302d, 0x3099...0x309a, 0xfe00...0xfe0f, 0xfe20...0xfe2f, 0xe0100...0xe01ef:
            true
        default: false
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
            0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
            0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x1fa70...0x1faff, 0x20000...0x3fffd:
            true
        default: false
        }
    }

    /// `text` in at most `columns` columns; what is cut off shows as "…". `text` must be safe already.
    public static func cut(_ text: String, to columns: Int) -> String {
        // A scalar takes at least one octet for each of its columns: short text needs no look at its scalars.
        guard text.utf8.count > columns, width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var used = 1  // the ellipsis
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            used += width(scalar)
            if used > columns { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }

    /// A line that may have styles in it, in at most `columns` columns.
    static func fit(_ line: String, to columns: Int) -> String {
        guard line.unicodeScalars.contains("\u{1b}") else { return cut(line, to: columns) }
        var kept = String.UnicodeScalarView(), used = 0, isInStyle = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1b}" { isInStyle = true }
            if !isInStyle {
                used += width(scalar)
                if used > columns { break }
            }
            kept.append(scalar)
            if isInStyle, scalar == "m" { isInStyle = false }
        }
        return String(kept) + (used > columns ? "\u{1b}[0m" : "")
    }

    /// `text` filled up with spaces to `columns`; longer text stays as it is.
    public static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
        let missing = columns - width(text)
        guard missing > 0 else { return text }
        let fill = String(repeating: " ", count: missing)
        return right ? fill + text : text + fill
    }

    // MARK: Tables

    public struct Column: Sendable {
        public var title: String
        /// Numbers line up on the right.
        public var isRight: Bool
        /// Cells are cut to this; nil for whatever they need.
        public var maximum: Int?
        public init(_ title: String, right: Bool = false, maximum: Int? = nil) {
            (self.title, isRight, self.maximum) = (title, right, maximum)
        }
    }

    /// An aligned table, each line with its line break. Cells are escaped here.
    public static func table(_ columns: [Column], _ rows: [[String]], indent: Int = 0, color: Bool = false) -> String {
        var cells: [[String]] = []
        var widths = columns.map { width($0.title) }
        for row in rows {
            var line: [String] = []
            for (index, column) in columns.enumerated() {
                let safe = index < row.count ? Escaping.terminal(row[index]) : ""
                let cell = column.maximum.map { cut(safe, to: $0) } ?? safe
                widths[index] = max(widths[index], width(cell))
                line.append(cell)
            }
            cells.append(line)
        }
        let margin = String(repeating: " ", count: max(0, indent))
        func line(_ cells: [String]) -> String {
            var text = margin
            for (index, column) in columns.enumerated() {
                if index > 0 { text += "  " }
                let isLast = index == columns.count - 1
                text += isLast && !column.isRight ? cells[index] : pad(cells[index], to: widths[index], right: column.isRight)
            }
            while text.last == " " { text.removeLast() }
            return text
        }
        var output = styled(line(columns.map(\.title)), .dim, color: color) + "\n"
        for row in cells { output += line(row) + "\n" }
        return output
    }

    /// `text` broken at spaces into lines of at most `columns`, each but the first begun with `indent` spaces.
    public static func wrap(_ text: String, to columns: Int, indent: Int = 0) -> String {
        var output = "", used = 0
        let margin = String(repeating: " ", count: max(0, indent))
        for word in text.split(separator: " ") {
            let size = width(String(word))
            if used > 0, used + 1 + size > columns {
                output += "\n" + margin
                used = indent
            } else if used > 0 {
                output += " "
                used += 1
            }
            output += word
            used += size
        }
        return output
    }
}
