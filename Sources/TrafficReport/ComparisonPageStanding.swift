import TrafficCore

// Whether the answer stands, and what is rare among the peers.

extension ComparisonPage {
    /// The sensitivity analysis.
    func standing(_ html: inout HTML) {
        guard let sensitivity = comparison.sensitivity else { return }
        html.element("section", ["aria-labelledby": "standing"]) { html in
            html.element("h2", ["id": "standing"], text: "Does the answer stand?")
            let sentences = sensitivity.sentences
            html.element("p", text: sentences.first ?? "")
            if sentences.count > 1 {
                html.element("ul") { html in for sentence in sentences.dropFirst() { html.element("li", text: sentence) } }
            }
            html.element("details") { html in
                html.element("summary", text: "All " + Quantity.count(sensitivity.choices.count, "choice"))
                html.table(
                    "Verdicts by choice", hidesCaption: true,
                    [.init("Choice"), .init("Overall"), .init("Clause A"), .init("Clause B"), .init("Changes what is said")],
                    Array(sensitivity.choices.prefix(400))
                ) { html, choice, column in
                    switch column {
                    case 0: html.text(choice.title)
                    case 1: html.text(choice.verdicts.overall.rawValue)
                    case 2: html.text(choice.verdicts.analytics.rawValue)
                    case 3: html.text(choice.verdicts.additional.rawValue)
                    default: html.text(choice.flips ? "yes" : "no")
                    }
                }
            }
        }
    }

    /// What few peers do, and what most do and the subject does not.
    func ranking(_ html: inout HTML) {
        guard let ranking = comparison.ranking, !ranking.novel.isEmpty || !ranking.missing.isEmpty else { return }
        html.element("section", ["aria-labelledby": "rare"]) { html in
            html.element("h2", ["id": "rare"], text: "Rare among the peers")
            html.element("p", ["class": "muted"], text: "Owners, countries, seats of owners, protocols and ports, inside the compared time. Nothing of this is tested, and more or longer captures of an app find more: read “0 of 20 peer owners” as “at most 14 % of comparable owners, with 95 % confidence”.")
            items(ranking.novel, "What at most " + Quantity.percent(ranking.share) + " of the peer owners do", &html)
            items(ranking.missing, "What at least " + Quantity.percent(1 - ranking.share) + " of the peer owners do and it does not", &html)
        }
    }

    private func items(_ items: [NoveltyRanking.Item], _ title: String, _ html: inout HTML) {
        guard !items.isEmpty else { return }
        html.element("h3", text: title)
        html.table(
            title, hidesCaption: true,
            [.init("What"), .init("Name"), .init("Peer owners", number: true), .init("At most", number: true), .init("Captures", number: true), .init("Up", number: true)],
            Array(items.prefix(100))
        ) { html, item, column in
            switch column {
            case 0: html.text(item.kind.rawValue)
            case 1: html.name(redaction.host(item.name))
            case 2: html.text("\(item.peers) of \(item.ofPeers)")
            case 3: html.text(Quantity.percent(item.shareUpper))
            case 4: html.text("\(item.captures) of \(item.ofCaptures)")
            default: html.text(Quantity.octets(item.up))
            }
        }
        if items.count > 100 { html.element("p", ["class": "muted"], text: "… and \(items.count - 100) more: the JSON form has them all.") }
    }
}
