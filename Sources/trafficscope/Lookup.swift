import ArgumentParser
struct Lookup: ParsableCommand {}
