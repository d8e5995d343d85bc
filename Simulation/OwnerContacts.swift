import Glibc

/// Which of the third-party owners that apps share an app contacts, and what share of its third-party traffic each gets.
struct OwnerContacts {
    /// Owners that an app may contact, most popular first.
    static let owners = 250
    private static let weightSpread = 1.5

    /// Number and weight, in order of the numbers.
    private(set) var weights: [(owner: Int, weight: Double)] = []
    var count: Int { weights.count }

    /// Zipf's law of popularity, times the app's own appetite.
    private static let popularity = (1...owners).map { min(0.9, 1.2 / pow(Double($0), 0.85)) }

    init(appetite: Double, random: inout RandomSource) {
        for owner in 0..<Self.owners where random.isTrue(min(0.97, Self.popularity[owner] * appetite)) {
            weights.append((owner, random.logNormal(median: 1, spread: Self.weightSpread)))
        }
    }

    /// Of each app, the share of its weight at owners that no other app contacts.
    static func novelShares(_ apps: [OwnerContacts]) -> [Double] {
        var contacts = [Int](repeating: 0, count: owners)
        for app in apps { for entry in app.weights { contacts[entry.owner] += 1 } }
        return apps.map { app in
            let total = app.weights.reduce(0) { $0 + $1.weight }
            let novel = app.weights.reduce(0) { $0 + (contacts[$1.owner] == 1 ? $1.weight : 0) }
            return total > 0 ? novel / total : 0
        }
    }
}
