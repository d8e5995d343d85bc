@testable import TrafficCore

/// A value of a MaxMind DB's data section.
indirect enum ForgedValue: Sendable {
    case text(String)
    case number(UInt64)
    case boolean(Bool)
    case map([(String, ForgedValue)])
    /// To so many octets from the start of the data section.
    case pointer(Int)
    case raw([UInt8])
}

/// Writes MaxMind DBs from fields, by the published file format, version 2.0.
struct ForgedMaxMind {
    var recordBits = 24
    var ipVersion = 6
    var networks: [(prefix: String, record: ForgedValue)] = []
    /// Metadata in place of the usual ones, by key; nil leaves one out.
    var metadata: [String: ForgedValue?] = [:]
    /// Paths (bits as text) that lead to the node of another path, as MaxMind's aliases of IPv4 do.
    var aliases: [(from: String, to: String)] = []
    /// Data before the first record, where pointers may lead.
    var prelude: [UInt8] = []

    static func octets(_ value: ForgedValue) -> [UInt8] {
        switch value {
        case .text(let text): return control(2, Array(text.utf8).count) + text.utf8
        case .number(let number):
            let octets = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }.drop { $0 == 0 }
            return number >> 32 == 0 ? control(6, octets.count) + octets : control(9, octets.count) + octets
        case .boolean(let value): return control(14, value ? 1 : 0)
        case .map(let members): return control(7, members.count) + members.flatMap { octets(.text($0.0)) + octets($0.1) }
        case .pointer(let offset): return [0x38] + word(offset, octets: 4)
        case .raw(let octets): return octets
        }
    }

    private static func control(_ kind: UInt8, _ size: Int) -> [UInt8] {
        let low: (UInt8, [UInt8]) = size < 29 ? (UInt8(size), []) : size < 285 ? (29, [UInt8(size - 29)])
            : (30, word(size - 285, octets: 2))
        return kind < 8 ? [kind << 5 | low.0] + low.1 : [low.0, kind - 7] + low.1
    }

    static func word(_ number: Int, octets: Int) -> [UInt8] {
        (0..<octets).map { UInt8(truncatingIfNeeded: number >> (8 * (octets - 1 - $0))) }
    }

    private enum Child { case none, node(Int), data(Int) }

    /// The whole file.
    func octets() throws -> [UInt8] {
        var nodes: [(Child, Child)] = [(.none, .none)], data = prelude
        func child(_ node: Int, _ bit: Bool) -> Child { bit ? nodes[node].1 : nodes[node].0 }
        func set(_ node: Int, _ bit: Bool, _ child: Child) { if bit { nodes[node].1 = child } else { nodes[node].0 = child } }
        func node(_ bits: [Bool]) -> Int {
            var place = 0
            for bit in bits {
                if case .node(let next) = child(place, bit) {
                    place = next
                } else {
                    nodes.append((child(place, bit), child(place, bit)))
                    set(place, bit, .node(nodes.count - 1))
                    place = nodes.count - 1
                }
            }
            return place
        }
        for network in networks {
            let bits = try ForgedPrefix(network.prefix).bits(ipVersion: ipVersion)
            if let last = bits.last { set(node(bits.dropLast()), last, .data(data.count)) }
            data += Self.octets(network.record)
        }
        for alias in aliases {
            let from = alias.from.map { $0 == "1" }
            if let last = from.last { set(node(from.dropLast()), last, .node(node(alias.to.map { $0 == "1" }))) }
        }
        func record(_ child: Child) -> Int {
            switch child {
            case .none: nodes.count
            case .node(let node): node
            case .data(let offset): nodes.count + 16 + offset
            }
        }
        var tree: [UInt8] = []
        for (left, right) in nodes.map({ (record($0.0), record($0.1)) }) {
            switch recordBits {
            case 28: tree += Self.word(left, octets: 3) + [UInt8((left >> 24) << 4 | right >> 24)] + Self.word(right, octets: 3)
            default: tree += Self.word(left, octets: recordBits / 8) + Self.word(right, octets: recordBits / 8)
            }
        }
        return tree + [UInt8](repeating: 0, count: 16) + data + trailer(nodes: nodes.count)
    }

    /// Marker and metadata.
    func trailer(nodes: Int) -> [UInt8] {
        let usual: [(String, ForgedValue)] = [
            ("node_count", .number(UInt64(nodes))), ("record_size", .number(UInt64(recordBits))),
                ("ip_version", .number(UInt64(ipVersion))),
            ("database_type", .text("Forged-Country")), ("languages", .raw([0x00, 0x04])), ("binary_format_major_version", .number(2)),
            ("binary_format_minor_version", .number(0)), ("build_epoch", .number(1_750_000_000)),
                ("description", .map([("en", .text("forged"))])),
        ]
        let members = usual.compactMap { key, value in (metadata[key] ?? .some(value)).map { (key, $0) } }
        return [0xab, 0xcd, 0xef] + "MaxMind.com".utf8 + Self.octets(.map(members))
    }
}

