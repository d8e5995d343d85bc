import Testing

@testable import TrafficCore

@Suite struct LogcatTests {
    /// Android 12: `adb logcat -v threadtime -b main,system,events`.
    static let threadTime = """
        --------- beginning of system
        07-10 14:03:20.101  1581  3312 I ActivityTaskManager: START u0 {act=android.intent.action.MAIN cat=[android.intent.category.LAUNCHER] flg=0x10200000 cmp=com.example.app/.ui.MainActivity bnds=[54,1202][274,1489]} from uid 10114
        --------- beginning of events
        07-10 14:03:20.140  1581  3312 I wm_create_task: [0,213]
        07-10 14:03:20.361  9120  9120 I wm_on_resume_called: [0,com.example.app.ui.MainActivity,RESUME_ACTIVITY,12]
        07-10 14:03:21.012  1581  1633 I ActivityTaskManager: Displayed com.example.app/.ui.MainActivity: +911ms
        07-10 14:03:40.500  9120  9120 I wm_on_paused_called: [0,com.example.app.ui.MainActivity,performPause]
        07-10 14:03:40.610  9120  9120 I wm_on_resume_called: [0,com.example.app.ui.DetailActivity,RESUME_ACTIVITY,9]
        07-10 14:03:50.000  4711  4711 I trafficscope: keypress search field
        07-10 14:03:55.000  9120  9144 W OkHttp  : A resource failed to call close: not ours
        07-10 14:04:21.300  1581  3312 I ActivityTaskManager: START u0 {act=android.intent.action.MAIN cat=[android.intent.category.HOME] flg=0x10000100 cmp=com.android.launcher3/.Launcher} from uid 0
        07-10 14:04:21.330  9120  9120 I wm_on_paused_called: [0,com.example.app.ui.DetailActivity,userLeaving=true]
        07-10 14:04:21.402  2890  2890 I wm_on_resume_called: [0,com.android.launcher3.Launcher,RESUME_ACTIVITY,31]
        07-10 14:05:40.000  1581  1622 I screen_toggled: 0
        """

    static let usage = """
        user=0 {
          Last 24 hour events (timeRange="7/9/2020, 14:00 – 7/10/2020, 14:00" )
            time="2020-07-10 14:03:20" type=ACTIVITY_RESUMED package=com.example.app class=com.example.app.ui.MainActivity instanceId=117 taskRootPackage=com.example.app taskRootClass=com.example.app.ui.MainActivity flags=0x0
            time="2020-07-10 14:03:22" type=STANDBY_BUCKET_CHANGED package=com.example.app standbyBucket=10 reason=u-mf flags=0x0
            time="2020-07-10 14:04:21" type=ACTIVITY_PAUSED package=com.example.app class=com.example.app.ui.MainActivity instanceId=117 flags=0x0
            time="2020-07-10 14:04:21" type=ACTIVITY_RESUMED package=com.android.launcher3 class=com.android.launcher3.Launcher instanceId=3 flags=0x0
            time="2020-07-10 14:05:40" type=SCREEN_NON_INTERACTIVE package=android flags=0x0
          In-memory daily stats {
            time="2020-07-10 14:03:20" type=ACTIVITY_RESUMED package=com.example.app class=com.example.app.ui.MainActivity instanceId=117 flags=0x0
        """

    /// 2020-07-10T14:03:20+02:00.
    private static let start: Int64 = 1_594_382_600
    private static func at(_ seconds: Double) -> Int64 { start * 1_000_000_000 + Int64((seconds * 1000).rounded()) * 1_000_000 }

    private func read(_ text: String, zone: Int? = 7200, near: Int64? = LogcatTests.at(-100)) throws -> (markers: [Marker], notes: [String]) {
        try MarkerFile.read(Array(text.utf8), name: "log.txt", zone: zone).resolved(near: near)
    }
    private func problem(_ text: String, zone: Int? = nil, near: Int64? = nil) -> String? {
        do throws(StudyError) { _ = try MarkerFile.read(Array(text.utf8), name: "log.txt", zone: zone).resolved(near: near) } catch { return error.description }
        return nil
    }

