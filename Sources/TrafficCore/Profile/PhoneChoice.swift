/// Which device of a capture is the phone under test (METHOD.md §1, *Phone*).
public struct PhoneChoice: Sendable, Equatable {
    /// Link-layer address where the capture has one, else local IP address; nil when it cannot be told.
    public var phone: String?
    /// "given", "found", "ambiguous" or "no_flows".
    public var reason: String

    /// The given phone, or the one device that opened at least 90 % of the flows.
    /// - Parameters:
    ///   - flowsOpened: TLS, QUIC and HTTP flows that each device opened.
    ///   - given: The phone as the user or the study file names it.
    public init(flowsOpened: [String: Int], given: String? = nil) {
        self.init(flowsOpened: flowsOpened.map { ($0.key, $0.value) }, given: given)
    }

    /// METHOD.md §4's sentence for a capture that is set aside because the phone is ambiguous.
    /// - Parameter devices: Devices that opened any TLS, QUIC or HTTP flow.
    public static func ambiguityRemark(devices: Int) -> String {
        "Capture set aside: no single device opens 90 % of the connections (\(devices) open any); give the phone's address."
    }

    init(flowsOpened: [(device: String, flows: Int)], given: String?) {
        if let given {
            (phone, reason) = (given, "given")
            return
        }
        // 128 bits, so that no count can overflow.
        let total = flowsOpened.reduce(Int128(0)) { $0 + Int128($1.flows) }
        let found = flowsOpened.filter { $0.flows > 0 && 10 * Int128($0.flows) >= 9 * total }
        if found.count == 1 {
            (phone, reason) = (found[0].device, "found")
        } else {
            (phone, reason) = (nil, total > 0 ? "ambiguous" : "no_flows")
        }
    }
}
