/// Octets of payload by phase, as seen from the phone.
public struct PhaseAmounts: Sendable, Equatable {
    public struct Amount: Sendable, Equatable {
        public var up = 0
        public var down = 0
        /// Bursts that sent something.
        public var uploads = 0
        public init() {}

        mutating func add(_ other: Amount) {
            up.addSaturating(other.up)
            down.addSaturating(other.down)
            uploads.addSaturating(other.uploads)
        }

        mutating func add(up: Int, down: Int) {
            self.up.addSaturating(up)
            self.down.addSaturating(down)
            if up > 0 { uploads.addSaturating(1) }
        }
    }
    private var amounts = [Amount](repeating: Amount(), count: Phase.allCases.count + 1)
    /// What fell into the settle time of a background or idle stretch: in no phase, and not counted with nil.
    public internal(set) var settling = Amount()

    public init() {}

    /// nil: outside of all phases.
    public subscript(_ phase: Phase?) -> Amount {
        get { amounts[phase.map(\.order) ?? Phase.allCases.count] }
        set { amounts[phase.map(\.order) ?? Phase.allCases.count] = newValue }
    }

    /// Phases in which anything was sent or received.
    public var phases: [Phase] { Phase.allCases.filter { self[$0].up > 0 || self[$0].down > 0 } }

    public mutating func add(_ other: PhaseAmounts) {
        for index in amounts.indices { amounts[index].add(other.amounts[index]) }
        settling.add(other.settling)
    }

    /// Counts what was in the foreground outside of all phases.
    mutating func leaveForeground() {
        let amount = self[.foreground]
        self[.foreground] = Amount()
        self[nil].add(amount)
    }

    mutating func add(up: Int, down: Int, in phase: Phase?, isSettling: Bool = false) {
        guard phase != nil || !isSettling else { return settling.add(up: up, down: down) }
        amounts[phase.map(\.order) ?? Phase.allCases.count].add(up: up, down: down)
    }
}
