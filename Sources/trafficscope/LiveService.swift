import Dispatch
import Synchronization
import TrafficCore
import TrafficReport
import TrafficServer

/// The page of a live capture, from the outside: begun and ended by threads that cannot wait as tasks do.
final class LiveService: Sendable {
    private let server: LiveServer
    /// What is shown next is measured against what was shown before.
    private final class Shown: Sendable { let state = Mutex<(latest: LivePicture?, report: [UInt8]?)>((nil, nil)) }

    /// - Throws: `CommandFailure` when the port cannot be had.
    init(
        session: LiveSession, setting: LiveReport.Setting, comparison: LiveComparison?, port: UInt16, said: @escaping @Sendable () -> [String]
    ) throws(CommandFailure) {
        let shown = Shown()
        let content = LiveServer.Content(
            page: { LivePage.document(interface: setting.interface, nonce: $0) },
            status: {
                guard let picture = session.picture else { return nil }
                return shown.state.withLock { state in
                    // Several pages see the same.
                    if let report = state.report, state.latest?.time == picture.time { return report }
                    let (compared, note) = comparison?.latest ?? (nil, nil)
                    let report = LiveReport(picture, since: state.latest, setting: setting, comparison: compared, comparisonNote: note, said: said())
                        .status(full: true)
                    state = (picture, report)
                    return report
                }
            },
            mark: { event, note in session.mark(Marker(time: session.now, event: event, note: note)) })
        let started = Mutex<Result<LiveServer, LiveServer.Failure>?>(nil), done = DispatchSemaphore(value: 0)
        let box = Box(started)
        Task {
            do {
                let server = try await LiveServer.start(port: port, content: content)
                box.value.withLock { $0 = .success(server) }
            } catch {
                box.value.withLock { $0 = .failure(error as? LiveServer.Failure ?? LiveServer.Failure(description: "\(error)")) }
            }
            done.signal()
        }
        done.wait()
        switch box.value.withLock({ $0 }) {
        case .success(let server)?: self.server = server
        case .failure(let failure)?:
            session.stop()
            throw CommandFailure(.unavailable, failure.description)
        case nil: throw CommandFailure(.unavailable, "the page could not be served")
        }
    }

    /// A lock that a task can hold.
    private final class Box: Sendable {
        let value: Mutex<Result<LiveServer, LiveServer.Failure>?>
        init(_ value: consuming Mutex<Result<LiveServer, LiveServer.Failure>?>) { self.value = value }
    }

    var address: String { server.address }

    /// Ends it, within a second.
    func stop() {
        let done = DispatchSemaphore(value: 0), server = server
        Task {
            await server.stop()
            done.signal()
        }
        _ = done.wait(timeout: .now() + .seconds(1))
    }
}
