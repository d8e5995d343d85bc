import TrafficCore

/// What a report needs so that somebody else can make it again and get the same octets.
public struct Provenance: Sendable {
    /// A capture that was read.
    public struct Input: Sendable {
        /// As given, or found below a given folder.
        public var path: String
        /// The capture's id: SHA-256 over its files' digests, 64 hexadecimal digits.
        public var sha256: String
        /// "subject", "baseline"; "" when there are no roles.
        public var role: String
        public init(path: String, sha256: String, role: String = "") {
            (self.path, self.sha256, self.role) = (path, sha256, role)
        }
        public init(_ identity: CaptureIdentity, role: String = "") {
            self.init(path: identity.name, sha256: identity.id, role: role)
        }
    }

    /// A destination list or database that was used.
    public struct List: Sendable {
        public var name: String
        /// Its date or version as it says itself; nil when it does not.
        public var date: String?
        public var sha256: String?
        /// Under what terms it is given out; nil when unknown.
        public var licence: String?
        /// Rules in it, and lines that were left out as malformed; nil where they are not counted.
        public var rows: Int?
        public var malformed: Int?
        public init(name: String, date: String?, sha256: String? = nil) { (self.name, self.date, self.sha256) = (name, date, sha256) }

        /// An imported list.
        public init(_ list: ListDescription) {
            let place = list.isPreferred ? ", preferred" : ""
            self.init(name: "\(list.name) (\(list.kind.rawValue)\(place))", date: list.date, sha256: list.sha256)
            (licence, rows, malformed) = (list.licence, list.rows, list.malformed)
        }
    }

    public struct Option: Sendable {
        public var name: String
        public var value: String
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    public var toolVersion: String
    /// The command with its arguments, as typed.
    public var command: [String]
    public var inputs: [Input]
    public var lists: [List]
    /// Further options that change the result, in a fixed order.
    public var options: [Option]

    public init(toolVersion: String, command: [String], inputs: [Input], lists: [List] = [], options: [Option] = []) {
        (self.toolVersion, self.command, self.inputs, self.lists, self.options) = (toolVersion, command, inputs, lists, options)
    }

    /// One line for a shell, quoted where needed, device addresses redacted.
    func commandLine(_ redaction: inout Redaction) -> String {
        var words: [String] = []
        for argument in command { words.append(Self.quoted(redaction.argument(argument))) }
        return words.joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x25, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3d, 0x40, 0x5f: true
            default: false
            }
        }
        return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Members `tool`, `command`, `inputs`, `lists`, `options` of a report's JSON.
    func write(to json: inout JSONWriter, _ redaction: inout Redaction) {
        json.object("tool") { json in
            json.member("name", "trafficscope")
            json.member("version", toolVersion)
        }
        json.member("command", commandLine(&redaction))
        json.array("inputs", of: inputs) { json, input in
            json.object { json in
                json.member("path", input.path)
                json.member("sha256", input.sha256)
                if !input.role.isEmpty { json.member("role", input.role) }
            }
        }
        json.array("lists", of: lists) { json, list in
            json.object { json in
                json.member("name", list.name)
                json.member("date", orNull: list.date)
                json.member("sha256", ifKnown: list.sha256)
                json.member("licence", ifKnown: list.licence)
                json.member("rows", ifKnown: list.rows)
                json.member("malformed", ifKnown: list.malformed)
            }
        }
    }
}

/// The packet account as rows, in a fixed order: every packet in one of them (DESIGN.md §7).
struct AccountRows {
    var rows: [(name: String, packets: Int)] = []

    init(_ account: PacketAccount) {
        rows.append(("in TCP and UDP flows", account.inFlows))
        for (number, count) in account.otherTransport.sorted(by: { $0.key < $1.key }) {
            rows.append(("other transport: " + Self.transport(number), count))
        }
        rows.append(("incomplete fragments", account.incompleteFragments))
        rows.append(("fragments of tunnel packets", account.tunnelFragments))
        rows.append(("protected 802.11", account.protectedWLAN))
        for (type, count) in account.nonIP.sorted(by: { $0.key < $1.key }) {
            rows.append(("not IP: " + Self.etherType(type), count))
        }
        for (type, count) in account.unsupportedLink.sorted(by: { $0.key < $1.key }) {
            rows.append(("unsupported link type " + String(type), count))
        }
        for (reason, count) in account.malformed.sorted(by: { $0.key < $1.key }) { rows.append(("malformed: " + reason, count)) }
        for (reason, count) in account.truncated.sorted(by: { $0.key < $1.key }) {
            rows.append(("cut by the snapshot length: " + reason, count))
        }
        rows.append(("left out by the filter", account.filtered))
        rows.append(("left out for limits", account.overLimits))
        // Rows add up to the packets of the file.
        rows.append(("less: further packets of one 802.11 frame", -account.aggregatedPackets))
        rows.removeAll { $0.packets == 0 && $0.name != "in TCP and UDP flows" }
    }

    /// IANA, Assigned Internet Protocol Numbers.
    private static func transport(_ number: UInt8) -> String {
        switch number {
        case 1: "ICMP"
        case 2: "IGMP"
        case 41: "IPv6 in IP"
        case 47: "GRE"
        case 50: "ESP"
        case 51: "AH"
        case 58: "ICMPv6"
        case 89: "OSPF"
        case 103: "PIM"
        case 132: "SCTP"
        default: "protocol " + String(number)
        }
    }

    /// IEEE 802 numbers.
    private static func etherType(_ type: UInt16) -> String {
        switch type {
        case 0: "no type"
        case 0x0806: "ARP"
        case 0x8863: "PPPoE discovery"
        case 0x888e: "EAPOL"
        case 0x88cc: "LLDP"
        default:
            type <= 1500 ? "IEEE 802.3" : "EtherType 0x" + String(repeating: "0", count: 4 - String(type, radix: 16).utf8.count) + String(type, radix: 16)
        }
    }
}
