/// Hard limits on what is held at once (DESIGN.md §7); what they cost is counted.
public struct FlowLimits: Sendable, Equatable {
    /// Open flows; beyond it the ones that would end soonest are ended.
    public var flows = 1 << 20
    /// Octets of unfinished and out-of-order stream data of all flows together.
    public var reassembly = 64 << 20
    /// Octets of IP fragments whose datagrams are not complete.
    public var fragments = 16 << 20
    public init() {}
}
