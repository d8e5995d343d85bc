import Dispatch
import Synchronization

/// Where live packets come from.
public struct LiveSettings: Sendable {
    /// An interface ("wlan0", "any", "nflog:100"), or a sender of captures over TCP ("tcp://host:port", "tcp-listen://:port").
    public var interface: String
    /// pcap-filter(7).
    public var filter: String?
    /// Octets of the kernel's ring, and of packets that wait for the analysis.
    public var ring = 64 << 20
    public var queue = 64 << 20
    /// Octets of a packet that are kept.
    public var snapLength = 262_144
    public var isPromiscuous = true

    public init(interface: String) { self.interface = interface }

    public var isConnection: Bool { interface.hasPrefix("tcp://") || interface.hasPrefix("tcp-listen://") }
}

/// Captures in a thread of its own and hands the packets to a queue. It never waits for whoever takes them.
public final class LiveSource: Sendable {
    public let settings: LiveSettings
    let queue: PacketQueue
    private let isStopped = Atomic<Bool>(false)
    private let failure = Mutex<CaptureError?>(nil)
    /// The clock of a sender over TCP.
    private let clock = SenderClock()

    /// Why it ended, unless it was asked to; complete when the queue is closed.
    public var ending: CaptureError? { failure.withLock { $0 } }
    /// Packets that the analysis was too slow for.
    public var dropped: Int { queue.dropped }

    public init(_ settings: LiveSettings) {
        self.settings = settings
        queue = PacketQueue(limit: settings.queue)
    }

    /// The time that a packet would have that came now, nanoseconds since 1970: for markers.
    public var now: Int64 { settings.isConnection ? clock.now ?? LiveInterface.now : LiveInterface.now }

    /// Opens the source and begins.
    ///
    /// - Parameter whenOpen: called before the thread begins, with the right to capture in use: the place to give up all others.
    /// - Throws: `CaptureError` when it cannot be opened.
    public func start(whenOpen: () -> Void) throws(CaptureError) {
        guard !settings.isConnection else {
            if let filter = settings.filter { _ = try PacketFilter(filter) }
            whenOpen()
            begin { self.receive() }
            return
        }
        let wanted = LiveInterface.Settings(
            name: settings.interface, filter: settings.filter, ring: settings.ring, snapLength: Int32(clamping: settings.snapLength),
            isPromiscuous: settings.isPromiscuous)
        // Opened here, so that whoever starts it learns why it cannot be; handed to the thread in a box.
        let opened = InterfaceBox(try LiveInterface(wanted))
        whenOpen()
        begin { self.capture(opened) }
    }

