/// This project's own form of a list: tab-separated, `#` comments, one line with the columns' names. `host_suffix` must be there; the
/// others may be missing or empty.
struct OwnTableReader: ListReader {
    static let columns = ["host_suffix", "match", "owner", "owner_parent", "owner_hq_country", "category", "shared"]

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        var places: [Int?]?
        for line in TextLines(source.octets) {
            guard let first = line.text.first else { continue }
            if first == 0x23 {
                ListHeader.read(line.text, into: &rows)
                continue
            }
            let cells = line.text.split(separator: 0x09, omittingEmptySubsequences: false).map { $0.text.trimmed }
            guard let known = places else {
                guard cells.contains(Self.columns[0]) else {
                    return rows.malformed(source.path, line: line.number, "not the columns' names: \(Self.columns.joined(separator: ", "))")
                }
                places = Self.columns.map { cells.firstIndex(of: $0) }
                continue
            }
            add(known.map { place in place.flatMap { $0 < cells.count ? cells[$0] : nil } ?? "" }, source.path, line.number, &rows)
        }
    }

    private func add(_ cells: [String], _ path: String, _ line: Int, _ rows: inout ListRows) {
        var row = ListRow(cells[0])
        switch cells[1].isEmpty ? "suffix" : cells[1] {
        case "suffix": row.match = .suffix
        case "full": row.match = .full
        case "glob": row.match = .glob
        case "keyword": row.match = .keyword
        case "not": row.match = .exception
        default: return rows.malformed(path, line: line, "match is \(ListRows.quoted(cells[1])); it is suffix, full, glob, keyword or not")
        }
        (row.owner, row.ownerParent, row.category, row.isShared) = (cells[2], cells[3], cells[5], cells[6] == "yes")
        row.ownerCountry = ListCountry.code(cells[4])
        guard cells[4].isEmpty || !row.ownerCountry.isEmpty else {
            return rows.malformed(path, line: line, "\(ListRows.quoted(cells[4])) is no country of two letters")
        }
        guard row.category.isEmpty || ListCategories.isKnown(row.category) else {
            let known = ListCategories.all.joined(separator: ", ")
            return rows.malformed(path, line: line, "\(ListRows.quoted(row.category)) is no category; these are: \(known)")
        }
        guard row.match == .exception || !row.owner.isEmpty || !row.category.isEmpty else {
            return rows.malformed(path, line: line, "neither owner nor category")
        }
        rows.add(row, path, line: line)
    }
}
