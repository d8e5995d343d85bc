import ArgumentParser
struct Compare: ParsableCommand {}
