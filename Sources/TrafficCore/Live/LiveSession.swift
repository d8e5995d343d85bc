import Dispatch
import Synchronization

/// A live capture from its first packet to its last: a thread that captures, and this one, which analyses and records. Whoever watches
/// asks for the latest picture.
public final class LiveSession: Sendable {
    private struct Shared {
        var picture: LivePicture?
        var markers: [Marker] = []
        var said: [String] = []
        /// Pictures are taken only where somebody looks.
        var watchers = 0
    }

    /// How it went.
    public struct Result: Sendable {
        public var reading: CaptureReading
        /// Files of the recording, those of a ring that are left.
        public var files: [String]
        public var packets: Int
        public var counted: InterfaceStatistics
        /// Packets that the analysis was too slow for.
        public var dropped: Int
        /// Why it ended, unless it was asked to.
        public var problem: CaptureError?
    }

    private let source: LiveSource
    private let shared = Mutex(Shared())
    /// Milliseconds between two pictures, at least; they take at most a twentieth of the time.
    private static let pace: UInt64 = 500

    public init(_ source: LiveSource) { self.source = source }

    /// The wall clock, nanoseconds since 1970.
    public static var now: Int64 { LiveInterface.now }
    /// The time that a packet would have that came now, nanoseconds since 1970: for markers.
    public var now: Int64 { source.now }

    /// The latest picture; nil before the first.
    public var picture: LivePicture? { shared.withLock { $0.picture } }

    /// From now on pictures are taken.
    public func watch() { shared.withLock { $0.watchers += 1 } }

    /// What happened since the last time, in words.
    public func takeSaid() -> [String] {
        shared.withLock { shared in
            defer { shared.said = [] }
            return shared.said
        }
    }

    /// Notes what the person with the phone did.
    public func mark(_ marker: Marker) { shared.withLock { if $0.markers.count < 4096 { $0.markers.append(marker) } } }

    /// Asks for the end: `run` returns soon.
    public func stop() { source.stop() }

    /// Analyses until the source ends or `stop` is called. `each` gets every flow as it closes, in the order in which reading the
    /// recording gives them.
    ///
    /// - Parameter isOver: asked several times a second whether it is to end.
    /// - Throws: `CaptureError` when the recording cannot be made; nothing was captured then.
    public func run(_ analysis: LiveAnalysis, isOver: () -> Bool, each: (inout ClosedFlow) -> Void) throws(CaptureError) -> Result {
        var engine: LiveEngine, analysis = analysis
        // A file of the same name stays as it is until a sender has sent something.
        var first: PacketBatch?
        waiting: while source.settings.isConnection, first == nil {
            switch source.queue.next(milliseconds: 100) {
            case .batch(let batch): first = batch
            case .nothing: if isOver() { source.stop() }
            case .closed:
                analysis.recording = nil
                break waiting
            }
        }
        do throws(CaptureError) {
            engine = try LiveEngine(analysis, filter: source.settings.filter, name: analysis.recording?.path ?? source.settings.interface, at: Self.now)
        } catch {
            source.stop()
            throw error
        }
        if let first { engine.take(first, each) }
        var due: UInt64 = 0, flushed: UInt64 = 0
        loop: while true {
            switch source.queue.next(milliseconds: 100) {
            case .batch(let batch):
                engine.take(batch, each)
                source.queue.giveBack(batch)
            case .nothing: break
            case .closed: break loop
            }
            if engine.problem != nil || isOver() { source.stop() }
            engine.dropped = source.dropped
            for marker in takeMarkers() { engine.mark(marker) }
            let words = engine.takeSaid()
            if !words.isEmpty { shared.withLock { $0.said += words } }
            let now = DispatchTime.now().uptimeNanoseconds
            if source.queue.isEmpty || now - flushed >= 200_000_000 {
                engine.rest()
                flushed = now
            }
            if now >= due, shared.withLock({ $0.watchers > 0 }) {
                let picture = engine.picture()
                shared.withLock { $0.picture = picture }
                let cost = DispatchTime.now().uptimeNanoseconds - now
                due = now + max(Self.pace * 1_000_000, cost * 20)
            }
        }
        for marker in takeMarkers() { engine.mark(marker) }
        engine.dropped = source.dropped
        let last = engine.picture()
        let words = engine.takeSaid()
        shared.withLock { shared in
            shared.said += words
            shared.picture = last
        }
        let reading = engine.finish(each)
        return Result(
            reading: reading, files: engine.recordedFiles, packets: last.packets, counted: last.counted, dropped: source.dropped,
            problem: engine.problem ?? source.ending)
    }

    private func takeMarkers() -> [Marker] {
        shared.withLock { shared in
            defer { shared.markers = [] }
            return shared.markers
        }
    }
}
