// Where the fuzzer of markers comes in.

extension FuzzEntry {
    /// A file of markers of any form, read with a zone and without; what was read makes phases, with a settle time and without. Traps
    /// on purpose where a promise is broken: only the fuzzer and its test call it.
    public static func markers(_ octets: [UInt8]) {
        for zone in [nil, 7200, -43200] {
            guard let reading = try? MarkerFile.read(octets, name: "m", zone: zone) else { continue }
            precondition(reading.markers.count <= MarkerFile.limit)
            precondition(reading.zones.isEmpty || reading.zones.count == reading.markers.count, "a marker without its zone")
            precondition(reading.markers.allSatisfy { !$0.event.isEmpty }, "a marker of nothing")
            for near: Int64? in [nil, 1_582_977_600_000_000_000, .min, .max] {
                guard let (markers, _) = try? reading.resolved(near: near) else { continue }
                precondition(markers.count == reading.markers.count)
                useMarkers(markers)
            }
        }
        // A packet comment, and a line that somebody wrote into the phone's log; as live capture writes it, it is read again.
        if let marker = Marker(text: String(decoding: octets, as: UTF8.self), time: 5) {
            precondition(!marker.event.isEmpty)
            let again = CommentMarker.text(marker.comment).flatMap { Marker(text: $0, time: 6) }
            precondition(again?.event == marker.event && again?.note == marker.note && again?.time == max(0, marker.time), "a marker is read otherwise than written")
        }
        if let offset = ClockOffset(String(decoding: octets.prefix(64), as: UTF8.self)) {
            precondition(offset.uncertainty ?? 0 >= 0)
            _ = (offset.nanoseconds, offset.wording)
        }
    }

    private static func useMarkers(_ markers: [Marker]) {
        for settle in [0.0, 2.5, 1e8] {
            var marking = PhaseMarking(markers, ownNames: ["a", "com.example.app"], settle: settle)
            marking.clock = ClockOffset(seconds: 1.5)
            useTimeline(marking.timeline)
            let plain = PhaseTimeline(markers, clockOffset: marking.clock.nanoseconds) { marking.ownNames?.contains($0) ?? true }
            precondition(plain.hasPhases == marking.timeline.hasPhases, "settling takes phases away")
            for marker in markers.prefix(20) {
                guard let place = marking.timeline.phase(at: marker.time) else { continue }
                precondition(place == plain.phase(at: marker.time), "settling changes a phase")
            }
        }
        _ = ClockEvidence(PhaseMarking(markers)).estimate()
    }
}
