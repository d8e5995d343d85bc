/// Octets of payload by phase, as seen from the phone.
public struct PhaseAmounts: Sendable, Equatable {
    public struct Amount: Sendable, Equatable {
        public var up = 0
        public var down = 0
        /// Bursts that sent something.
        public var uploads = 0
        public init() {}
    }
    private var amounts = [Amount](repeating: Amount(), count: Phase.allCases.count + 1)

    public init() {}

    /// nil: outside of all phases.
    public subscript(_ phase: Phase?) -> Amount {
        get { amounts[phase.map(\.order) ?? Phase.allCases.count] }
        set { amounts[phase.map(\.order) ?? Phase.allCases.count] = newValue }
    }

    /// Phases in which anything was sent or received.
    public var phases: [Phase] { Phase.allCases.filter { self[$0].up > 0 || self[$0].down > 0 } }

    public mutating func add(_ other: PhaseAmounts) {
        for index in amounts.indices {
            amounts[index].up.addSaturating(other.amounts[index].up)
            amounts[index].down.addSaturating(other.amounts[index].down)
            amounts[index].uploads.addSaturating(other.amounts[index].uploads)
        }
    }

    mutating func add(up: Int, down: Int, in phase: Phase?) {
        self[phase].up.addSaturating(up)
        self[phase].down.addSaturating(down)
        if up > 0 { self[phase].uploads.addSaturating(1) }
    }
}
