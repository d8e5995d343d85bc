/// The page of a live capture: one file, which loads nothing and asks its own server for events. What comes is put into the page as
/// text, never as markup.
public enum LivePage {
    /// - Parameters:
    ///   - interface: what is captured, for the title.
    ///   - nonce: that the server's policy allows scripts and styles by.
    public static func document(interface: String, nonce: String) -> [UInt8] {
        let name = Escaping.html(interface), mark = Escaping.html(nonce)
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(name) – trafficscope live</title>
            <style nonce="\(mark)">\(PageStyle.sheet)\(sheet)</style>
            </head>
            <body>
            <header class="page"><p class="kicker">trafficscope live</p><h1>\(name)</h1><p id="state" role="status">waiting for the first packet</p></header>
            <main>
            <section class="answer" aria-label="Markers"><h2>What the phone is used for now</h2>
            <div class="buttons" id="buttons">
            <button type="button" data-event="foreground">Foreground</button>
            <button type="button" data-event="background">Background</button>
            <button type="button" data-event="idle">Idle</button>
            <button type="button" data-event="keypress">Key press</button>
            <button type="button" data-event="copy">Copy</button>
            <label>Note <input id="note" maxlength="100" autocomplete="off"></label><button type="button" id="addnote">Mark note</button>
            </div><p id="marked" class="muted" role="status"></p></section>
            <section><h2>So far</h2><dl class="facts" id="facts"></dl></section>
            <section><h2>Traffic over time</h2>
            <svg id="chart" viewBox="0 0 600 140" role="img" aria-label="Octets a second over the last ten minutes"></svg>
            <p class="muted small">Octets a second on the interface, of at most the last ten minutes; dashed lines are markers. <span id="scale"></span></p></section>
            <section id="comparison" hidden><h2>Against the peers, if it ended now</h2><p id="verdict" class="sentence second"></p>
            <div class="scroll"><table><caption class="muted">Metrics</caption><thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th><th scope="col" class="number">peer median</th><th scope="col">peers’ 5–95 %</th><th scope="col">verdict</th></tr></thead><tbody id="metrics"></tbody></table></div></section>
            <section><h2>Newest destinations</h2>
            <div class="scroll"><table><caption class="muted">Those that appeared last come first</caption><thead><tr><th scope="col">destination</th><th scope="col">owner</th><th scope="col">category</th><th scope="col">country</th><th scope="col">party</th><th scope="col" class="number">up</th><th scope="col" class="number">down</th><th scope="col">app</th></tr></thead><tbody id="newest"></tbody></table></div></section>
            <section><h2>Apps</h2>
            <div class="scroll"><table><caption class="muted">By upload</caption><thead><tr><th scope="col">app</th><th scope="col" class="number">up</th><th scope="col" class="number">down</th><th scope="col" class="number">flows</th><th scope="col" class="number">destinations</th></tr></thead><tbody id="apps"></tbody></table></div></section>
            <section><h2>What happened</h2><ul id="said"></ul></section>
            </main>
            <script nonce="\(mark)">\(script)</script>
            </body>
            </html>
            """
        return Array(page.utf8)
    }

    private static let sheet = """
        .buttons{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
        button{font:inherit;padding:.5rem .9rem;border:1px solid var(--ink);border-radius:6px;background:var(--paper);color:var(--ink);cursor:pointer}
        button:hover,button:focus-visible{background:var(--band)}
        input{font:inherit;padding:.45rem;border:1px solid var(--muted);border-radius:6px;background:var(--paper);color:var(--ink);max-width:14rem}
        .scroll{overflow-x:auto}
        #chart{width:100%;height:auto;background:var(--soft);border-radius:6px}
        #chart polyline{fill:none;stroke:var(--accent);stroke-width:1.5}
        #chart line{stroke:var(--grid);stroke-width:1}
        #chart line.mark{stroke:var(--muted);stroke-dasharray:3 3}
        .range{position:relative;display:block;width:9rem;height:.9rem;background:var(--band);border-radius:3px}
        .range i{position:absolute;top:.2rem;height:.5rem;background:var(--peer);border-radius:2px}
        .range b{position:absolute;top:0;width:3px;height:.9rem;background:var(--accent)}
        td.number,thead th.number{text-align:right;font-variant-numeric:tabular-nums}
        .lost{color:var(--accent);font-weight:600}
        """

    /// Nothing that comes with an event is ever markup: it goes into text nodes alone.
    private static let script = #"""
        "use strict";
        (() => {
        const token = new URLSearchParams(location.search).get("token") || "";
        const at = id => document.getElementById(id);
        const octets = n => { const u = ["B", "kB", "MB", "GB", "TB"]; let i = 0; while (n >= 1000 && i < 4) { n /= 1000; i++; } return (i ? n.toPrecision(3) : n) + " " + u[i]; };
        const count = n => n.toLocaleString("en");
        const time = t => new Date(t * 1000).toISOString().slice(11, 19) + " UTC";
        const cell = (row, text, style) => { const c = document.createElement(style === "head" ? "th" : "td"); if (style === "head") c.scope = "row"; else if (style) c.className = style; c.textContent = text == null ? "–" : text; row.append(c); return c; };
        const fill = (id, rows, make) => { const body = at(id); const made = rows.map(r => { const tr = document.createElement("tr"); make(tr, r); return tr; }); body.replaceChildren(...made); };
        const facts = pairs => at("facts").replaceChildren(...pairs.map(([term, value, style]) => { const box = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd"); dt.textContent = term; dd.textContent = value; if (style) dd.className = style; box.append(dt, dd); return box; }));
        const svg = (name, attributes) => { const e = document.createElementNS("http://www.w3.org/2000/svg", name); for (const k in attributes) e.setAttribute(k, attributes[k]); return e; };
        const history = [];
        const draw = marked => {
            const last = history.length ? history[history.length - 1].t : 0, span = Math.min(600, Math.max(60, last - (history.length ? history[0].t : 0))), top = Math.max(1000, ...history.map(h => h.rate));
            const x = t => 600 - 600 * (last - t) / span, y = r => 134 - 128 * r / top;
            const parts = [0, 0.5, 1].map(s => svg("line", {x1: 0, x2: 600, y1: y(top * s), y2: y(top * s)}));
            for (const m of marked) if (last - m.t < span && m.t <= last) { const l = svg("line", {class: "mark", x1: x(m.t), x2: x(m.t), y1: 0, y2: 140}), n = svg("title", {}); n.textContent = m.event; l.append(n); parts.push(l); }
            parts.push(svg("polyline", {points: history.map(h => x(h.t).toFixed(1) + "," + y(h.rate).toFixed(1)).join(" ")}));
            at("chart").replaceChildren(...parts);
            at("scale").textContent = "The upper line is " + octets(top) + "/s.";
        };
        const range = (cellOf, m) => {
            if (m.peer_5_percent == null || m.peer_95_percent == null || m.value == null) return;
            const top = Math.max(m.value, m.peer_95_percent, 1e-12) * 1.05, box = document.createElement("span"), bar = document.createElement("i"), dot = document.createElement("b");
            box.className = "range"; const percent = v => Math.max(0, Math.min(100, 100 * v / top));
            bar.style.left = percent(m.peer_5_percent) + "%"; bar.style.width = Math.max(1, percent(m.peer_95_percent) - percent(m.peer_5_percent)) + "%"; dot.style.left = percent(m.value) + "%";
            box.title = "peers " + m.peer_5_percent + " to " + m.peer_95_percent + ", this app " + m.value; box.append(bar, dot); cellOf.replaceChildren(box);
        };
        const show = s => {
            const lost = s.lost.kernel + s.lost.interface + s.lost.analysis;
            at("state").textContent = "captured for " + Math.floor(s.seconds) + " s, " + time(s.t);
            facts([["Packets", count(s.packets)], ["Octets on the wire", octets(s.octets)], ["Now", octets(s.octets_per_second) + "/s, " + count(s.packets_per_second) + " packets/s"],
                ["Lost", lost ? count(lost) + " packets" : "none", lost ? "lost" : ""], ["Flows", count(s.flows) + ", " + count(s.open_flows) + " open"],
                ["Phone", s.phone], ["Upload", octets(s.up)], ["Download", octets(s.down)], ["Markers", count(s.markers)], ["Recorded in", s.files.length ? s.files[0] : "nothing"]]);
            history.push({t: s.t, rate: s.octets_per_second}); while (history.length && s.t - history[0].t > 600) history.shift();
            draw(s.marked);
            fill("apps", s.apps, (tr, a) => { cell(tr, a.app, "head"); cell(tr, octets(a.up), "number"); cell(tr, octets(a.down), "number"); cell(tr, count(a.flows), "number"); cell(tr, count(a.destinations), "number"); });
            fill("newest", s.newest, (tr, d) => { cell(tr, d.destination, "head"); cell(tr, d.owner); cell(tr, d.category); cell(tr, d.countries.join(" ") || null); cell(tr, d.party); cell(tr, octets(d.up), "number"); cell(tr, octets(d.down), "number"); cell(tr, d.app); });
            at("said").replaceChildren(...s.marked.map(m => time(m.t) + ": marked " + m.event + (m.note ? ", " + m.note : "")).concat(s.said).map(text => { const li = document.createElement("li"); li.textContent = text; return li; }));
            const compared = s.comparison, box = at("comparison"); box.hidden = !compared && !s.comparison_note;
            at("verdict").textContent = compared ? compared.overall + ". " + compared.wording : s.comparison_note || "";
            fill("metrics", compared ? compared.metrics : [], (tr, m) => { cell(tr, m.plain, "head"); cell(tr, m.text, "number"); cell(tr, m.peer_median_text, "number"); range(cell(tr, ""), m); const v = cell(tr, ""), word = document.createElement("span"); word.className = "verdict " + m.verdict; word.textContent = m.verdict; v.replaceChildren(word); });
        };
        const mark = async (event, note) => {
            const query = "token=" + encodeURIComponent(token) + "&event=" + encodeURIComponent(event) + (note ? "&note=" + encodeURIComponent(note) : "");
            let text;
            try { const answer = await fetch("/marker?" + query, {method: "POST"}); text = answer.ok ? "marked " + event + " at " + time(Date.now() / 1000) : "not marked: " + await answer.text(); } catch { text = "not marked: the capture has ended"; }
            at("marked").textContent = text;
        };
        for (const button of document.querySelectorAll("button[data-event]")) button.addEventListener("click", () => mark(button.dataset.event));
        at("addnote").addEventListener("click", () => { const note = at("note").value.trim(); if (note) { mark("note", note); at("note").value = ""; } });
        const source = new EventSource("/events?token=" + encodeURIComponent(token));
        source.onmessage = message => show(JSON.parse(message.data));
        source.onerror = () => { at("state").textContent = "The capture has ended, or its program does not answer."; };
        })();
        """#
}
