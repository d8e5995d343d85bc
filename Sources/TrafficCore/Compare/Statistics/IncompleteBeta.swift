import Glibc

/// The regularised incomplete beta function I_x(a, b) (NIST DLMF §8.17) and its inverse, to about 1e-13.
enum IncompleteBeta {
    /// I_x(a, b) for a, b > 0; x outside [0, 1] is clamped. NaN for parameters that are not positive and finite.
    static func regularised(_ x: Double, a: Double, b: Double) -> Double {
        guard a > 0, b > 0, a.isFinite, b.isFinite, !x.isNaN else { return .nan }
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        return tail(x, 1 - x, a, b)
    }

    /// The x with I_x(a, b) = p. Bisection keeps the bracket, Newton's step shortens it; p outside [0, 1] is clamped.
    static func inverse(_ p: Double, a: Double, b: Double) -> Double {
        guard a > 0, b > 0, a.isFinite, b.isFinite, !p.isNaN else { return .nan }
        if p <= 0 { return 0 }
        if p >= 1 { return 1 }
        var low = 0.0
        var high = 1.0
        var x = a / (a + b)
        if x <= 0 || x >= 1 { x = 0.5 }
        // 1100 halvings reach the smallest double from 1; Newton's steps end it after about ten.
        for _ in 0..<1100 {
            let error = tail(x, 1 - x, a, b) - p
            if error == 0 { return x }
            if error < 0 { low = x } else { high = x }
            let slope = density(x, 1 - x, a, b) / (x * (1 - x))
            var next = x - error / slope
            if !(next > low && next < high) { next = 0.5 * (low + high) }
            if abs(next - x) <= 0x1p-52 * x || next <= low || next >= high { return next }
            x = next
        }
        return x
    }

    /// I_x(a, b) with y = 1 - x, by the continued fraction on the side where it converges fast.
    private static func tail(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let front = density(x, y, a, b)
        if x <= (a + 1) / (a + b + 2) { return min(1, front * fraction(x, a, b) / a) }
        return max(0, 1 - front * fraction(y, b, a) / b)
    }

    /// The continued fraction DLMF 8.17.22 by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var result = d
        // About the square root of the larger parameter is needed; the limit is for absurd ones.
        for step in 1...20_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            let factor = d * c
            result *= factor
            if abs(factor - 1) < 1e-16 { break }
        }
        return result
    }

    /// x^a y^b / B(a, b) with y = 1 - x. Written as the distance from the maximum at x = a/(a + b), so that large
    /// parameters do not cancel.
    private static func density(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let shift = x * b - y * a
        let exponent =
            a * logOfOne(plus: shift / a, ratio: x * ((a + b) / a))
            + b * logOfOne(plus: -shift / b, ratio: y * ((a + b) / b))
        let correction = stirling(a + b) - stirling(a) - stirling(b)
        return exp(exponent + correction) * ((a / (a + b)) * (b / (2 * .pi))).squareRoot()
    }

    /// ln(1 + excess), where `ratio` is 1 + excess: each is exact where the other loses digits.
    private static func logOfOne(plus excess: Double, ratio: Double) -> Double {
        abs(excess) < 0.5 ? log1p(excess) : log(ratio)
    }

    /// ln Γ(z) - ((z - 1/2) ln z - z + ln(2π)/2), Stirling's correction (DLMF 5.11.1), z > 0.
    private static func stirling(_ z: Double) -> Double {
        var z = z
        var sum = 0.0
        // Γ(z + 1) = z Γ(z), until the series is exact to the last digit.
        while z < 16 {
            sum += (z + 0.5) * log1p(1 / z) - 1
            z += 1
        }
        let w = 1 / (z * z)
        let series =
            1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w * (1.0 / 1188 - w * (691.0 / 360_360)))))
        return sum + series / z
    }
}
