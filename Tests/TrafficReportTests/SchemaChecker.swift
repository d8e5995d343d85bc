@testable import TrafficCore

/// Checks a JSON text against a JSON Schema (draft 2020-12), as far as the schemas in docs/schema go: type, enum, const,
/// minimum, maximum, items, properties, required, additionalProperties, oneOf, $ref into $defs. A key that it does not know is a
/// fault of its own, so that no rule is passed over in silence.
struct SchemaChecker {
    private let root: JSONValue
    private(set) var faults: [String] = []

    private static let notes: Set<String> = ["$schema", "$defs", "title", "description", "pattern"]

    init(schema: JSONValue, value: JSONValue) {
        root = schema
        check(value, by: schema, at: "$", depth: 0)
    }

    private mutating func check(_ value: JSONValue, by schema: JSONValue, at place: String, depth: Int) {
        guard depth < 64, faults.count < 20 else { return }
        if case .bool(let allowed) = schema {
            if !allowed { faults.append("\(place): nothing may stand here") }
            return
        }
        guard case .object(let rules) = schema else { return faults.append("\(place): the schema is no object") }
        for rule in rules where !Self.notes.contains(rule.key) {
            switch rule.key {
            case "$ref": follow(rule.value, value, place, depth)
            case "type": checkType(value, rule.value, place)
            case "enum":
                guard case .array(let allowed) = rule.value else { return faults.append("\(place): enum is no list") }
                if !allowed.contains(value) { faults.append("\(place): not one of those that may stand here") }
            case "const": if rule.value != value { faults.append("\(place): not the only value that may stand here") }
            case "minimum": if let number = self.number(value), let least = self.number(rule.value), number < least { faults.append("\(place): \(number) is below \(least)") }
            case "maximum": if let number = self.number(value), let most = self.number(rule.value), number > most { faults.append("\(place): \(number) is above \(most)") }
            case "items":
                guard case .array(let elements) = value else { continue }
                for (index, element) in elements.enumerated() { check(element, by: rule.value, at: "\(place)[\(index)]", depth: depth + 1) }
            case "oneOf":
                guard case .array(let choices) = rule.value else { continue }
                let fitting = choices.count { SchemaChecker(root: root, $0, value).faults.isEmpty }
                if fitting != 1 { faults.append("\(place): fits \(fitting) of \(choices.count) choices") }
            case "properties", "required", "additionalProperties": break
            default: faults.append("\(place): the checker does not know \(rule.key)")
            }
        }
        checkMembers(value, schema, place, depth)
    }

    private init(root: JSONValue, _ schema: JSONValue, _ value: JSONValue) {
        self.root = root
        check(value, by: schema, at: "$", depth: 0)
    }

    private mutating func follow(_ reference: JSONValue, _ value: JSONValue, _ place: String, _ depth: Int) {
        guard case .string(let path) = reference, path.hasPrefix("#/$defs/"), let target = root["$defs"]?[String(path.dropFirst(8))] else {
            return faults.append("\(place): a reference leads nowhere")
        }
        check(value, by: target, at: place, depth: depth + 1)
    }

    private mutating func checkMembers(_ value: JSONValue, _ schema: JSONValue, _ place: String, _ depth: Int) {
        guard case .object(let members) = value else { return }
        if case .array(let required)? = schema["required"] {
            for case .string(let key) in required where value[key] == nil { faults.append("\(place): \(key) is missing") }
        }
        for member in members {
            if let rule = schema["properties"]?[member.key] {
                check(member.value, by: rule, at: "\(place).\(member.key)", depth: depth + 1)
            } else if let rest = schema["additionalProperties"] {
                check(member.value, by: rest, at: "\(place).\(member.key)", depth: depth + 1)
            }
        }
    }

    private mutating func checkType(_ value: JSONValue, _ rule: JSONValue, _ place: String) {
        var names: [String] = []
        switch rule {
        case .string(let name): names = [name]
        case .array(let list): for case .string(let name) in list { names.append(name) }
        default: break
        }
        let own: [String] = switch value {
        case .null: ["null"]
        case .bool: ["boolean"]
        case .integer, .unsigned: ["integer", "number"]
        case .number(let number): number == number.rounded() ? ["integer", "number"] : ["number"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
        if Set(names).isDisjoint(with: own) { faults.append("\(place): is \(own[0]), not \(names.joined(separator: " or "))") }
    }

    private func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
