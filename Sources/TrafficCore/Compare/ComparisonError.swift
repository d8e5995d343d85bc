/// Why a comparison cannot be made at all. Missing evidence is no error: it is the verdict `insufficient`.
public enum ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `ask` names no metric; the valid names in their order.
    case unknownMetric(String, valid: [String])
    /// A parameter is out of its range: name, and what is allowed.
    case invalidOption(String, allowed: String)

    public var description: String {
        switch self {
        case .unknownMetric(let name, let valid):
            "no such metric: \"\(name)\"; the metrics are " + valid.joined(separator: ", ")
        case .invalidOption(let name, let allowed): "\(name) must be \(allowed)"
        }
    }
}