    private func begin(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "capture", qos: .userInteractive).async {
            body()
            self.queue.close()
        }
    }

    /// Asks for the end; the queue is closed soon.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    private var goesOn: Bool { !isStopped.load(ordering: .relaxed) }

    // MARK: An interface

    /// An interface on its way to the thread that uses it alone.
    private final class InterfaceBox: Sendable {
        private let interface: Mutex<LiveInterface?>
        init(_ interface: consuming LiveInterface) { self.interface = Mutex(interface) }
        func take() -> LiveInterface? {
            interface.withLock { held in
                var taken: LiveInterface?
                swap(&taken, &held)
                return taken
            }
        }
    }

    private func capture(_ box: InterfaceBox) {
        var pulse = Pulse(), batch = PacketBatch()
        pulse.isOfSystem = LiveInterface.isUp(settings.interface) != nil
        var next = box.take(), known: UInt16?, number = -1
        while goesOn, var interface = next.take() {
            let wanted = interface.settings
            if interface.linkType != known {
                batch.append(.interface(
                    CaptureInterface(linkType: interface.linkType, snapLength: UInt32(clamping: settings.snapLength), timeDigits: 9, clock: .nanoseconds),
                    name: settings.interface))
                (known, number) = (interface.linkType, number + 1)
            }
            interface.number = number
            (pulse.opened, pulse.index, pulse.name) = (LiveInterface.now, interface.index, settings.interface)
            let (statistics, problem) = capture(interface, &pulse, &batch)
            guard goesOn, let problem else { break }
            // It was there and is gone: it may come back.
            batch.append(.away(LiveInterface.now))
            batch.append(.said("\(settings.interface) cannot be captured any more (\(problem.description)); waiting for it to come back"))
            queue.hand(&batch)
            next = reopened(wanted, statistics, &pulse, &batch)
            if next != nil {
                batch.append(.back(LiveInterface.now))
                batch.append(.said("\(settings.interface) is captured again"))
            }
        }
        queue.hand(&batch)
    }

    /// Captures until the end is asked for, or the interface fails.
    private func capture(
        _ given: consuming LiveInterface, _ pulse: inout Pulse, _ batch: inout PacketBatch
    ) -> (InterfaceStatistics, CaptureError?) {
        var interface = given, problem: CaptureError?, since = 0
        while goesOn, problem == nil {
            var isPacket = false
            switch interface.next() {
            case .packet(let packet):
                batch.append(packet)
                isPacket = true
            case .idle: break
            case .stopped(let error): problem = error ?? CaptureError(.unavailable, settings.interface)
            }
            if isPacket, !batch.isFull {
                since &+= 1
                // Looking at the clock costs as much as a tenth of a packet: only now and then where they come in a row.
                guard interface.hasWaited || since & 31 == 0, LiveInterface.now - pulse.handed >= Pulse.longest else { continue }
            }
            beat(&pulse, &batch, LiveInterface.now) { interface.count(); return interface.statistics }
        }
        drain(&interface, hasFailed: problem != nil, &batch)
        interface.count()
        batch.append(.counted(interface.statistics))
        return (interface.statistics, problem)
    }

    /// Takes what the kernel still holds of what came until now: it hands over a part of its ring when that is full, or some time after.
    private func drain(_ interface: inout LiveInterface, hasFailed: Bool, _ batch: inout PacketBatch) {
        let end = LiveInterface.now, clock = DispatchSemaphore(value: 0)
        var silences = 0
        while silences < 3, LiveInterface.now - end < Pulse.second {
            switch interface.next() {
            case .packet(let packet):
                // What came later is not of this capture; an interface that is gone has no later packets.
                guard hasFailed || packet.record.time <= end else { return }
                batch.append(packet)
                if batch.isFull { queue.hand(&batch) }
            case .idle: silences += 1
            case .stopped:
                // It cannot be waited for any more, but its ring can be read.
                guard hasFailed else { return }
                silences += 1
                _ = clock.wait(timeout: .now() + .milliseconds(Int(LiveInterface.patience)))
            }
        }
    }

    /// Waits for the interface; nil when the end is asked for.
    private func reopened(
        _ wanted: LiveInterface.Settings, _ statistics: InterfaceStatistics, _ pulse: inout Pulse, _ batch: inout PacketBatch
    ) -> LiveInterface? {
        let clock = DispatchSemaphore(value: 0)
        // By its name again: another one may have it when it comes back.
        (pulse.index, pulse.name) = (0, wanted.name)
        var told = "", isTried = LiveInterface.now - pulse.opened < Pulse.second
        while goesOn {
            // What failed as soon as it was open is not tried again at once.
            if isTried {
                _ = clock.wait(timeout: .now() + .milliseconds(200))
                beat(&pulse, &batch, LiveInterface.now) { statistics }
            }
            isTried = true
            if !pulse.isOfSystem || LiveInterface.isUp(wanted.name) == true {
                do throws(CaptureError) { return try LiveInterface(wanted, before: statistics) } catch {
                    if error.description != told { batch.append(.said("it cannot be opened yet: \(error.description)")) }
                    told = error.description
                }
            }
        }
        return nil
    }

    /// What is due between packets: counts and the interface's state every second, idle ticks, and the batch on its way.
    private func beat(_ pulse: inout Pulse, _ batch: inout PacketBatch, _ now: Int64, _ count: () -> InterfaceStatistics) {
        pulse.handed = now
        if batch.count > 0 { pulse.lastPacket = now }
        if now - pulse.lastCount >= Pulse.second || now < pulse.lastCount {
            pulse.lastCount = now
            batch.append(.counted(count()))
            // By its number: what is renamed is still captured, and another one may have taken its name.
            let name = pulse.index == 0 ? settings.interface : LiveInterface.name(ofIndex: pulse.index)
            let isUp = pulse.isOfSystem ? name.flatMap { LiveInterface.isUp($0) } : true
            if let name, name != pulse.name {
                pulse.name = name
                batch.append(.said("\(settings.interface) is called \(name) by now, and still captured"))
            }
            if isUp != pulse.isUp {
                batch.append(isUp == true ? .back(now) : .away(now))
                batch.append(.said("\(settings.interface) \(pulse.isUp == true ? "went" : "is") \(isUp.map { $0 ? "up" : "down" } ?? "away")"))
                pulse.isUp = isUp
            }
        }
        pulse.tick(now, into: &batch)
        queue.hand(&batch)
    }

    /// When what happened last, nanoseconds since 1970.
    private struct Pulse {
        var lastPacket: Int64 = .min
        var lastCount: Int64 = .min / 2
        var lastTick: Int64 = .min / 2
        var isUp: Bool? = true
        /// Whether the system can say that it is up: netfilter's log is no interface.
        var isOfSystem = true
        var opened: Int64 = .min / 2
        /// Number and name in the system of what is captured, 0 for no interface.
        var index: UInt32 = 0
        var name = ""
        static let second: Int64 = 1_000_000_000
        /// When a batch was handed over; none waits for longer.
        var handed: Int64 = .min / 2
        static let longest: Int64 = 100_000_000

        /// Nanoseconds of silence that are told, and by which a tick lags: the kernel may still hold what came since.
        static let silence: Int64 = 5_000_000_000
        static let lag: Int64 = 1_000_000_000

        mutating func tick(_ now: Int64, into batch: inout PacketBatch) {
            guard batch.count == 0, lastPacket != .min, now - lastPacket >= Self.silence, now - lastTick >= Self.silence else { return }
            lastTick = now
            batch.append(.idle(now - Self.lag))
        }
    }

    // MARK: A sender over TCP

    private func receive() {
        do throws(CaptureError) {
            let descriptor = try CaptureConnection.open(settings.interface) { self.goesOn }
            var connection = try LiveConnection(descriptor, settings, queue, clock) { self.goesOn }
            // What came before a fault is handed over all the same.
            do throws(CaptureError) {
                while goesOn, try connection.step() {}
            } catch {
                if goesOn { failure.withLock { $0 = error } }
            }
            connection.finish()
        } catch {
            if goesOn { failure.withLock { $0 = error } }
        }
    }
}
