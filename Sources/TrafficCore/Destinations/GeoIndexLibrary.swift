// Both bring the C library's times along, and which of them the compiler takes for their owner depends on what it compiles together.
import CPcap
import Glibc

/// The calls into the C library that reading and keeping a geographic index takes.
enum GeoIndexLibrary {
    /// What tells one version of a file from another.
    struct FileStamp: Equatable, Sendable {
        var octets: Int
        /// Time of the last change, nanoseconds since 1970.
        var modified: Int
    }

    /// nil when `path` is no regular file that can be asked about.
    static func stamp(_ path: String) -> FileStamp? {
        var information = stat()
        // Safe: `information` outlives the call.
        guard unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        let seconds = Int(information.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000).partialValue
        return FileStamp(octets: Int(information.st_size), modified: seconds &+ Int(information.st_mtim.tv_nsec))
    }

    static func isFolder(_ path: String) -> Bool {
        var information = stat()
        // Safe: `information` outlives the call.
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    /// The first `count` octets of a file; nil when it cannot be opened or is shorter.
    static func octets(of path: String, count: Int) -> [UInt8]? { read(path, count: count, stride: 1) }

    /// The first `count` words of a file, in the machine's byte order, mapped; nil when it cannot be opened or is shorter.
    static func words(of path: String, count: Int) -> GeoWords? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0, count > 0 else { return nil }
        defer { close(file) }
        var information = stat()
        // Safe: `information` outlives the call. The mapping is private and read-only, of octets that the file has now; this
        // program replaces an index by renaming another over it, so what is mapped is never cut.
        guard unsafe fstat(file, &information) == 0, Int(information.st_size) >= count * 8,
            let memory = unsafe mmap(nil, count * 8, PROT_READ, MAP_PRIVATE, file, 0), unsafe memory != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        return unsafe GeoWords(mapped: UnsafeRawBufferPointer(start: memory, count: count * 8))
    }

    private static func read<Element: BitwiseCopyable & FixedWidthInteger>(_ path: String, count: Int, stride: Int) -> [Element]? {
        // O_NONBLOCK: whatever has taken the file's place since it was looked at, opening does not wait for it.
        // Safe, as everywhere here: Swift lends C a path that ends with NUL, for the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0, count >= 0 else { return nil }
        defer { close(file) }
        var filled = 0
        // Safe: reads at most `count * stride` octets into storage of that many, and declares whole elements only.
        let elements = unsafe [Element](unsafeUninitializedCapacity: count) { storage, initialized in
            let raw = UnsafeMutableRawBufferPointer(storage)
            while filled < count * stride, let start = raw.baseAddress {
                let got = unsafe Glibc.read(file, start + filled, count * stride - filled)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                filled += got
            }
            initialized = filled / stride
        }
        return elements.count == count ? elements : nil
    }

    /// A second name for a file, in place of what has that name; false where the file system has no such thing.
    static func link(_ path: String, to target: String) -> Bool {
        let temporary = target + "." + String(getpid()) + ".tmp"
        unsafe unlink(temporary)
        guard unsafe Glibc.link(path, temporary) == 0 else { return false }
        if unsafe rename(temporary, target) == 0 {
            // Where both were one file already, renaming does nothing (POSIX) and leaves the name.
            unsafe unlink(temporary)
            return true
        }
        unsafe unlink(temporary)
        return false
    }

    /// Writes `words` to a new file beside `path`, mode 0600, and puts it in the place of `path`; false when it cannot.
    static func replace<Element: BitwiseCopyable>(_ path: String, with words: [Element]) -> Bool {
        let temporary = path + "." + String(getpid()) + ".tmp"
        unsafe unlink(temporary)    // left by a process that died and had the same number
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        // Safe: writes octets of the array's own storage, while it is borrowed.
        let isWhole = unsafe words.withUnsafeBytes { octets in
            var done = 0
            while done < octets.count, let start = octets.baseAddress {
                let wrote = unsafe write(file, start + done, octets.count - done)
                if wrote < 0, errno == EINTR { continue }
                if wrote <= 0 { return false }
                done += wrote
            }
            return true
        }
        guard close(file) == 0, isWhole, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            return false
        }
        return true
    }

    /// Makes a folder and those above it that are missing, mode 0700.
    static func makeFolder(_ path: String) -> Bool {
        if isFolder(path) { return true }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex, !makeFolder(String(path[..<slash])) { return false }
        return unsafe mkdir(path, 0o700) == 0 || errno == EEXIST
    }

    /// A variable of the environment; nil when unset or empty.
    static func environment(_ name: String) -> String? {
        // Safe: copied at once; nothing in this program changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// The words of an index: those of a mapped file, of which only what is asked for comes into memory, or a copy of its own.
// @unchecked, safe: the memory is written only before `init` ends, when nobody else has it, and read-only from then on; the pointer is
// private and never changes; it is freed in `deinit`, when nobody has it any more.
@safe final class GeoWords: @unchecked Sendable {
    private let words: UnsafeBufferPointer<UInt64>
    private let isMapped: Bool
    let count: Int

    init(_ array: [UInt64]) {
        let copy = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: array.count)
        _ = unsafe copy.initialize(from: array)
        unsafe words = UnsafeBufferPointer(copy)
        (isMapped, count) = (false, array.count)
    }

    /// Takes over a mapping of whole words.
    init(mapped: UnsafeRawBufferPointer) {
        unsafe words = mapped.bindMemory(to: UInt64.self)
        isMapped = true
        count = mapped.count / 8
    }

    deinit {
        if isMapped {
            _ = unsafe munmap(UnsafeMutableRawPointer(mutating: words.baseAddress), count * 8)
        } else {
            unsafe words.deallocate()
        }
    }

    subscript(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < count)
        return unsafe words[index]
    }

    var span: Span<UInt64> {
        @_lifetime(borrow self) get {
            // Safe: the memory lives as long as `self`, which the span borrows.
            let span = unsafe Span(_unsafeElements: words)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

extension GeoIndex {
    /// Four sums side by side, for the processor's sake: every word enters by a multiplication that can be undone, so
    /// that no change of a single word goes unseen. Megabytes at every start: the checks of places take half the time.
    static func checksum(_ span: Span<UInt64>) -> UInt64 {
        let prime: UInt64 = 0x9e37_79b9_7f4a_7c15, count = span.count
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
        var index = 2
        // Safe: `index` begins at 2, and the loops' conditions say that every place asked for is below `count`.
        while index &+ 4 <= count {
            a = unsafe (a ^ span[unchecked: index]) &* prime
            b = unsafe (b ^ span[unchecked: index &+ 1]) &* prime
            c = unsafe (c ^ span[unchecked: index &+ 2]) &* prime
            d = unsafe (d ^ span[unchecked: index &+ 3]) &* prime
            index &+= 4
        }
        while index < count {
            a = unsafe (a ^ span[unchecked: index]) &* prime
            index &+= 1
        }
        for word in [b, c, d, UInt64(count)] { a = ((a ^ a >> 32) ^ word) &* prime }
        return a ^ a >> 29
    }
}
