import Synchronization
import TrafficCore
import TrafficReport

/// Flows as events on their way from the thread that analyses to the one that writes. Who reads them too slowly loses some: the capture
/// never waits.
final class LiveRows: Sendable {
    private let waiting = Mutex<(octets: [UInt8], leftOut: Int)>(([], 0))
    private static let limit = 64 << 20

    /// Appends one row.
    func append(_ row: borrowing [UInt8]) {
        waiting.withLock { waiting in
            if waiting.octets.count + row.count > Self.limit { waiting.leftOut += 1 } else { waiting.octets += row }
        }
    }

    func take() -> [UInt8] {
        waiting.withLock { waiting in
            defer { waiting.octets = [] }
            return waiting.octets
        }
    }

    /// Rows that did not fit.
    var leftOut: Int { waiting.withLock { $0.leftOut } }
}
