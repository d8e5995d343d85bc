import Testing

@testable import TrafficCore

/// Verdicts on tables whose answer follows by hand.
@Suite struct ConnectionComparisonTests {
    /// One owner an app, unless `owner` says otherwise.
    private static let destinations = DestinationCatalogue(rows:
        "count.example\ts\tCount\t\tUS\tanalytics\tn\tl\tx\nads.example\ts\tAds\t\tUS\tadvertising\tn\tl\tx\n"
            + "shop.example\ts\tShop\t\tCN\tpayments\tn\tl\tx\nos.example\ts\tPhones\t\tUS\tos-platform\tn\tl\tx\n")

    private func apps(_ text: String, catalog: String = "") -> [ConnectionApp] {
        var table = ConnectionTable()
        #expect(table.read(Array(("app,run,sni,connections\n" + text).utf8), name: "f").count == 0)
        return table.apps(catalog: AppCatalog(rows: catalog), classifier: DestinationClassifier(catalogue: Self.destinations, geography: nil))
    }

    /// Peers p00, p01, …, of which number i has i analytics connections of 40, all others to one payment company.
    private func peers(_ count: Int, runs: Int = 1) -> String {
        (0..<count).flatMap { peer in
            (0..<runs).map { run in
                let name = "p" + (peer < 10 ? "0" : "") + "\(peer)"
                let analytics = peer > 0 ? "\(name),\(run),count.example,\(peer)\n" : ""
                return analytics + "\(name),\(run),shop.example,\(40 - peer)\n"
            }
        }.joined()
    }

    private func comparison(_ text: String, catalog: String = "", configure: (inout ComparisonOptions) -> Void = { _ in }) throws -> ConnectionComparison {
        let all = apps(text, catalog: catalog)
        var options = ComparisonOptions()
        configure(&options)
        let subject = try #require(all.first { $0.id == "s" })
        return try ConnectionComparison(subject: subject, peers: all, options: options)
    }

    private func metric(_ comparison: ConnectionComparison, _ id: ConnectionMetricID) -> MetricResult { comparison.metrics[id.rawValue] }

