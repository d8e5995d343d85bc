/// A hash of names, taken from the last octet to the first: one pass over a name gives the hash of each of its suffixes.
enum SuffixHash {
    @inline(__always)
    static func step(_ hash: UInt64, _ octet: UInt8) -> UInt64 { (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01b3 }
    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 29) &* 0x9e37_79b9_7f4a_7c15 }

    /// Of `octets[start..<end]`, beginning with `seed`.
    static func hash(_ octets: Span<UInt8>, _ start: Int, _ end: Int, seed: UInt64) -> UInt64 {
        var hash = seed, index = end
        while index > start {
            index -= 1
            hash = step(hash, octets[index])
        }
        return finish(hash)
    }
}
