extension InspectionSummary {
    /// What stored profiles of one app tell, as far as facts without packets can: destinations, amounts, phases, the ledger.
    /// - Parameters:
    ///   - overviews: of captures that were read.
    ///   - judge: gives destinations their owners.
    public init(profiles: [CaptureProfile], app: AppIdentity, overviews: [CaptureOverview] = [], judge: inout ProfileJudge) {
        self.init()
        var rows: [DestinationSummary] = [], places: [DestinationSummary.Identity: Int] = [:], summary = AppSummary(app: app.id), flags: Set<String> = []
        var ledger = Ledger()
        for profile in profiles {
            ledger.add(profile.ledger)
            flags.formUnion(profile.flags)
            var numbers = [Int](repeating: -1, count: profile.destinations.count)
            for (place, destination) in profile.destinations.enumerated() where destination.sender != .system && destination.sender != .other {
                let row = judge.summary(of: destination, profile.totals[place], app: app)
                summary.add(row.sum, country: row.countries.first)
                if let known = places[row.identity] {
                    rows[known].add(row)
                    numbers[place] = known
                } else {
                    places[row.identity] = rows.count
                    numbers[place] = rows.count
                    rows.append(row)
                }
            }
            for cell in profile.cells where numbers[cell.destination] >= 0 {
                var amounts = PhaseAmounts()
                var amount = PhaseAmounts.Amount()
                (amount.up, amount.down, amount.uploads) = (cell.up, cell.down, cell.uploads)
                amounts[cell.phase] = amount
                rows[numbers[cell.destination]].phases.add(amounts)
                summary.phases.add(amounts)
                if cell.clear { rows[numbers[cell.destination]].addClear(up: cell.up) }
            }
        }
        take(summary, rows, ledger: ledger, flags: flags.sorted { $0.precedes($1) }, hasPhases: profiles.contains { $0.seconds.count > 1 })
        finish(overviews: overviews)
    }
}

extension ProfileJudge {
    /// One destination of a profile as a row of a summary.
    fileprivate mutating func summary(of destination: ProfileDestination, _ total: CaptureProfile.Total, app: AppIdentity) -> DestinationSummary {
        var row: DestinationSummary
        if destination.name.isEmpty {
            let party = party(of: destination, app: app)
            row = DestinationSummary(name: party.owner, nameSource: .address)
            row.party = party.isFirstParty ? .first : .unknown
        } else {
            let (named, _, party) = named(destination, app: app)
            row = DestinationSummary(named, party: party)
            row.nameSource = destination.nameSource
        }
        if !destination.country.isEmpty { row.countries = [destination.country] }
        row.services = [ServiceCount(
            name: destination.service.isEmpty ? destination.transport.name : destination.service, version: nil, flows: total.flows)]
        (row.sum.flows, row.sum.up, row.sum.down) = (total.flows, total.up, total.down)
        (row.sum.sizesUp, row.sum.sizesDown) = (total.sizesUp, total.sizesDown)
        return row
    }
}

extension DestinationSummary {
    fileprivate mutating func addClear(up: Int) { sum.clearUp.addSaturating(up) }
}
