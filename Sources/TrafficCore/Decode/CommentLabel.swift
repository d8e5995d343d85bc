// Packet comments in which programs note whose the packet is.

extension AppLabel {
    /// The label in a comment; nil when it is another comment.
    ///
    /// - `u-10303`: PCAPdroid, the user id; `apps`, by user id, name it.
    /// - `PID: 123, ProcName: Name, EPID: 123, EProcName: Name, SVC: 0`: pymobiledevice3.
    /// - `PID: 123`, `Cmd: /usr/bin/name`, `Args: …` on lines of their own: ptcpdump.
    /// - `PID:123 Process:name`: RustNet.
    init?(comment: [UInt8], apps: [Int32: CaptureApp]) {
        if comment.starts(with: "u-".utf8) {
            guard let uid = Int32(String(decoding: Self.trimmed(comment.dropFirst(2)), as: UTF8.self)), uid >= 0 else { return nil }
            let app = apps[uid]
            self.init(
                place: .appBlock, uid: uid, package: app.flatMap { $0.package.isEmpty ? nil : $0.package },
                name: app.flatMap { $0.name.isEmpty ? nil : $0.name })
            return
        }
        guard comment.starts(with: "PID:".utf8) else { return nil }
        let lines = comment.split(separator: 0x0a, omittingEmptySubsequences: true)
        guard let first = lines.first else { return nil }
        let pid = Self.number(first.dropFirst(4))
        if let command = lines.first(where: { $0.starts(with: "Cmd:".utf8) }) {
            let path = Self.trimmed(command.dropFirst(4))
            let name = path.split(separator: 0x2f).last ?? path
            self.init(place: .comment, pid: pid, process: Self.text(name))
        } else if let name = Self.value(of: ", EProcName: ", in: first, until: ", SVC: ") ?? Self.value(of: ", EProcName: ", in: first, until: nil),
            !name.isEmpty {
            let effective = Self.value(of: ", EPID: ", in: first, until: ", EProcName: ").flatMap(Self.number)
            let owner = Self.value(of: ", ProcName: ", in: first, until: ", EPID: ")
            if effective == 0, let owner { self.init(place: .comment, pid: pid, process: Self.text(owner)) } else {
                self.init(place: .comment, pid: effective ?? pid, process: Self.text(name))
            }
        } else if let name = Self.value(of: ", ProcName: ", in: first, until: ", EPID: ") ?? Self.value(of: ", ProcName: ", in: first, until: nil)
            ?? Self.value(of: " Process:", in: first, until: nil), !name.isEmpty {
            self.init(place: .comment, pid: pid, process: Self.text(name))
        } else {
            return nil
        }
        // Process 0 is the kernel, which sends for sockets that nobody has any more.
        if process?.isEmpty ?? true || self.pid == 0 { return nil }
    }

    /// What stands between the last `key` and the last `end` behind it; names may hold commas and spaces.
    private static func value(of key: String, in line: ArraySlice<UInt8>, until end: String?) -> ArraySlice<UInt8>? {
        guard let start = lastRange(of: Array(key.utf8), in: line)?.upperBound else { return nil }
        guard let end else { return trimmed(line[start...]) }
        guard let stop = lastRange(of: Array(end.utf8), in: line)?.lowerBound, stop >= start else { return nil }
        return trimmed(line[start..<stop])
    }

    private static func lastRange(of key: [UInt8], in line: ArraySlice<UInt8>) -> Range<Int>? {
        var start = line.endIndex - key.count
        while start >= line.startIndex {
            if line[start..<start + key.count].elementsEqual(key) { return start..<start + key.count }
            start -= 1
        }
        return nil
    }

    private static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var octets = octets
        while let first = octets.first, first <= 0x20 { octets.removeFirst() }
        while let last = octets.last, last <= 0x20 { octets.removeLast() }
        return octets
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> Int32? {
        Int32(String(decoding: trimmed(octets).prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
    }

    private static func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets.prefix(longestName), as: UTF8.self) }
}