    @Test("activities become phases: what goes on inside of the app is none, the home screen is its background")
    func phases() throws {
        let (markers, notes) = try read(Self.threadTime)
        #expect(markers.map(\.event) == ["foreground", "foreground", "foreground", "foreground", "keypress", "foreground", "background", "foreground", "screen_off"])
        #expect(markers.first == Marker(time: Self.at(0.101), event: "foreground", app: "com.example.app"))
        #expect(markers[4] == Marker(time: Self.at(30), event: "keypress", note: "search field"))
        #expect(notes.count == 2 && notes[0].contains("+02:00") && notes[1].contains("2020 is nearest"))
        var timeline = PhaseMarking(markers).naming(AppIdentity(id: "com.example.app"), byLastPart: false, catalog: AppCatalog()).timeline
        timeline.close(first: Self.at(0), last: Self.at(200))
        #expect(timeline.intervals.map(\.phase) == [.foreground, .background, .idle])
        #expect(timeline.intervals.map(\.start) == [Self.at(0.101), Self.at(61.3), Self.at(140)])
        #expect(timeline.marked == [.init(time: Self.at(30), kind: "keypress")])
    }

    @Test("the same log in every form of logcat", arguments: [
        ("07-10 14:03:20.101  1581  3312 I am_resume_activity: [0,216843124,87,com.example.app/.Main]", 7200),
        ("2020-07-10 14:03:20.101  1581  3312 I wm_set_resumed_activity: [0,com.example.app/.Main,resumeTopActivityInnerLocked]", 7200),
        ("2020-07-10 12:03:20.101 +0000  1581  3312 I ActivityTaskManager: Displayed com.example.app/.Main for user 0: +1s12ms", nil),
        ("07-10 14:03:20.101000 +0200  1000  1581  3312 I wm_resume_activity: [0,1,87,com.example.app/com.example.app.Main]", nil),
        ("         1594382600.101  1581  3312 I ActivityManager: Displayed com.example.app/.Main: +411ms (total +1s)", nil),
        ("1594382600.101000000 I/ActivityManager( 1581): START u0 {cmp=com.example.app/.Main} from uid 2000", nil),
        ("07-10 14:03:20.101 I/ActivityTaskManager( 1581): START u0 {flg=0x1 cmp=com.example.app/.Main} with LAUNCH_MULTIPLE from uid 10123 (BAL_ALLOW_VISIBLE_WINDOW) result code=0", 7200),
    ] as [(String, Int?)])
    func forms(_ line: String, _ zone: Int?) throws {
        #expect(try read("--------- beginning of main\n" + line + "\r\n", zone: zone).markers == [Marker(time: Self.at(0.101), event: "foreground", app: "com.example.app")])
    }

    @Test("what tells no phase is passed over", arguments: [
        "07-10 14:03:20.101  1581  3312 I ActivityTaskManager: START u0 {cmp=com.example.app/.Main} from uid 10123 (BAL_BLOCK) result code=102",
        "07-10 14:03:20.101  1581  3312 I ActivityTaskManager: Fully drawn com.example.app/.Main: +2s", "07-10 14:03:20.101  1581  3312 I wm_stop_activity: [0,1,com.example.app/.Main]",
        "07-10 14:03:20.101  1581  3312 I screen_toggled: 7", "07-10 14:03:20.101  1581  3312 I wm_on_resume_called: [0,]", "07-10 14:03:20.101  1581  3312 I x: y",
    ]) func others(_ line: String) throws {
        let said = try #require(problem(line, zone: 0, near: 0))
        #expect(said.hasPrefix("log.txt: a log without a line that tells a phase") && said.contains("-b main,system,events"))
    }

