import Testing

@testable import TrafficCore

@Suite struct PhaseTimelineTests {
    private static func second(_ value: Double) -> Int64 { Int64(value * 1e9) }
    private static func marker(_ time: Double, _ event: String, app: String? = nil, device: String? = nil) -> Marker {
        Marker(time: second(time), event: event, app: app, device: device)
    }
    private static func timeline(_ markers: [Marker], device: String? = nil, offset: Double = 0, first: Double = 0, last: Double = 300) -> PhaseTimeline {
        var timeline = PhaseTimeline(markers, device: device, clockOffset: second(offset)) { $0 == "me" }
        timeline.close(first: second(first), last: second(last))
        return timeline
    }

    @Test("foreground, background and end, as the lab writes them")
    func ordinary() {
        let timeline = Self.timeline([Self.marker(10, "foreground", app: "me"), Self.marker(85, "background"), Self.marker(160, "end")])
        #expect(timeline.seconds == [.foreground: 75, .background: 75])
        #expect(timeline.place(Self.second(9.9)) == nil, "nothing is known before the first foreground")
        #expect(timeline.place(Self.second(10)).map { $0.phase } == .foreground)
        let place = timeline.place(Self.second(90))
        #expect(place?.phase == .background && place?.seconds == 5)
        #expect(timeline.place(Self.second(161)) == nil)
    }

    @Test("without markers all is foreground, to the last packet")
    func none() {
        let timeline = Self.timeline([])
        #expect(timeline.seconds == [.foreground: 300])
        #expect(timeline.place(Self.second(300))?.seconds == 300)
    }

    @Test("before a first background the app was in the foreground")
    func beginsInForeground() {
        let timeline = Self.timeline([Self.marker(100, "background")], first: 40)
        #expect(timeline.seconds == [.foreground: 60, .background: 200])
    }

    @Test("a phase that comes back counts on")
    func comesBack() {
        let timeline = Self.timeline([Self.marker(0, "foreground"), Self.marker(30, "background"), Self.marker(50, "foreground"), Self.marker(100, "idle")])
        #expect(timeline.seconds == [.foreground: 80, .background: 20, .idle: 200])
        #expect(timeline.place(Self.second(60))?.seconds == 40)
    }

    @Test("another app's foreground is this one's background; its background says nothing")
    func otherApps() {
        let timeline = Self.timeline([
            Self.marker(0, "foreground", app: "other"), Self.marker(20, "foreground", app: "me"), Self.marker(50, "background", app: "other"),
            Self.marker(80, "foreground", app: "other"), Self.marker(100, "end"),
        ])
        #expect(timeline.seconds == [.foreground: 60, .background: 40])
    }

    @Test("markers of another device are not about this one")
    func devices() {
        let timeline = Self.timeline(
            [Self.marker(0, "foreground"), Self.marker(50, "background", device: "b"), Self.marker(70, "background", device: "a")], device: "a")
        #expect(timeline.seconds == [.foreground: 70, .background: 230])
    }

    @Test("the phone's clock is ahead of the capture's")
    func clockOffset() {
        let timeline = Self.timeline([Self.marker(105, "foreground"), Self.marker(165, "background")], offset: 5)
        #expect(timeline.seconds == [.foreground: 60, .background: 140])
    }

    @Test("events count in the foreground, by its seconds")
    func events() {
        let timeline = Self.timeline([
            Self.marker(10, "foreground"), Self.marker(12, "keypress"), Self.marker(13, "keypress", app: "other"), Self.marker(40, "background"),
            Self.marker(45, "copy"), Self.marker(60, "foreground"), Self.marker(61, "keypress"), Self.marker(62, "note"),
        ])
        #expect(timeline.foregroundEvents == [2, 31])
    }

    @Test("the first seconds of background and idle settle: they count in no phase, and exposure shrinks")
    func settles() {
        var timeline = PhaseTimeline([
            Self.marker(0, "foreground"), Self.marker(50, "background"), Self.marker(100, "foreground"), Self.marker(110, "background"),
            Self.marker(115, "idle"), Self.marker(200, "end"),
        ]) { _ in true }
        timeline.settle(seconds: 10)
        timeline.close(first: 0, last: Self.second(300))
        #expect(timeline.seconds == [.foreground: 60, .background: 40, .idle: 75])
        #expect(timeline.place(Self.second(55)) == nil && timeline.isSettling(at: Self.second(55)) && !timeline.isSettling(at: Self.second(60)))
        #expect(timeline.place(Self.second(61)).map { $0.seconds } == 1, "exposure begins when it has settled")
        #expect(timeline.isSettling(at: Self.second(112)) && timeline.isSettling(at: Self.second(120)) && !timeline.isSettling(at: Self.second(49)))
        #expect(timeline.settledSeconds(first: 0, last: Self.second(118)) == [.background: 15, .idle: 3])
        #expect(timeline.phase(from: Self.second(49), to: Self.second(61)) == nil && timeline.phase(at: Self.second(201)) == nil)
    }

