/// A device of a capture: its link-layer address where the capture has one, else its IP address (METHOD.md §1, *Phone*).
struct DeviceID: Hashable {
    /// 0 when there is none.
    var link: UInt64
    var address: IPAddress

    /// All-zero, filler and group addresses are no device's own.
    init(link: UInt64?, address: IPAddress) {
        if let link, link != 0, link != LinkHeader.fillerAddress, link >> 40 & 1 == 0 {
            (self.link, self.address) = (link, IPAddress(v4: 0))
        } else {
            (self.link, self.address) = (0, address)
        }
    }

    /// "02:42:ac:11:00:02", or the IP address.
    var text: String { link == 0 ? address.description : Self.linkText(link) }

    static func linkText(_ link: UInt64) -> String {
        var text: [UInt8] = []
        for shift: UInt64 in [40, 32, 24, 16, 8, 0] {
            let octet = UInt8(truncatingIfNeeded: link >> shift)
            if !text.isEmpty { text.append(0x3a) }
            text.append(hexadecimalDigit(octet >> 4))
            text.append(hexadecimalDigit(octet & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// A phone as the user gives it: `--phone IP|MAC`.
public struct PhoneAddress: Sendable, Hashable {
    var link: UInt64?
    var address: IPAddress?

    /// nil when the text is neither an IP nor a MAC address (hex pairs with ":" or "-").
    public init?(_ text: String) {
        if let address = IPAddress(text) {
            self.address = address
            return
        }
        let parts = text.split(whereSeparator: { $0 == ":" || $0 == "-" })
        guard parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 }) else { return nil }
        var link: UInt64 = 0
        for part in parts {
            guard let octet = UInt8(part, radix: 16), part.first != "+" else { return nil }
            link = link << 8 | UInt64(octet)
        }
        self.link = link
    }
}

/// Says of each flow which side is the phone, then passes it on. Without a given phone it holds the flows back until
/// enough of them tell (or the capture ends), so that every flow of a capture is judged alike.
struct PhoneLabeling {
    private let given: [PhoneAddress]
    private var opened: [DeviceID: Int] = [:]
    private var begun: [DeviceID: Int] = [:]
    /// Counts of the device that began the latest flows: most follow one of the same device.
    private var recent: (device: DeviceID?, opened: Int, begun: Int) = (nil, 0, 0)
    private var held: [ClosedFlow] = []
    private var phone: DeviceID?
    /// Addresses of the phone, where it has several and no link-layer address tells it.
    private var addresses: Set<IPAddress> = []
    private var isDecided: Bool
    private var deviceText: String?
    private(set) var reason: String
    /// A flow has the phone at one of its ends.
    private(set) var isSeen = false

    /// Flows that are held back at most: what a capture of a phone has in its first minutes.
    private static var holdLimit: Int { 1024 }
    /// Devices that are told apart; a capture of a whole network is no capture of a phone.
    private static var deviceLimit: Int { 65536 }

    init(given: [PhoneAddress]) {
        self.given = given
        isDecided = !given.isEmpty
        reason = given.isEmpty ? "no_flows" : "given"
        deviceText = phoneText
    }

    /// Passes `flow` on to `body`, now or later.
    mutating func take(_ flow: inout ClosedFlow, _ body: (inout ClosedFlow) -> Void) {
        count(flow.record)
        if isDecided {
            label(&flow.record)
            body(&flow)
        } else {
            held.append(flow)
            if held.count >= Self.holdLimit { decide(body) }
        }
    }

    /// Decides if that is still to be done, and passes on what was held.
    mutating func finish(_ body: (inout ClosedFlow) -> Void) {
        decide(body)
        fold(nil)
    }

    /// TLS, QUIC and HTTP flows begun by each device, by its text.
    var flowsOpened: [String: Int] {
        var result: [String: Int] = [:]
        for (device, count) in opened { result[device.text, default: 0] += count }
        return result
    }

    /// The phone as text, when one was given or found.
    var phoneText: String? {
        given.first.map { $0.address?.description ?? DeviceID.linkText($0.link ?? 0) } ?? phone?.text
    }

    private mutating func count(_ record: borrowing FlowRecord) {
        let device = DeviceID(link: record.originatorLinkAddress, address: record.originator.address)
        if device != recent.device { fold(device) }
        switch record.service {
        case "tls", "quic", "http": recent.opened += 1
        default:
            let responder = record.responder.address
            if !responder.isMulticast, !responder.isBroadcast { recent.begun += 1 }
        }
    }

    /// Adds what was counted for one device in a row, and begins with `device`.
    private mutating func fold(_ device: DeviceID?) {
        if let counted = recent.device {
            if recent.opened > 0, opened.count < Self.deviceLimit || opened[counted] != nil { opened[counted, default: 0] += recent.opened }
            if recent.begun > 0, begun.count < Self.deviceLimit || begun[counted] != nil { begun[counted, default: 0] += recent.begun }
        }
        recent = (device, 0, 0)
    }

    private mutating func decide(_ body: (inout ClosedFlow) -> Void) {
        guard !isDecided else { return }
        isDecided = true
        fold(nil)
        (phone, reason) = Self.choose(opened)
        if let own = PhoneAddresses.ofLabelled(held), let first = own.first {
            // The capture says whose packets are: it was made on the phone.
            (phone, reason) = (DeviceID(link: nil, address: first), "labels")
            addresses = Set(own)
        } else if phone == nil, let own = PhoneAddresses.ofFamilies(opened.isEmpty ? begun : opened), let first = own.first {
            (phone, reason) = (DeviceID(link: nil, address: first), opened.isEmpty ? "connections" : "found")
            addresses = Set(own)
        } else if reason == "no_flows", let other = Self.choose(begun).0 {
            // Good enough to show which way is up; no metric counts on it (METHOD.md §1).
            (phone, reason) = (other, "connections")
        }
        deviceText = phoneText
        var flows: [ClosedFlow] = []
        swap(&flows, &held)
        for index in flows.indices {
            label(&flows[index].record)
            body(&flows[index])
        }
    }

    private static func choose(_ opened: [DeviceID: Int]) -> (DeviceID?, String) {
        var byText: [String: Int] = [:], devices: [String: DeviceID] = [:]
        for (device, count) in opened {
            byText[device.text] = count
            devices[device.text] = device
        }
        let choice = PhoneChoice(flowsOpened: byText)
        return (choice.phone.flatMap { devices[$0] }, choice.reason)
    }

    private mutating func label(_ record: inout FlowRecord) {
        let isOriginator = isPhone(record.originatorLinkAddress, record.originator.address)
        let isResponder = isPhone(record.responderLinkAddress, record.responder.address)
        record.phone = isOriginator ? (isResponder ? .both : .originator) : (isResponder ? .responder : .unknown)
        guard record.phone != .unknown else { return }
        record.device = deviceText
        isSeen = true
    }

    func isPhone(_ link: UInt64?, _ address: IPAddress) -> Bool {
        if !addresses.isEmpty { return addresses.contains(address) }
        if let phone {
            return phone.link != 0 ? link == phone.link : address == phone.address
        }
        for candidate in given where candidate.address == address || (candidate.link != nil && candidate.link == link) { return true }
        return false
    }
}
