/// The compact form of a profile in a store: version, then fields in a fixed order. Counts and numbers are LEB128, signed ones zigzag,
/// times IEEE 754 doubles, texts UTF-8 with their length. A reader takes its own version and older ones.
public enum ProfileCodec {
    public static let version = 1

    /// Why octets are no profile.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// Written by a newer program.
        case newer(version: Int)
        /// Damaged at this octet.
        case damaged(offset: Int)

        public var description: String {
            switch self {
            case .newer(let version): "profile of version \(version); this program reads version \(ProfileCodec.version)"
            case .damaged(let offset): "damaged profile (octet \(offset))"
            }
        }
    }

    public static func encode(_ profile: CaptureProfile) -> [UInt8] {
        var writer = Writer()
        writer.number(version)
        writer.text(profile.id)
        writer.signed(Int(profile.start))
        for phase in Phase.allCases { writer.double(profile.seconds[phase] ?? .nan) }
        writer.list(profile.events) { $0.double($1) }
        writer.list(profile.eventKinds) { $0.text($1) }
        writer.list(Array(zip(profile.destinations, profile.totals))) { writer, row in
            writer.write(row.0)
            writer.write(row.1)
        }
        writer.list(profile.cells) { writer, cell in
            writer.number(cell.phase.order << 1 | (cell.clear ? 1 : 0))
            writer.signed(Int(cell.cell))
            for number in [cell.destination, cell.bursts, cell.uploads, cell.up, cell.down] { writer.number(number) }
            writer.double(cell.first)
            writer.list(Array(profile.sizes[cell.sizes])) { writer, size in
                writer.octets.append(size.bin)
                writer.number(size.count)
            }
        }
        for bursts in [profile.background, profile.foreground] {
            writer.list(bursts) { writer, burst in
                writer.number(burst.destination)
                writer.double(burst.time)
                writer.number(burst.up)
                writer.number(burst.connection.map { $0 &+ 1 } ?? 0)
            }
        }
        writer.list(profile.ledger.counters) { $0.number($1) }
        writer.list(profile.flags) { $0.text($1) }
        return writer.octets
    }

    /// - Throws: `Failure`; whatever the octets, nothing larger than they are is made of them.
    public static func decode(_ octets: [UInt8]) throws(Failure) -> CaptureProfile {
        var reader = Reader(octets: octets)
        let version = try reader.number()
        guard version == Self.version else {
            if version > Self.version { throw .newer(version: version) }
            throw .damaged(offset: 0)
        }
        let id = try reader.text(), start = Int64(try reader.signed())
        var seconds: [Phase: Double] = [:]
        for phase in Phase.allCases {
            let value = try reader.double()
            if value.isFinite, value >= 0 { seconds[phase] = value }
        }
        var profile = CaptureProfile(id: id, start: start, seconds: seconds)
        for _ in 0..<(try reader.count(of: 8)) { profile.events.append(try reader.time()) }
        for _ in 0..<(try reader.count(of: 1)) { profile.eventKinds.append(try reader.text()) }
        guard profile.eventKinds.isEmpty || profile.eventKinds.count == profile.events.count else { throw reader.damaged }
        for _ in 0..<(try reader.count(of: 24)) {
            profile.destinations.append(try reader.destination())
            profile.totals.append(try reader.total())
        }
        let destinations = profile.destinations.count
        let cells = try reader.count(of: 16)
        profile.cells.reserveCapacity(cells)
        for _ in 0..<cells {
            let kind = try reader.number(), place = try reader.signed()
            guard kind >> 1 < Phase.allCases.count, place >= -0x4000_0000, place <= TimeCell.edges.count else { throw reader.damaged }
            var cell = CaptureProfile.Cell(
                phase: Phase.allCases[kind >> 1], cell: Int32(place), destination: try reader.place(below: destinations), clear: kind & 1 == 1,
                bursts: try reader.number(), uploads: try reader.number(), up: try reader.number(), down: try reader.number(),
                first: try reader.time(), sizes: 0..<0)
            let begin = profile.sizes.count
            for _ in 0..<(try reader.count(of: 2)) {
                let bin = try reader.octet()
                guard bin < SizeDistribution.bins else { throw reader.damaged }
                profile.sizes.append(CaptureProfile.SizeCount(bin: bin, count: try reader.number()))
            }
            cell.sizes = begin..<profile.sizes.count
            profile.cells.append(cell)
        }
        profile.background = try reader.bursts(destinations)
        profile.foreground = try reader.bursts(destinations)
        var counters: [Int] = []
        for _ in 0..<(try reader.count(of: 1)) { counters.append(try reader.number()) }
        guard let ledger = Ledger(counters: counters) else { throw reader.damaged }
        profile.ledger = ledger
        for _ in 0..<(try reader.count(of: 1)) { profile.flags.append(try reader.text()) }
        guard reader.position == octets.count else { throw reader.damaged }
        return profile
    }

    private struct Writer {
        var octets: [UInt8] = []

        mutating func number(_ value: Int) {
            var rest = UInt64(max(0, value))
            while rest >= 0x80 {
                octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            octets.append(UInt8(rest))
        }

        /// Zigzag; the least number becomes the one above it, so that every one has a place.
        mutating func signed(_ value: Int) {
            let value = max(value, .min + 1), magnitude = UInt64(value.magnitude)
            number(Int(truncatingIfNeeded: min(magnitude, UInt64(Int.max >> 1)) << 1 | (value < 0 ? 1 : 0)))
        }

        mutating func double(_ value: Double) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { octets.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
        }

        mutating func text(_ text: String) {
            number(text.utf8.count)
            octets += text.utf8
        }

        mutating func list<Element>(_ elements: [Element], _ body: (inout Writer, Element) -> Void) {
            number(elements.count)
            for element in elements { body(&self, element) }
        }

        mutating func write(_ destination: ProfileDestination) {
            text(destination.name)
            octets.append(UInt8(Destination.NameSource.allCases.firstIndex(of: destination.nameSource) ?? 0))
            octets.append(UInt8(ProfileDestination.Reach.allCases.firstIndex(of: destination.reach) ?? 0))
            octets.append(UInt8(ProfileDestination.Sender.allCases.firstIndex(of: destination.sender) ?? 0))
            octets.append((destination.isCover ? 1 : 0) | (destination.transport == .udp ? 2 : 0))
            text(destination.block)
            number(Int(destination.system))
            text(destination.country)
            number(Int(destination.port))
            text(destination.service)
        }

        mutating func write(_ total: CaptureProfile.Total) {
            for value in [total.flows, total.up, total.down] { number(value) }
            for sizes in [total.sizesUp, total.sizesDown] { for size in PayloadSizeClass.allCases { number(sizes[size]) } }
        }
    }

    private struct Reader {
        let octets: [UInt8]
        private(set) var position = 0

        init(octets: [UInt8]) { self.octets = octets }

        var damaged: Failure { .damaged(offset: position) }

        mutating func octet() throws(Failure) -> UInt8 {
            guard position < octets.count else { throw damaged }
            position += 1
            return octets[position - 1]
        }

        mutating func number() throws(Failure) -> Int {
            var value: UInt64 = 0, shift: UInt64 = 0
            while true {
                let octet = try octet()
                guard shift < 63, octet & 0x7f == 0 || UInt64(octet & 0x7f) <= UInt64(Int.max) >> shift else { throw damaged }
                value |= UInt64(octet & 0x7f) << shift
                if octet & 0x80 == 0 { break }
                shift += 7
            }
            guard let number = Int(exactly: value) else { throw damaged }
            return number
        }

        mutating func signed() throws(Failure) -> Int {
            let value = try number()
            return value & 1 == 1 ? -(value >> 1) : value >> 1
        }

        mutating func place(below limit: Int) throws(Failure) -> Int {
            let value = try number()
            guard value < limit else { throw damaged }
            return value
        }

        /// A number of elements of at least `size` octets each: no more than there are octets for.
        mutating func count(of size: Int) throws(Failure) -> Int {
            let value = try number()
            guard value <= (octets.count - position) / size else { throw damaged }
            return value
        }

        mutating func double() throws(Failure) -> Double {
            guard octets.count - position >= 8 else { throw damaged }
            var bits: UInt64 = 0
            for index in 0..<8 { bits |= UInt64(octets[position + index]) << UInt64(8 * index) }
            position += 8
            return Double(bitPattern: bits)
        }

        /// Seconds.
        mutating func time() throws(Failure) -> Double {
            let value = try double()
            guard value.isFinite else { throw damaged }
            return value
        }

        mutating func text() throws(Failure) -> String {
            let length = try count(of: 1)
            guard let text = String(validating: octets[position..<position + length], as: UTF8.self) else { throw damaged }
            position += length
            return text
        }

        private mutating func element<Value: CaseIterable>() throws(Failure) -> Value where Value.AllCases == [Value] {
            let place = Int(try octet())
            guard place < Value.allCases.count else { throw damaged }
            return Value.allCases[place]
        }

        mutating func destination() throws(Failure) -> ProfileDestination {
            let name = try text()
            let source: Destination.NameSource = try element(), reach: ProfileDestination.Reach = try element()
            let sender: ProfileDestination.Sender = try element(), bits = try octet()
            guard bits < 4 else { throw damaged }
            let block = try text(), system = try number(), country = try text(), port = try number(), service = try text()
            guard system <= UInt32.max, port <= UInt16.max else { throw damaged }
            return ProfileDestination(
                name: name, nameSource: source, isCover: bits & 1 == 1, block: block, reach: reach, system: UInt32(system), country: country,
                port: UInt16(port), transport: bits & 2 == 2 ? .udp : .tcp, service: service, sender: sender)
        }

        mutating func total() throws(Failure) -> CaptureProfile.Total {
            var total = CaptureProfile.Total()
            (total.flows, total.up, total.down) = (try number(), try number(), try number())
            for size in PayloadSizeClass.allCases { total.sizesUp.add(size, count: UInt32(truncatingIfNeeded: try number())) }
            for size in PayloadSizeClass.allCases { total.sizesDown.add(size, count: UInt32(truncatingIfNeeded: try number())) }
            return total
        }

        mutating func bursts(_ destinations: Int) throws(Failure) -> [CaptureProfile.TimedBurst] {
            let count = try count(of: 11)
            var bursts: [CaptureProfile.TimedBurst] = []
            bursts.reserveCapacity(count)
            for _ in 0..<count {
                var burst = CaptureProfile.TimedBurst(destination: try place(below: destinations), time: try time(), up: try number())
                let connection = try number()
                burst.connection = connection > 0 ? connection - 1 : nil
                bursts.append(burst)
            }
            return bursts
        }
    }
}
