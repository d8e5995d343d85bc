extension Study {
    /// The captures of these apps, each with its app, phone and phases, in the order of the file.
    /// - Parameters:
    ///   - folder: of the study file; "" for the working folder.
    ///   - markers: what was read from the files of markers, by their names as the study writes them.
    public func captures(of apps: [String], below folder: String, markers: [String: [Marker]]) -> [LabelledCapture] {
        captures.filter { apps.contains($0.app) }.map { capture in
            let identity = app(capture.app), device = devices.first { $0.id == capture.device }
            let paths = capture.files.map { Self.path($0, below: folder) }
            var labelled = LabelledCapture(files: paths.map { CapturePath(path: $0, given: $0) }, app: identity, source: .study)
            labelled.phones = device?.addresses ?? []
            labelled.exposure = capture.exposure
            // At most 10^9 s (checked on reading): no overflow.
            let offset = Int64(((device?.clockOffset ?? 0) * 1e9).rounded())
            if let name = capture.markers, let known = markers[name] {
                let names: Set<String> = [capture.app, labels[capture.app] ?? capture.app]
                labelled.timeline = PhaseTimeline(known, device: capture.device, clockOffset: offset, isOwn: names.contains)
            } else {
                labelled.timeline = PhaseTimeline(capture.phases)
            }
            return labelled
        }
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
