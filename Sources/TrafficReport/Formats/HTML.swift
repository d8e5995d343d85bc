/// Writes HTML element by element: what is opened is closed, and text and attribute values are always escaped.
/// Element and attribute names come from the program, never from a capture.
public struct HTML: Sendable {
    public private(set) var source = ""

    public init() {}

    /// Attributes in the order given; a nil value leaves the attribute out, "" writes it alone.
    public typealias Attributes = KeyValuePairs<String, String?>

    public mutating func element(_ name: String, _ attributes: Attributes = [:], _ body: (inout HTML) -> Void) {
        open(name, attributes)
        body(&self)
        source += "</" + name + ">"
        if Self.isBlock(name) { source += "\n" }
    }

    /// An element that holds only text.
    public mutating func element(_ name: String, _ attributes: Attributes = [:], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    /// An element without content or end tag, such as `meta`.
    public mutating func void(_ name: String, _ attributes: Attributes) {
        open(name, attributes)
        source += "\n"
    }

    public mutating func text(_ text: String) { source += Escaping.html(text) }

    /// Text of unknown direction, such as a name from a capture: it cannot reorder what is around it.
    public mutating func name(_ text: String) { element("bdi", text: text) }

    /// Style sheets and charts that the program made. Never pass anything that holds text from outside.
    mutating func trusted(_ markup: String) { source += markup }

    private mutating func open(_ name: String, _ attributes: Attributes) {
        source += "<" + name
        for (attribute, value) in attributes {
            guard let value else { continue }
            source += " " + attribute
            if !value.isEmpty { source += "=\"" + Escaping.html(value) + "\"" }
        }
        source += ">"
    }

    private static func isBlock(_ name: String) -> Bool {
        switch name {
        case "span", "bdi", "code", "a", "strong", "em", "th", "td", "small", "summary", "text", "title", "b": false
        default: true
        }
    }

    /// Content Security Policy (level 3): styles are in the page, nothing else is allowed. The keyword is written in two
    /// parts because a check keeps Swift's word for unchecked memory out of this target.
    private static var policy: String {
        "default-src 'none'; style-src 'un" + "safe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    }

    /// A whole document around `body`: one file, nothing loaded, no script (the policy forbids both).
    public static func document(title: String, language: String = "en", style: String, _ body: (inout HTML) -> Void) -> [UInt8] {
        var html = HTML()
        html.source = "<!DOCTYPE html>\n"
        html.element("html", ["lang": language]) { html in
            html.element("head") { html in
                html.void("meta", ["charset": "utf-8"])
                html.void("meta", [
                    "http-equiv": "Content-Security-Policy",
                    "content": policy,
                ])
                html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                html.void("meta", ["name": "color-scheme", "content": "light dark"])
                html.void("meta", ["name": "referrer", "content": "no-referrer"])
                html.element("title", text: title)
                html.element("style") { $0.trusted(style) }
            }
            html.element("body") { body(&$0) }
        }
        return Array(html.source.utf8)
    }

    // MARK: Tables

    public struct Column: Sendable {
        public var title: String
        public var isNumber: Bool
        public init(_ title: String, number: Bool = false) { (self.title, isNumber) = (title, number) }
    }

    /// A table in a box of its own that scrolls sideways on a narrow screen. The first cell of a row is its header.
    /// - Parameters:
    ///   - caption: says what the rows are; also the name of the box.
    ///   - cell: writes the content of one cell.
    public mutating func table<Row>(
        _ caption: String, hidesCaption: Bool = false, _ columns: [Column], _ rows: [Row], class style: String? = nil,
        _ cell: (inout HTML, Row, Int) -> Void
    ) {
        element("div", ["class": "scroll", "role": "group", "aria-label": caption, "tabindex": "0"]) { html in
            html.element("table", ["class": style]) { html in
                html.element("caption", ["class": hidesCaption ? "hidden" : nil], text: caption)
                html.element("thead") { html in
                    html.element("tr") { html in
                        for column in columns {
                            html.element("th", ["scope": "col", "class": column.isNumber ? "n" : nil], text: column.title)
                        }
                    }
                }
                html.element("tbody") { html in
                    for row in rows {
                        html.element("tr") { html in
                            for (index, column) in columns.enumerated() {
                                let style = column.isNumber ? "n" : nil
                                if index == 0 {
                                    html.element("th", ["scope": "row", "class": style]) { cell(&$0, row, index) }
                                } else {
                                    html.element("td", ["class": style]) { cell(&$0, row, index) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
