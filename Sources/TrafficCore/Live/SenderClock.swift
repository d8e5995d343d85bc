import Dispatch
import Synchronization

/// What time it is by the clock of whoever sends a capture: that of its latest packet, and what has passed since.
final class SenderClock: Sendable {
    private let latest = Mutex<(time: Int64, at: UInt64)?>(nil)

    /// A packet of `time`, nanoseconds since 1970, has come.
    func note(_ time: Int64) {
        let at = DispatchTime.now().uptimeNanoseconds
        latest.withLock { latest in latest = (max(time, latest?.time ?? .min), at) }
    }

    /// Nanoseconds since the latest packet came; nil before the first.
    var silence: UInt64? {
        let now = DispatchTime.now().uptimeNanoseconds
        return latest.withLock { latest in latest.map { now > $0.at ? now - $0.at : 0 } }
    }

    /// nil before the first packet, and where 64 bits do not reach.
    var now: Int64? {
        guard let silence else { return nil }
        return latest.withLock { latest in
            guard let latest else { return nil }
            let (now, isOver) = latest.time.addingReportingOverflow(Int64(clamping: silence))
            return isOver ? nil : now
        }
    }
}
