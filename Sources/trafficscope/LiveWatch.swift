import Dispatch
import Synchronization
import TrafficCore
import TrafficReport

/// Runs a live capture and shows it: this thread draws or writes events and takes keys; another analyses.
final class LiveWatch {
    private let session: LiveSession
    private(set) var setting: LiveReport.Setting
    private let comparison: LiveComparison?
    private let output: Output
    private let end: Double?
    private let isQuiet: Bool
    private let rows = LiveRows()
    private let ending = Ending()
    private let said = Said()
    private var before: LivePicture?
    /// Destinations that were told.
    private var told: Set<String> = []
    private var comparedAt = ""

    /// What happened, for all who show it: oldest first.
    private final class Said: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }
        func add(_ new: [String]) {
            words.withLock { words in
                words += new
                if words.count > 200 { words.removeFirst(words.count - 200) }
            }
        }
    }

    /// How the analysis ended, handed from its thread to this one.
    private final class Ending: Sendable {
        let result = Mutex<Result<LiveSession.Result, CaptureError>?>(nil)
        var isThere: Bool { result.withLock { $0 != nil } }
    }

    init(session: LiveSession, setting: LiveReport.Setting, comparison: LiveComparison?, output: Output, duration: Double?, isQuiet: Bool) {
        (self.session, self.setting, self.comparison, self.output, self.isQuiet) = (session, setting, comparison, output, isQuiet)
        end = duration.map { SystemCalls.seconds() + $0 }
    }

    var rowsLeftOut: Int { rows.leftOut }

    /// What happened so far, in words, for who shows it elsewhere.
    var words: @Sendable () -> [String] {
        let said = said
        return { said.all }
    }

    /// Says where the page is, to whoever sees this terminal.
    func tellPage(_ address: String) {
        setting.page = address
        Talk.error("the page is at \(address)")
    }

    /// Begins the analysis.
    /// - Parameter sendsRows: flows are wanted as events.
    func start(_ analysis: LiveAnalysis, sendsRows: Bool) {
        session.watch()
        let session = session, rows = rows, ending = ending, end = end
        DispatchQueue(label: "analysis", qos: .userInitiated).async {
            var writer = FlowRecordWriter(format: .ndjson), row: [UInt8] = []
            let result = Result { () throws(CaptureError) in
                // Asked there and not where things are shown: whoever does not read what is written must not hold up the end.
                try session.run(analysis, isOver: { isInterrupted || end.map { SystemCalls.seconds() >= $0 } ?? false }) { flow in
                    guard sendsRows else { return }
                    row.removeAll(keepingCapacity: true)
                    row += "{\"event\":\"flow\",\"flow\":".utf8
                    writer.append(flow.record, to: &row)
                    row.removeLast()        // its line break
                    row += "}\n".utf8
                    rows.append(row)
                }
            }
            ending.result.withLock { $0 = result }
        }
    }

    private func report(_ picture: LivePicture) -> LiveReport {
        let (compared, note) = comparison?.latest ?? (nil, nil)
        return LiveReport(picture, since: before, setting: setting, comparison: compared, comparisonNote: note, said: said.all)
    }

    // MARK: On a terminal

    func showScreen(color: Bool) throws(CommandFailure) {
        guard let screen = TerminalScreen() else {
            session.stop()
            throw CommandFailure(.usage, "--format screen: this is no terminal; --format ndjson gives events")
        }
        defer { screen.close() }
        var keys = LiveKeys(), shownAt = 0.0, current: LiveReport?
        while !ending.isThere {
            guard let typed = screen.keys(milliseconds: 100) else {
                session.stop()
                break
            }
            for action in keys.take(typed) {
                switch action {
                case .quit: session.stop()
                case .mark(let event, let note): session.mark(Marker(time: session.now, event: event, note: note))
                }
            }
            let now = SystemCalls.seconds()
            if now - shownAt >= 1, !keys.isPaused, let picture = session.picture {
                comparison?.update(picture)
                said.add(session.takeSaid())
                current = report(picture)
                before = picture
                shownAt = now
            } else if typed.isEmpty {
                continue
            }
            guard let current else { continue }
            let size = screen.size
            screen.show(current.screen(
                width: size.width, height: size.height, color: color, order: keys.order, isPaused: keys.isPaused, prompt: keys.prompt))
        }
    }

    // MARK: As events

    func sendEvents() throws(CommandFailure) {
        try output.write(LiveEnding.startEvent(setting))
        let pause = DispatchSemaphore(value: 0)
        var sentAt = SystemCalls.seconds()
        do throws(CommandFailure) {
            while !ending.isThere {
                _ = pause.wait(timeout: .now() + .milliseconds(100))
                try sendRows()
                let now = SystemCalls.seconds()
                guard now - sentAt >= 1, let picture = session.picture else { continue }
                sentAt = now
                try send(picture)
            }
            try sendRows()
            if let picture = session.picture { try send(picture) }
        } catch {
            // Nobody reads any more: the recording still gets its end.
            session.stop()
            while !ending.isThere { _ = pause.wait(timeout: .now() + .milliseconds(50)) }
            throw error
        }
    }

    private func sendRows() throws(CommandFailure) {
        let waiting = rows.take()
        if !waiting.isEmpty { try output.write(waiting) }
    }

    private func send(_ picture: LivePicture) throws(CommandFailure) {
        comparison?.update(picture)
        let new = session.takeSaid()
        said.add(new)
        let report = report(picture)
        var octets: [UInt8] = []
        for text in new { octets += LiveEnding.saidEvent(text, at: picture.time) }
        for contact in picture.newest(10_000).reversed() where told.count < 1_000_000 {
            guard told.insert(contact.app.title + "\u{0}" + contact.destination.name).inserted else { continue }
            octets += report.event(contact) + [0x0a]
        }
        octets += report.status(full: false) + [0x0a]
        if let event = report.comparisonEvent() {
            let key = report.comparison.map { "\($0.overall) \($0.metrics.map { ($0.value ?? 0).description })" } ?? ""
            if key != comparedAt { octets += event + [0x0a] }
            comparedAt = key
        }
        before = picture
        try output.write(octets)
    }

    /// Waits for the end of the analysis.
    func finish() throws(CommandFailure) -> LiveSession.Result {
        let pause = DispatchSemaphore(value: 0)
        while true {
            if let result = ending.result.withLock({ $0 }) {
                do throws(CaptureError) { return try result.get() } catch { throw CommandFailure(error) }
            }
            _ = pause.wait(timeout: .now() + .milliseconds(20))
        }
    }
}
