/// Names that a cohort should not pass on: a host that fewer than two apps contact may be one person's (DESIGN.md §7).
public struct RareNames: Sendable {
    private var names: [String: Set<String>] = [:]
    private var domains: [String: Set<String>] = [:]

    public init() {}

    /// Takes note of whom a capture's app contacts.
    public mutating func add(_ capture: ProfiledCapture) {
        for destination in capture.profile.destinations where !destination.name.isEmpty {
            names[destination.name, default: []].insert(capture.app.id)
            if let domain = RegistrableDomain.of(destination.name) { domains[domain, default: []].insert(capture.app.id) }
        }
    }

    /// The capture without them: such a name gives way to its registrable domain where two apps contact that, or `catalogue` knows whose
    /// it is; else its network alone stays.
    /// - Parameter removed: names that were changed or left out.
    public func withheld(_ capture: ProfiledCapture, catalogue: DestinationCatalogue, removed: inout Set<String>) -> ProfiledCapture {
        var result = capture
        for place in capture.profile.destinations.indices {
            let name = capture.profile.destinations[place].name
            guard !name.isEmpty, names[name]?.count ?? 0 < 2 else { continue }
            removed.insert(name)
            let domain = RegistrableDomain.of(name)
            let isShown = domain.map { domains[$0]?.count ?? 0 >= 2 || catalogue.facts(for: $0) != nil } ?? false
            result.profile.destinations[place].name = isShown ? domain ?? "" : ""
            if !isShown { result.profile.destinations[place].nameSource = .address }
        }
        return result
    }
}
