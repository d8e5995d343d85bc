import Glibc

/// The octets of one capture, opened once: hashed first, then read from the start. Standard input that cannot be read
/// twice (a pipe) is kept in a file without a name, which is gone when the program ends.
public struct CaptureContent: ~Copyable {
    private let descriptor: CInt
    public let name: String
    /// SHA-256 of the octets, 64 hex digits.
    public let sha256: String
    public let octets: Int64

    /// The capture id: SHA-256 over the digests (32 octets each) of its files, here of one file.
    public var captureID: String { Self.captureID(ofFileDigests: [digest]) }
    private let digest: [UInt8]

    /// - Throws: `CaptureError` when it cannot be opened or read.
    public init(_ source: CapturePath) throws(CaptureError) {
        let opened = source.isStandardInput ? try Self.standardInput() : unsafe open(source.path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw CaptureError.opening(source.path, errno) }
        let content: (digest: [UInt8], octets: Int64)
        do throws(CaptureReadFailure) { content = try Self.hash(opened) } catch {
            close(opened)
            throw CaptureError.reading(source.path, error.code)
        }
        (descriptor, name, digest, octets) = (opened, source.path, content.digest, content.octets)
        sha256 = MessageDigest.hexadecimalText(content.digest)
    }

    private static func hash(_ descriptor: CInt) throws(CaptureReadFailure) -> (digest: [UInt8], octets: Int64) {
        var hash = SHA256(), count: Int64 = 0
        var buffer = CaptureBuffer(descriptor: descriptor, owned: false)
        while try buffer.require(1) {
            let size = buffer.available
            hash.update(buffer.octets(at: buffer.position, count: size))
            count += Int64(size)
            buffer.skip(size)
        }
        return (hash.finish(), count)
    }

    deinit { close(descriptor) }

    /// Opens the capture for reading, from its start; `self` must outlive it.
    public func file() throws(CaptureError) -> CaptureFile {
        lseek(descriptor, 0, SEEK_SET)
        return try CaptureFile(descriptor: descriptor, owned: false, name: name == "-" ? "standard input" : name)
    }

    static func captureID(ofFileDigests digests: [[UInt8]]) -> String {
        var hash = SHA256()
        for digest in digests { hash.update(digest.span) }
        return MessageDigest.hexadecimalText(hash.finish())
    }

    /// A descriptor of standard input's octets that can be read twice.
    private static func standardInput() throws(CaptureError) -> CInt {
        if lseek(STDIN_FILENO, 0, SEEK_CUR) >= 0 { return dup(STDIN_FILENO) }
        // Safe: getenv's string is copied at once.
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/trafficscope-XXXXXX".utf8CString)
        // Safe: mkstemp writes into the template in place and creates the file with mode 0600; unlink leaves it nameless.
        let descriptor = unsafe mkstemp(&template)
        if descriptor >= 0 { unsafe unlink(template) }
        guard descriptor >= 0 else {
            throw CaptureError(.inputOutput, "standard input: no temporary file in \(folder): \(CaptureError.systemMessage(errno)); set TMPDIR")
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let got = unsafe read(STDIN_FILENO, &chunk, chunk.count)
            if got < 0, errno == EINTR { break }            // the user stopped: what came so far is the capture
            guard got > 0 else { break }
            var written = 0
            while written < got {
                let put = unsafe chunk.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress?.advanced(by: written), got - written) }
                if put < 0, errno == EINTR { continue }
                guard put > 0 else {
                    let code = errno
                    close(descriptor)
                    throw CaptureError(.inputOutput, "standard input: it does not fit into \(folder): \(CaptureError.systemMessage(code)); set TMPDIR")
                }
                written += put
            }
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }
}
