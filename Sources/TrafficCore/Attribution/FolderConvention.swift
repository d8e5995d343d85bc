/// Which app a capture is of, as far as its place tells (DESIGN.md §5, "Which app?").
public enum FolderConvention {
    /// - Parameters:
    ///   - given: the path as the user gave it, a file or a folder.
    ///   - file: the capture: `given` itself, or a path that begins with `given`.
    /// - Returns: the app's name as it stands there (an alias for `AppCatalog`) and which rule gave it; nil for standard
    ///   input and when no name is left.
    ///
    /// `…/<app>/<capture>` below the given folder: the folder. A file given directly, or flat in the given folder: its stem;
    /// but when the catalogue knows the given folder's own name and not the stem, the folder (`weibo/run1.pcap`).
    public static func app(given: String, file: String, catalog: AppCatalog) -> (alias: String, source: AttributionSource)? {
        if file == "-" { return nil }
        let parts = names(file), root = names(given)
        guard let last = parts.last else { return nil }
        let stem = stem(last)
        let isBelow = parts.count > root.count && Array(parts.prefix(root.count)) == root
            && file.hasPrefix("/") == given.hasPrefix("/")
        if isBelow, parts.count >= root.count + 2 {
            let folder = parts[parts.count - 2]
            return (folder, .folder)
        }
        if isBelow, let folder = root.last, folder != "..", catalog.knows(folder), !catalog.knows(stem) { return (folder, .folder) }
        return stem.isEmpty ? nil : (stem, .stem)
    }

    /// The file's name without `.gz` or `.zst` and without `.pcap`, `.pcapng` or `.cap`, letter case aside.
    public static func stem(_ name: String) -> String {
        var name = Substring(name)
        for endings in [[".gz", ".zst"], [".pcapng", ".pcap", ".cap"]] {
            let lower = name.lowercased()
            if let ending = endings.first(where: { lower.hasSuffix($0) }) { name = name.dropLast(ending.count) }
        }
        return String(name)
    }

    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }
}
