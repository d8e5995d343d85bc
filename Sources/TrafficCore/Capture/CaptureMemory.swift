import Glibc

extension CaptureFile {
    /// A capture whose octets are in memory, read in the same way as any file: for fuzzing and tests. The octets lie in
    /// a file without a name in shared memory, or where there is none in /tmp.
    /// - Throws: `CaptureError` when they are no capture, or there is no room for them.
    init(octets: [UInt8], name: String) throws(CaptureError) {
        var descriptor = TemporaryFile.create(in: "/dev/shm")
        if descriptor < 0 { descriptor = TemporaryFile.create(in: "/tmp") }
        guard descriptor >= 0 else { throw CaptureError.opening(name, errno) }
        if let code = TemporaryFile.write(octets, count: octets.count, to: descriptor) {
            close(descriptor)
            throw CaptureError.opening(name, code)
        }
        lseek(descriptor, 0, SEEK_SET)
        try self.init(descriptor: descriptor, owned: true, name: name)
    }
}
