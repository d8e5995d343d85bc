import CMalloc
import Glibc
import Synchronization

// The C library's calls that the command needs. The only file of this target that handles C memory.

/// Set by the first Ctrl-C (or SIGTERM): the work ends with what is done. A second one ends the program at once.
private let interruption = Atomic<Bool>(false)

/// Whether the work is to end with what is done.
var isInterrupted: Bool { interruption.load(ordering: .relaxed) }

/// Ends the work with what is done.
func interrupt() { interruption.store(true, ordering: .relaxed) }

enum SystemCalls {
    /// Writing to a closed pipe is an error of the write, not a signal: `| head` ends quietly.
    static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Asks for the heap in large pages. A capture's flows are touched in no order, so that with pages of 4 KiB a twentieth
    /// of the time goes into faults and look-ups of pages. Where the system has no large pages nothing changes.
    static func useLargePages() {
        let heap = 256 << 20
        // Blocks up to 32 MiB come from the heap, which grows by `heap` at once (of addresses: memory is taken page by page
        // as it is touched) and is not handed back in between.
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, CInt(heap))
        mallopt(M_TOP_PAD, CInt(heap))
        let page = 2 << 20
        // Safe: the addresses are only advised about, none is read or written; the block makes the heap grow once. Its size
        // is asked for since a block that nobody looks at is never allocated.
        guard let start = unsafe sbrk(0), let block = unsafe malloc(4 << 20), unsafe malloc_usable_size(block) > 0 else { return }
        unsafe free(block)
        guard let end = unsafe sbrk(0) else { return }
        let first = (Int(bitPattern: start) + page - 1) / page * page, last = Int(bitPattern: end) / page * page
        if last > first { _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), last - first, MADV_HUGEPAGE) }
    }

    /// - Parameter hangUp: a terminal that goes away ends the work in the same way.
    static func catchInterrupts(hangUp: Bool = false) {
        var action = sigaction()
        // Safe: the handler only stores into a global atomic and resets the handler, both allowed in a handler.
        unsafe action.__sigaction_handler.sa_handler = { number in
            interrupt()
            // A terminal that is closed hangs up more than once.
            if number != SIGHUP { _ = signal(number, SIG_DFL) }
        }
        for number in [SIGINT, SIGTERM] + (hangUp ? [SIGHUP] : []) { unsafe sigaction(number, &action, nil) }
    }

    static func leave(_ status: ExitStatus) -> Never { exit(status.rawValue) }

    static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    /// Whether two paths lead to one file, which need not be there yet.
    static func isSameFile(_ one: String, _ other: String) -> Bool {
        var a = stat(), b = stat()
        // Safe: both outlive the calls.
        guard unsafe stat(one, &a) == 0, unsafe stat(other, &b) == 0 else { return one == other }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_mode & S_IFMT == S_IFREG
    }

    static func terminalWidth(_ descriptor: CInt) -> Int? {
        var size = winsize()
        // Safe: the request fills a winsize.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    static func environment(_ name: String) -> String? {
        // Safe: the string is copied at once.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    static func writeError(_ text: String) {
        var octets = Array(text.utf8)
        _ = writeAll(&octets, to: STDERR_FILENO)
    }

    static func writeStandardOutput(_ text: String) {
        var octets = Array(text.utf8)
        _ = writeAll(&octets, to: STDOUT_FILENO)
    }

    /// Seconds of the monotonic clock.
    static func seconds() -> Double {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Seconds since 1970.
    static func wallSeconds() -> Int {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int(now.tv_sec)
    }

    /// nil when all was written, else the errno.
    static func writeAll(_ octets: inout [UInt8], to descriptor: CInt) -> CInt? {
        var written = 0
        let count = octets.count
        while written < count {
            // Safe: `written` stays below the array's count.
            let put = unsafe octets.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress?.advanced(by: written), count - written) }
            if put < 0 {
                if errno == EINTR { continue }
                return errno
            }
            written += put
        }
        return nil
    }

    /// A file that only its owner may read, also where it was there before with another mode; what is no file (a device, a
    /// pipe) keeps its own. Negative, with `errno`, when it cannot be written.
    static func createFile(_ path: String) -> CInt {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        var status = stat()
        // Safe: fstat fills `status`, which lives through the call.
        if descriptor >= 0, unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
        return descriptor
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Size and time of change of a file, to the nanosecond, for telling that it is the same; nil when it is not there.
    static func signature(of path: String) -> String? {
        var status = stat()
        // Safe: stat fills `status`, which lives through the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
    }

    static func remove(_ path: String) { _ = unsafe unlink(path) }
    static func rename(_ path: String, _ other: String) { _ = unsafe Glibc.rename(path, other) }

    static func changeFolder(_ path: String) throws(CommandFailure) {
        guard unsafe chdir(path) != 0 else { return }
        throw CommandFailure(errno == EACCES ? .noPermission : .noInput, "\(path): \(message(errno))")
    }

    /// `path` from the root, whatever the working folder becomes.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        // Safe: getcwd allocates what it gives, and it is freed here.
        guard let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        return unsafe String(cString: current) + "/" + path
    }

    /// Makes a folder, and those above it; what is there already is fine.
    static func createFolder(_ path: String) throws(CommandFailure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            guard unsafe mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            throw CommandFailure(errno == EACCES ? .noPermission : .inputOutput, "\(made): the folder cannot be made: \(message(errno)); choose another --output")
        }
    }

    static func message(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }

    /// Octets of a whole file, at most `limit`.
    static func readFile(_ path: String, limit: Int) throws(CommandFailure) -> [UInt8] {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            throw CommandFailure(code == ENOENT ? .noInput : code == EACCES ? .noPermission : .inputOutput,
                                 "\(path): cannot be opened: \(message(code))")
        }
        defer { close(descriptor) }
        var octets: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = unsafe read(descriptor, &chunk, chunk.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw CommandFailure(.inputOutput, "\(path): reading failed: \(message(errno))") }
            if got == 0 { return octets }
            octets.append(contentsOf: chunk[0..<got])
            guard octets.count <= limit else { throw CommandFailure(.badData, "\(path): larger than \(limit) octets") }
        }
    }
}

