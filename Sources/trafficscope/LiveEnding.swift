import TrafficCore
import TrafficReport

/// What is said when a live capture has ended, and the small events before.
struct LiveEnding {
    let result: LiveSession.Result
    let setting: LiveReport.Setting
    let comparison: LiveComparison?
    /// Flow events that nobody read in time.
    let leftOut: Int

    private var lost: (kernel: Int, interface: Int, analysis: Int) {
        (Int(clamping: result.counted.lostBySystem ?? 0), Int(clamping: result.counted.lostByInterface ?? 0), result.dropped)
    }

    /// For a terminal: what was captured, where it is, then what `inspect` shows.
    func summary(packets: PacketSelection, apps: AppOptions, width: Int, color: Bool) -> String {
        var text = "\(Quantity.grouped(result.packets)) packets were captured on \(Escaping.terminal(setting.interface))"
        let sum = lost.kernel + lost.interface + lost.analysis
        text += sum == 0 ? "; none was lost.\n"
            : "; \(Quantity.grouped(lost.kernel)) were lost by the kernel, \(Quantity.grouped(lost.interface)) by the interface, \(Quantity.grouped(lost.analysis)) by the analysis.\n"
        for file in result.files { text += Escaping.terminal(file) + "\n" }
        if let comparison {
            if let compared = comparison.compare(result.reading.outcome) {
                text += "\n" + Terminal.wrap(Escaping.terminal("Against \(comparison.cohort): \(compared.overall.rawValue). \(compared.overallWording)"), to: width) + "\n"
            } else if let note = comparison.latest.1 {
                text += "\n" + Terminal.wrap(Escaping.terminal(note), to: width) + "\n"
            }
        }
        var summary = result.reading.summary
        summary.finish(overviews: result.reading.parts)
        let provenance = Provenances.make(
            inputs: result.reading.parts.map { Provenance.Input($0, role: "") }, options: packets.described + apps.described)
        return text + "\n" + InspectionReport(summary: summary, provenance: provenance, reveal: setting.reveal).terminal(width: width, color: color)
    }

    /// `{"event":"end", …}`.
    func event() -> [UInt8] {
        let compared = comparison?.compare(result.reading.outcome)
        let overview = result.reading.overview
        return Self.line { json in
            json.member("event", "end")
            json.member("t", nanoseconds: LiveSession.now, digits: 3)
            json.member("packets", result.packets)
            json.object("lost") { json in
                json.member("kernel", lost.kernel)
                json.member("interface", lost.interface)
                json.member("analysis", lost.analysis)
            }
            json.member("flows", overview.flows)
            json.member("flow_events_left_out", leftOut)
            json.member("exposure_seconds", orNull: overview.exposureSeconds)
            json.member("capture", overview.identity.id)
            json.strings("files", result.files)
            json.member("overall", ifKnown: compared?.overall.rawValue)
            json.member("problem", ifKnown: result.problem?.description)
        }
    }

    static func startEvent(_ setting: LiveReport.Setting) -> [UInt8] {
        line { json in
            json.member("event", "start")
            json.member("t", nanoseconds: setting.start, digits: 3)
            json.member("interface", setting.interface)
            json.member("filter", ifKnown: setting.filter)
            json.member("cohort", ifKnown: setting.cohort)
            json.member("version", Trafficscope.version)
        }
    }

    static func saidEvent(_ text: String, at time: Int64) -> [UInt8] {
        line { json in
            json.member("event", "said")
            json.member("t", nanoseconds: time, digits: 3)
            json.member("text", text)
        }
    }

    private static func line(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(body)
        return json.octets + [0x0a]
    }
}
