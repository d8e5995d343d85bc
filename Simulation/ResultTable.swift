/// One table of METHOD.md §7, measured again.
struct ResultTable: Sendable {
    struct Row: Sendable {
        var name: String
        /// One for each column; nil where the table has none.
        var figures: [Figure?]
    }

    var title: String
    var columns: [String]
    var rows: [Row] = []
    /// What a reader must know of it, below the table.
    var notes: [String] = []

    var figures: [Figure] { rows.flatMap { $0.figures.compactMap(\.self) } }

    /// Each figure as: ours, METHOD.md's, the error of their difference, what to think of it.
    var text: String {
        let width = (rows.map(\.name.count).max() ?? 0) + 2
        let cell = 34
        var lines = ["", title, String(repeating: "-", count: title.count)]
        lines.append(padded("", width) + columns.map { padded($0, cell) }.joined())
        lines.append(padded("", width) + columns.map { _ in padded("ours    METHOD  error", cell) }.joined())
        for row in rows {
            let cells = row.figures.map { figure in padded(figure.map { Self.text($0) } ?? "", cell) }
            lines.append(padded(row.name, width) + cells.joined())
        }
        return (lines.map { $0.trimmedEnd } + notes).joined(separator: "\n") + "\n"
    }

    private static func text(_ figure: Figure) -> String {
        let stated = figure.stated.map { fixed($0.value, $0.decimals) } ?? figure.ceiling.map { "<=" + fixed($0, 2) } ?? ""
        let mark = figure.mark
        var text = padded(fixed(figure.measured.mean, 3), 8) + padded(stated, 8) + padded(fixed(figure.error, 3), 7) + mark.rawValue
        if mark == .far || mark == .differs {
            let deviation = figure.deviation ?? 0
            text += " (" + fixed(abs(deviation) > figure.excess ? deviation : figure.excess, 1) + ")"
        }
        return text
    }
}

/// With so many decimals, rounded half away from zero.
func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, abs(value) < 1e9 else { return String(value) }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    return sign + String(scaled / scale) + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