    @Test("a stretch without a beginning does not settle, nor does one that goes on; one that only settles leaves no phase")
    func settlesNot() {
        var whole = PhaseTimeline([.init(phase: .background, start: nil, end: nil)])
        whole.settle(seconds: 10)
        whole.close(first: 0, last: Self.second(100))
        #expect(whole.seconds == [.background: 100])
        var goesOn = PhaseTimeline([
            .init(phase: .background, start: 0, end: Self.second(50)), .init(phase: .background, start: Self.second(50), end: Self.second(100)),
        ])
        goesOn.settle(seconds: 10)
        #expect(goesOn.seconds == [.background: 90])
        var short = PhaseTimeline([.init(phase: .idle, start: 0, end: Self.second(5))])
        short.settle(seconds: 10)
        short.close(first: 0, last: Self.second(100))
        #expect(short.hasPhases && short.seconds.isEmpty && short.place(Self.second(3)) == nil && short.isSettling(at: Self.second(3)))
    }

    @Test("a phase is looked up without both ends too")
    func openEnds() {
        let open = PhaseTimeline([Self.marker(100, "background")]) { _ in true }
        #expect(open.phase(at: 0) == .foreground && open.phase(at: Self.second(100)) == .background && open.phase(at: .max) == .background)
        #expect(!open.isOutside(first: 0, last: 1))
        let closed = PhaseTimeline([Self.marker(100, "foreground"), Self.marker(150, "end")]) { _ in true }
        #expect(closed.isOutside(first: 0, last: Self.second(99)) && closed.isOutside(first: Self.second(151), last: Self.second(160)))
        #expect(!closed.isOutside(first: 0, last: Self.second(120)))
    }

    @Test("a flow has a phase only when it lies in one")
    func flows() {
        let timeline = Self.timeline([Self.marker(0, "foreground"), Self.marker(50, "background"), Self.marker(60, "foreground"), Self.marker(90, "end")])
        func phase(_ first: Double, _ last: Double) -> Phase? { timeline.phase(from: Self.second(first), to: Self.second(last)) }
        #expect(phase(1, 49) == .foreground)
        #expect(phase(51, 55) == .background)
        #expect(phase(40, 55) == nil)
        #expect(phase(40, 70) == nil, "foreground at both ends, background in between")
        #expect(phase(85, 95) == nil)
    }

    @Test("stretches that overlap give way to the later one; times at the ends of 64 bits do not trap")
    func extremes() {
        var overlapping = PhaseTimeline([
            .init(phase: .foreground, start: 0, end: Self.second(100)), .init(phase: .background, start: Self.second(60), end: nil),
        ])
        overlapping.close(first: 0, last: Self.second(200))
        #expect(overlapping.seconds == [.foreground: 60, .background: 140])
        let markers = [Marker(time: .min, event: "foreground"), Marker(time: .max, event: "background")]
        var wild = PhaseTimeline(markers, clockOffset: 1) { _ in true }
        wild.close(first: .min, last: .max)
        for time in [Int64.min, -1, 0, .max] { _ = wild.place(time) }
        _ = (wild.seconds, wild.foregroundEvents, wild.phase(from: .min, to: .max))
    }

    @Test("a hundred thousand stretches are looked up as fast as a few, and count the same")
    func many() {
        // foreground 2 s, nothing 1 s, over and over; then one stretch in the background.
        let rounds = 100_000
        var markers = (0..<rounds).flatMap { [Self.marker(Double($0) * 3, "foreground"), Self.marker(Double($0) * 3 + 2, "end")] }
        markers.append(Self.marker(Double(rounds) * 3, "background"))
        let timeline = Self.timeline(markers)
        for round in stride(from: 0, to: rounds, by: 7) {
            let place = timeline.place(Self.second(Double(round) * 3 + 1))
            #expect(place?.phase == .foreground && place?.seconds == Double(round) * 2 + 1)
            #expect(timeline.place(Self.second(Double(round) * 3 + 2.5)) == nil)
            #expect(timeline.phase(from: Self.second(1), to: Self.second(Double(round) * 3 + 1)) == .foreground)
        }
        #expect(timeline.phase(from: Self.second(1), to: Self.second(Double(rounds) * 3)) == nil)
    }
}
