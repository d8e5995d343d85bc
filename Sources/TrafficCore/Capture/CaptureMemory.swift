import Glibc

extension CaptureFile {
    /// A capture whose octets are in memory, read in the same way as any file: for fuzzing and tests. The octets lie in
    /// a file without a name in shared memory, or where there is none in /tmp.
    /// - Throws: `CaptureError` when they are no capture, or there is no room for them.
    init(octets: [UInt8], name: String) throws(CaptureError) {
        var descriptor: CInt = -1
        for folder in ["/dev/shm", "/tmp"] where descriptor < 0 {
            var template = Array("\(folder)/trafficscope-XXXXXX".utf8CString)
            // Safe: mkstemp writes into the template in place and keeps its length.
            descriptor = unsafe mkstemp(&template)
            if descriptor >= 0 { unsafe unlink(template) }
        }
        guard descriptor >= 0 else { throw CaptureError.opening(name, errno) }
        var written = 0
        while written < octets.count {
            // Safe: `written` stays below the array's count.
            let put = unsafe octets.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress?.advanced(by: written), octets.count - written) }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else {
                let code = errno
                close(descriptor)
                throw CaptureError.opening(name, code)
            }
            written += put
        }
        lseek(descriptor, 0, SEEK_SET)
        try self.init(descriptor: descriptor, owned: true, name: name)
    }
}
