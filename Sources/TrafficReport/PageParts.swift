import TrafficCore

// Pieces that every page uses.

extension HTML {
    mutating func list(_ sentences: [String]) {
        element("ul") { html in
            for sentence in sentences { html.element("li", text: sentence) }
        }
    }

    /// A term with its value, within a `dl`.
    mutating func fact(_ term: String, _ value: String, _ note: String? = nil) {
        element("div") { html in
            html.element("dt", text: term)
            html.element("dd") { html in
                html.text(value)
                if let note { html.element("small", text: note) }
            }
        }
    }

    /// A name of the program's own with underscores: it breaks behind one.
    mutating func codeName(_ name: String) {
        element("small", ["class": "mono muted"]) { html in
            for (index, part) in name.split(separator: "_", omittingEmptySubsequences: false).enumerated() {
                if index > 0 {
                    html.text("_")
                    html.trusted("<wbr>")
                }
                html.text(String(part))
            }
        }
    }

    /// A name that may be one long word: it breaks after a dot.
    mutating func dottedName(_ name: String) {
        element("bdi") { html in
            for (index, part) in name.split(separator: ".", omittingEmptySubsequences: false).enumerated() {
                if index > 0 {
                    html.text(".")
                    html.trusted("<wbr>")
                }
                html.text(String(part))
            }
        }
    }

    /// The share of `whole` as a bar below a number.
    mutating func bar(_ part: Int, of whole: Int) {
        // A speck says nothing.
        guard whole > 0, Double(part) / Double(whole) >= 0.02 else { return }
        let percent = min(100, Double(part) / Double(whole) * 100)
        element("span", ["class": "bar", "style": "width:" + Quantity.fixed(percent, 1) + "%", "aria-hidden": "true"]) { _ in }
    }

    /// Octets by country of the network, with its heading; nothing where no country is known.
    mutating func countries(of apps: [AppSummary]) {
        var sums: [String: TrafficSum] = [:]
        for country in apps.flatMap(\.countries) {
            sums[country.country ?? "unknown", default: TrafficSum()].add(country.sum)
        }
        let rows = sums.sorted { a, b in
            a.value.up != b.value.up ? a.value.up > b.value.up : a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
        }
        guard rows.count > 1 || rows.first?.key != "unknown" else { return }
        element("h3", text: "By country of the network")
        table("By country of the network", hidesCaption: true, [.init("Country"), .init("Up", number: true), .init("Down", number: true), .init("Flows", number: true)], rows) { html, row, column in
            switch column {
            case 0: html.text(row.key)
            case 1:
                html.text(Quantity.octets(row.value.up))
                html.bar(row.value.up, of: rows.first?.value.up ?? 0)
            case 2: html.text(Quantity.octets(row.value.down))
            default: html.text(Quantity.grouped(row.value.flows))
            }
        }
    }

    /// Sections of the page have a heading that names them.
    mutating func section(_ id: String, _ title: String, _ body: (inout HTML) -> Void) {
        element("section", ["aria-labelledby": id]) { html in
            html.element("h2", ["id": id], text: title)
            body(&html)
        }
    }
}

extension Provenance {
    /// The section by which somebody else makes the same page again.
    func writeSection(_ settings: [(String, String)], _ redaction: Redaction, to html: inout HTML) {
        var redaction = redaction
        html.section("reproduce", "How to make this page again") { html in
            html.element("pre", text: commandLine(&redaction))
            var rows = [("trafficscope", toolVersion)] + settings
            for option in options where !settings.contains(where: { $0.0 == option.name }) { rows.append((option.name, option.value)) }
            for list in lists {
                rows.append(("list " + list.name, [list.date ?? "without date", list.sha256.map { "sha256 " + $0 }].compactMap { $0 }.joined(separator: ", ")))
            }
            html.table("Settings and lists", [.init("Setting"), .init("Value")], rows) { html, row, column in
                html.text(column == 0 ? row.0 : row.1)
            }
            html.element("details") { html in
                html.element("summary", text: Quantity.count(inputs.count, "file") + " with SHA-256")
                html.table("Files", hidesCaption: true, [.init("File"), .init("Role"), .init("SHA-256")], inputs) { html, input, column in
                    switch column {
                    case 0: html.name(input.path)
                    case 1: html.text(input.role)
                    default: html.element("code", text: input.sha256)
                    }
                }
            }
        }
    }
}
