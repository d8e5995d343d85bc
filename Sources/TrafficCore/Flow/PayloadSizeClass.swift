/// Size class of an ADU, octets (DESIGN.md §4).
public enum PayloadSizeClass: Int, CaseIterable, Sendable {
    case empty, ping, event, batch, blob, bulk

    /// Smallest size in the class, octets.
    public var lowerBound: Int {
        switch self {
        case .empty: 0
        case .ping: 1
        case .event: 128
        case .batch: 2048
        case .blob: 32768
        case .bulk: 1_048_576
        }
    }

    public var name: String {
        switch self {
        case .empty: "empty"
        case .ping: "ping"
        case .event: "event"
        case .batch: "batch"
        case .blob: "blob"
        case .bulk: "bulk"
        }
    }

    @inline(__always)
    public init(octets: Int) {
        if octets < 128 {
            self = octets <= 0 ? .empty : .ping
        } else if octets < 32768 {
            self = octets < 2048 ? .event : .batch
        } else {
            self = octets < 1_048_576 ? .blob : .bulk
        }
    }
}

/// How many ADUs fell in each class. Trivial, so that it can live in the flow table.
public struct PayloadSizeCounts: Sendable, Equatable {
    private var counts: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0)
    public init() {}

    public subscript(_ sizeClass: PayloadSizeClass) -> Int {
        switch sizeClass {
        case .empty: Int(counts.0)
        case .ping: Int(counts.1)
        case .event: Int(counts.2)
        case .batch: Int(counts.3)
        case .blob: Int(counts.4)
        case .bulk: Int(counts.5)
        }
    }

    public mutating func add(_ sizeClass: PayloadSizeClass, count: UInt32 = 1) {
        switch sizeClass {
        case .empty: counts.0 &+= count
        case .ping: counts.1 &+= count
        case .event: counts.2 &+= count
        case .batch: counts.3 &+= count
        case .blob: counts.4 &+= count
        case .bulk: counts.5 &+= count
        }
    }

    public static func == (a: Self, b: Self) -> Bool { PayloadSizeClass.allCases.allSatisfy { a[$0] == b[$0] } }
}
