import TrafficCore

/// How much is simulated, and from which seed.
struct Replication: Sendable {
    /// Cohorts of the main table; the other tables take their share of it.
    var cohorts: Int
    var seed: UInt64
    /// Threads; they change no number.
    var jobs: Int

    /// Larger cohorts take longer and there are half as many, as in METHOD.md §7.
    func cohorts(peers: Int) -> Int { max(1, peers >= 40 ? cohorts / 2 : cohorts) }

    /// Runs `body` so many times, with the run's number and random numbers of its own, and gives the outcomes in order.
    /// - Parameter label: Names the streams of random numbers: two tables share none.
    func outcomes<Outcome: Sendable>(
        _ count: Int, _ label: String, _ body: @escaping @Sendable (_ run: Int, inout RandomSource) -> Outcome
    ) async -> [Outcome] {
        let (seed, jobs) = (seed, max(1, min(jobs, count)))
        let parts = await withTaskGroup(of: (job: Int, outcomes: [Outcome]).self) { group in
            for job in 0..<jobs {
                group.addTask {
                    (job, stride(from: job, to: count, by: jobs).map { run in
                        var random = RandomSource(seed: seed, label: "\(label) #\(run)")
                        return body(run, &random)
                    })
                }
            }
            var parts: [[Outcome]] = Array(repeating: [], count: jobs)
            // Tasks end in any order.
            for await part in group { parts[part.job] = part.outcomes }
            return parts
        }
        return (0..<count).map { parts[$0 % jobs][$0 / jobs] }
    }

    /// How often `body` says yes.
    func share(_ count: Int, _ label: String, _ body: @escaping @Sendable (inout RandomSource) -> Bool) async -> Measured {
        Measured(hits: await outcomes(count, label) { body(&$1) }.count { $0 }, of: count)
    }
}
