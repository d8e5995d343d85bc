/// Order statistics of METHOD.md §8: Hyndman and Fan's type 7, linear between neighbours at h = (n - 1) q.
/// The values must be sorted and at least one, or the result is NaN.
enum Quantiles {
    static func quantile(sorted v: [Double], _ q: Double) -> Double {
        guard !v.isEmpty else { return .nan }
        let h = min(max(0, Double(v.count - 1) * q), Double(v.count - 1))
        let low = Int(h)
        let fraction = h - Double(low)
        // Not multiplied when 0: the neighbours may be an infinite distance apart.
        return fraction > 0 ? v[low] + fraction * (v[low + 1] - v[low]) : v[low]
    }

    /// Of the negated values.
    static func quantileOfNegated(sorted v: [Double], _ q: Double) -> Double {
        guard !v.isEmpty else { return .nan }
        let last = v.count - 1, h = min(max(0, Double(last) * q), Double(last)), low = Int(h)
        let fraction = h - Double(low)
        return fraction > 0 ? -v[last - low] + fraction * (v[last - low] - v[last - low - 1]) : -v[last - low]
    }

    static func median(sorted v: [Double]) -> Double { quantile(sorted: v, 0.5) }

    /// Of values in any order.
    static func median(_ values: [Double]) -> Double { median(sorted: values.sorted()) }

    /// Median of the absolute distances from the median.
    static func medianAbsoluteDeviation(sorted v: [Double]) -> Double {
        medianAbsoluteDeviation(sorted: v, around: median(sorted: v))
    }

    /// Median of the absolute distances from `center`. The distances grow from the centre to both ends of the sorted
    /// values, so merging the two sides up to the middle takes the place of a second sort.
    static func medianAbsoluteDeviation(sorted v: [Double], around center: Double) -> Double {
        guard !v.isEmpty else { return .nan }
        var right = 0
        var end = v.count
        while right < end {
            let middle = (right + end) / 2
            if v[middle] < center { right = middle + 1 } else { end = middle }
        }
        var left = right - 1
        var previous = 0.0
        var current = 0.0
        for _ in 0...(v.count / 2) {
            previous = current
            if right >= v.count || (left >= 0 && center - v[left] <= v[right] - center) {
                current = abs(v[left] - center)
                left -= 1
            } else {
                current = abs(v[right] - center)
                right += 1
            }
        }
        return v.count % 2 == 1 ? current : previous + 0.5 * (current - previous)
    }
}
