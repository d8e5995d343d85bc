import CZlib
import CZstd
import Glibc

/// Unpacks gzip (RFC 1952) and zstd (RFC 8878), several members or frames one after the other included, into a file.
enum Decompression {
    enum Method { case gzip, zstd }

    /// What ended an unpacking.
    enum Outcome { case whole, damaged, tooLarge, failed(CInt) }

    /// More than any capture grows: a file that does is a bomb.
    static var largestRatio: Int64 { 1100 }         // deflate's own limit is 1,032 : 1
    static var largest: Int64 { 1 << 40 }

    /// zstd has no limit of its own; captures of silence come near this.
    static var largestRatioOfZstd: Int64 { 4096 }

    /// How the file is packed, by its first octets; nil when it is not.
    static func method(_ descriptor: CInt) -> Method? {
        var magic: UInt32 = 0
        // Safe: at most 4 octets into a number of 4.
        guard unsafe pread(descriptor, &magic, 4, 0) >= 2 else { return nil }
        let value = UInt32(littleEndian: magic)
        if value & 0xffff == 0x8b1f { return .gzip }
        // A frame, or a skippable one before it (RFC 8878 §3.1).
        return value == 0xfd2f_b528 || value & 0xffff_fff0 == 0x184d_2a50 ? .zstd : nil
    }

    static func unpack(_ source: CInt, by method: Method, into target: CInt) -> Outcome {
        switch method {
        case .gzip: gunzip(source, into: target)
        case .zstd: unzstd(source, into: target)
        }
    }

    /// As `gunzip`, for zstd. A window above 128 MiB is refused by the library: it would be held in memory.
    static func unzstd(_ source: CInt, into target: CInt) -> Outcome {
        guard let stream = unsafe ZSTD_createDStream() else { return .failed(ENOMEM) }
        defer { unsafe ZSTD_freeDStream(stream) }
        var input = [UInt8](repeating: 0, count: 1 << 17), output = [UInt8](repeating: 0, count: 1 << 18)
        var taken: Int64 = 0, given: Int64 = 0, isBetweenFrames = false
        lseek(source, 0, SEEK_SET)
        while true {
            let got = unsafe read(source, &input, input.count)
            if got < 0 { return .failed(errno) }
            if got == 0 { return isBetweenFrames ? .whole : .damaged }
            taken += Int64(got)
            var used = 0, isFull = false
            while used < got || isFull {
                // Safe: both buffers live through the call, and the library is told their sizes.
                let (left, consumed, produced) = unsafe input.withUnsafeMutableBufferPointer { from in
                    unsafe output.withUnsafeMutableBufferPointer { to in
                        var source = unsafe ZSTD_inBuffer(src: from.baseAddress, size: got, pos: used)
                        var sink = unsafe ZSTD_outBuffer(dst: to.baseAddress, size: to.count, pos: 0)
                        let left = unsafe ZSTD_decompressStream(stream, &sink, &source)
                        return unsafe (left, source.pos - used, sink.pos)
                    }
                }
                guard ZSTD_isError(left) == 0 else { return .damaged }
                used += consumed
                given += Int64(produced)
                isFull = produced == output.count
                isBetweenFrames = left == 0
                if given > largest || given > max(taken, 1 << 16) * largestRatioOfZstd { return .tooLarge }
                if let code = TemporaryFile.write(output, count: produced, to: target) { return .failed(code) }
                if consumed == 0, produced == 0 { break }
            }
        }
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
