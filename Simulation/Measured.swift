/// A mean over simulated cohorts.
struct Measured: Sendable {
    var mean: Double
    /// Standard deviation between single cohorts.
    var spread: Double
    var count: Int
    /// A share of cohorts, whose spread follows from the mean.
    var isShare: Bool

    init(hits: Int, of count: Int) {
        mean = count > 0 ? Double(hits) / Double(count) : 0
        spread = (mean * (1 - mean)).squareRoot()
        self.count = count
        isShare = true
    }

    /// Of one value a cohort, between which the error is estimated.
    init(_ values: [Double]) {
        let n = Double(max(1, values.count))
        let mean = values.reduce(0, +) / n
        self.mean = mean
        spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        count = values.count
        isShare = false
    }

    /// Monte-Carlo error of the mean.
    var error: Double { count > 0 ? spread / Double(count).squareRoot() : 0 }
}

/// A figure of METHOD.md §7.
struct Stated: Sendable {
    var value: Double
    /// Cohorts, or series, that it rests on.
    var count: Int
    /// As it is printed there.
    var decimals = 3
}

/// One measured figure with what it is held against.
struct Figure: Sendable {
    enum Mark: String, Sendable {
        case ok
        /// More than two errors from METHOD.md's figure or above the promise, which some figures are by chance.
        case far = "> 2"
        case differs = "DIFFERS"
        /// Nothing to hold it against.
        case none = ""
    }

    var measured: Measured
    var stated: Stated?
    /// The method promises no more than this.
    var ceiling: Double?

    init(_ measured: Measured, stated: Stated? = nil, ceiling: Double? = nil) {
        (self.measured, self.stated, self.ceiling) = (measured, stated, ceiling)
    }

    /// Monte-Carlo error of the difference: both simulations have one.
    var error: Double {
        guard let stated else { return measured.error }
        var spread = measured.spread
        if measured.isShare {
            let (n, m) = (Double(measured.count), Double(stated.count))
            let pooled = (measured.mean * n + stated.value * m) / max(1, n + m)
            spread = max(0, pooled * (1 - pooled)).squareRoot()
        }
        guard measured.count > 0, stated.count > 0 else { return .infinity }
        return spread * (1 / Double(measured.count) + 1 / Double(stated.count)).squareRoot()
    }

    /// Difference from METHOD.md's figure in errors; what rounding it may have taken away is not counted.
    var deviation: Double? {
        guard let stated else { return nil }
        var half = 0.5
        for _ in 0..<stated.decimals { half /= 10 }
        let difference = measured.mean - stated.value
        let beyond = max(0, abs(difference) - half)
        if beyond == 0 { return 0 }
        return (difference < 0 ? -beyond : beyond) / max(error, 1e-12)
    }

    /// Errors above what is promised; 0 at or below it.
    var excess: Double {
        guard let ceiling, measured.count > 0 else { return 0 }
        // The promise's own error: that of 0 hits is estimated as 0.
        let error = (ceiling * (1 - ceiling) / Double(measured.count)).squareRoot()
        return max(0, measured.mean - ceiling) / error
    }

    var mark: Mark {
        guard stated != nil || ceiling != nil else { return .none }
        let away = abs(deviation ?? 0)
        if away > Agreement.limit || excess > Agreement.ceilingLimit { return .differs }
        return away > 2 || excess > 2 ? .far : .ok
    }
}
