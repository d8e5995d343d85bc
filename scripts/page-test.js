// What scripts/page-test asks of a page. Runs in it, from outside, as a debugger would, so the page's policy does not
// concern it. Returns all that is wrong, by check, and what is to be read.
({isPaper}) => {
  const found = {}
  const report = (check, what) => (found[check] ??= []).push(what)
  const squeeze = text => (text ?? '').replace(/\s+/g, ' ').trim()
  const short = text => { const t = squeeze(text); return t.length > 40 ? t.slice(0, 39) + '…' : t }
  const where = element => {
    const section = element.closest('section'), figure = element.closest('figure')
    const names = [section?.querySelector('h2')?.textContent, figure?.querySelector('figcaption')?.firstElementChild?.textContent]
    return ' (' + (names.filter(Boolean).map(short).join(' / ') || 'top') + ')'
  }
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const outermost = svg => svg.parentElement.closest('svg') ? outermost(svg.parentElement.closest('svg')) : svg

  // What a screen reader alone gets: in the tree, not on the screen.
  const hiddenOnes = new Map()
  const isHidden = element => {
    if (!element) return false
    if (!hiddenOnes.has(element)) {
      const style = getComputedStyle(element), box = element.getBoundingClientRect()
      const isTiny = style.overflow !== 'visible' && (box.width <= 1 || box.height <= 1)
      hiddenOnes.set(element, isTiny || style.visibility !== 'visible' || !element.checkVisibility()
        || isHidden(element.parentElement))
    }
    return hiddenOnes.get(element)
  }

  // MARK: Text and where it stands

  const texts = []      // {node, element, svg, boxes}
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement
    if (!node.data.trim() || element.closest('title, style, script') || isHidden(element)) continue
    const svg = element.closest('svg')
    let boxes
    if (svg) boxes = [element.closest('text').getBoundingClientRect()]
    else {
      const range = document.createRange()
      range.selectNodeContents(node)
      boxes = [...range.getClientRects()].filter(box => box.width > 0.5 && box.height > 0.5)
    }
    if (boxes.length) texts.push({node, element, svg, boxes})
  }

  // A box less what its scrolling parents hide of it.
  const visible = (box, element) => {
    let {left, right, top, bottom} = box
    for (let parent = element; parent; parent = parent.parentElement) {
      if (parent === document.body || getComputedStyle(parent).overflowX === 'visible') continue
      const edge = parent.getBoundingClientRect()
      left = Math.max(left, edge.left)
      right = Math.min(right, edge.right)
    }
    return {left, right, top, bottom, width: right - left, height: bottom - top}
  }
  // How far two boxes lie in one another, across and down.
  const overlap = (a, b) => [
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  ]
  // Whether `inner` leaves `outer` by more than `slack` pixels.
  const leaves = (inner, outer, slack) => inner.left < outer.left - slack || inner.right > outer.right + slack
    || inner.top < outer.top - slack || inner.bottom > outer.bottom + slack

  const boxes = texts.flatMap(text => text.boxes.map(box => ({...visible(box, text.element), text})))
    .filter(box => box.width > 0.5)
  boxes.sort((a, b) => a.top - b.top)
  const told = new Set()
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom; j++) {
      const a = boxes[i], b = boxes[j]
      if (a.text === b.text) continue
      const [x, y] = overlap(a, b)
      if (x > 1.5 && y > 0.25 * Math.min(a.height, b.height)) {
        const line = `“${short(a.text.node.data)}” and “${short(b.text.node.data)}” overlap` + where(a.text.element)
        if (!told.has(line)) report(a.text.svg && b.text.svg ? 'charts' : 'text', line)
        told.add(line)
      }
    }
  }

  for (const {node, element, svg, boxes} of texts) {
    if (svg) {
      const outer = outermost(svg)
      if (leaves(boxes[0], outer.getBoundingClientRect(), 1))
        report('charts', `“${short(node.data)}” leaves its chart` + where(outer))
      const size = parseFloat(getComputedStyle(element).fontSize) * Math.abs(element.closest('text').getScreenCTM().a)
      if (size < 9) report('charts', `“${short(node.data)}” is ${size.toFixed(1)} px high` + where(outer))
      continue
    }
    let block = element
    while (/^(inline|contents)$/.test(getComputedStyle(block).display)) block = block.parentElement
    const edge = block.getBoundingClientRect()
    if (boxes.some(box => box.right > edge.right + 1 || box.left < edge.left - 1))
      report('text', `“${short(node.data)}” runs out of its ${block.localName}` + where(element))
  }
  for (const element of all('body *')) {
    const style = getComputedStyle(element)
    if (/hidden|clip/.test(style.overflowX + style.overflowY) && !element.closest('svg') && !isHidden(element)
        && squeeze(element.textContent)
        && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
      report('text', `“${short(element.textContent)}” is clipped` + where(element))
  }

  // MARK: Width

  const width = document.documentElement.scrollWidth
  if (width > innerWidth) {
    // A box that scrolls keeps in what lies in it, unless that is placed in relation to something further out.
    const isKept = e => !isPaper && e.parentElement.closest('.scroll') && getComputedStyle(e).position !== 'absolute'
    const widest = all('body *').filter(e => !e.parentElement.closest('svg') && e.checkVisibility() && !isKept(e)
      && e.getBoundingClientRect().right > innerWidth + 0.5)
    const names = widest.slice(0, 3).map(e => `${e.localName} “${short(e.textContent)}”` + where(e))
    report('width', `the page is ${width} px wide in ${innerWidth}: ` + names.join(', '))
  }

  // MARK: Charts

  const charts = all('svg').filter(svg => !svg.parentElement.closest('svg'))
  for (const svg of charts) {
    if (svg.getAttribute('aria-hidden') === 'true') continue
    if (svg.getAttribute('role') !== 'img') report('access', 'a chart without role=img' + where(svg))
    if (!squeeze(svg.getAttribute('aria-label'))) report('access', 'a chart without aria-label' + where(svg))
    if (!svg.closest('section')?.querySelector('table')) report('access', 'a chart without a table of its data' + where(svg))
    if (isHidden(svg)) continue
    for (const mark of all('circle, .subject', svg)) {
      const titles = [mark, mark.closest('g')].flatMap(e => [...e?.children ?? []]).filter(child => child.localName === 'title')
      if (!titles.some(title => squeeze(title.textContent))) report('charts', `a ${mark.localName} without title` + where(svg))
    }
    // Small marks and lines that mean something must not go through letters.
    const edge = svg.getBoundingClientRect()
    for (const mark of all('circle, path, rect, line, polygon', svg)) {
      const box = mark.getBoundingClientRect(), kind = [mark.localName, ...mark.classList].join('.')
      if (mark.matches('.grid, .axis') || (box.width > 30 && box.height > 30)) continue
      if (leaves(box, edge, 3)) report('charts', `a ${kind} leaves its chart` + where(svg))
      if (mark.matches('rect:not(:has(> title))')) continue
      for (const text of all('text', svg)) {
        const [x, y] = overlap(box, text.getBoundingClientRect())
        if (x > -0.5 && y > 3 && (x > 1 || box.width < 2))
          report('charts', `a ${kind} goes through “${short(text.textContent)}”` + where(svg))
      }
    }
  }

  // MARK: Contrast (WCAG 2.2 §1.4.3, §1.4.11)

  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
  const colors = new Map()
  const color = text => {
    if (!colors.has(text)) {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = text
      canvas.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
      colors.set(text, [r, g, b, a / 255])
    }
    return colors.get(text)
  }
  const over = (top, bottom, opacity = 1) => {
    const a = top[3] * opacity
    return [0, 1, 2].map(i => top[i] * a + bottom[i] * (1 - a)).concat(1)
  }
  const luminance = c => {
    const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)]
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
  }
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  const backs = new Map()
  const background = element => {
    if (!element) return isDark && !isPaper ? [18, 18, 18, 1] : [255, 255, 255, 1]
    if (!backs.has(element)) {
      const style = getComputedStyle(element), own = color(style.backgroundColor), below = background(element.parentElement)
      // Browsers print no background unless asked to.
      backs.set(element, own[3] > 0 && !(isPaper && style.printColorAdjust !== 'exact') ? over(own, below) : below)
    }
    return backs.get(element)
  }
  const opacity = element => element ? parseFloat(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1
  // Behind a text or mark of a chart may lie something that was drawn before it.
  const behind = (front, svg, kinds) => {
    const box = front.getBoundingClientRect()
    let back = background(svg.parentElement)
    for (const mark of all(kinds, svg)) {
      if (!(mark.compareDocumentPosition(front) & Node.DOCUMENT_POSITION_FOLLOWING)) continue
      const [x, y] = overlap(box, mark.getBoundingClientRect()), style = getComputedStyle(mark)
      if (x <= box.width / 2 || y <= box.height / 2 || style.fill === 'none') continue
      back = over(color(style.fill), back, opacity(mark) * parseFloat(style.fillOpacity))
    }
    return back
  }
  for (const {node, element, svg} of texts) {
    const style = getComputedStyle(element)
    const back = svg ? behind(element.closest('text'), outermost(svg), 'rect, path, circle, polygon') : background(element)
    const ink = over(color(svg ? style.fill : style.color), back, opacity(element) * (svg ? parseFloat(style.fillOpacity) : 1))
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700)
    const value = contrast(ink, back), need = isLarge ? 3 : 4.5
    if (value < need - 0.005) report('contrast', `${value.toFixed(2)} of ${need}: “${short(node.data)}”` + where(element))
  }
  for (const mark of all('svg circle, svg .subject, svg rect:has(> title), .bar, .pair i')) {
    if (isHidden(mark)) continue
    const style = getComputedStyle(mark), svg = mark.closest('svg'), kind = [mark.localName, ...mark.classList].join('.')
    const back = svg ? behind(mark, outermost(svg), 'rect:not(:has(> title))') : background(mark.parentElement)
    const fill = svg ? (style.fill === 'none' ? style.stroke : style.fill) : style.backgroundColor
    const value = contrast(over(color(fill), back, opacity(mark)), back)
    if (value < 2.995) report('contrast', `${value.toFixed(2)} of 3: a mark, ${kind}` + where(mark))
    if (!svg && isPaper && style.printColorAdjust !== 'exact') report('contrast', `${kind} is not printed` + where(mark))
  }

  // MARK: Names and order for those who do not see

  const headings = all('h1, h2, h3, h4, h5, h6')
  if (headings.filter(h => h.localName === 'h1').length !== 1) report('access', 'not exactly one h1')
  headings.reduce((before, heading) => {
    const level = +heading.localName[1]
    if (level > before + 1)
      report('access', `h${before || '–'} is followed by ${heading.localName} “${short(heading.textContent)}”`)
    if (!squeeze(heading.textContent)) report('access', 'an empty ' + heading.localName)
    return level
  }, 0)
  if (!document.documentElement.lang) report('access', 'no lang')
  if (!squeeze(document.title)) report('access', 'no title')
  if (all('main').length !== 1) report('access', 'not exactly one main')
  const landmarks = 'main, nav, aside, body > header, body > footer'
  for (const {node, element} of texts)
    if (!element.closest(landmarks)) report('access', `outside the landmarks: “${short(node.data)}”`)
  const label = e => squeeze(e.getAttribute('aria-label'))
    || squeeze(document.getElementById(e.getAttribute('aria-labelledby'))?.textContent)
  for (const section of all('section')) if (!label(section)) report('access', 'a section without name' + where(section))
  for (const element of all('[aria-labelledby], [aria-describedby]'))
    for (const name of ['aria-labelledby', 'aria-describedby'])
      for (const id of (element.getAttribute(name) ?? '').split(/\s+/).filter(Boolean))
        if (!squeeze(document.getElementById(id)?.textContent)) report('access', `${name}="${id}" leads nowhere`)
  const doubles = values => new Set(values.filter((value, place) => values.indexOf(value) !== place))
  for (const id of doubles(all('[id]').map(e => e.id))) report('access', `id="${id}" more than once`)
  for (const table of all('table')) {
    if (!squeeze(table.caption?.textContent)) report('access', 'a table without caption' + where(table))
    if (!table.querySelector('th')) report('access', 'a table without headers' + where(table))
    const widths = new Set([...table.rows].map(row => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0)))
    if (widths.size > 1 && !table.querySelector('[rowspan]'))
      report('access', 'a table with rows of unequal length' + where(table))
  }
  for (const th of all('th')) if (!th.scope) report('access', `a th without scope, “${short(th.textContent)}”` + where(th))
  for (const summary of all('summary')) if (!squeeze(summary.textContent)) report('access', 'an empty summary' + where(summary))
  for (const box of all('[tabindex]')) {
    if (box.tabIndex > 0) report('access', 'a tabindex above 0' + where(box))
    if (!label(box) || !box.getAttribute('role')) report('access', 'a focusable box without name or role' + where(box))
  }
  for (const name of doubles(all('[role=region]').map(label))) report('access', `several regions are called “${short(name)}”`)
  for (const box of all('body *')) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0)
      report('access', 'a box that scrolls and cannot be reached by keyboard' + where(box))
  }

  // MARK: What the document may hold

  const elements = new Set(('html head meta title style body main header footer nav section article aside h1 h2 h3 h4 p ul ol li '
    + 'dl dt dd div span strong em b i small code pre bdi wbr br a abbr time sup sub kbd hr table caption colgroup col thead tbody '
    + 'tfoot tr th td figure figcaption details summary '
    + 'svg g defs circle path line rect polygon polyline ellipse text tspan title desc').split(' '))
  const unused = /^(on.*|src|srcset|srcdoc|action|formaction|data|poster|background|ping|manifest|target|autofocus)$/i
  for (const element of all('*')) {
    if (element.localName === 'script') report('policy', 'a script' + where(element))
    if (!elements.has(element.localName)) report('markup', `<${element.localName}>` + where(element))
    for (const {name, value} of element.attributes) {
      const isLink = /href$/i.test(name) && !(/^#./.test(value) && document.getElementById(value.slice(1)))
      const isStyle = name === 'style' && /url|expression|import|@/i.test(value)
      if (unused.test(name) || isLink || isStyle)
        report('markup', `${element.localName} ${name}="${short(value)}"` + where(element))
    }
  }
  if (all('style').some(style => /@import|url\((?!["']?data:image)/i.test(style.textContent)))
    report('markup', 'the style sheet loads something')
  // What acts instead of being seen, as `Escaping.isDeceptive` has it.
  const acting = new RegExp('[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff'
    + '\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]', 'u')
  const whole = document.documentElement.outerHTML, place = whole.search(acting)
  if (place >= 0) {
    const code = whole.codePointAt(place).toString(16)
    report('markup', `a character that acts, U+${code}, behind “${short(whole.slice(Math.max(0, place - 30), place))}”`)
  }

  const policies = all('meta[http-equiv="Content-Security-Policy" i]')
  if (policies.length !== 1 || policies[0].parentElement !== document.head) report('policy', 'not exactly one policy in the head')
  else {
    const parts = policies[0].content.split(';').map(rule => rule.trim().split(/\s+/)).filter(([name]) => name)
    const rules = new Map(parts.map(([name, ...values]) => [name, values.join(' ')]))
    // The last two do not fall back on the first.
    for (const name of ['default-src', 'base-uri', 'form-action'])
      if (rules.get(name) !== "'none'") report('policy', `${name} is ${rules.get(name)}`)
    const allowed = {'style-src': ["'unsafe-inline'"], 'img-src': ['data:']}
    for (const [name, value] of rules)
      if (value !== "'none'" && !allowed[name]?.includes(value)) report('policy', `${name} ${value}`)
    if (all('style, link, script').some(e => e.compareDocumentPosition(policies[0]) & Node.DOCUMENT_POSITION_FOLLOWING))
      report('policy', 'the policy stands behind what it should rule')
  }
  const titled = svg => all('title', svg).some(title => title.parentElement.localName !== 'svg')
  return {found, charts: charts.filter(titled).length, text: document.body.innerText}
}
