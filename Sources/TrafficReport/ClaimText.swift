import TrafficCore

extension ClaimAnswer.Answer {
    /// As it stands in sentences.
    var title: String {
        switch self {
        case .supported: "supported"
        case .refuted: "refuted"
        case .notShown: "not shown"
        case .notTestable: "not testable with this evidence"
        }
    }
}

extension ComparisonReport {
    /// Claims and what the evidence says of them, for a terminal; "" where none was asked about.
    func claimsText(width: Int, color: Bool) -> String {
        guard !claims.isEmpty else { return "" }
        var text = "\n" + Terminal.styled("Claims", .bold, color: color) + "\n"
        for claim in claims {
            text += "• " + Terminal.wrap("“" + Escaping.terminal(claim.says) + "” " + claim.answer.title + ".", to: width, indent: 2) + "\n"
            if let because = claim.because.first, claim.answer == .supported || claim.answer == .refuted || claim.missing.isEmpty {
                text += "  " + Terminal.wrap(Escaping.terminal(because), to: width, indent: 2) + "\n"
            }
            if !claim.missing.isEmpty, claim.answer == .notTestable {
                text += "  " + Terminal.wrap("Missing: " + Escaping.terminal(claim.missing.joined(separator: "; ")) + ".", to: width, indent: 2) + "\n"
            }
        }
        return text
    }

    /// Member `claims` of the JSON form.
    func writeClaims(to json: inout JSONWriter) {
        json.array("claims", of: claims) { json, claim in
            json.object { json in
                json.member("id", claim.id)
                json.member("says", claim.says)
                json.member("origin", orNull: claim.origin)
                json.member("answer", claim.answer.rawValue)
                json.strings("because", claim.because)
                json.strings("missing", claim.missing)
                json.strings("metrics", claim.metrics)
                json.member("note", orNull: claim.note)
            }
        }
    }
}

extension ComparisonPage {
    /// What has been said of apps, and what the captures say of it.
    func claims(_ html: inout HTML) {
        guard !report.claims.isEmpty else { return }
        html.element("section", ["aria-labelledby": "claims"]) { html in
            html.element("h2", ["id": "claims"], text: "Claims")
            html.element("p", ["class": "muted"], text: "What has been said of apps, and whether these captures support it, refute it, do not show it, or could not test it.")
            html.table(
                "Claims and what the captures say of them", hidesCaption: true, [.init("Claim"), .init("Answer"), .init("Because"), .init("Missing")], report.claims
            ) { html, claim, column in
                switch column {
                case 0:
                    html.text("“" + claim.says + "”")
                    if let origin = claim.origin { html.element("small", ["class": "muted"], text: origin) }
                case 1: html.element("strong", text: claim.answer.title)
                case 2:
                    html.text(claim.because.joined(separator: " "))
                    if let note = claim.note { html.element("small", ["class": "muted"], text: note) }
                default: html.text(claim.missing.isEmpty ? "–" : claim.missing.joined(separator: "; "))
                }
            }
        }
    }
}
