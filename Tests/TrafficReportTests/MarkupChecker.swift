/// A small strict checker of the pages' HTML and SVG: every element is closed in order, attribute values are quoted, no
/// "<" or "&" stands alone. Independent of the writer: it reads characters.
struct MarkupChecker {
    private(set) var faults: [String] = []
    private(set) var elements: [String: Int] = [:]
    private(set) var text = ""
    private static let void: Set<String> = ["meta", "link", "br", "hr", "img", "input", "wbr"]

    init(_ source: String) {
        var open: [String] = []
        var rest = source[...]
        if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst(15) } else { faults.append("no doctype") }
        while let start = rest.firstIndex(of: "<") {
            checkText(rest[..<start], inside: open.last)
            guard let end = rest[start...].firstIndex(of: ">") else {
                faults.append("unclosed tag")
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { faults.append("wrong end tag \(tag)") }
                continue
            }
            let isSelfClosed = tag.hasSuffix("/")
            let body = isSelfClosed ? tag.dropLast() : tag
            let name = String(body.prefix { $0 != " " })
            if name.isEmpty || !name.allSatisfy({ $0.isLetter || $0.isNumber }) { faults.append("odd element <\(tag)>") }
            elements[name, default: 0] += 1
            checkAttributes(body.dropFirst(name.count))
            if !isSelfClosed, !Self.void.contains(name) { open.append(name) }
        }
        checkText(rest, inside: open.last)
        if !open.isEmpty { faults.append("left open: \(open)") }
    }

    private mutating func checkAttributes(_ source: Substring) {
        var rest = source.drop { $0 == " " }
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" && $0 != " " }
            if name.isEmpty || !name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) {
                faults.append("odd attribute \(source)")
                return
            }
            if name.lowercased().hasPrefix("on") { faults.append("event handler \(name)") }
            rest = rest.dropFirst(name.count)
            if rest.first == "=" {
                rest = rest.dropFirst()
                guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
                    faults.append("unquoted value of \(name)")
                    return
                }
                checkText(rest[rest.index(after: rest.startIndex)..<end], inside: nil)
                rest = rest[rest.index(after: end)...]
            }
            rest = rest.drop { $0 == " " }
        }
    }

    private mutating func checkText(_ source: Substring, inside element: String?) {
        if element == "style" { return }
        text += source
        var rest = source
        while let ampersand = rest.firstIndex(of: "&") {
            let reference = rest[ampersand...].prefix(7)
            if !["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(where: { reference.hasPrefix($0) }) { faults.append("bare & in \(source)") }
            rest = rest[rest.index(after: ampersand)...]
        }
    }
}
