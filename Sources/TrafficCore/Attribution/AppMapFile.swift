/// Reads files that say which app is which: what PCAPdroid exports, Android's packages.list, `pm list packages -U`, RustNet's
/// connections, and a plain table. The form is told by the content.
public enum AppMapFile {
    /// Problems that are told one by one; more are only counted.
    public static let problemLimit = 20

    /// What was wrong with a file.
    public struct Problems: Sendable {
        public var first: [AppMapProblem] = []
        public var count = 0

        mutating func add(_ file: String, _ line: Int, _ problem: String) {
            count += 1
            if first.count < AppMapFile.problemLimit { first.append(AppMapProblem(file: file, line: line, problem: problem)) }
        }
    }

    /// Adds the rows of a file to `map`; lines that are none are left out and told.
    public static func read(_ octets: [UInt8], name: String, into map: inout AppMap) -> Problems {
        var problems = Problems(), columns: AppTableColumns?, number = 0, start = octets.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        while start < octets.count {
            number += 1
            let end = octets[start...].firstIndex(of: 0x0a) ?? octets.count
            var line = octets[start..<end]
            start = end + 1
            // Not tabulators: behind the last of them stands an empty cell.
            while let last = line.last, last == 0x20 || last == 0x0d { line.removeLast() }
            guard let first = line.first(where: { $0 > 0x20 }), first != 0x23 else { continue }
            guard line.count <= longestLine else {
                problems.add(name, number, "longer than \(longestLine) octets")
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            if columns == nil, let header = AppTableColumns(header: text) {
                columns = header
                continue
            }
            do throws(LineProblem) {
                let isRoom = if let columns {
                    try columns.add(text, to: &map)
                } else if first == 0x7b {
                    try addConnection(Array(line), to: &map)
                } else {
                    try addPackage(text, to: &map)
                }
                guard isRoom else {
                    problems.add(name, number, "more than \(AppMap.limit) rows: the rest is left out")
                    return problems
                }
            } catch {
                problems.add(name, number, error.text)
            }
        }
        return problems
    }

    struct LineProblem: Error { var text: String }

    private static var longestLine: Int { 65_536 }

    // MARK: Forms without a header

    /// `com.example.app 10303 0 /data/user/0/…` (Android's packages.list), `package:com.example.app uid:10303` (pm list packages
    /// -U), or a user id and the app's name.
    private static func addPackage(_ line: String, to map: inout AppMap) throws(LineProblem) -> Bool {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," })
        guard words.count >= 2 else { throw LineProblem(text: "neither a header nor a package and its user id, such as org.example.app 10303") }
        if words[0].hasPrefix("package:") {
            guard let word = words.first(where: { $0.hasPrefix("uid:") }) else { throw LineProblem(text: "no user id: list them with -U") }
            var isRoom = true
            for uid in word.dropFirst(4).split(separator: ",") {
                guard let uid = Int32(uid) else { throw LineProblem(text: "\(word) is no user id") }
                isRoom = map.add(uid: uid, package: String(words[0].dropFirst(8)), name: nil)
            }
            return isRoom
        }
        if let uid = Int32(words[1]) { return map.add(uid: uid, package: String(words[0]), name: nil) }
        guard let uid = Int32(words[0]) else { throw LineProblem(text: "neither \(words[0]) nor \(words[1]) is a user id") }
        let name = line.drop { $0.isNumber || $0 == "-" }.drop { $0 == " " || $0 == "\t" || $0 == "," }
        return map.add(uid: uid, package: AppTableColumns.isPackage(String(name)) ? String(name) : nil, name: String(name))
    }

    /// One connection as RustNet notes it beside a capture: protocol, local_addr, remote_addr, pid, process_name, first_seen,
    /// last_seen.
    private static func addConnection(_ line: [UInt8], to map: inout AppMap) throws(LineProblem) -> Bool {
        let value: JSONValue
        do throws(JSONError) { value = try JSONReader.value(of: line) } catch { throw LineProblem(text: "column \(error.column): \(error.problem)") }
        func text(_ keys: String...) -> String? {
            for key in keys { if case .string(let text)? = value[key], !text.isEmpty { return text } }
            return nil
        }
        func whole(_ keys: String...) -> Int32? {
            for key in keys { if case .integer(let number)? = value[key] { return Int32(exactly: number) } }
            return nil
        }
        let label = AppLabel(
            place: .map, uid: whole("uid"), pid: whole("pid"), package: text("package", "package_name", "bundle_id"),
            name: text("app", "app_name"), process: text("process_name", "process"))
        guard !label.isEmpty else { return true }        // a connection whose process was not found
        guard let local = text("local_addr", "local_address", "local"), let (address, port) = endpoint(local) else {
            throw LineProblem(text: "\"local_addr\" is no address and port")
        }
        var entry = AppMap.Entry(transport: try transport(text("protocol", "proto")), address: address, port: port, label: label)
        if let remote = text("remote_addr", "remote_address", "remote") {
            guard let (address, port) = endpoint(remote) else { throw LineProblem(text: "\"remote_addr\" is no address and port") }
            (entry.remote, entry.remotePort) = (address, port)
        }
        entry.from = time(value["first_seen"] ?? value["from"])
        entry.to = time(value["last_seen"] ?? value["to"])
        return map.add(entry)
    }

    /// `{"secs_since_epoch", "nanos_since_epoch"}`, seconds since 1970, or RFC 3339.
    private static func time(_ value: JSONValue?) -> Int64? {
        switch value {
        case .string(let text)?: EpochTime.nanoseconds(rfc3339: text)
        case .integer(let seconds)?: EpochTime.nanoseconds(seconds: Double(seconds))
        case .number(let seconds)?: EpochTime.nanoseconds(seconds: seconds)
        default:
            if case .integer(let seconds)? = value?["secs_since_epoch"], let whole = EpochTime.nanoseconds(seconds: Double(seconds)) {
                if case .integer(let rest)? = value?["nanos_since_epoch"], (0..<1_000_000_000).contains(rest) { whole + Int64(rest) } else { whole }
            } else {
                nil
            }
        }
    }

    static func transport(_ text: String?) throws(LineProblem) -> UInt8? {
        switch text?.lowercased() {
        case nil, "", "any", "*": nil
        case "tcp", "6", "tcp6": 6
        case "udp", "17", "udp6": 17
        default: throw LineProblem(text: "\(text ?? "") is neither tcp nor udp")
        }
    }

    /// `192.0.2.1:443`, `[2001:db8::1]:443`; without a port the address alone.
    static func endpoint(_ text: String) -> (IPAddress, UInt16?)? {
        if let address = IPAddress(text) { return (address, nil) }
        guard let colon = text.utf8.lastIndex(of: 0x3a), let port = UInt16(text[text.utf8.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return IPAddress(String(host)).map { ($0, port) }
    }
}
