/// A list of destinations in the form of `data/destinations.tsv`: tab-separated, `#` comments, a line with the columns'
/// names. A study brings one for what no other list knows.
public struct DestinationTable: Sendable {
    /// Lines in the form of `DestinationCatalogue.builtInRows`.
    public private(set) var rows = ""
    public private(set) var count = 0
    /// What is wrong with single lines, "list.tsv:12: …"; the others count.
    public private(set) var problems: [String] = []

    private static let columns = [
        "host_suffix", "match", "owner", "owner_parent", "owner_hq_country", "category", "shared", "confidence", "sources",
    ]
    /// A list beyond this many rows is no list of a study.
    static let limit = 1_000_000
    /// Problems told one by one.
    static let problemLimit = 20
    private var refused = 0

    /// Reads `octets`. A column named `origin`, and any other, is passed over.
    /// - Throws: `StudyError` when the line with the columns' names is missing or lacks one that is needed.
    public init(_ octets: [UInt8], name: String) throws(StudyError) {
        var places: [Int]?
        var number = 0
        var start = 0
        while start < octets.count {
            let end = octets[start...].firstIndex(of: 0x0a) ?? octets.count
            var line = octets[start..<end]
            start = end + 1
            number += 1
            if line.last == 0x0d { line.removeLast() }
            if line.isEmpty || line.first == 0x23 { continue }
            let cells = line.split(separator: 0x09, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
            guard let known = places else {
                places = try Self.places(cells, name, number)
                continue
            }
            guard count + refused < Self.limit else { throw StudyError(name, number, "more than \(Self.limit) rows") }
            add(known.map { $0 < cells.count ? cells[$0] : "" }, name, number)
        }
        if refused > Self.problemLimit { problems.append("\(name): \(refused - Self.problemLimit) more lines are left out") }
        guard places != nil else {
            throw StudyError(name, nil, "no line with the columns \(Self.columns.joined(separator: ", "))")
        }
    }

    private static func places(_ cells: [String], _ name: String, _ line: Int) throws(StudyError) -> [Int] {
        var places: [Int] = []
        for column in columns {
            guard let place = cells.firstIndex(of: column) else {
                throw StudyError(name, line, "column \(column) is missing; the columns are \(columns.joined(separator: ", "))")
            }
            places.append(place)
        }
        return places
    }

    private mutating func add(_ cells: [String], _ name: String, _ line: Int) {
        func refuse(_ problem: String) {
            refused += 1
            guard refused <= Self.problemLimit else { return }
            problems.append("\(name):\(line): \(problem); the line is left out")
        }
        let isGlob = cells[1] == "glob"
        guard isGlob || cells[1] == "suffix" else { return refuse("match is \"\(cells[1])\", neither suffix nor glob") }
        var rule = cells[0].lowercased()
        while rule.hasSuffix(".") { rule.removeLast() }
        guard HostName.canonical(isGlob ? rule.replacing("*", with: "x") : rule) != nil else {
            return refuse("\"\(cells[0])\" is no host name")
        }
        if isGlob {
            let labels = rule.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard labels.count == 2, labels[0].contains("*"), !labels[1].contains("*") else {
                return refuse("\"\(cells[0])\" is no glob: it has a * in its first label, and more labels")
            }
        }
        guard isGlob || !PublicSuffixLibrary.isRegistrySuffix(rule) else { return refuse("\"\(cells[0])\" is a public suffix: names below it belong to many") }
        guard !cells[2].isEmpty else { return refuse("no owner") }
        guard !cells.contains(where: { $0.utf8.contains(0x09) }) else { return refuse("a cell holds a tab") }
        let row = [
            rule, isGlob ? "g" : "s", cells[2], cells[3] == cells[2] ? "" : cells[3], cells[4], cells[5], cells[6] == "yes" ? "y" : "n",
            cells[7] == "high" ? "h" : cells[7] == "medium" ? "m" : "l", cells[8],
        ]
        rows += row.joined(separator: "\t") + "\n"
        count += 1
    }
}

extension DestinationCatalogue {
    /// The built-in catalogue with these tables before it: where both have a name, the tables' row counts.
    public init(tables: [DestinationTable]) {
        let rows = tables.map(\.rows).joined()
        self.init(rows: rows + Self.builtInRows)
        studyOctets = rows.utf8.count
    }
}
