import Synchronization
import TrafficCore

/// Tells on standard error how far the reading is, once it takes longer than 2 s; and carries Ctrl-C to the readers.
final class Progress: Sendable {
    private let total: Int64
    private let isShown: Bool
    private let done = Atomic<Int64>(0)
    private let start = SystemCalls.seconds()
    private let told = Atomic<UInt64>(0)

    /// `total` octets are to be read in all.
    convenience init(total: Int64, options: ReadingOptions) { self.init(total: total, isQuiet: options.quiet, when: options.progress) }

    init(total: Int64, isQuiet: Bool, when: When) {
        self.total = total
        isShown = !isQuiet && (when == .always || (when == .auto && SystemCalls.isTerminal(2)))
    }

    /// The control of one capture's reading.
    func control() -> InspectionControl {
        let last = Atomic<Int64>(0)
        let box = AtomicBox(last)
        return InspectionControl { offset in
            // 0: nothing new, asked while waiting.
            if offset > 0 { self.advance(offset - box.value.exchange(offset, ordering: .relaxed)) }
            return !isInterrupted
        }
    }

    private func advance(_ octets: Int64) {
        let now = done.wrappingAdd(octets, ordering: .relaxed).newValue
        guard isShown else { return }
        let seconds = UInt64(SystemCalls.seconds() - start)
        let before = told.load(ordering: .relaxed)
        guard seconds >= 2, seconds > before, told.compareExchange(expected: before, desired: seconds, ordering: .relaxed).exchanged
        else { return }
        let share = total > 0 ? min(100, now * 100 / total) : 0
        SystemCalls.writeError("\rtrafficscope: read \(now >> 20) of \(total >> 20) MiB (\(share) %)")
    }

    /// Ends the line, if one was begun.
    func finish() {
        if isShown, told.load(ordering: .relaxed) > 0 { SystemCalls.writeError("\n") }
    }
}

/// An atomic that a closure can hold.
private final class AtomicBox: Sendable {
    let value: Atomic<Int64>
    init(_ value: consuming Atomic<Int64>) { self.value = value }
}
