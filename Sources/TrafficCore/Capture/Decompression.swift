import CZlib
import Glibc

/// Unpacks gzip (RFC 1952), several members one after the other included, into a file.
enum Decompression {
    /// What ended an unpacking.
    enum Outcome { case whole, damaged, tooLarge, failed(CInt) }

    /// More than any capture grows: a file that does is a bomb.
    static var largestRatio: Int64 { 1100 }         // deflate's own limit is 1,032 : 1
    static var largest: Int64 { 1 << 40 }

    /// Whether the file begins like gzip. The read position is moved.
    static func isGzip(_ descriptor: CInt) -> Bool {
        var magic: (UInt8, UInt8) = (0, 0)
        // Safe: at most 2 octets into a tuple of 2.
        return unsafe pread(descriptor, &magic, 2, 0) == 2 && magic.0 == 0x1f && magic.1 == 0x8b
    }

    /// Writes what `source` unpacks to; what precedes damage is written all the same.
    static func gunzip(_ source: CInt, into target: CInt) -> Outcome {
        var stream = unsafe z_stream()
        // 15 + 16: the largest window, gzip only (zlib.h). Safe: the stream is zeroed, as zlib asks.
        guard unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { return .failed(ENOMEM) }
        defer { unsafe inflateEnd(&stream) }
        var input = [UInt8](repeating: 0, count: 1 << 16), output = [UInt8](repeating: 0, count: 1 << 18)
        var taken: Int64 = 0, given: Int64 = 0, isBetweenMembers = false
        lseek(source, 0, SEEK_SET)
        while true {
            let got = unsafe read(source, &input, input.count)
            if got < 0 { return .failed(errno) }
            if got == 0 { return isBetweenMembers ? .whole : .damaged }
            taken += Int64(got)
            var used = 0
            while used < got {
                if isBetweenMembers {
                    // Another member, or padding and rubbish, which gzip ignores too.
                    guard input[used] == 0x1f else { return .whole }
                    unsafe inflateReset(&stream)
                    isBetweenMembers = false
                }
                // Safe: both buffers live through the call, and zlib is told their sizes.
                let (status, consumed, produced) = unsafe input.withUnsafeMutableBufferPointer { from in
                    unsafe output.withUnsafeMutableBufferPointer { to in
                        unsafe stream.next_in = from.baseAddress?.advanced(by: used)
                        unsafe stream.avail_in = UInt32(got - used)
                        unsafe stream.next_out = to.baseAddress
                        unsafe stream.avail_out = UInt32(to.count)
                        let status = unsafe inflate(&stream, Z_NO_FLUSH)
                        return unsafe (status, got - used - Int(stream.avail_in), to.count - Int(stream.avail_out))
                    }
                }
                used += consumed
                given += Int64(produced)
                if given > largest || given > max(taken, 1 << 16) * largestRatio { return .tooLarge }
                if let code = TemporaryFile.write(output, count: produced, to: target) { return .failed(code) }
                if status == Z_STREAM_END {
                    isBetweenMembers = true
                } else if status != Z_OK, status != Z_BUF_ERROR {
                    return .damaged
                } else if consumed == 0, produced == 0 {
                    return .damaged
                }
            }
        }
    }
}
