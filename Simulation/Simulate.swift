import ArgumentParser
import Glibc
import TrafficCore

/// `make simulate`: the method's error rates, by the code that `trafficscope compare` runs, beside METHOD.md §7's figures.
@main struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the method's error rates and holds them against METHOD.md §7.",
        discussion: """
            Each figure is printed with METHOD.md's, the Monte-Carlo error of their difference, and ok, > 2 (errors) or DIFFERS. \
            Exit code 1 when something differs. Example: simulate --cohorts 2000 verdicts
            """)

    @Option(help: "Cohorts of each row (half as many with 40 peers); series of each row for beacons and events.")
    var cohorts = 600

    @Option(help: "Seed of the random numbers; the same seed gives the same tables on any number of threads.")
    var seed: UInt64 = 1

    @Option(help: "Threads (default: the processors that are there).")
    var jobs: Int?

    @Argument(help: "Tables to measure: \(Part.allCases.map(\.rawValue).joined(separator: ", ")) (default: all).")
    var parts: [Part] = []

    func validate() throws {
        guard cohorts > 0 else { throw ValidationError("--cohorts must be 1 or more") }
        guard jobs ?? 1 > 0 else { throw ValidationError("--jobs must be 1 or more") }
    }

    func run() async throws {
        let run = Replication(cohorts: cohorts, seed: seed, jobs: jobs ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let chosen = parts.isEmpty ? Part.allCases : Part.allCases.filter(parts.contains)
        let clock = ContinuousClock()
        let start = clock.now
        var agreement = Agreement()
        for part in chosen {
            for table in await part.tables(run) {
                print(table.text)
                agreement.add(table.figures)
            }
        }
        print("seed \(seed), \(cohorts) cohorts, \((clock.now - start).components.seconds) s")
        print(agreement.text)
        if !agreement.holds { throw ExitCode(1) }
    }
}

extension Part: ExpressibleByArgument {}
