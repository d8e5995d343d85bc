import Dispatch
import Synchronization

/// A capture that another program sends over TCP while it makes it: its packets, and what else its blocks say, go to the queue.
struct LiveConnection: ~Copyable {
    private var file: CaptureFile
    private var filter: PacketFilter?
    private let filling: Filling
    private let name: String
    private var interfacesKnown = 0
    private var droppedKnown: Int?
    /// When it began, nanoseconds since 1970.
    private let start = LiveInterface.now
    /// Frames that are no packets, since the latest packet that was taken.
    private var framesBefore: Int32 = 0

    /// The batch under way: also handed over while the next packet is waited for.
    fileprivate final class Filling: Sendable {
        private let state = Mutex((batch: PacketBatch(), ticked: UInt64(0)))
        private let queue: PacketQueue
        private let clock: SenderClock
        /// Nanoseconds of silence that are told, and by which a tick lags behind.
        private static let silence: UInt64 = 5_000_000_000
        private static let lag: Int64 = 1_000_000_000

        init(_ queue: PacketQueue, _ clock: SenderClock) { (self.queue, self.clock) = (queue, clock) }

        func take(_ packet: borrowing PacketView) {
            clock.note(packet.record.time)
            state.withLock { state in
                // What was full waited for the blocks of its last packet.
                if state.batch.isFull { queue.hand(&state.batch) }
                state.batch.append(packet)
            }
        }

        func change(_ body: (inout PacketBatch) -> Void) { state.withLock { body(&$0.batch) } }

        /// Nothing comes at the moment, or much has come.
        func pause() {
            let now = DispatchTime.now().uptimeNanoseconds
            state.withLock { state in
                if state.batch.count == 0, let silence = clock.silence, silence >= Self.silence, now - state.ticked >= Self.silence, let time = clock.now {
                    state.ticked = now
                    state.batch.append(.idle(time - Self.lag))
                }
                queue.hand(&state.batch)
            }
        }
    }

    init(
        _ descriptor: CInt, _ settings: LiveSettings, _ queue: PacketQueue, _ clock: SenderClock, goesOn: @escaping @Sendable () -> Bool
    ) throws(CaptureError) {
        let filling = Filling(queue, clock)
        let file = try CaptureFile(connection: descriptor, name: settings.interface) {
            filling.pause()
            return goesOn()
        }
        try self.init(file, filling, settings)
    }

    /// The same from a capture that is there already: for fuzzing and tests.
    init(file: consuming CaptureFile, _ settings: LiveSettings, _ queue: PacketQueue) throws(CaptureError) {
        try self.init(file, Filling(queue, SenderClock()), settings)
    }

    private init(_ opened: consuming CaptureFile, _ filling: Filling, _ settings: LiveSettings) throws(CaptureError) {
        let filter: PacketFilter? = if let expression = settings.filter { try PacketFilter(expression) } else { nil }
        var file = opened
        file.keepsBlocks()
        self.file = file
        self.filter = filter
        self.filling = filling
        name = settings.interface
        // Before anybody sent, nothing was observed.
        let start = start
        filling.change { batch in
            var counted = InterfaceStatistics()
            counted.start = start
            batch.append(.counted(counted))
        }
    }

    /// The next packet, on its way to the queue; false at the end.
    mutating func step() throws(CaptureError) -> Bool {
        var isAccepted = false
        guard try forward(&isAccepted) else { return false }
        tell(beforeLast: isAccepted)
        return true
    }

    private mutating func forward(_ isAccepted: inout Bool) throws(CaptureError) -> Bool {
        guard let packet = try file.next() else { return false }
        isAccepted = filter?.accepts(packet, link: LinkType(rawValue: packet.record.linkType)) ?? true
        if isAccepted { filling.take(packet) }
        return true
    }

    /// What was said beside packets since the last time, in front of the latest one.
    private mutating func tell(beforeLast isAccepted: Bool) {
        let interfaces = file.interfaces, blocks = file.takeBlocks(), known = interfacesKnown, name = name
        let dropped = file.dropped == droppedKnown ? nil : file.dropped
        // Only what is passed on counts as a frame of the recording.
        framesBefore += Int32(truncatingIfNeeded: blocks.count { $0.type.isNumberedFrame })
        let frames = framesBefore, start = start
        if isAccepted { framesBefore = 0 }
        (interfacesKnown, droppedKnown) = (interfaces.count, file.dropped)
        filling.change { batch in
            for (index, interface) in interfaces.enumerated().dropFirst(known) {
                batch.append(.interface(interface, name: index == 0 ? name : "\(name) \(index)"), beforeLast: isAccepted)
            }
            for block in blocks { batch.append(.block(block.type, block.body), beforeLast: isAccepted) }
            if isAccepted { batch.number(framesBeforeLast: frames) }
            if let dropped {
                var counted = InterfaceStatistics()
                (counted.start, counted.lostBySystem) = (start, UInt64(max(0, dropped)))
                batch.append(.counted(counted))
            }
        }
    }

    /// Hands over what is left.
    mutating func finish() {
        tell(beforeLast: false)
        filling.pause()
    }
}
