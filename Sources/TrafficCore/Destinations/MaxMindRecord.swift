/// What the record of a network says, whoever made the file. The paths are those of GeoLite2 and DB-IP Lite (`country` and
/// `registered_country` maps, `autonomous_system_…`), of IPinfo (`country_code`, `asn` such as "AS64500", `as_name`) and of
/// flat files (`country` as a code).
struct MaxMindRecord {
    /// A code of `GeoCode`; 0 when no path leads to one.
    var country: UInt32 = 0
    var isAnycast = false
    /// 0 when there is none.
    var system: UInt32 = 0
    var systemName: ArraySlice<UInt8>?

    /// Values looked at in one record: one of GeoLite2-City has a hundred.
    static let stepLimit = 4096

    /// nil when the record is broken, or is no map.
    init?(_ data: MaxMindData, at place: Int, steps: inout Int) {
        guard let head = data.head(at: place), let map = data.target(of: head), map.kind == MaxMindData.Kind.map else { return nil }
        var left = Self.stepLimit, found = Found()
        let isWhole = data.members(of: map, steps: &left) { key, value, left in
            switch value.kind {
            case MaxMindData.Kind.map: found.take(map: value, key, data, &left)
            case MaxMindData.Kind.string: found.take(data.string(value), key)
            default: if let number = data.number(value) { found.take(number, key) }
            }
        }
        steps -= Self.stepLimit - max(0, left)
        guard isWhole else { return nil }
        country = [found.country, found.registeredCountry, found.countryCode, found.flatCountry].first { $0 != 0 } ?? 0
        (isAnycast, system) = (found.isAnycast, found.systemNumber)
        systemName = found.organization ?? found.asName ?? found.name
    }

    private struct Found {
        var country: UInt32 = 0, registeredCountry: UInt32 = 0, countryCode: UInt32 = 0, flatCountry: UInt32 = 0
        var isAnycast = false
        var systemNumber: UInt32 = 0
        var organization: ArraySlice<UInt8>?, asName: ArraySlice<UInt8>?, name: ArraySlice<UInt8>?

        mutating func take(map: MaxMindData.Value, _ key: ArraySlice<UInt8>, _ data: MaxMindData, _ steps: inout Int) {
            let isCountry = key.isText("country"), isRegistered = key.isText("registered_country")
            guard isCountry || isRegistered || key.isText("traits") else { return }
            var code: UInt32 = 0, isAnycast = false
            // What is broken in here says nothing, and leaves the rest of the record.
            _ = data.members(of: map, steps: &steps) { key, value, _ in
                if value.kind == MaxMindData.Kind.string, key.isText("iso_code") { code = Self.country(data.string(value)) }
                if value.kind == MaxMindData.Kind.boolean, key.isText("is_anycast") { isAnycast = value.size == 1 }
            }
            if isCountry { country = code } else if isRegistered { registeredCountry = code } else { self.isAnycast = isAnycast }
        }

        mutating func take(_ text: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>) {
            if key.isText("country_code") { countryCode = Self.country(text) }
            if key.isText("country") { flatCountry = Self.country(text) }
            if key.isText("autonomous_system_organization") { organization = text }
            if key.isText("as_name") { asName = text }
            if key.isText("name") { name = text }
            if key.isText("asn") || key.isText("autonomous_system_number") { systemNumber = Self.system(text) }
        }

        mutating func take(_ number: UInt64, _ key: ArraySlice<UInt8>) {
            if key.isText("asn") || key.isText("autonomous_system_number") { systemNumber = UInt32(exactly: number) ?? 0 }
        }

        private static func country(_ text: ArraySlice<UInt8>) -> UInt32 {
            text.count == 2 ? GeoCode.country(text[text.startIndex], text[text.startIndex + 1]) : 0
        }

        /// "AS64500" or "64500"; 0 for anything else.
        private static func system(_ text: ArraySlice<UInt8>) -> UInt32 {
            let hasPrefix = text.count > 2 && text[text.startIndex] & 0xdf == 0x41 && text[text.startIndex + 1] & 0xdf == 0x53
            let digits = hasPrefix ? text.dropFirst(2) : text
            guard (1...10).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
            return UInt32(exactly: digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }) ?? 0
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func isText(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && elementsEqual(text.description.utf8)
    }
}
