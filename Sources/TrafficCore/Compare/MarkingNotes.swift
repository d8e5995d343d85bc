/// What a comparison must say of one app's markers: clocks that were estimated or are not known, what was inferred, what settled.
enum MarkingNotes {
    static func all(_ app: String, _ readings: [CaptureReading], settling: PhaseAmounts.Amount) -> [String] {
        let marked = readings.compactMap { reading in reading.overview.marking.map { (reading.overview.identity.name, $0) } }
        var notes: [String] = [], said: Set<String> = []
        for (name, marking) in marked {
            if marking.source == .file, marking.clock.source == .syncMarkers || marking.clock.source == .ntp || marking.hasDoubtfulEvents {
                notes.append("\(app), \(name): the markers' clock is \(marking.clock.wording)")
            }
            if marking.isOutside { notes.append("\(app), \(name): no phase that its markers tell lies in it") }
            for note in marking.notes where said.insert(note).inserted { notes.append("\(app), \(name): \(note)") }
        }
        let commented = marked.count { $0.1.source == .comments && $0.1.markers > 0 }
        if commented > 0 { notes.append("\(app): the phases of \(Finding.counted(commented, "capture")) come from markers in packet comments") }
        if let settle = marked.map(\.1.settle).max(), settle > 0 {
            notes.append("\(app): \(settling.up) B up in \(Finding.counted(settling.uploads, "upload")) fell into the first \(Finding.plain(settle)) s of background and idle stretches and count in no phase")
        }
        return notes
    }
}
