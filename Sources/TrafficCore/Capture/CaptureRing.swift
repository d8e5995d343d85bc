/// Files that are one capture: what dumpcap's ring buffer and file switching write, or what the user says belongs together.
public enum CaptureRing {
    /// Groups files into captures, in order of each group's first file.
    ///
    /// - Parameter joins: files that lie in the same folder, or were given by themselves, are one capture whatever their names.
    public static func captures(_ paths: [CapturePath], joins: Bool) -> [[CapturePath]] {
        var groups: [[CapturePath]] = [], places: [String: Int] = [:]
        for path in paths {
            guard !path.isStandardInput, !path.isConnection else {
                groups.append([path])
                continue
            }
            if joins {
                let key = path.given == path.path ? "" : folder(path.path)
                add(path, to: key, &groups, &places)
            } else if let ring = ring(path.path) {
                // A number that is not the next one begins another run.
                if let place = places[ring.prefix], let last = groups[place].last, let before = self.ring(last.path), ring.number == before.number + 1 {
                    groups[place].append(path)
                } else {
                    places[ring.prefix] = groups.count
                    groups.append([path])
                }
            } else {
                groups.append([path])
            }
        }
        return groups
    }

    private static func add(_ path: CapturePath, to key: String, _ groups: inout [[CapturePath]], _ places: inout [String: Int]) {
        if let place = places[key] {
            groups[place].append(path)
        } else {
            places[key] = groups.count
            groups.append([path])
        }
    }

    private static func folder(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// `PREFIX_NNNNN_YYYYMMDDhhmmss.EXT` (dumpcap), or with `nametimenum` `PREFIX_YYYYMMDDhhmmss_NNNNN.EXT`.
    static func ring(_ path: String) -> (prefix: String, number: Int)? {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let stem = FolderConvention.stem(String(path[start...]))
        let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        let a = parts[parts.count - 2], b = parts[parts.count - 1]
        func isDigits(_ text: Substring, _ count: ClosedRange<Int>) -> Bool {
            count.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        let number: Substring
        if isDigits(a, 5...9), isDigits(b, 14...14) {
            number = a
        } else if isDigits(a, 14...14), isDigits(b, 5...9) {
            number = b
        } else {
            return nil
        }
        let name = parts.dropLast(2).joined(separator: "_")
        return (path[..<start] + name + "\u{0}" + path[path.index(start, offsetBy: stem.count)...], Int(number) ?? 0)
    }

    /// The path as it would be without the ring's number and time: for the app's name.
    static func nameWithoutNumber(_ path: String) -> String {
        guard let ring = ring(path) else { return path }
        return String(ring.prefix.filter { $0 != "\u{0}" })
    }
}
