import ArgumentParser
struct Metrics: ParsableCommand {}
