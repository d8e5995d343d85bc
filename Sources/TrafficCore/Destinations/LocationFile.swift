/// Reads a database of IPFire's libloc, version 1, such as Debian's libloc-database (libloc's `format.h` describes it):
/// a header, autonomous systems, networks, a tree of the networks' bits, countries, and a pool of strings that end with
/// NUL. Numbers are big-endian.
///
/// Not by the library: libloc 0.9.16 ends the program on a file that was cut within its header.
struct LocationFile: AddressTree {
    static let magic: [UInt8] = Array("LOCDBXX".utf8)
    /// Octets of: magic and version, the fields behind it, and a node, network and autonomous system.
    private static let fieldsStart = 8, headerLength = 8 + 20 + 40
    private static let nodeLength = 12, networkLength = 12, systemLength = 8
    /// `LOC_NETWORK_FLAG_ANYCAST`.
    private static let anycastFlag: UInt16 = 1 << 2
    private static let noNetwork = Int(UInt32.max)

    private let octets: [UInt8]
    private let field: GeoField
    private let systemTable: Range<Int>, networks: Range<Int>, nodes: Range<Int>, pool: Range<Int>
    private(set) var systems = GeoSystems()

    var nodeCount: Int { nodes.count / Self.nodeLength }
    /// Seconds since 1970.
    var createdAt: UInt64 { UInt64(u32(Self.fieldsStart)) << 32 | UInt64(u32(Self.fieldsStart + 4)) }
    var vendor: String? { text(at: Int(u32(Self.fieldsStart + 8))) }
    var licence: String? { text(at: Int(u32(Self.fieldsStart + 16))) }

    /// - Throws: when the file is of another version, or a part lies beyond its end.
    init(_ octets: [UInt8], field: GeoField) throws(GeoFileError) {
        guard octets.count >= Self.headerLength else {
            throw GeoFileError(octet: octets.count, "the file ends within its header of \(Self.headerLength) octets; get it anew")
        }
        guard octets[7] == 1 else { throw GeoFileError(octet: 7, "version \(octets[7]) of the format; version 1 is read") }
        (self.octets, self.field) = (octets, field)
        func section(_ number: Int) throws(GeoFileError) -> Range<Int> {
            let place = Self.fieldsStart + 20 + 8 * number
            let start = Int(Self.u32(octets, place)), length = Int(Self.u32(octets, place + 4))
            guard start <= octets.count, length <= octets.count - start else {
                throw GeoFileError(octet: place, "a part of \(length) octets at \(start) in a file of \(octets.count); "
                    + "the file is cut: get it anew")
            }
            return start..<(start + length)
        }
        systemTable = try section(0)
        networks = try section(1)
        nodes = try section(2)
        pool = try section(4)
        guard nodes.count >= Self.nodeLength else { throw GeoFileError(octet: nodes.lowerBound, "no search tree; get the file anew") }
    }

    // MARK: Tree

    mutating func code(at node: Int, inherited: UInt32) throws(GeoFileError) -> UInt32 {
        let network = Int(u32(nodes.lowerBound + Self.nodeLength * node + 8))
        return network == Self.noNetwork ? inherited : try code(ofRecord: network)
    }

    func branch(_ node: Int, bit: Int) throws(GeoFileError) -> AddressBranch {
        let place = nodes.lowerBound + Self.nodeLength * node + 4 * bit
        let next = Int(u32(place))
        if next == 0 { return .end }
        guard next < nodeCount else { throw GeoFileError(octet: place, "node \(next) of \(nodeCount); get the file anew") }
        return .node(next)
    }

    mutating func code(ofRecord record: Int) throws(GeoFileError) -> UInt32 {
        guard record < networks.count / Self.networkLength else {
            throw GeoFileError(octet: networks.lowerBound, "network \(record) of \(networks.count / Self.networkLength); get the file anew")
        }
        let place = networks.lowerBound + Self.networkLength * record
        let isAnycast = (UInt16(octets[place + 8]) << 8 | UInt16(octets[place + 9])) & Self.anycastFlag != 0
        if field == .country {
            return GeoCode.country(octets[place], octets[place + 1]) | (isAnycast ? GeoCode.anycast : 0)
        }
        let number = u32(place + 4)
        var table = systems
        systems = GeoSystems()    // one owner only: no copy
        defer { systems = table }
        return table.code(number, isAnycast: isAnycast) { name(of: $0) }
    }

    // MARK: Names

    /// By binary search: the table is sorted by number. In a file where it is not, names stay unknown.
    private func name(of number: UInt32) -> ArraySlice<UInt8>? {
        var low = 0, high = systemTable.count / Self.systemLength
        while low < high {
            let middle = (low + high) / 2, place = systemTable.lowerBound + Self.systemLength * middle
            let found = u32(place)
            if found == number { return string(at: Int(u32(place + 4))) }
            if found < number { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private func string(at offset: Int) -> ArraySlice<UInt8>? {
        guard offset < pool.count else { return nil }
        let start = pool.lowerBound + offset
        // Longer is no name.
        let rest = octets[start..<min(pool.upperBound, start + 4096)]
        return rest[..<(rest.firstIndex(of: 0) ?? rest.endIndex)]
    }

    private func text(at offset: Int) -> String? {
        guard let octets = string(at: offset), !octets.isEmpty else { return nil }
        return String(decoding: GeoSystems.clean(octets), as: UTF8.self)
    }

    private func u32(_ place: Int) -> UInt32 { Self.u32(octets, place) }

    private static func u32(_ octets: [UInt8], _ place: Int) -> UInt32 {
        UInt32(octets[place]) << 24 | UInt32(octets[place + 1]) << 16 | UInt32(octets[place + 2]) << 8 | UInt32(octets[place + 3])
    }
}

extension LocationFile {
    /// All ranges of the file.
    static func contents(_ octets: [UInt8], field: GeoField) throws(GeoFileError) -> GeoContents {
        let file = try LocationFile(octets, field: field)
        var walk = AddressTreeWalk(file, nodes: file.nodeCount)
        // IPv4 lies in its mapped form, ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
        let v4 = try walk.descend(high: 0, low: 0xffff_0000_0000, bits: 96)
        try walk.walk(.v4, from: v4)
        var skipped: Int?
        if case .node(let node) = v4.branch { skipped = node }
        try walk.walk(.v6, from: (.node(0), 0), skipping: skipped)
        var contents = GeoContents(ranges: walk.ranges, systems: walk.tree.systems)
        contents.description.rows = walk.ranges.known
        contents.description.date = CivilDay.text(secondsSince1970: file.createdAt)
        contents.description.licence = file.licence
        contents.description.edition = file.vendor
        return contents
    }
}