/// Where results go: standard output, or a file that only its owner may read.
final class Output {
    private let descriptor: CInt
    private let name: String
    private var buffer: [UInt8] = []
    static let chunk = 1 << 17

    private init(descriptor: CInt, name: String) { (self.descriptor, self.name) = (descriptor, name) }

    /// nil and "-": standard output.
    convenience init(path: String?) throws(CommandFailure) {
        guard let path, path != "-" else {
            self.init(descriptor: STDOUT_FILENO, name: "standard output")
            return
        }
        let descriptor = SystemCalls.createFile(path)
        guard descriptor >= 0 else {
            throw CommandFailure(errno == EACCES ? .noPermission : .inputOutput,
                                 "\(path): cannot be written: \(SystemCalls.message(errno)); choose another --output")
        }
        self.init(descriptor: descriptor, name: path)
    }

    var isTerminal: Bool { SystemCalls.isTerminal(descriptor) }
    var width: Int? { SystemCalls.terminalWidth(descriptor) }

    /// Writes what `fill` appends, in chunks.
    func write(_ fill: (inout [UInt8]) -> Void) throws(CommandFailure) {
        fill(&buffer)
        if buffer.count >= Self.chunk { try flush() }
    }

    func flush() throws(CommandFailure) {
        guard !buffer.isEmpty else { return }
        let failure = SystemCalls.writeAll(&buffer, to: descriptor)
        buffer.removeAll(keepingCapacity: true)
        guard let code = failure else { return }
        // Nobody reads any more (`| head`): the rest is not wanted, and that is no error.
        if code == EPIPE { throw CommandFailure(.done) }
        throw CommandFailure(.inputOutput, "\(name): writing failed: \(SystemCalls.message(code))")
    }

    func write(_ octets: [UInt8]) throws(CommandFailure) {
        try write { $0 += octets }
        try flush()
    }
}
