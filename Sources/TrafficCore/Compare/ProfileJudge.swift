/// Which flows of a capture count for its app.
public enum AttributionChoice: String, Sendable, CaseIterable {
    /// All that nothing speaks against; the system's and other apps' are left out. What METHOD.md's metrics are made of.
    case standard
    /// Where a capture has labels, only flows with one; else as standard.
    case strict
    /// Everything that the phone sent, the system's and other apps' too.
    case loose
}

/// Gives the destinations of profiles owner, category, party and seat, by the lists of today and the app's owner
/// (METHOD.md §1, *Party* and *Category*).
public struct ProfileJudge {
    private var classifier: DestinationClassifier
    private let attribution: AttributionChoice
    private let firstPartyAnalytics: Bool

    /// - Parameters:
    ///   - catalogue: the lists.
    ///   - attribution: which flows count.
    ///   - countsFirstPartyAnalytics: false: what an app sends to analytics, advertising and crash hosts of its own owner counts as
    ///     first-party, not by its category. METHOD.md counts by category; without it shows what that decides.
    public init(
        catalogue: DestinationCatalogue = DestinationCatalogue(), attribution: AttributionChoice = .standard, countsFirstPartyAnalytics: Bool = true
    ) {
        classifier = DestinationClassifier(catalogue: catalogue, geography: nil)
        (self.attribution, firstPartyAnalytics) = (attribution, countsFirstPartyAnalytics)
    }

    /// Whom METHOD.md counts a destination as.
    mutating func party(of destination: ProfileDestination, app: AppIdentity?) -> RemoteParty {
        RemoteParty(destination, app: app, classifier: &classifier)
    }

    /// What the lists say of a destination's name.
    mutating func named(_ destination: ProfileDestination, app: AppIdentity?) -> (destination: Destination, isListed: Bool, party: Party) {
        classifier.judged(destination.name, isCover: destination.isCover, app: app)
    }

    /// The capture as METHOD.md's stage A takes it, for an app of this owner and these domains.
    public mutating func judge(_ profile: CaptureProfile, app: AppIdentity?) -> ObservedCapture {
        var capture = ObservedCapture(id: profile.id, seconds: profile.seconds, events: profile.events)
        capture.eventKinds = profile.eventKinds
        let senders: Set<ProfileDestination.Sender> =
            switch attribution {
            case .standard: [.labelled, .assumed, .inferred]
            case .strict: profile.destinations.contains { $0.sender == .labelled } ? [.labelled] : [.assumed]
            case .loose: Set(ProfileDestination.Sender.allCases)
            }
        // Many addresses of one name are one party.
        var numbers: [RemoteParty: Int] = [:]
        let places = profile.destinations.map { destination -> Int in
            guard senders.contains(destination.sender) else { return -1 }
            var party = RemoteParty(destination, app: app, classifier: &classifier)
            if !firstPartyAnalytics, party.isFirstParty, [.analytics, .advertising, .crash].contains(party.category) { party.category = .firstParty }
            if let known = numbers[party] { return known }
            numbers[party] = capture.parties.count
            capture.parties.append(party)
            return capture.parties.count - 1
        }
        capture.sizes = profile.sizes
        capture.amounts.reserveCapacity(profile.cells.count)
        for cell in profile.cells where places[cell.destination] >= 0 {
            capture.amounts.append(ObservedAmount(
                phase: cell.phase, cell: cell.cell, party: places[cell.destination], clear: cell.clear, uploads: cell.uploads,
                up: Double(cell.up), down: Double(cell.down), first: cell.first, sizes: cell.sizes))
        }
        func judged(_ bursts: [CaptureProfile.TimedBurst]) -> [CaptureProfile.TimedBurst] {
            bursts.compactMap { burst in
                guard places[burst.destination] >= 0 else { return nil }
                return CaptureProfile.TimedBurst(destination: places[burst.destination], time: burst.time, up: burst.up, connection: burst.connection)
            }
        }
        (capture.background, capture.foreground) = (judged(profile.background), judged(profile.foreground))
        return capture
    }
}