    @Test("the metrics are those that docs/connections.md names, two of them METHOD.md's own") func metricSet() {
        let metrics = ConnectionMetrics.metrics
        #expect(metrics.map(\.position) == ConnectionMetricID.allCases.map(\.rawValue) && Set(metrics.map(\.name)).count == metrics.count)
        #expect(metrics.filter { MetricCatalog.names.contains($0.name) }.map(\.name) == ["third_party_owner_count", "tracker_domain_count"])
        for metric in metrics {
            guard let theirs = MetricCatalog.metrics.first(where: { $0.name == metric.name }) else { continue }
            #expect(metric.offset == theirs.offset && metric.family == theirs.family && metric.isTwoSided == theirs.isTwoSided
                && metric.unit == theirs.unit && metric.smallestDenominator == theirs.smallestDenominator)
        }
    }

    @Test("values of a run, by hand") func values() throws {
        // 20 connections: 4 analytics, 2 advertising, 10 to the shop, 3 to two novel owners of no list, 1 to a name that p00 calls too.
        // The system's are in no metric.
        let text = "s,1,a.count.example,4\ns,1,b.ads.example,2\ns,1,shop.example,10\ns,1,x.new.example,2\ns,1,newer.example,1\ns,1,known.example,1\n"
            + "s,1,os.example,9\np00,1,known.example,1\n" + peers(6)
        let result = try comparison(text) { $0.watchedCountries = ["CN"] }
        #expect(metric(result, .analyticsShareOfConnections).value == 0.2)
        #expect(metric(result, .trackerShareOfConnections).value == 0.3)
        #expect(metric(result, .thirdPartyOwnerCount).value == 6)
        #expect(metric(result, .unexplainedShareOfConnections).value == 0.2)
        #expect(metric(result, .novelDestinationShareOfConnections).value == 0.25)      // the advertiser is nobody else's either
        #expect(metric(result, .novelOwnerCount).value == 3)
        #expect(metric(result, .trackerDomainCount).value == 2)
        #expect(metric(result, .analyticsConnectionCount).value == 4 && metric(result, .trackerConnectionCount).value == 6)
        #expect(metric(result, .ownerCountryCount).value == 2)
        let entropy = try #require(metric(result, .ownerCountryEntropy).value)
        #expect(abs(entropy - 0.954434002924965) < 1e-12)                                 // 6 US, 10 CN
        #expect(metric(result, .watchCountryShareOfConnections).value == 0.5)
        #expect(metric(result, .unnamedShareOfConnections).value == 0)
        #expect(metric(result, .quicShareOfConnections).value == nil)                    // no column proto
        #expect(result.connections == 29 && result.systemConnections == 9)
        let novel = result.owners.filter(\.isNovel).map(\.owner)
        #expect(novel == ["Ads", "new.example", "newer.example"])
        #expect(result.owners.first { $0.owner == "known.example" }?.peerOwners == 1)
        #expect(result.owners.first?.owner == "Shop" && result.owners.first?.peerOwners == 6)
    }

    @Test("an app in the middle of twenty is within, with the bound of Clopper and Pearson") func within() throws {
        let result = try comparison("s,1,count.example,10\ns,1,shop.example,30\n" + peers(20))
        let share = metric(result, .analyticsShareOfConnections)
        #expect(share.verdict == .within && share.below == 10 && share.peersMeasured == 20)
        // 9 peers above and one equal: (1 + 10)/(20 + 1).
        #expect(share.p == 11.0 / 21)
        let upper = try #require(share.shareBelowUpper)
        #expect(abs(upper - ClopperPearson.upper(10, of: 20)) < 1e-12 && upper < 0.7)
        #expect(result.overall == .within && result.groups == 20 && result.smallestP == 1.0 / 21)
        #expect(result.overallWording == "In destinations, and in the share of connections that goes to each kind of them, the app is within the "
            + "range of 20 peer owners, both for analytics (clause A) and for anything additional (clause B). Octets, times and contents were not there to examine.")
        #expect(result.sensitivity.isRobust && result.sensitivity.ownersTried == 20 && result.sensitivity.runsTried == 0)
        #expect(result.sensitivity.sentence.hasPrefix("Robust: none of 20 comparisons"))
        #expect(result.hasFewRuns && result.remarks.contains { $0.hasPrefix("Few captures: 1 of the subject") })
    }

    @Test("what no peer does is above, at the smallest p there is; without one owner it cannot be said") func above() throws {
        let result = try comparison("s,1,count.example,1\ns,1,secret.example,39\n" + peers(19))
        let share = metric(result, .unexplainedShareOfConnections)
        #expect(share.verdict == .above && share.value == 0.975 && share.pAdjusted == 1.0 / 20)
        #expect(result.overall == .above && result.families[1].mostUnusual == "unexplained_share_of_connections")
        #expect(result.overallWording.hasPrefix("Clause B does not hold on this baseline: unexplained_share_of_connections is above"))
        // 18 owners are too few for "above" (METHOD.md §3): every choice turns it, and the report says so.
        #expect(!result.sensitivity.isRobust && result.sensitivity.choices.count == 19)
        #expect(result.sensitivity.choices.allSatisfy { $0.changes.first == .init(metric: nil, from: .above, to: .insufficient) })
        #expect(result.sensitivity.sentence.hasPrefix("Not robust: of 19 comparisons without one peer owner and 0 without one run, 19 turn the overall verdict: without the peer owner p00 it is insufficient;"))
        // With one more it stands whoever is left out.
        let more = try comparison("s,1,count.example,1\ns,1,secret.example,39\n" + peers(20))
        #expect(more.overall == .above && more.sensitivity.isRobust)
    }

    @Test("fewer than five peer owners say nothing, and without peers nothing can be left out") func tooFew() throws {
        let few = try comparison("s,1,count.example,10\n" + peers(4))
        #expect(few.overall == .insufficient && metric(few, .analyticsShareOfConnections).reason == .tooFewPeers)
        #expect(few.overallWording.hasPrefix("The connections neither support nor contradict the claim:"))
        let none = try comparison("s,1,count.example,10\n")
        #expect(none.overall == .insufficient && none.groups == 0 && !none.sensitivity.isRobust)
        #expect(none.sensitivity.sentence.contains("could not be tried"))
    }

    @Test("apps of one owner count once, the subject's siblings are left out, a run of system traffic is set aside") func groups() throws {
        let catalog = "s\ts\tMaker\tMaker\tvideo\t\nsib\tsib\tMaker\tMaker\tvideo\t\np00\tp00\tTwin\tTwin\tvideo\t\np01\tp01\tTwin\tTwin\tvideo\t"
        let text = "s,1,count.example,10\ns,1,only.example,5\ns,2,os.example,3\nsib,1,only.example,5\nidle,1,os.example,3\n" + peers(7)
        let result = try comparison(text, catalog: catalog)
        #expect(result.groups == 6 && result.subjectRuns == 1)
        #expect(result.peers.first { $0.id == "sib" }?.setAside == "same owner as the subject")
        #expect(result.peers.first { $0.id == "idle" }?.setAside == "no run with an attributable connection")
        #expect(result.notes == [
            "capture set aside, no attributable connection: idle run 1", "capture set aside, no attributable connection: s run 2",
            "left out, no usable capture: idle", "left out, same owner as the subject: sib",
        ])
        // The sibling calls it too: novel all the same (METHOD.md §2, no app of another group).
        #expect(metric(result, .novelOwnerCount).value == 1)
    }

    @Test("counts are means over runs, shares are of all connections; each run is left out once") func runs() throws {
        let text = "s,1,count.example,8\ns,1,a.new.example,8\ns,2,count.example,2\ns,2,b.newer.example,1\ns,2,c.newest.example,1\n" + peers(8, runs: 2)
        let result = try comparison(text)
        #expect(result.subjectRuns == 2 && result.runsUsed == 2)
        #expect(metric(result, .analyticsShareOfConnections).value == 0.5)                // 10 of 20
        #expect(metric(result, .novelOwnerCount).value == 1.5)                            // 1 and 2, not the union's 3
        #expect(metric(result, .thirdPartyOwnerCount).value == 2.5)
        #expect(result.sensitivity.ownersTried == 8 && result.sensitivity.runsTried == 2 + 8 * 2)
    }

    @Test("one metric may be named beforehand; a wrong name is an error that lists the right ones") func asked() throws {
        let text = "s,1,count.example,39\ns,1,shop.example,1\n" + peers(20)
        let result = try comparison(text) { $0.ask = "tracker_share_of_connections" }
        #expect(result.primary?.verdict == .above && result.primary?.p == 1.0 / 21)
        #expect(result.primary?.wording.hasPrefix("Named before looking: tracker_share_of_connections. Above the range of peers: 0.975") ?? false)
        #expect(throws: ComparisonError.unknownMetric("analytics_bytes_up_per_min", valid: ConnectionMetrics.names)) {
            try comparison(text) { $0.ask = "analytics_bytes_up_per_min" }
        }
    }

    @Test("shares of fewer than five connections have no value") func smallRuns() throws {
        let result = try comparison("s,1,count.example,4\n" + peers(8))
        #expect(metric(result, .analyticsShareOfConnections).reason == .notMeasured && metric(result, .thirdPartyOwnerCount).value == 1)
        #expect(result.overall == .insufficient)
    }
}
