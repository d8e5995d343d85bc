import FlyingSocks
import Foundation

/// Server-Sent Events (HTML standard §9.2): the state of the capture, each second.
struct EventStream: AsyncBufferedSequence {
    typealias Element = UInt8
    private let status: @Sendable () -> [UInt8]?
    private let isOver: @Sendable () -> Bool
    private let ending: Ending

    /// Tells once that nobody listens any more, by whatever.
    private final class Ending: Sendable {
        private let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        deinit { body() }
    }

    init(status: @escaping @Sendable () -> [UInt8]?, isOver: @escaping @Sendable () -> Bool, onEnd: @escaping @Sendable () -> Void) {
        (self.status, self.isOver, ending) = (status, isOver, Ending(onEnd))
    }

    func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let stream: EventStream
        private var isFirst = true
        private var rest: [UInt8] = []

        init(stream: EventStream) { self.stream = stream }

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            if rest.isEmpty {
                // The first comes at once.
                if !isFirst { try await Task.sleep(nanoseconds: 1_000_000_000) }
                isFirst = false
                guard !stream.isOver() else { return nil }
                rest = Array(": nothing yet\n\n".utf8)
                if let status = stream.status() { rest = Array("data: ".utf8) + status + Array("\n\n".utf8) }
            }
            let piece = Array(rest.prefix(Swift.max(1, count)))
            rest.removeFirst(piece.count)
            return piece
        }
    }
}
