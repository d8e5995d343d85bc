import Glibc

/// A capture file as the user's arguments led to it.
public struct CapturePath: Sendable, Hashable {
    /// Where to read it; "-" is standard input.
    public var path: String
    /// The argument that it was found under: itself, or a folder above it.
    public var given: String

    public init(path: String, given: String) { (self.path, self.given) = (path, given) }
    public var isStandardInput: Bool { path == "-" }
    /// Pcap-over-IP: octets that come once, over a connection.
    public var isConnection: Bool { path.hasPrefix("tcp://") || path.hasPrefix("tcp-listen://") }
}

/// Finds the captures that a list of files and folders means.
public enum CaptureDiscovery {
    /// Folders inside folders that are followed; links to folders are not.
    private static var deepest: Int { 64 }
    private static let extensions = [".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz", ".pcap.zst", ".pcapng.zst"]

    /// Files as they are given; of folders every file in them, recursively, that is named like a capture or begins like
    /// one, in order of the path's UTF-8 octets.
    /// - Throws: `CaptureError` when an argument does not exist or a folder holds no capture.
    public static func captures(under given: String) throws(CaptureError) -> [CapturePath] {
        let path = CapturePath(path: given, given: given)
        if path.isStandardInput || path.isConnection { return [path] }
        switch kind(of: given) {
        case .missing(let code): throw CaptureError.opening(given, code)
        case .file: return [path]
        case .folder: break
        }
        var found: [String] = []
        try walk(given, depth: 0, into: &found)
        guard !found.isEmpty else {
            throw CaptureError(.noInput, "\(given): no capture in this folder; captures are pcap or pcapng files")
        }
        found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found.map { CapturePath(path: $0, given: given) }
    }

    private enum Kind { case missing(CInt), file, folder }

    private static func kind(of path: String, following: Bool = true) -> Kind {
        var status = stat()
        // Safe: both calls fill `status`, which lives through them.
        let result = unsafe following ? stat(path, &status) : lstat(path, &status)
        guard result == 0 else { return .missing(errno) }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    private static func walk(_ folder: String, depth: Int, into found: inout [String]) throws(CaptureError) {
        guard depth < deepest else { return }
        guard let handle = unsafe opendir(folder) else { throw CaptureError.opening(folder, errno) }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        // Safe: readdir's entry is valid until the next call on this handle; its name ends with NUL.
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        for name in names.sorted() {
            let path = prefix + name
            switch kind(of: path, following: false) {
            case .folder: try walk(path, depth: depth + 1, into: &found)
            case .file where isCapture(path): found.append(path)
            default: break
            }
        }
    }

    private static func isCapture(_ path: String) -> Bool {
        let lower = path.lowercased()
        return extensions.contains { lower.hasSuffix($0) } || beginsLikeCapture(path)
    }

    private static func beginsLikeCapture(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var magic: UInt32 = 0
        guard unsafe read(descriptor, &magic, 4) == 4 else { return false }
        return [0xa1b2_c3d4, 0xd4c3_b2a1, 0xa1b2_3c4d, 0x4d3c_b2a1, 0xa1b2_cd34, 0x34cd_b2a1, 0x0a0d_0d0a].contains(magic)
    }
}

extension CaptureDiscovery {
    /// Octets of all these files together, for progress; what cannot be told counts as nothing.
    public static func octets(of captures: [CapturePath]) -> Int64 {
        var total: Int64 = 0
        for capture in captures where !capture.isStandardInput && !capture.isConnection {
            var status = stat()
            if unsafe stat(capture.path, &status) == 0 { total &+= Int64(status.st_size) }
        }
        return total
    }
}
