/// The style sheet of pages. One accent colour, and it always means the app that is looked at; verdicts differ by form,
/// not by colour. Contrast of text is at least 4.5 : 1, of marks 3 : 1, in light, dark and print.
enum PageStyle {
    static let sheet = """
        :root{--paper:#fff;--soft:#f6f6f3;--ink:#1b1d1f;--muted:#595f66;--line:#dfe0dc;--grid:#d9dad4;--peer:#76808a;--accent:#b23c14;--accent-soft:#b23c1433;--unknown:#8a6a00;--band:#e9e9e4}
        @media (prefers-color-scheme:dark){:root{--paper:#131517;--soft:#1b1e21;--ink:#e9eaec;--muted:#a3aab2;--line:#30353a;--grid:#3a4046;--peer:#8c96a0;--accent:#ff9a6c;--accent-soft:#ff9a6c40;--unknown:#d9b648;--band:#24282c}}
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
        body{margin:0}
        main,.page{max-width:74rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}header.page{padding-top:clamp(1.25rem,5vw,4rem)}
        h1,h2,h3,.sentence{font-family:Charter,"Iowan Old Style","Source Serif 4",Cambria,Georgia,serif;font-weight:600;line-height:1.25;text-wrap:balance;overflow-wrap:anywhere}
        h1{font-size:clamp(1.5rem,5vw,2.5rem);margin:.2rem 0 .4rem}
        h2{font-size:1.45rem;margin:0 0 .75rem}
        h3{font-size:1.1rem;margin:2.25rem 0 .5rem}
        p,ul,dl{margin:0 0 1rem;max-width:44rem}
        p,li,dd,dt,figcaption,caption,summary,tbody th,code{overflow-wrap:anywhere}
        ul{padding-left:1.2rem}
        li{margin:.3rem 0}
        section{border-top:1px solid var(--line);padding-top:2rem;margin-top:3rem}
        .kicker{letter-spacing:.06em;text-transform:uppercase;font-size:.75rem;color:var(--muted);margin:0}
        .muted,small,caption,figcaption .name,.tick{color:var(--muted)}
        small,.small{font-size:.85rem}
        code,pre,.mono{font:.85em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        pre{background:var(--soft);padding:.9rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:6px;margin:0 0 1rem}
        .answer{border:0;padding:0;margin-top:2rem}
        .answer h2{font:600 .75rem/1.5 system-ui,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:var(--muted);margin:0 0 .25rem}
        .sentence{font-size:clamp(1.25rem,3.4vw,1.75rem);line-height:1.35;margin:0 0 1.5rem;max-width:48rem;text-wrap:pretty}
        .sentence.second{font-size:1.1rem}
        .clauses{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:1rem;margin:0 0 1.75rem}
        .clause{background:var(--soft);border-radius:8px;padding:1.1rem 1.25rem}
        .clause h3{margin:0 0 .35rem;font-size:1rem}
        .clause p{margin:.35rem 0 0}
        .verdict{display:inline-block;font-size:.8rem;line-height:1.4;padding:.1em .6em;border-radius:1em;border:1px solid var(--ink);white-space:nowrap}
        .verdict.above{background:var(--ink);color:var(--paper);font-weight:600}
        .verdict.below{font-weight:600}
        .verdict.insufficient{border-style:dashed;border-color:var(--muted);color:var(--muted)}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,10.5rem),1fr));gap:1.1rem 1.5rem;max-width:none;margin:0}
        .facts dt{font-size:.8rem;color:var(--muted)}
        .facts dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums;line-height:1.35}
        .facts dd small{display:block}
        .scroll{position:relative;overflow-x:auto;margin:0 0 1.25rem}
        .scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;font-size:.85rem;padding:0 0 .5rem}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        th,td{text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);min-width:4.2rem}
        th:last-child,td:last-child{padding-right:0}
        .n+td:not(.n),.n+th:not(.n){padding-left:.6rem}
        thead th{font-weight:500;font-size:.8rem;color:var(--muted);white-space:nowrap}
        tbody th{font-weight:500;min-width:11rem;max-width:22rem}tbody td{overflow-wrap:anywhere}.n{overflow-wrap:normal}
        td:not(.n){min-width:6.5rem}
        .n{text-align:right;white-space:nowrap}
        td small,th small{display:block;font-weight:400}
        .bar{display:block;height:4px;margin:.3rem 0 0 auto;background:var(--accent);border-radius:2px}
        .pair{display:grid;gap:3px;margin-top:.4rem;min-width:7rem}
        .pair i{display:block;height:7px;border-radius:2px;background:var(--accent)}
        .pair i+i{background:var(--peer)}
        .tag{font-size:.75rem;font-weight:500;color:var(--accent);white-space:nowrap}
        .mine{color:var(--accent)}
        figure{margin:0 0 1.75rem;break-inside:avoid}
        figcaption{display:flex;flex-wrap:wrap;gap:.15rem .75rem;align-items:baseline;margin-bottom:.2rem;font-weight:500}
        figcaption .name{font-weight:400;font-size:.8rem}
        figure p{margin:.1rem 0 .3rem}
        svg{display:block;overflow:visible;max-width:100%}
        svg svg{display:inline}
        svg text{font:12px system-ui,sans-serif;fill:var(--muted)}
        .axis{stroke:var(--peer);stroke-width:1}
        .grid{stroke:var(--grid);stroke-width:1}
        .median{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:2 3}
        .peer{fill:var(--peer);stroke:var(--paper);stroke-width:1}
        .subject{fill:var(--accent);stroke:var(--paper);stroke-width:1.5}
        .subject-line{stroke:var(--accent);stroke-width:1.5}
        svg .subject-label{fill:var(--accent);font-weight:600;font-size:12.5px}
        .kind0{fill:var(--accent)}.kind1{fill:var(--ink)}.kind2{fill:var(--unknown)}.kind3{fill:var(--peer)}
        .phase{fill:none}.phase.background{fill:var(--band)}.phase.idle{fill:var(--grid)}
        .event{stroke:var(--ink);stroke-width:1}
        .curve{fill:none;stroke-width:2}.curve.mine{stroke:var(--accent)}.curve.peers{stroke:var(--peer)}.curve.each{stroke:var(--peer);stroke-width:1;opacity:.35}
        .range{fill:var(--band)}
        .matrix td,.matrix th{padding:.3rem .35rem .3rem 0;min-width:0}.matrix tbody th{min-width:9rem}.matrix td.n{text-align:center}.matrix thead th.n{writing-mode:vertical-rl;text-align:left;vertical-align:bottom;max-height:13rem;overflow:hidden}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;font-size:.85rem;color:var(--muted);align-items:center}
        .legend svg{display:inline-block;vertical-align:-2px;margin-right:.4rem;width:16px;height:16px}
        details{margin:.1rem 0 1rem}
        summary{cursor:pointer;font-size:.85rem;color:var(--muted);padding:.2rem 0}
        details[open]>summary{margin-bottom:.4rem}
        .answerless dt{font-weight:600;margin-top:.8rem}
        .answerless dd{margin:0;color:var(--muted)}
        .answerless dd.do{color:var(--ink)}
        footer.page{margin-top:3rem;padding-bottom:4rem;font-size:.85rem;color:var(--muted)}
        @page{margin:14mm 12mm}
        @media print{:root{--paper:#fff;--soft:#f4f4f4;--ink:#000;--muted:#444;--line:#bbb;--grid:#ccc;--peer:#666;--accent:#9a3412;--accent-soft:#9a341233;--unknown:#8a6a00;--band:#e9e9e4}
        html{font-size:10.5pt}main,.page{max-width:none;padding:0}section{margin-top:1.5rem;padding-top:1rem}.scroll{overflow:visible}table{font-size:8.5pt}th,td{padding-right:.5rem}th,td,td:not(.n),tbody th{min-width:0}thead th{white-space:normal}.n{white-space:normal}td{overflow-wrap:anywhere}.verdict{white-space:normal}.matrix thead th.n{writing-mode:vertical-rl;white-space:nowrap}.matrix{font-size:7pt}.matrix td,.matrix th{padding-right:.15rem}.matrix tbody th{min-width:0}
        details::details-content{content-visibility:visible}
        .peer,.subject,.bar,.range,.phase,.kind0,.kind1,.kind2,.kind3,.pair i,.verdict.above,.clause{print-color-adjust:exact;-webkit-print-color-adjust:exact}thead{display:table-header-group}tr{break-inside:avoid}h2,h3{break-after:avoid}}

        """
}
