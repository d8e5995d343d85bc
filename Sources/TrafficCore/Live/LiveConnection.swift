import Dispatch
import Synchronization

/// A capture that another program sends over TCP while it makes it: its packets, and what else its blocks say, go to the queue.
struct LiveConnection: ~Copyable {
    private var file: CaptureFile
    private var filter: PacketFilter?
    private let filling: Filling
    private let name: String
    private var interfacesKnown = 0

    /// The batch under way: also handed over while the next packet is waited for.
    fileprivate final class Filling: Sendable {
        struct State {
            var batch = PacketBatch()
            /// Of the latest packet: its own time, and ours in seconds.
            var latest: (time: Int64, at: UInt64)?
            var ticked: UInt64 = 0
        }
        fileprivate let state = Mutex(State())
        fileprivate let queue: PacketQueue
        /// Nanoseconds of silence that are told, and by which a tick lags behind.
        private static let silence: UInt64 = 5_000_000_000
        private static let lag: Int64 = 1_000_000_000

        init(_ queue: PacketQueue) { self.queue = queue }

        func change(_ body: (inout State) -> Void) {
            state.withLock { state in
                body(&state)
                if state.batch.isFull { queue.hand(&state.batch) }
            }
        }

        /// Nothing comes at the moment.
        func pause() {
            let now = DispatchTime.now().uptimeNanoseconds
            state.withLock { state in
                if state.batch.count == 0, let (time, at) = state.latest, now - at >= Self.silence, now - state.ticked >= Self.silence {
                    state.ticked = now
                    let (tick, isOver) = time.addingReportingOverflow(Int64(clamping: now - at) - Self.lag)
                    if !isOver { state.batch.append(.idle(tick)) }
                }
                queue.hand(&state.batch)
            }
        }
    }

    init(_ descriptor: CInt, _ settings: LiveSettings, _ queue: PacketQueue, goesOn: @escaping @Sendable () -> Bool) throws(CaptureError) {
        let filling = Filling(queue)
        let filter: PacketFilter? = if let expression = settings.filter { try PacketFilter(expression) } else { nil }
        var file = try CaptureFile(connection: descriptor, name: settings.interface) {
            filling.pause()
            return goesOn()
        }
        file.keepsBlocks()
        self.file = file
        self.filter = filter
        self.filling = filling
        name = settings.interface
    }

    /// The next packet, on its way to the queue; false at the end.
    mutating func step() throws(CaptureError) -> Bool {
        var isAccepted = false
        guard try forward(&isAccepted) else { return false }
        // What was said before the packet goes in front of it.
        let interfaces = file.interfaces, blocks = file.takeBlocks(), known = interfacesKnown, name = name
        guard interfaces.count > known || !blocks.isEmpty else { return true }
        interfacesKnown = interfaces.count
        filling.change { state in
            for (index, interface) in interfaces.enumerated().dropFirst(known) {
                state.batch.append(.interface(interface, name: index == 0 ? name : "\(name) \(index)"), beforeLast: isAccepted)
            }
            for block in blocks { state.batch.append(.block(block.type, block.body), beforeLast: isAccepted) }
        }
        return true
    }

    private mutating func forward(_ isAccepted: inout Bool) throws(CaptureError) -> Bool {
        guard let packet = try file.next() else { return false }
        isAccepted = filter?.accepts(packet, link: LinkType(rawValue: packet.record.linkType)) ?? true
        guard isAccepted else { return true }
        filling.take(packet)
        return true
    }

    /// Hands over what is left.
    mutating func finish() { filling.pause() }
}

extension LiveConnection.Filling {
    fileprivate func take(_ packet: borrowing PacketView) {
        let at = DispatchTime.now().uptimeNanoseconds
        state.withLock { state in
            // What was full waited for the blocks of its last packet.
            if state.batch.isFull { queue.hand(&state.batch) }
            state.batch.append(packet)
            state.latest = (max(packet.record.time, state.latest?.time ?? .min), at)
        }
    }
}