    @Test("what is missing names the line and the cure", arguments: [
        (threadTime, nil, 0, "log.txt:2: its times have no zone; give the phone's with --marker-zone"),
        (threadTime, 0, nil, "log.txt: its times have no year"),
        ("     12345.101  1581  3312 I screen_toggled: 0", nil, nil, "log.txt:1: its times count from the phone's start; record with logcat -v epoch"),
        ("07-10 14:03:20.101  1  2 I screen_toggled: 0\n2020-07-10 14:03:20.101  1  2 I screen_toggled: 1", 0, 0, "log.txt:2: some of its times have a year"),
        (usage, nil, nil, "log.txt:3: its times have no zone"),
    ] as [(String, Int?, Int64?, String)])
    func refuses(_ text: String, _ zone: Int?, _ near: Int64?, _ beginning: String) throws {
        let said = try #require(problem(text, zone: zone, near: near))
        #expect(said.hasPrefix(beginning), "\(said)")
    }

    @Test("the year is the one nearest to the capture, over New Year and on 29 February too", arguments: [
        ("12-31 23:59:59.000", "2024-01-01T00:00:10Z", "2023-12-31T22:59:59Z"), ("01-01 00:30:00.000", "2023-12-31T23:00:00Z", "2023-12-31T23:30:00Z"),
        ("02-29 12:00:00.000", "2024-02-28T00:00:00Z", "2024-02-29T11:00:00Z"), ("03-01 00:30:00.000", "2023-02-28T23:00:00Z", "2023-02-28T23:30:00Z"),
        ("02-29 12:00:00.000", "2023-03-01T00:00:00Z", "2024-02-29T11:00:00Z"),
    ]) func years(_ text: String, _ near: String, _ expected: String) throws {
        let first: Int64 = try #require(EpochTime.nanoseconds(rfc3339: near))
        let markers = try read(text + "  1  2 I screen_toggled: 0", zone: 3600, near: first).markers
        #expect(markers.map(\.time) == [try #require(EpochTime.nanoseconds(rfc3339: expected))])
    }

    @Test("a class is the app's by the longest package that the log names")
    func classes() throws {
        let text = """
            07-10 14:03:20.000  1  2 I wm_on_resume_called: [0,com.example.app.beta.ui.Main,RESUME_ACTIVITY,1]
            07-10 14:03:21.000  1  2 I wm_resume_activity: [0,1,2,com.example.app/.Main]
            07-10 14:03:30.000  1  2 I wm_resume_activity: [0,1,2,com.example.app.beta/.ui.Main]
            07-10 14:03:40.000  1  2 I am_on_resume_called: [0,org.other.Main,RESUME_ACTIVITY]
            """
        #expect(try read(text).markers.map(\.app) == ["com.example.app.beta", "com.example.app", "com.example.app.beta", "org.other"])
    }

    @Test("usage statistics: whole seconds, local, each event once")
    func usageStatistics() throws {
        let (markers, notes) = try read(Self.usage, near: nil)
        #expect(markers == [
            Marker(time: Self.at(0), event: "foreground", app: "com.example.app"), Marker(time: Self.at(61), event: "background", app: "com.example.app"),
            Marker(time: Self.at(61), event: "foreground", app: "com.android.launcher3"), Marker(time: Self.at(140), event: "screen_off"),
        ])
        #expect(notes.count == 1 && notes[0].contains("whole seconds"))
    }

    @Test("zones", arguments: [("+02:00", 7200), ("-0530", -19800), ("+2", 7200), ("UTC", 0), ("z", 0), ("Berlin", nil), ("+25", nil), ("02:00", nil), ("+2:0", nil)] as [(String, Int?)])
    func zones(_ text: String, _ seconds: Int?) { #expect(EpochTime.zone(text) == seconds) }

    @Test("where nobody names the app, that is said")
    func noName() throws {
        let marking = PhaseMarking(try read(Self.threadTime).markers).naming(AppIdentity(id: "run1"), byLastPart: true, catalog: AppCatalog())
        #expect(marking.notes == ["no marker names the app run1 (they name com.android.launcher3, com.example.app): all that they tell is background; --app says which app it is"])
    }
}
