import Glibc

// Where the fuzzer of live capture comes in.

extension FuzzEntry {
    /// What a program sends as a capture over TCP: analysed, recorded, and the recording read. Both must tell the same flows (of a ring,
    /// whose files are read in order of time, only that they are whole). Traps on purpose where they do not: only the fuzzer and its test
    /// call it.
    public static func live(_ octets: [UInt8]) {
        let name = "trafficscope-fuzz-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        for folder in ["/dev/shm", "/tmp"] {
            let plan = RecordingPlan(path: "\(folder)/\(name).pcapng", rotate: octets.count % 2 == 0 ? nil : 4096)
            guard let (told, files) = try? sent(octets, plan) else { continue }
            let read = (try? recorded(files)) ?? []
            for file in files { CaptureRecorder.delete(file) }
            guard plan.rotate == nil else { return }
            precondition(told.count == read.count, "\(told.count) flows were told, \(read.count) are in the recording")
            for (one, other) in zip(told, read) {
                precondition(one.firstFrame == other.firstFrame && one.lastFrame == other.lastFrame, "frames differ")
                precondition(one.payload == other.payload && one.first == other.first && one.service == other.service && one.phone == other.phone, "flows differ")
                precondition(one.labels?.first?.label == other.labels?.first?.label, "apps differ")
            }
            return
        }
    }

    /// What is told of a sender's octets, and the files that were written.
    private static func sent(_ octets: [UInt8], _ plan: RecordingPlan) throws(CaptureError) -> ([FlowRecord], [String]) {
        var analysis = LiveAnalysis(LabelledCapture(files: [], app: nil, source: .unattributed), catalogue: DestinationCatalogue(), geography: nil)
        analysis.recording = plan
        var engine = try LiveEngine(analysis, filter: nil, name: plan.path, at: 0), told: [FlowRecord] = []
        let queue = PacketQueue(limit: 1 << 28)
        if let file = try? CaptureFile(octets: octets, name: "sender") {
            var connection = try LiveConnection(file: file, LiveSettings(interface: "sender"), queue)
            do throws(CaptureError) { while try connection.step() {} } catch {}     // what precedes the damage counts
            connection.finish()
        }
        while case .batch(let batch) = queue.next(milliseconds: 0) {
            engine.take(batch) { told.append($0.record) }
            engine.rest()
        }
        _ = engine.picture()
        _ = engine.finish { told.append($0.record) }
        precondition(engine.problem == nil, "the recording cannot be written")
        return (told, engine.recordedFiles)
    }

    private static func recorded(_ files: [String]) throws(CaptureError) -> [FlowRecord] {
        var read: [FlowRecord] = []
        let parts = try Inspection.read(files.map { CapturePath(path: $0, given: $0) }) { read.append($0.record) }
        precondition(parts.allSatisfy { $0.damage == nil || $0.damage?.contains("not supported") == true }, "the recording is damaged")
        return read
    }
}
