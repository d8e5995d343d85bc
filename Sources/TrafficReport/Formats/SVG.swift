/// Writes an SVG picture within a page. Horizontal places are per cent of the width, vertical ones pixels: the picture
/// follows the width of the page while text and dots keep their size.
struct SVG {
    private(set) var source = ""

    /// - Parameters:
    ///   - label: what a screen reader says of the picture.
    ///   - height: pixels.
    init(label: String, height: Double, _ body: (inout SVG) -> Void) {
        source = "<svg role=\"img\" aria-label=\"" + Escaping.html(label) + "\" width=\"100%\" height=\"" + Self.number(height) + "\">"
        body(&self)
        source += "</svg>\n"
    }

    /// A dot at `x` per cent and `shift` pixels to its right.
    mutating func dot(x: Double, shift: Double = 0, y: Double, radius: Double, class style: String, title: String) {
        let circle = "<circle class=\"" + style + "\" cx=\"" + (shift == 0 ? Self.percent(x) : Self.number(shift)) + "\" cy=\"" + Self.number(y)
            + "\" r=\"" + Self.number(radius) + "\"><title>" + Escaping.html(title) + "</title></circle>"
        source += shift == 0 ? circle : "<svg x=\"" + Self.percent(x) + "\" overflow=\"visible\">" + circle + "</svg>"
    }

    /// A square on its corner, `radius` pixels from centre to corner.
    mutating func diamond(x: Double, y: Double, radius: Double, class style: String, title: String) {
        let r = Self.number(radius)
        source += "<svg x=\"" + Self.percent(x) + "\" y=\"" + Self.number(y) + "\" overflow=\"visible\"><path class=\"" + style
            + "\" d=\"M0 -" + r + "L" + r + " 0L0 " + r + "L-" + r + " 0Z\"><title>" + Escaping.html(title) + "</title></path></svg>"
    }

    mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, class style: String) {
        source += "<line class=\"" + style + "\" x1=\"" + Self.percent(x1) + "\" y1=\"" + Self.number(y1) + "\" x2=\"" + Self.percent(x2)
            + "\" y2=\"" + Self.number(y2) + "\"/>"
    }

    /// A bar or band; `title` is shown on hovering.
    mutating func rectangle(x: Double, width: Double, y: Double, height: Double, class style: String, title: String? = nil) {
        source += "<rect class=\"" + style + "\" x=\"" + Self.percent(x) + "\" y=\"" + Self.number(y) + "\" width=\"" + Self.percent(width)
            + "\" height=\"" + Self.number(height) + "\"" + (title.map { "><title>" + Escaping.html($0) + "</title></rect>" } ?? "/>")
    }

    /// A line through points of the unit square (0,0 bottom left), drawn into a box of the picture.
    mutating func curve(_ points: [(x: Double, y: Double)], x: Double, width: Double, y: Double, height: Double, class style: String) {
        guard let first = points.first else { return }
        var path = "M" + Self.number(first.x * 1000) + " " + Self.number(1000 - first.y * 1000)
        for point in points.dropFirst() { path += "L" + Self.number(point.x * 1000) + " " + Self.number(1000 - point.y * 1000) }
        source += "<svg x=\"" + Self.percent(x) + "\" y=\"" + Self.number(y) + "\" width=\"" + Self.percent(width) + "\" height=\""
            + Self.number(height) + "\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\"><path class=\"" + style + "\" d=\"" + path
            + "\" vector-effect=\"non-scaling-stroke\"/></svg>"
    }

    enum Anchor: String { case start, middle, end }

    /// - Parameter shift: pixels to the right of `x`.
    mutating func text(_ text: String, x: Double, shift: Double = 0, y: Double, anchor: Anchor = .middle, class style: String) {
        source += "<text class=\"" + style + "\" x=\"" + Self.percent(x) + "\" y=\"" + Self.number(y) + "\" dx=\"" + Self.number(shift)
            + "\" text-anchor=\"" + anchor.rawValue + "\">" + Escaping.html(text) + "</text>"
    }

    private static func percent(_ value: Double) -> String { number(value) + "%" }

    /// Two decimals at most: the same everywhere, and short.
    private static func number(_ value: Double) -> String {
        var text = Quantity.fixed(value, 2)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
