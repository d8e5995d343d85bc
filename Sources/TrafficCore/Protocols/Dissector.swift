/// Which side of a flow octets come from: the sender of its first packet, or the other. Who is client is for the
/// dissector to find out: the first packet captured need not be the client's.
enum Sender: Equatable { case first, second
    var other: Sender { self == .first ? .second : .first }
}

/// What a dissector thinks of a flow's first octets.
enum Probe: Equatable {
    case no, yes
    /// Undecided: ask again once this many octets of that direction are there.
    case needs(Int)
}

/// How far a dissector got with the octets it was given.
struct Consumption: Equatable {
    /// Octets it is done with; the rest comes again, with more behind it.
    var done: Int
    /// How many octets in all it wants to see before it is asked again: or 1-octet segments would cost quadratic time.
    var wanted: Int
    /// Nothing more of this direction is wanted: it is only counted from now on.
    var isFinished = false

    static func all(_ count: Int) -> Consumption { Consumption(done: count, wanted: 1) }
    static var finished: Consumption { Consumption(done: 0, wanted: 0, isFinished: true) }
}

/// The packet that brought the last of the octets that a dissector is given.
struct StreamPosition {
    /// Its time, nanoseconds since 1970, and its number in the capture, from 1.
    var time: Int64
    var frame: Int
}

/// Why a stream has no more octets.
enum StreamEnd {
    /// FIN or RST.
    case closed
    /// The flow was silent for too long, or the capture ended before it.
    case abandoned
}

/// Reads one protocol out of the in-order octets of one flow. A value type: one flow, one state. It never waits, never
/// holds octets without a limit, never reads the clock, and knows no app and no owner. Octets of another protocol inside
/// its own go to an `InnerStream`, which bounds the depth.
protocol StreamDissector {
    static func probe(_ head: Span<UInt8>) -> Probe
    /// - Parameter depth: how many other protocols the octets are inside of; 0 directly over the transport.
    init(depth: Int)
    /// Reads what it can of the octets that are next in this direction.
    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption
    /// `count` octets of this direction were never captured; what comes next begins behind them.
    mutating func gap(_ count: Int, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption
    /// No more comes, from either side: what waited for more is complete as it is.
    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts)
}

extension StreamDissector {
    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) {}
}

/// A value for each side of a flow.
struct PerSender<Value> {
    var first: Value
    var second: Value
    init(_ value: Value) { (first, second) = (value, value) }
    subscript(_ sender: Sender) -> Value {
        get { sender == .first ? first : second }
        _modify {
            if sender == .first { yield &first } else { yield &second }
        }
    }
}

/// Dissector and findings of one flow, beside the flow table, reached by index.
struct ProtocolState {
    var dissector = ActiveDissector.undecided(refused: PerSender(false))
    var facts = FlowFacts()
    /// Datagrams that no protocol knew.
    var unknownDatagrams: UInt8 = 0

    /// Ready for another flow.
    mutating func reset() {
        dissector = .undecided(refused: PerSender(false))
        unknownDatagrams = 0
    }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition) -> Consumption {
        dissector.consume(octets, from: sender, at: position, depth: 0, into: &facts)
    }

    mutating func gap(_ count: Int, from sender: Sender, at position: StreamPosition) -> Consumption {
        dissector.gap(count, from: sender, at: position, into: &facts)
    }

    mutating func finish(_ reason: StreamEnd) { dissector.finish(reason, into: &facts) }

    /// Whether the next `count` octets of this direction are passed over unread, and more behind them.
    func passesOver(_ count: Int, from sender: Sender) -> Bool {
        if case .http1(let box) = dissector { return box.dissector.passesOver(count, from: sender) }
        return false
    }
}
