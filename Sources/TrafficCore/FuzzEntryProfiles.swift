// Where the fuzzer of stored profiles, portable baselines, claims and manifests comes in.

extension FuzzEntry {
    /// A profile as a store holds it, a line of a baseline file, a file of claims, and a manifest: whatever can be read as one is. Traps on
    /// purpose where a thing that was written cannot be read back: only the fuzzer and its test call it.
    public static func profiles(_ octets: [UInt8]) {
        if let profile = try? ProfileCodec.decode(octets) { use(profile) }
        if let capture = try? ProfileDocument.capture(octets, name: "f", line: 2) {
            let line = ProfileDocument.line(capture)
            guard let again = try? ProfileDocument.capture(Array(line.dropLast()), name: "f", line: 2) else {
                // Stops on purpose: the line was written by us. Only the fuzzer and its test call this.
                preconditionFailure("a line that was written cannot be read")
            }
            precondition(ProfileDocument.line(again) == line, "writing and reading a line changes it")
            use(capture.profile)
        }
        _ = try? ProfileDocument.header(octets, name: "f")
        _ = try? ClaimFile.read(octets, name: "f")
        _ = try? ManifestFacts.read(octets, name: "f", schema: "trafficscope.manifest", version: 1)
    }

    private static func use(_ profile: CaptureProfile) {
        let encoded = ProfileCodec.encode(profile)
        // Stops on purpose, as above.
        guard let again = try? ProfileCodec.decode(encoded) else { preconditionFailure("a profile that was written cannot be read") }
        precondition(ProfileCodec.encode(again) == encoded, "writing and reading a profile changes it")
        guard profile.cells.count < 1000, profile.background.count + profile.foreground.count < 1000, profile.events.count < 100 else { return }
        var judge = ProfileJudge()
        let app = ObservedApp(id: "a", group: "a", captures: [judge.judge(profile, app: nil)])
        let cohort = Cohort(subject: app, peers: [ObservedApp(id: "b", group: "b", captures: app.captures)])
        for pair in cohort.table.subject.captures.flatMap(\.pairs) {
            precondition(!pair.numerator.isNaN && !pair.denominator.isNaN, "a metric that is no number")
        }
    }
}
