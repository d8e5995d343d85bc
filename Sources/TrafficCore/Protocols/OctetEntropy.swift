/// How evenly octet values are spread in a piece of payload: a hint whether it is encrypted or packed.
enum OctetEntropy {
    /// Shannon's entropy of up to 256 octets as thousandths of the most that so many octets can have: 1000 where no value
    /// occurs twice, 0 where all are the same.
    static func thousandths(_ octets: Span<UInt8>) -> UInt16 {
        let count = min(octets.count, 256)
        guard count > 1 else { return 0 }
        var counts = InlineArray<256, UInt16>(repeating: 0)
        for index in 0..<count { counts[Int(octets[index])] += 1 }
        var sum = 0.0
        for value in 0..<256 where counts[value] > 1 { sum += Double(counts[value]) * logarithm(Double(counts[value])) }
        // H = log n - Σ c log c / n, and log n is its greatest value.
        let most = logarithm(Double(count))
        return UInt16(max(0, min(1000, ((most - sum / Double(count)) / most * 1000).rounded())))
    }

    /// Base 2, of a number from 1 on: the exponent and a series for the significand (log m = 2 artanh((m - 1)/(m + 1))).
    private static func logarithm(_ value: Double) -> Double {
        let step = (value.significand - 1) / (value.significand + 1), square = step * step
        let series = step * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9 + square / 11)))))
        return Double(value.exponent) + 2 * series / 0.693_147_180_559_945_3
    }
}
