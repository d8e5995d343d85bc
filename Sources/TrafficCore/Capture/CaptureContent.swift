import Glibc

/// The octets of one capture, opened once and readable again from the start. Standard input that cannot be read twice (a
/// pipe) is kept in a file without a name, which is gone when the program ends.
public struct CaptureContent: ~Copyable {
    private let descriptor: CInt
    public let name: String
    /// Octets of the capture, unpacked.
    public let octets: Int64
    /// Why a compressed capture could not be unpacked to its end; what precedes is there.
    let unpackingDamage: String?
    /// SHA-256 of the fingerprint, 64 hex digits: the capture's id (DESIGN.md §4), by content, never by name.
    ///
    /// The id stands in every row, so it is needed before the first packet is read, and a SHA-256 of all octets costs more
    /// than everything else that is done with them. Files up to 4 MiB are hashed whole; of larger ones the size, the
    /// first and the last MiB and 4 KiB at each of 512 places between. `sha256` is the digest of all octets.
    public let captureID: String
    /// The fingerprint itself, 32 octets.
    let digest: [UInt8]

    private static var wholeLimit: Int64 { 4 << 20 }
    private static var edge: Int64 { 1 << 20 }
    private static var samples: Int64 { 512 }
    private static var sample: Int64 { 4096 }

    /// - Throws: `CaptureError` when it cannot be opened or read.
    public init(_ source: CapturePath) throws(CaptureError) {
        var opened = source.isStandardInput ? dup(STDIN_FILENO) : unsafe open(source.path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw CaptureError.opening(source.path, errno) }
        if lseek(opened, 0, SEEK_CUR) < 0, errno == ESPIPE { opened = try Self.spool(opened, name: source.isStandardInput ? "standard input" : source.path) }
        var damage: String?
        if let method = Decompression.method(opened) { (opened, damage) = try Self.unpack(opened, by: method, name: source.path) }
        let size = lseek(opened, 0, SEEK_END)
        let digest: [UInt8]
        do throws(CaptureReadFailure) {
            guard size >= 0 else { throw CaptureReadFailure(code: errno) }
            digest = try Self.fingerprint(opened, size: Int64(size))
        } catch {
            close(opened)
            throw CaptureError.reading(source.path, error.code)
        }
        (descriptor, name, octets, unpackingDamage) = (opened, source.path, Int64(size), damage)
        self.digest = digest
        captureID = Self.captureID(ofFileDigests: [digest])
    }

    private static func fingerprint(_ descriptor: CInt, size: Int64) throws(CaptureReadFailure) -> [UInt8] {
        var hash = SHA256()
        guard size > wholeLimit else {
            try update(&hash, descriptor, from: 0, count: size)
            return hash.finish()
        }
        hash.update(Array("trafficscope sampled \(size)".utf8).span)
        try update(&hash, descriptor, from: 0, count: edge)
        let step = (size - 2 * edge - sample) / samples
        for index in 0..<samples { try update(&hash, descriptor, from: edge + index * step, count: sample) }
        try update(&hash, descriptor, from: size - edge, count: edge)
        return hash.finish()
    }

    /// SHA-256 of all octets, 64 hex digits, as `sha256sum` prints it.
    public func sha256() throws(CaptureError) -> String {
        var hash = SHA256()
        do throws(CaptureReadFailure) { try Self.update(&hash, descriptor, from: 0, count: octets) } catch {
            throw CaptureError.reading(name, error.code)
        }
        return MessageDigest.hexadecimalText(hash.finish())
    }

    private static func update(_ hash: inout SHA256, _ descriptor: CInt, from offset: Int64, count: Int64) throws(CaptureReadFailure) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw CaptureReadFailure(code: errno) }
        var buffer = CaptureBuffer(
            descriptor: descriptor, owned: false, size: Int(min(max(count, 1), Int64(CaptureBuffer.chunk)))), left = count
        while left > 0, try buffer.require(1) {
            let size = Int(min(left, Int64(buffer.available)))
            hash.update(buffer.octets(at: buffer.position, count: size))
            left -= Int64(size)
            buffer.skip(size)
        }
    }

    deinit { close(descriptor) }

    /// Opens the capture for reading, from its start; `self` must outlive it.
    public func file() throws(CaptureError) -> CaptureFile {
        lseek(descriptor, 0, SEEK_SET)
        do throws(CaptureError) {
            return try CaptureFile(descriptor: descriptor, owned: false, name: name == "-" ? "standard input" : name)
        } catch {
            guard let unpackingDamage, error.kind == .badData else { throw error }
            throw CaptureError(.badData, unpackingDamage + "; that was no capture")
        }
    }

    static func captureID(ofFileDigests digests: [[UInt8]]) -> String {
        var hash = SHA256()
        for digest in digests { hash.update(digest.span) }
        return MessageDigest.hexadecimalText(hash.finish())
    }

    /// Of files as they lie there: the id that reading them gives; nil when one cannot be read, or there is none.
    static func captureID(of files: [String]) -> String? {
        var digests: [[UInt8]] = []
        for file in files {
            guard let content = try? CaptureContent(CapturePath(path: file, given: file)) else { return nil }
            digests.append(content.digest)
        }
        return digests.isEmpty ? nil : captureID(ofFileDigests: digests)
    }

    private static func temporaryFile(for name: String) throws(CaptureError) -> (descriptor: CInt, folder: String) {
        let folder = TemporaryFile.folder, descriptor = TemporaryFile.create(in: folder)
        guard descriptor >= 0 else {
            throw CaptureError(.inputOutput, "\(name): no temporary file in \(folder): \(CaptureError.systemMessage(errno)); set TMPDIR")
        }
        return (descriptor, folder)
    }

    /// Unpacks a compressed file, which is closed.
    private static func unpack(_ packed: CInt, by method: Decompression.Method, name: String) throws(CaptureError) -> (CInt, damage: String?) {
        defer { close(packed) }
        let (descriptor, folder) = try temporaryFile(for: name)
        let kind = method == .gzip ? "gzip" : "zstd"
        switch Decompression.unpack(packed, by: method, into: descriptor) {
        case .whole: return (descriptor, nil)
        case .damaged: return (descriptor, "\(name): the \(kind) data is cut or damaged; what could be unpacked was read")
        case .tooLarge: return (descriptor, "\(name): unpacks to more than any capture; what could be unpacked was read")
        case .failed(let code):
            close(descriptor)
            throw CaptureError(.inputOutput, "\(name): it cannot be unpacked into \(folder): \(CaptureError.systemMessage(code)); set TMPDIR")
        }
    }

    /// Keeps the octets of a pipe, which is closed, in a file that can be read twice.
    private static func spool(_ pipe: CInt, name: String) throws(CaptureError) -> CInt {
        defer { close(pipe) }
        let (descriptor, folder) = try temporaryFile(for: name)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            // Interrupted by Ctrl-C: what came so far is the capture.
            let got = unsafe read(pipe, &chunk, chunk.count)
            guard got > 0 else { return descriptor }
            if let code = TemporaryFile.write(chunk, count: got, to: descriptor) {
                close(descriptor)
                throw CaptureError(.inputOutput, "\(name): it does not fit into \(folder): \(CaptureError.systemMessage(code)); set TMPDIR")
            }
        }
    }
}
