/// What is done to an ordinary app's traffic.
enum Planted: Sendable, Hashable {
    case nothing
    /// Its analytics upload times this.
    case analyticsTimes(Double)
    /// An app whose analytics upload is this many times the population's median.
    case centreTimes(Double)
    /// This share of its upload once more, to a destination that no peer has.
    case hidden(Double)
    /// Octets a minute more in the background, to its own maker.
    case background(Double)
    /// All that it sends times this: a busier app, not a worse one.
    case busier(Double)

    /// As METHOD.md §7 heads its columns.
    var name: String {
        switch self {
        case .nothing: "ordinary app"
        case .analyticsTimes(let factor): "x" + plain(factor)
        case .centreTimes(let factor): "centre x" + plain(factor)
        case .hidden(let share): "hidden " + plain(100 * share) + " %"
        case .background(let rate): "background " + plain(rate / 1000)
        case .busier(let factor): "busier x" + plain(factor)
        }
    }
}

/// Without a decimal point where there is nothing behind it.
func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
}
