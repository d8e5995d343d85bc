/// A JSON value (RFC 8259), for the vector file. Integers are exact up to 64 bits; members keep their order.
enum JSONValue: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        var key: String
        var value: JSONValue
    }

    case null
    case bool(Bool)
    case integer(Int)
    /// Above `Int.max`.
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// An object from keys and values as they stand.
    static func members(_ pairs: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(pairs.map { Member(key: $0.key, value: $0.value) })
    }

    /// A number, or null for nil, an infinity or NaN.
    static func finite(_ value: Double?) -> JSONValue { value.flatMap(\.finite).map(JSONValue.number) ?? .null }

    static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// The last member of this name, as most readers have it; nil when there is none or this is no object.
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// Compact text, numbers in their shortest form that reads back the same.
    func write(into text: inout [UInt8]) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        case .unsigned(let value): text += String(value).utf8
        case .number(let value): text += (value.isFinite ? value.description : "null").utf8
        case .string(let value): Self.write(value, into: &text)
        case .array(let values):
            text.append(UInt8(ascii: "["))
            for (i, value) in values.enumerated() {
                if i > 0 { text.append(UInt8(ascii: ",")) }
                value.write(into: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (i, member) in members.enumerated() {
                if i > 0 { text.append(UInt8(ascii: ",")) }
                Self.write(member.key, into: &text)
                text.append(UInt8(ascii: ":"))
                member.value.write(into: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ string: String, into text: inout [UInt8]) {
        let hex = Array("0123456789abcdef".utf8)
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: text += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
