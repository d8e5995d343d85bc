// Both bring the C library's times along, and which of them the compiler takes for their owner depends on what it compiles together.
import CPcap
import Glibc

/// The calls into the C library that reading lists from folders and keeping them takes, beside those of `GeoIndexLibrary`.
enum ListFiles {
    /// Why a file or folder could not be used.
    struct Failure: Error {
        /// `errno`; 0 where the file itself is not what it should be.
        var code: CInt
        var message: String
    }

    /// A regular file below a folder.
    struct Found {
        var path: String
        var octets: Int
        /// Time of the last change, seconds since 1970.
        var modified: Int
    }

    /// Deepest folder that is entered, counted from the one that was named, and the most files that are looked at.
    static let deepest = 16, mostFiles = 500_000

    /// `path` itself when it is a file; else the regular files below it, sorted by path, hidden ones and links to folders left out.
    static func files(below path: String) throws(Failure) -> [Found] {
        var information = stat()
        // Safe, as everywhere here: Swift lends C a path that ends with NUL for the call, and `information` outlives it.
        guard unsafe stat(path, &information) == 0 else { throw failure("cannot be opened") }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            guard information.st_mode & S_IFMT == S_IFREG else { throw Failure(code: 0, message: "is neither a file nor a folder") }
            return [found(path, information)]
        }
        var files: [Found] = []
        try walk(path.hasSuffix("/") ? String(path.dropLast()) : path, depth: 0, into: &files)
        return files.sorted { $0.path.precedes($1.path) }
    }

    private static func walk(_ folder: String, depth: Int, into files: inout [Found]) throws(Failure) {
        guard depth <= deepest else { return }
        guard let stream = unsafe opendir(folder) else { throw failure("cannot be opened") }
        defer { unsafe closedir(stream) }
        // Safe: the entry is valid until the next call on this stream; its name ends with NUL and is copied at once.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { field in
                let capacity = unsafe MemoryLayout.size(ofValue: field.pointee)
                return unsafe field.withMemoryRebound(to: CChar.self, capacity: capacity) { unsafe String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = folder + "/" + name
            var information = stat()
            guard unsafe lstat(path, &information) == 0 else { continue }
            switch information.st_mode & S_IFMT {
            case S_IFDIR: try walk(path, depth: depth + 1, into: &files)
            case S_IFREG:
                guard files.count < mostFiles else { throw Failure(code: 0, message: "has more than \(mostFiles) files") }
                files.append(found(path, information))
            default: break
            }
        }
    }

    private static func found(_ path: String, _ information: stat) -> Found {
        Found(path: path, octets: Int(information.st_size), modified: Int(information.st_mtim.tv_sec))
    }

    private static func failure(_ what: String) -> Failure {
        let code = errno
        return Failure(code: code, message: unsafe "\(what): \(String(cString: strerror(code)))")
    }

    /// A whole file.
    static func read(_ file: Found) throws(Failure) -> [UInt8] {
        errno = 0
        guard let octets = GeoIndexLibrary.octets(of: file.path, count: file.octets) else { throw failure("cannot be read") }
        return octets
    }

    /// Writes a new file beside `path`, mode 0600, and puts it in the place of `path`.
    static func replace(_ path: String, with octets: [UInt8]) throws(Failure) {
        let temporary = path + "." + String(getpid()) + ".tmp"
        unsafe unlink(temporary)    // left by a process that died and had the same number
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written") }
        // Safe: writes octets of the array's own storage, while it is borrowed.
        let isWhole = unsafe octets.withUnsafeBytes { octets in
            var done = 0
            while done < octets.count, let start = octets.baseAddress {
                let wrote = unsafe write(file, start + done, octets.count - done)
                if wrote < 0, errno == EINTR { continue }
                if wrote <= 0 { return false }
                done += wrote
            }
            return true
        }
        let failed = failure("cannot be written")
        guard close(file) == 0, isWhole, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            throw failed
        }
    }

    /// Removes a file; false when it is not there.
    static func remove(_ path: String) throws(Failure) -> Bool {
        if unsafe unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw failure("cannot be removed")
    }
}
