import TrafficCore

/// Flow records as lines for people. Columns have fixed widths, so that rows can be printed as flows close.
struct FlowTextRows: Sendable {
    private let color: Bool
    private let destinationWidth: Int
    private let ownerWidth: Int
    private let appWidth: Int

    init(width: Int, color: Bool) {
        self.color = color
        // What is left of the fixed columns goes to the three that hold names.
        let flexible = max(36, min(width, 400) - Self.fixedWidth)
        destinationWidth = flexible / 2
        ownerWidth = flexible / 4
        appWidth = flexible - destinationWidth - ownerWidth
    }

    /// Start, category, protocol, up, down, duration, state, with the two spaces around.
    private static var fixedWidth: Int { 12 + 16 + 10 + 8 + 8 + 9 + 6 + 2 * 9 }

    func header(into buffer: inout [UInt8]) {
        let text = line(
            time: "start (UTC)", app: "app", destination: "destination", owner: "owner", category: "category",
            proto: "protocol", up: "up", down: "down", duration: "duration", state: "state")
        buffer.append(contentsOf: Terminal.styled(text, .dim, color: color).utf8)
        buffer.append(0x0a)
    }

    func append(_ record: FlowRecord, to buffer: inout [UInt8]) {
        let (up, down, isKnown) = upDown(record)
        let destination = record.destination
        var name = destination?.name ?? record.serverName ?? record.responder.address.description
        if destination?.nameSource != .sni, record.responder.port != 443 { name += ":" + String(record.responder.port) }
        if record.encryptedClientHello { name += " (cover name)" }
        let text = line(
            time: UTCTime.clock(nanoseconds: record.first, digits: 3),
            app: (isKnown ? "" : "? ") + (record.app ?? "unattributed"),
            destination: name,
            owner: destination?.owner ?? "–",
            category: destination?.category ?? "–",
            proto: record.service ?? record.transport.name,
            up: (isKnown ? "" : ">") + Quantity.octets(up), down: (isKnown ? "" : "<") + Quantity.octets(down),
            duration: Quantity.duration(nanoseconds: record.last.subtractingReportingOverflow(record.first).partialValue),
            state: record.state)
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0a)
    }

    /// Up and down; forward and reverse when the phone's side is not known.
    private func upDown(_ record: FlowRecord) -> (Int, Int, Bool) {
        switch DirectionNames(record.phone) {
        case .phoneIsOriginator: (record.payload.forward, record.payload.reverse, true)
        case .phoneIsResponder: (record.payload.reverse, record.payload.forward, true)
        case .unknown: (record.payload.forward, record.payload.reverse, false)
        }
    }

    private func line(
        time: String, app: String, destination: String, owner: String, category: String, proto: String, up: String,
        down: String, duration: String, state: String
    ) -> String {
        let cells = [
            cell(time, 12), cell(app, appWidth), cell(destination, destinationWidth), cell(owner, ownerWidth),
            cell(category, 16), cell(proto, 10), cell(up, 8, right: true), cell(down, 8, right: true),
            cell(duration, 9, right: true), Terminal.cut(Escaping.terminal(state), to: 6),
        ]
        return cells.joined(separator: "  ")
    }

    private func cell(_ text: String, _ columns: Int, right: Bool = false) -> String {
        Terminal.pad(Terminal.cut(Escaping.terminal(text), to: columns), to: columns, right: right)
    }
}
