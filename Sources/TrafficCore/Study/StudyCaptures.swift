extension Study {
    /// The captures of these apps, each with its app, phone and phases, in the order of the file.
    /// - Parameters:
    ///   - folder: of the study file; "" for the working folder.
    ///   - markers: what was read from the files of markers, by their names as the study writes them.
    ///   - clock: of devices of which the study does not say it.
    ///   - settle: in place of the study's.
    ///   - firstTime: the first packet of a capture, for markers without a year.
    /// - Throws: when a file of markers cannot be understood with this capture.
    public func captures(
        of apps: [String], below folder: String, markers: [String: MarkerReading], clock: ClockOffset? = nil, settle: Double? = nil,
        catalog: AppCatalog = AppCatalog(), firstTime: ([CapturePath]) -> Int64? = Inspection.firstTime
    ) throws(StudyError) -> [LabelledCapture] {
        var labelledCaptures: [LabelledCapture] = []
        for capture in captures where apps.contains(capture.app) {
            let identity = app(capture.app), device = devices.first { $0.id == capture.device }
            let paths = capture.files.map { Self.path($0, below: folder) }
            var labelled = LabelledCapture(files: paths.map { CapturePath(path: $0, given: $0) }, app: identity, source: .study)
            labelled.phones = device?.addresses ?? []
            labelled.exposure = capture.exposure
            labelled.mark(capture.phases, settle: settle ?? self.settle)
            if let name = capture.markers, let reading = markers[name] {
                let (known, notes) = try reading.resolved(near: reading.needsYear ? firstTime(labelled.files) : nil)
                let marking = PhaseMarking(
                    known, device: capture.device, clock: device?.clock ?? clock ?? ClockOffset(), settle: settle ?? self.settle, notes: notes)
                let names: Set<String> = labels[capture.app].map { [$0] } ?? []
                labelled.mark(marking.naming(identity, labels: names, byLastPart: false, catalog: catalog), .file)
            }
            labelledCaptures.append(labelled)
        }
        return labelledCaptures
    }

    /// The apps that the subject is compared with: the baseline, else every app that is no subject.
    public var peers: [String] {
        guard baseline.isEmpty else { return baseline }
        var ids: [String] = []
        for capture in captures where !subjects.contains(capture.app) && !ids.contains(capture.app) { ids.append(capture.app) }
        return ids
    }

    /// A path as the study writes it, from where the program runs.
    public static func path(_ name: String, below folder: String) -> String {
        name.hasPrefix("/") || folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
