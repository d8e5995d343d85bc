/// Comma-separated values (RFC 4180), lines ended by CR LF. Text cells go through `Escaping`; numbers are written as
/// they are, a negative one is no formula.
public struct CSV: Sendable {
    public private(set) var octets: [UInt8] = []
    private var isFirstCell = true

    public init(columns: [String]) {
        row { row in
            for column in columns { row.cell(column) }
        }
    }

    public mutating func row(_ body: (inout CSV) -> Void) {
        isFirstCell = true
        body(&self)
        octets.append(0x0d)
        octets.append(0x0a)
    }

    private mutating func separate() {
        if !isFirstCell { octets.append(0x2c) }
        isFirstCell = false
    }

    /// Empty when nil.
    public mutating func cell(_ text: String?) {
        separate()
        if let text { Escaping.appendCSV(text, to: &octets) }
    }

    public mutating func cell(_ number: Double?) {
        separate()
        guard let number, number.isFinite else { return }
        if number == number.rounded(), abs(number) < 1e15 {
            Decimal.append(Int(number), to: &octets)
        } else {
            octets.append(contentsOf: number.description.utf8)
        }
    }

    public mutating func cell(_ number: Int?) {
        separate()
        if let number { Decimal.append(number, to: &octets) }
    }
}
