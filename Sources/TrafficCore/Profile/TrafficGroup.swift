/// What was exchanged with all destinations that have one thing in common: their owner, their category, their party.
public struct TrafficGroup: Sendable {
    /// What they have in common; nil where it is not known.
    public var name: String?
    public var destinations = 0
    public var sum = TrafficSum()
    public var phases = PhaseAmounts()

    /// One row for each value of `key`, most octets up first, then by name (UTF-8); without a value last among equals.
    public static func rows(of destinations: [DestinationSummary], by key: (DestinationSummary) -> String?) -> [TrafficGroup] {
        var rows: [TrafficGroup] = [], index: [String?: Int] = [:]
        for destination in destinations {
            let name = key(destination)
            let place = index[name] ?? rows.count
            if place == rows.count {
                index[name] = place
                rows.append(TrafficGroup(name: name))
            }
            rows[place].destinations += 1
            rows[place].sum.add(destination.sum)
            rows[place].phases.add(destination.phases)
        }
        return rows.sorted { a, b in
            if a.sum.up != b.sum.up { return a.sum.up > b.sum.up }
            guard let left = a.name, let right = b.name else { return a.name != nil }
            return left.precedes(right)
        }
    }
}

/// One tracker, and which apps exchanged how much with it.
public struct TrackerContact: Sendable {
    /// As `TrackerSummary` has them.
    public var owner: String
    public var category: String
    /// In the order of the apps given; nil: flows that no app was found for.
    public var apps: [(app: String?, isGuessed: Bool, sum: TrafficSum)] = []

    /// The matrix of trackers and apps: a tracker a row, the most widespread first, then by owner and category (UTF-8).
    public static func rows(of apps: [AppSummary]) -> [TrackerContact] {
        struct Key: Hashable { var owner: String, category: String }
        var rows: [TrackerContact] = [], index: [Key: Int] = [:]
        for app in apps {
            for tracker in app.trackers {
                let key = Key(owner: tracker.owner, category: tracker.category)
                let place = index[key] ?? rows.count
                if place == rows.count {
                    index[key] = place
                    rows.append(TrackerContact(owner: tracker.owner, category: tracker.category))
                }
                rows[place].apps.append((app.app, app.isGuessed, tracker.sum))
            }
        }
        return rows.sorted { a, b in
            if a.apps.count != b.apps.count { return a.apps.count > b.apps.count }
            return a.owner == b.owner ? a.category.precedes(b.category) : a.owner.precedes(b.owner)
        }
    }
}
