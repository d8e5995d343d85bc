import Dispatch
import Synchronization

/// Hands packets from the thread that captures to the one that analyses. It holds a bounded number of octets: whoever captures never
/// waits, and what does not fit is left out and counted.
public final class PacketQueue: Sendable {
    private struct State {
        var waiting: [PacketBatch] = []
        var first = 0
        var octets = 0
        var spare: [PacketBatch] = []
        var isClosed = false
        var dropped = 0

        mutating func add(_ batch: PacketBatch) {
            // Where it never becomes empty, what was taken still goes.
            if first > 256, first * 2 > waiting.count {
                waiting.removeFirst(first)
                first = 0
            }
            octets += batch.octetCount
            waiting.append(batch)
        }
    }
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let limit: Int

    /// - Parameter limit: octets that may wait.
    public init(limit: Int) { self.limit = limit }

    /// Packets that did not fit.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Hands `batch` over and leaves an empty one in its place.
    func hand(_ batch: inout PacketBatch) {
        guard !batch.isEmpty else { return }
        var full = PacketBatch()
        swap(&full, &batch)
        batch = state.withLock { state in
            guard state.octets + full.octetCount > limit else {
                state.add(full)
                return state.spare.popLast() ?? PacketBatch()
            }
            // What happened is small and is never left out.
            let (rest, count) = full.takeNotices()
            state.dropped += count
            if !rest.isEmpty { state.add(rest) }
            return full
        }
        arrivals.signal()
    }

    /// Nothing more comes.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    enum Next { case batch(PacketBatch), nothing, closed }

    /// What comes next, within `milliseconds`.
    func next(milliseconds: Int) -> Next {
        if let batch = take() { return .batch(batch) }
        _ = arrivals.wait(timeout: .now() + .milliseconds(milliseconds))
        if let batch = take() { return .batch(batch) }
        return state.withLock { $0.isClosed && $0.first == $0.waiting.count } ? .closed : .nothing
    }

    private func take() -> PacketBatch? {
        state.withLock { state in
            guard state.first < state.waiting.count else { return nil }
            var batch = PacketBatch()
            swap(&batch, &state.waiting[state.first])
            state.first += 1
            if state.first == state.waiting.count { (state.waiting, state.first) = ([], 0) }
            state.octets -= batch.octetCount
            return batch
        }
    }

    /// Whether anything waits.
    var isEmpty: Bool { state.withLock { $0.first == $0.waiting.count } }

    /// Takes back a batch that was used, for its memory.
    func giveBack(_ batch: consuming PacketBatch) {
        var batch = batch
        batch.removeAll()
        state.withLock { state in if state.spare.count < 8 { state.spare.append(batch) } }
    }
}