/// "192.0.2.0/24", "2001:db8::/32"
struct ForgedPrefix {
    var address: IPAddress
    var length: Int

    struct Wrong: Error { var text: String }

    init(_ text: String) throws {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]) else { throw Wrong(text: text) }
        (self.address, self.length) = (address, length)
    }

    /// In a tree of IPv6, IPv4 lies below ::/96; `mapped`: below ::ffff:0:0/96.
    func bits(ipVersion: Int, mapped: Bool = false) -> [Bool] {
        var octets = address.octets, length = length
        if address.family == .v4, ipVersion == 6 {
            octets = [UInt8](repeating: 0, count: 10) + (mapped ? [255, 255] : [0, 0]) + octets
            length += 96
        }
        return (0..<length).map { octets[$0 / 8] >> UInt8(7 - $0 % 8) & 1 == 1 }
    }
}

/// Writes databases of libloc, version 1, by its `format.h`.
struct ForgedLocation {
    struct Network {
        var prefix: String
        var country: String
        var system: UInt32
        var flags = 0
    }
    var networks: [Network] = []
    /// Sorted by number.
    var systems: [(number: UInt32, name: String)] = []
    var licence = "CC BY-SA 4.0"

    func octets() throws -> [UInt8] {
        var pool: [UInt8] = [0]
        func place(_ text: String) -> Int {
            defer { pool += text.utf8 + [0] }
            return pool.count
        }
        let vendor = place("Forged"), description = place("made for a test"), licenceAt = place(licence)
        let table = systems.flatMap { ForgedMaxMind.word(Int($0.number), octets: 4) + ForgedMaxMind.word(place($0.name), octets: 4) }
        var nodes: [(zero: Int, one: Int, network: Int)] = [(0, 0, 0xffff_ffff)], records: [UInt8] = []
        for (number, network) in networks.enumerated() {
            var node = 0
            for bit in try ForgedPrefix(network.prefix).bits(ipVersion: 6, mapped: true) {
                let next = bit ? nodes[node].one : nodes[node].zero
                if next != 0 {
                    node = next
                    continue
                }
                nodes.append((0, 0, 0xffff_ffff))
                if bit { nodes[node].one = nodes.count - 1 } else { nodes[node].zero = nodes.count - 1 }
                node = nodes.count - 1
            }
            nodes[node].network = number
            // Country, padding up to the number, number, flags, padding.
            records += Array(network.country.utf8.prefix(2)) + [0, 0] + ForgedMaxMind.word(Int(network.system), octets: 4)
            records += ForgedMaxMind.word(network.flags, octets: 2) + [0, 0]
        }
        let tree = nodes.flatMap { [$0.zero, $0.one, $0.network].flatMap { ForgedMaxMind.word($0, octets: 4) } }
        var file = LocationFile.magic + [1] + ForgedMaxMind.word(1_667_023_194, octets: 8)
        file += [vendor, description, licenceAt].flatMap { ForgedMaxMind.word($0, octets: 4) }
        let parts = [table, records, tree, [], pool]
        var offset = 8192
        for part in parts {
            file += ForgedMaxMind.word(offset, octets: 4) + ForgedMaxMind.word(part.count, octets: 4)
            offset += part.count
        }
        file += [UInt8](repeating: 0, count: 8192 - file.count)
        return parts.reduce(file, +)
    }
}
