/// Reads a MaxMind DB ([file format 2.0](https://maxmind.github.io/MaxMind-DB/)): a search tree of address bits, a section of
/// data that its leaves point to, and metadata at the end.
///
/// Not by the library: libmaxminddb 1.7.1 overflows the stack on a file whose maps lie in maps.
struct MaxMindFile: AddressTree {
    private static let marker: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
    /// The marker lies in the last 128 KiB.
    private static let metadataLimit = 128 << 10
    /// Zeros between the tree and the data.
    private static let separator = 16
    /// Values looked at in all records: some hundred thousand of them with a hundred values each.
    private static let stepLimit = 100_000_000

    let octets: [UInt8]
    private let field: GeoField
    private let data: MaxMindData
    let nodeCount: Int
    private let recordBits: Int
    /// 4 or 6.
    let ipVersion: Int
    let databaseType: String?
    let buildEpoch: UInt64?
    private(set) var systems = GeoSystems()
    /// Records that could not be read: their networks are unknown.
    private(set) var brokenRecords = 0
    private var codes: [Int: UInt32] = [:]
    private var stepsLeft = stepLimit

    /// Where the metadata begin, behind the last marker; nil when the file has none.
    static func metadataStart(_ octets: [UInt8]) -> Int? {
        guard octets.count >= marker.count else { return nil }
        let lowest = max(0, octets.count - metadataLimit - marker.count)
        for start in stride(from: octets.count - marker.count, through: lowest, by: -1)
        where octets[start] == marker[0] && octets[start + 1] == marker[1] && octets[start..<(start + marker.count)].elementsEqual(marker) {
            return start + marker.count
        }
        return nil
    }

    /// - Throws: when the metadata are not whole, or say what cannot be.
    init(_ octets: [UInt8], field: GeoField) throws(GeoFileError) {
        guard let start = Self.metadataStart(octets) else { throw GeoFileError("no MaxMind DB metadata at the end; get the file anew") }
        let metadata = MaxMindData(octets: octets, section: start..<octets.count)
        var numbers: [String: UInt64] = [:], type: String?, steps = MaxMindRecord.stepLimit
        guard let map = metadata.head(at: start), map.kind == MaxMindData.Kind.map,
            metadata.members(of: map, steps: &steps, { key, value, _ in
                guard key.count < 40 else { return }
                let key = String(decoding: key, as: UTF8.self)
                if let number = metadata.number(value) { numbers[key] = number }
                if key == "database_type", value.kind == MaxMindData.Kind.string {
                    type = String(decoding: GeoSystems.clean(metadata.string(value)), as: UTF8.self)
                }
            })
        else { throw GeoFileError(octet: start, "the MaxMind DB metadata cannot be read; get the file anew") }
        func metadatum(_ name: String, _ allowed: ClosedRange<UInt64>) throws(GeoFileError) -> Int {
            guard let number = numbers[name], allowed.contains(number) else {
                throw GeoFileError(octet: start, "the MaxMind DB metadata say \(name) \(numbers[name].map { String($0) } ?? "nowhere"), "
                    + "where \(allowed.lowerBound) to \(allowed.upperBound) is read")
            }
            return Int(number)
        }
        _ = try metadatum("binary_format_major_version", 2...2)
        nodeCount = try metadatum("node_count", 1...UInt64(UInt32.max))
        recordBits = try metadatum("record_size", 24...32)
        ipVersion = try metadatum("ip_version", 4...6)
        guard [24, 28, 32].contains(recordBits), ipVersion != 5 else {
            throw GeoFileError(octet: start, "records of \(recordBits) bits for IP version \(ipVersion): no such MaxMind DB")
        }
        let treeEnd = nodeCount * recordBits / 4
        guard treeEnd + Self.separator <= start - Self.marker.count else {
            throw GeoFileError(octet: start, "a search tree of \(nodeCount) nodes needs \(treeEnd) octets, the file has \(octets.count); "
                + "it is cut: get it anew")
        }
        (self.octets, self.field, databaseType, buildEpoch) = (octets, field, type, numbers["build_epoch"])
        data = MaxMindData(octets: octets, section: (treeEnd + Self.separator)..<(start - Self.marker.count))
    }

    // MARK: Tree

    func code(at node: Int, inherited: UInt32) -> UInt32 { inherited }

    func branch(_ node: Int, bit: Int) throws(GeoFileError) -> AddressBranch {
        let place = node * recordBits / 4
        func octet(_ index: Int) -> Int { Int(octets[place + index]) }
        let record: Int
        switch recordBits {
        case 24: record = octet(3 * bit) << 16 | octet(3 * bit + 1) << 8 | octet(3 * bit + 2)
        case 28:
            // The middle octet has the high bits of both: left in its upper half, right in its lower.
            let high = bit == 0 ? octet(3) >> 4 : octet(3) & 15
            record = high << 24 | octet(4 * bit) << 16 | octet(4 * bit + 1) << 8 | octet(4 * bit + 2)
        default: record = octet(4 * bit) << 24 | octet(4 * bit + 1) << 16 | octet(4 * bit + 2) << 8 | octet(4 * bit + 3)
        }
        if record < nodeCount { return .node(record) }
        if record == nodeCount { return .end }
        let offset = record - nodeCount - Self.separator
        guard offset >= 0, offset < data.section.count else {
            throw GeoFileError(octet: place, "node \(node) points to octet \(offset) of \(data.section.count) octets of data; "
                + "get the file anew")
        }
        return .record(offset)
    }

    mutating func code(ofRecord record: Int) throws(GeoFileError) -> UInt32 {
        if let known = codes[record] { return known }
        guard stepsLeft > 0 else { throw GeoFileError("more data than a geographic database has; get the file anew") }
        var code: UInt32 = 0
        if let found = MaxMindRecord(data, at: data.section.lowerBound + record, steps: &stepsLeft) {
            switch field {
            case .country: code = found.country | (found.isAnycast ? GeoCode.anycast : 0)
            case .system: code = systems.code(found.system, isAnycast: found.isAnycast) { _ in found.systemName }
            }
        } else {
            brokenRecords += 1
        }
        codes[record] = code
        return code
    }
}

extension MaxMindFile {
    /// All ranges of the file. Where it leads to IPv4 by other ways than ::/96 (6to4, Teredo), these are left out: the
    /// machine that answers there is not the one whose address is inside.
    static func contents(_ octets: [UInt8], field: GeoField, path: String) throws(GeoFileError) -> GeoContents {
        let file = try MaxMindFile(octets, field: field)
        var walk = AddressTreeWalk(file, nodes: file.nodeCount)
        if file.ipVersion == 4 {
            try walk.walk(.v4, from: (.node(0), 0))
        } else {
            let v4 = try walk.descend(high: 0, low: 0, bits: 96)
            try walk.walk(.v4, from: v4)
            var skipped: Int?
            if case .node(let node) = v4.branch { skipped = node }
            try walk.walk(.v6, from: (.node(0), 0), skipping: skipped)
        }
        var contents = GeoContents(ranges: walk.ranges, systems: walk.tree.systems)
        contents.description.rows = walk.ranges.known
        contents.description.date = file.buildEpoch.flatMap { CivilDay.text(secondsSince1970: $0) }
        contents.description.edition = file.databaseType
        let broken = walk.tree.brokenRecords
        if broken > 0 {
            contents.description.problem = "\(path): \(broken) \(broken == 1 ? "record" : "records") cannot be read and left out"
        }
        return contents
    }
}
