// Plain, slow ciphers of their own, so that the program's are checked against something else. For tests only.

enum ForgedCrypto {
    // MARK: SHA-256 (FIPS 180-4 §6.2)

    private static let primes: [Int] = {
        var found: [Int] = [], candidate = 2
        while found.count < 64 {
            if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
            candidate += 1
        }
        return found
    }()

    /// The first 32 bits of the fraction of a root, by bisection on integers.
    private static func fraction(_ prime: Int, power: Int) -> UInt32 {
        // The largest r with (r / 2^32)^power <= prime; 160 bits are needed for cubes, so compare by long division in steps.
        var low: UInt64 = 0, high: UInt64 = 1 << 36
        while low + 1 < high {
            let middle = (low + high) / 2
            if isAtMost(middle, power, prime) { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// (r / 2^32)^power <= prime, in 128-bit integers with room: r < 2^36, so r^3 < 2^108.
    private static func isAtMost(_ r: UInt64, _ power: Int, _ prime: Int) -> Bool {
        let value = UInt128(r)
        return power == 2 ? value * value <= UInt128(prime) << 64 : value * value * value <= UInt128(prime) << 96
    }

    private static let roundConstants = primes.map { fraction($0, power: 3) }
    private static let initialState = primes.prefix(8).map { fraction($0, power: 2) }

    static func sha256(_ message: [UInt8]) -> [UInt8] {
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += Forge.be64(UInt64(message.count) * 8)
        func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
        var state = Array(initialState)
        for start in stride(from: 0, to: padded.count, by: 64) {
            var w = (0..<16).map { i in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[start + 4 * i + $1]) } }
            for i in 16..<64 {
                let s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
                let s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
                w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
            }
            var h = state
            for i in 0..<64 {
                let s1 = rotate(h[4], 6) ^ rotate(h[4], 11) ^ rotate(h[4], 25)
                let choice = (h[4] & h[5]) ^ (~h[4] & h[6])
                let t1 = h[7] &+ s1 &+ choice &+ roundConstants[i] &+ w[i]
                let s0 = rotate(h[0], 2) ^ rotate(h[0], 13) ^ rotate(h[0], 22)
                let majority = (h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2])
                h = [t1 &+ s0 &+ majority, h[0], h[1], h[2], h[3] &+ t1, h[4], h[5], h[6]]
            }
            for i in 0..<8 { state[i] = state[i] &+ h[i] }
        }
        return state.flatMap { Forge.be32(Int($0)) }
    }

    static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? sha256(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        return sha256(block.map { $0 ^ 0x5c } + sha256(block.map { $0 ^ 0x36 } + message))
    }

    /// HKDF-Expand-Label with an empty context, one block (RFC 8446 §7.1).
    static func expand(_ secret: [UInt8], _ label: String, _ count: Int) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        return Array(hmac(secret, Forge.be16(count) + [UInt8(name.count)] + name + [0, 1]).prefix(count))
    }

    // MARK: AES-128 (FIPS 197)

    private static func times(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var a = a, b = b, product: UInt8 = 0
        while b > 0 {
            if b & 1 == 1 { product ^= a }
            a = a << 1 ^ (a & 0x80 != 0 ? 0x1b : 0)
            b >>= 1
        }
        return product
    }

    private static let substitution: [UInt8] = (UInt8.min...UInt8.max).map { (value: UInt8) -> UInt8 in
        let inverse: UInt8 = (UInt8(1)...UInt8.max).first { times(value, $0) == 1 } ?? 0
        var result: UInt8 = 0x63
        for turn: UInt8 in 0..<5 { result ^= inverse << turn | inverse >> (8 - turn) }
        return result
    }

    static func aes(_ key: [UInt8], _ block: [UInt8]) -> [UInt8] {
        var words = Forge.pieces(key, of: 4), round: UInt8 = 1
        for index in 4..<44 {
            var word = words[index - 1]
            if index % 4 == 0 {
                word = [word[1], word[2], word[3], word[0]].map { substitution[Int($0)] }
                word[0] ^= round
                round = times(round, 2)
            }
            words.append((0..<4).map { words[index - 4][$0] ^ word[$0] })
        }
        let keys = words.flatMap { $0 }
        var state = (0..<16).map { block[$0] ^ keys[$0] }
        for round in 1...10 {
            let shifted = (0..<16).map { substitution[Int(state[($0 + 4 * ($0 % 4)) % 16])] }
            var mixed = shifted
            if round < 10 {
                for column in stride(from: 0, to: 16, by: 4) {
                    for row in 0..<4 {
                        let c: [UInt8] = (0..<4).map { shifted[column + (row + $0) % 4] }
                        mixed[column + row] = times(c[0], 2) ^ times(c[1], 3) ^ c[2] ^ c[3]
                    }
                }
            }
            state = (0..<16).map { mixed[$0] ^ keys[16 * round + $0] }
        }
        return state
    }

    // MARK: GCM (NIST SP 800-38D)

    static func sealGCM(_ plain: [UInt8], key: [UInt8], nonce: [UInt8], header: [UInt8]) -> [UInt8] {
        var cipher: [UInt8] = []
        for (index, piece) in Forge.pieces(plain, of: 16).enumerated() {
            let stream = aes(key, nonce + Forge.be32(index + 2))
            cipher += piece.indices.map { piece[$0] ^ stream[$0] }
        }
        func whole(_ octets: [UInt8]) -> [UInt8] { octets + [UInt8](repeating: 0, count: (16 - octets.count % 16) % 16) }
        let hashKey = number(aes(key, [UInt8](repeating: 0, count: 16)))
        var hash = UInt128(0)
        let blocks = whole(header) + whole(cipher) + Forge.be64(UInt64(header.count) * 8) + Forge.be64(UInt64(cipher.count) * 8)
        for block in Forge.pieces(blocks, of: 16) { hash = product(hash ^ number(block), hashKey) }
        let mask = aes(key, nonce + Forge.be32(1))
        let tag = Forge.be64(UInt64(truncatingIfNeeded: hash >> 64)) + Forge.be64(UInt64(truncatingIfNeeded: hash))
        return cipher + (0..<16).map { tag[$0] ^ mask[$0] }
    }

    private static func number(_ octets: [UInt8]) -> UInt128 { octets.reduce(0) { $0 << 8 | UInt128($1) } }

    private static func product(_ x: UInt128, _ y: UInt128) -> UInt128 {
        var z = UInt128(0), v = y
        for bit in 0..<128 {
            if x >> UInt128(127 - bit) & 1 == 1 { z ^= v }
            v = v & 1 == 1 ? v >> 1 ^ UInt128(0xe1) << 120 : v >> 1
        }
        return z
    }
}
