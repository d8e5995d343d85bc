import Glibc

/// Files without a name: only this process can reach them, and they are gone with it.
enum TemporaryFile {
    /// Where they go: TMPDIR, else /tmp.
    static var folder: String {
        // Safe: getenv's string is copied at once.
        unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    }

    /// A new one, mode 0600, open for reading and writing; negative, with `errno`, when `folder` gives none.
    static func create(in folder: String) -> CInt {
        // The six Xs are mkstemp's: it puts characters in their place, and the name is gone again before anybody could use it.
        var pattern = Array("\(folder)/trafficscope-XXXXXX".utf8CString)
        // Safe: mkstemp writes into the pattern in place and keeps its length.
        let descriptor = unsafe mkstemp(&pattern)
        if descriptor >= 0 { unsafe unlink(pattern) }
        return descriptor
    }

    /// Writes the first `count` of `octets`; nil when all were written, else the `errno`.
    static func write(_ octets: [UInt8], count: Int, to descriptor: CInt) -> CInt? {
        precondition(count <= octets.count)
        var done = 0
        while done < count {
            // Safe: `done` stays below `count`, which is no more than the array holds.
            let put = unsafe octets.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), count - done) }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { return errno }
            done += put
        }
        return nil
    }
}
