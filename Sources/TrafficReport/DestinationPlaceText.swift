import TrafficCore

extension DestinationSummary {
    /// The owner; of an address without a name with the AS that tells it: "Meta Platforms (AS32934)"; without an owner who
    /// announces the addresses; nil when nothing is known.
    var ownerText: String? {
        guard let owner else { return operatorText }
        guard nameSource == .address, let system = systems.first else { return owner }
        return owner + " (" + system.label + ")"
    }

    /// Who announces the addresses, where no owner is known: "AS64500 EXAMPLE", "AS64500, AS64501"; nil when unknown.
    var operatorText: String? {
        guard let first = systems.first else { return nil }
        if systems.count > 1 { return systems.prefix(3).map(\.label).joined(separator: ", ") + (systems.count > 3 ? ", …" : "") }
        return first.label + (first.name.map { " " + $0 } ?? "")
    }

    /// Whether its countries say little of where the data go.
    var isPlaceDoubtful: Bool { placeNote != nil && !countries.isEmpty }

    /// Why the countries say little, for a reader; nil when nothing is against them.
    var placeNoteText: String? {
        guard isPlaceDoubtful, let placeNote else { return nil }
        return switch placeNote {
        case .anycast: "anycast"
        case .sharedHosting: "shared hosting"
        }
    }

    /// "DE", "DE US", "~US" where it says little, "–" where none is known.
    var countriesText: String {
        guard !countries.isEmpty else { return "–" }
        return (isPlaceDoubtful ? "~" : "") + countries.prefix(2).joined(separator: " ")
    }
}
