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

/// Reads one protocol out of the in-order octets of one flow. A value type: one flow, one state. It never waits, never
/// holds octets without a limit, never reads the clock, and knows no app and no owner.
protocol StreamDissector {
    static func probe(_ head: Span<UInt8>) -> Probe
    init()
    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) -> Consumption
    /// `count` octets of this direction were never captured; what comes next begins behind them.
    mutating func gap(_ count: Int, from sender: Sender, into facts: inout FlowFacts) -> Consumption
}

/// A value for each side of a flow.
struct PerSender<Value> {
    var first: Value
    var second: Value
    init(_ value: Value) { (first, second) = (value, value) }
    subscript(_ sender: Sender) -> Value {
        get { sender == .first ? first : second }
        set { if sender == .first { first = newValue } else { second = newValue } }
    }
}

/// The dissector of one flow: an enum, so that a call per segment is a jump and nothing is boxed.
enum ActiveDissector {
    case undecided(refused: PerSender<Bool>)
    case tls(TLSDissector)
    /// In a box: three times as large as the others, and few flows have it.
    case http1(DissectorBox<HTTP1Dissector>)
    case quic(QUICDissector)
    case opaque
}

/// Holds the state of one flow's dissector outside the flow's own record.
final class DissectorBox<Dissector> {
    var dissector: Dissector
    init(_ dissector: Dissector) { self.dissector = dissector }
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

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender) -> Consumption {
        switch dissector {
        case .undecided(let refused): return detect(octets, from: sender, refused: refused)
        case .tls(var tls):
            dissector = .opaque             // `tls` is now the only owner: no copy on write
            defer { dissector = .tls(tls) }
            return tls.consume(octets, from: sender, into: &facts)
        case .http1(let box): return box.dissector.consume(octets, from: sender, into: &facts)
        case .quic, .opaque: return .finished
        }
    }

    mutating func gap(_ count: Int, from sender: Sender) -> Consumption {
        switch dissector {
        case .undecided: return .all(0)         // the octets behind the hole may still tell the protocol
        case .tls(var tls):
            dissector = .opaque
            defer { dissector = .tls(tls) }
            return tls.gap(count, from: sender, into: &facts)
        case .http1(let box): return box.dissector.gap(count, from: sender, into: &facts)
        case .quic, .opaque: return .finished
        }
    }

    /// Whether the next `count` octets of this direction are passed over unread, and more behind them.
    func passesOver(_ count: Int, from sender: Sender) -> Bool {
        if case .http1(let box) = dissector { return box.dissector.passesOver(count, from: sender) }
        return false
    }

    /// Asks each stream protocol in turn whether these first octets are its own.
    private mutating func detect(_ octets: Span<UInt8>, from sender: Sender, refused: PerSender<Bool>) -> Consumption {
        var wanted = 0
        switch TLSDissector.probe(octets) {
        case .yes:
            dissector = .tls(TLSDissector())
            return consume(octets, from: sender)
        case .needs(let count): wanted = count
        case .no: break
        }
        switch HTTP1Dissector.probe(octets) {
        case .yes:
            dissector = .http1(DissectorBox(HTTP1Dissector()))
            return consume(octets, from: sender)
        case .needs(let count): wanted = max(wanted, count)
        case .no: break
        }
        // A protocol that is still possible is asked again with the octets that it needs; when none is, 16 octets are waited
        // for, so that what is sampled does not depend on how they were cut into segments.
        if wanted > octets.count { return Consumption(done: 0, wanted: wanted) }
        if octets.count < 16 { return Consumption(done: 0, wanted: 16) }
        facts.sample(octets)
        var refused = refused
        refused[sender] = true
        dissector = refused.first && refused.second ? .opaque : .undecided(refused: refused)
        return .finished
    }
}
